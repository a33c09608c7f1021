"""`renown why` of a level: what the plugin explains, rather than an empty table."""

from __future__ import annotations

import json

from click.testing import CliRunner, Result

from renown.cli import main
from tests.influence.office import Office
from tests.influence.reading import data


def why(office: Office, *arguments: str) -> Result:
    environment = {
        "RENOWN_DATABASE_URL": office.db.url,
        "RENOWN_DATA": str(office.renown.settings.data),
        "RENOWN_SECRET_KEY": office.renown.settings.secret_key,
    }
    result = CliRunner().invoke(main, ["why", *arguments], env=environment)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def test_a_level_is_explained_in_words(office: Office) -> None:
    handle = office.handle("U1")
    told = data(office.as_("U0"), f"/influence/people/{handle}.json")
    lines = why(office, handle, "influence.score").stdout.splitlines()
    assert lines[0] == f"{told['name']}: {told['influence']:g} influence.score, now"
    assert "own voice" in lines[1]
    assert f"from {told['people']} people" in lines[1]
    assert lines[2].endswith(f": {told['influence']:g}")
    assert lines[3].endswith(f"/influence/people/{handle}")
    assert not any("entry" in line for line in lines)


def test_the_same_as_data(office: Office) -> None:
    found = json.loads(why(office, office.handle("U1"), "influence.score", "--json").stdout)
    assert found.keys() == {"amount", "explanation"}
    assert found["explanation"]["parts"][0]["amount"] == found["amount"]
