"""People who are merged, split and erased, and what a plugin keeps of them."""

from __future__ import annotations

import json
from collections.abc import Iterator

from sqlalchemy import JSON, LargeBinary, String, cast, or_, select
from sqlalchemy.exc import SQLAlchemyError

from renown.access.viewer import Viewer
from renown.hooks.guard import Fault, HookFault
from renown.hooks.manifest import Plugin
from renown.testing.conformance.base import Base, faults, installed_plugins, tables_of
from renown.testing.kit import Kit

_HEARING = ("export_person", "person_erased", "person_merged")


class People(Base):
    def test_who_keeps_something_of_people_hears_of_them(self, manifest: Plugin) -> None:
        of_people = [
            f"{table.name}.{key.parent.name}"
            for table in tables_of(self.plugin)
            for key in table.foreign_keys
            if key.target_fullname == "core_person.id"
        ]
        missing = [hook for hook in _HEARING if hook not in installed_plugins().hooks_of(self.plugin)]
        assert not of_people or not missing, f"{', '.join(of_people)} refers to people: write {', '.join(missing)}"

    def test_people_may_be_merged_split_and_erased_more_than_once(self, kit: Kit) -> None:
        ana, bea, _ = self.lively(kit)
        dispatcher = kit.renown.dispatcher
        try:
            for _ in range(2):
                with kit.db.write() as conn:
                    dispatcher.person_merged(self.plugin, ana, bea, conn)
                    dispatcher.person_split(self.plugin, ana, bea, conn)
                    dispatcher.person_erased(self.plugin, bea, conn)
        except (HookFault, SQLAlchemyError) as error:
            raise AssertionError(
                f"{error}: these hooks are tried again for ever, so the second time must do no harm"
            ) from error

    def test_who_was_merged_is_found_with_whom_they_count_as(self, kit: Kit) -> None:
        ana, bea, _ = self.lively(kit)
        kit.settle()
        held = self._held(kit, bea)
        merge = kit.merge(ana, bea)
        kit.settle()
        assert not faults(kit), "; ".join(faults(kit))
        assert not held or self._held(kit, ana), (
            "what it kept of somebody is gone once they count as somebody else: let person_merged move it, or look for "
            "all who count as that person"
        )
        kit.split(merge)
        kit.settle()
        assert not faults(kit), "; ".join(faults(kit))

    def test_nothing_of_an_erased_person_stays(self, kit: Kit) -> None:
        zora = kit.person("Zora Quillfeather")
        self.fill(kit, [zora, kit.person("Ann"), kit.person("Ben")])
        kit.act(zora, "create")
        kit.settle()
        words = ["Quillfeather", kit.handle(zora), "zora.quillfeather@example.test"]
        kit.erase(zora)
        kit.settle()
        assert not faults(kit), (
            f"{'; '.join(faults(kit))}: an erasure is tried again until every plugin has done its part"
        )
        left = sorted(set(self._saying(kit, words)))
        assert not left, f"{', '.join(left)} still says who an erased person was: blank it in person_erased"

    def test_what_it_holds_of_somebody_can_be_written_down(self, kit: Kit) -> None:
        ana, *_ = self.lively(kit)
        for viewer in (Viewer(ana, "member"), Viewer(kit.person("Bea"), "administrator")):
            with kit.db.read() as conn:
                found = kit.renown.dispatcher.export_person(ana, viewer, conn).get(self.plugin, {})
            assert not isinstance(found, Fault), f"export_person raised {found}"
            try:
                json.dumps(found)
            except (TypeError, ValueError) as error:
                raise AssertionError(
                    f"export_person: {error}: give texts, numbers, lists and mappings alone"
                ) from error

    def _held(self, kit: Kit, person: int) -> object:
        with kit.db.read() as conn:
            found = kit.renown.dispatcher.export_person(person, Viewer(person, "member"), conn).get(self.plugin)
        return not isinstance(found, Fault) and found and any(found.values())

    def _saying(self, kit: Kit, words: list[str]) -> Iterator[str]:
        with kit.db.read() as conn:
            for table in tables_of(self.plugin):
                for column in table.columns:
                    if isinstance(column.type, String | JSON) and not isinstance(column.type, LargeBinary):
                        text = cast(column, String)
                        says = or_(*(text.icontains(word, autoescape=True) for word in words))
                        if conn.execute(select(table).where(says).limit(1)).first():
                            yield f"{table.name}.{column.name}"
