"""What the source wizard says and asks for GitHub."""

from __future__ import annotations

from marshmallow import Schema, fields

from renown.api import Field

STEPS = (
    Field("Open the webhooks", "In the organisation, or in one repository: Settings, Webhooks, Add webhook."),
    Field("Payload URL", "{url}"),
    Field("Content type", "application/json"),
    Field("Secret", "{secret}"),
    Field(
        "Events",
        "Choose Let me select individual events: Commit comments, Discussion comments, Discussions, Issue comments, "
        "Issues, Pull request review comments, Pull request reviews, Pull requests, Pushes, Releases, Stars, Wiki.",
    ),
    Field("Check it", "Choose Add webhook. GitHub sends a ping at once, and it appears below."),
)

READS = (
    Field("Issues and pull requests", "Who opened, changed, closed, merged or assigned what, and when."),
    Field("Comments and reviews", "Who wrote in answer to what, and how many words. Not the text itself."),
    Field("Discussions", "Who asked, who answered, and which answer was accepted by whom."),
    Field("Commits", "Who pushed which commit. Not its code."),
    Field("Releases, wiki, stars", "Who published a release, wrote a page, or starred a repository."),
    Field(
        "Private repositories",
        "Nothing, unless this source is set to take them. Others then see the day and the points, not more.",
    ),
    Field("Not read", "Code, secrets, e-mail addresses, workflow runs, security alerts, billing."),
)


class Settings(Schema):
    """What may be set per organisation."""

    colleagues_see_private = fields.Boolean(
        load_default=False,
        metadata={
            "label": "Colleagues may see what happens in private repositories",
            "description": "Where every employee can read them anyway. Otherwise others see the day and the points.",
        },
    )
