"""The page of one's own data speaks of what is held in plain words."""

from __future__ import annotations

from renown.context.switching import set_enabled
from tests.web.conftest import Site


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
