"""A role is not enough: nobody gives a prize to themselves."""

from __future__ import annotations

from renown.api import Permission, Plugin, Viewer, hookimpl
from renown.testing import Kit

plugin = Plugin(
    name="prizes",
    title="Prizes",
    summary="Prizes for colleagues.",
    permissions=(Permission("prizes.give", "Give a prize"),),
)


@hookimpl
def permit(actor: Viewer, action: str, target: object) -> bool | None:
    return False if target is not None and target == actor.person_id else None


def test_nobody_gives_a_prize_to_themselves(renown_kit: Kit) -> None:
    renown_kit.enable("prizes")
    ana, ben = Viewer(renown_kit.person("Ana"), "member"), renown_kit.person("Ben")
    with renown_kit.context("prizes") as ctx:
        assert ctx.permissions.allows(ana, "prizes.give", ben)
        assert not ctx.permissions.allows(ana, "prizes.give", ana.person_id)
        assert not ctx.permissions.allows(Viewer(9, "customer"), "prizes.give")
