"""The pages of one's own data: what is held in plain words, and the wish to be suggested to nobody."""

from __future__ import annotations

from renown.context.switching import set_enabled
from renown.ledger import standings
from renown.people import quiet
from tests.web.conftest import Site
from tests.web.test_signin import send


def test_parts_are_called_by_what_they_are(site: Site) -> None:
    page = site.as_("member").get("/me/data").get_data(as_text=True)
    assert "Changes of your numbers" in page
    assert "not asked" not in page
    assert "switched off" not in page
    set_enabled(site.db, site.renown.plugins, "influence", False, actor_id=None, via="cli")
    page = site.as_("member").get("/me/data").get_data(as_text=True)
    assert "Influence is switched off" in page
    assert "not asked" not in page
    assert site.as_("member").get("/me/data.json").status_code == 200


def test_somebody_says_not_now_and_ends_it(site: Site) -> None:
    client, me = site.as_("member"), site.people["member"]

    def wish() -> dict[int, int | None]:
        with site.db.read() as conn:
            return quiet.among_people(conn, [me], standings.today(conn))

    assert send(client, "/me/quiet", "/me/privacy", days="9").status_code == 422
    assert wish() == {}
    send(client, "/me/quiet", "/me/privacy", days="0")
    assert wish() == {me: None}
    assert "You are suggested to nobody" in client.get("/me/privacy").get_data(as_text=True)
    assert client.get("/me/data.json").get_json()["not_to_be_asked"] == [{"until": None}]
    send(client, "/me/quiet", "/me/privacy", days="")
    assert wish() == {}
    assert send(site.as_("customer"), "/me/quiet", "/me/privacy", days="7").status_code == 404
