"""The commands: one module a subject. Each exits with 0 only where all is well."""

from __future__ import annotations

import click

from renown.cli.audit import audit
from renown.cli.boards import boards
from renown.cli.common import safe_option
from renown.cli.db import db
from renown.cli.demo import demo
from renown.cli.doctor import doctor
from renown.cli.importing import import_
from renown.cli.ledger import recount, replay
from renown.cli.organisation import organisation
from renown.cli.people import people
from renown.cli.plugin_commands import WithPlugins
from renown.cli.plugins import plugins
from renown.cli.reconcile import reconcile
from renown.cli.serve import serve, worker
from renown.cli.sources import sources
from renown.cli.tokens import tokens
from renown.cli.why import why


@click.group(cls=WithPlugins, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="renown")
@safe_option
def main() -> None:
    """Renown: reputation and ideation on top of the networks a company already uses.

    RENOWN_DATABASE_URL selects the database, RENOWN_DATA the folder of the embedded one.
    Plugins may bring more: renown PLUGIN --help.
    """


for command in (
    serve,
    worker,
    demo,
    sources,
    import_,
    boards,
    why,
    reconcile,
    people,
    organisation,
    tokens,
    replay,
    recount,
    audit,
    db,
    doctor,
    plugins,
):
    main.add_command(command)
