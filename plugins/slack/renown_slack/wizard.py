"""What the source wizard says and asks for Slack."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from renown.api import Field

# YAML, as Slack takes it: one block to copy, nothing to click together.
MANIFEST = """\
display_information:
  name: Renown
  description: Explained points for what people do for one another
features:
  bot_user:
    display_name: Renown
    always_online: false
  shortcuts:
    - name: Make it an idea
      type: message
      callback_id: idea
      description: Asks its author whether it may become one
oauth_config:
  scopes:
    bot:
      - channels:history
      - channels:join
      - channels:read
      - chat:write
      - commands
      - reactions:read
      - users:read
      - users:read.email
settings:
  event_subscriptions:
    request_url: {url}
    bot_events:
      - channel_created
      - channel_rename
      - member_joined_channel
      - member_left_channel
      - message.channels
      - reaction_added
      - reaction_removed
      - team_join
      - user_change
  interactivity:
    is_enabled: true
    request_url: {url}
  org_deploy_enabled: false
  socket_mode_enabled: false
  token_rotation_enabled: false
"""

STEPS = (
    Field("Create the app", "Open https://api.slack.com/apps, choose Create New App, then From a manifest, and paste:"),
    Field("Manifest", MANIFEST),
    Field("Install it", "Choose Install to Workspace. Slack shows what the app may read, and asks for consent."),
    Field("Copy the secret", "Under Basic Information, App Credentials, copy the Signing Secret and paste it here."),
    Field("Check the address", "Under Event Subscriptions, Slack sends a challenge to {url} and says Verified."),
    Field("Invite it", "In each channel that counts, write /invite @Renown. A channel without the app is not read."),
)

READS = (
    Field("Messages", "Who wrote when, in which channel, in answer to what, and how many words. Not the text itself."),
    Field("Reactions", "Who put which emoji on whose message, and who took it off again."),
    Field("Changes", "That a message was changed or removed."),
    Field("Channels", "Who joined or left a channel that the app is in."),
    Field("People", "Name and e-mail address, to know the same person again in another network."),
    Field("Written", "Answers to an idea, into the thread that it came from, where its author agreed to that."),
    Field("Not read", "Private channels, direct messages, files, calls, presence, and when somebody was online."),
)


class Settings(Schema):
    """What may be set per workspace."""

    accept_emoji = fields.String(
        load_default="",
        validate=validate.Length(max=64),
        metadata={
            "label": "Emoji that accepts an answer",
            "description": "For example white_check_mark. Empty: no emoji does.",
        },
    )
    address = fields.String(
        load_default="",
        validate=validate.Regexp(r"(https://[a-z0-9-]+(\.enterprise)?\.slack(-gov)?\.com/?)?$"),
        metadata={
            "label": "Address of the workspace",
            "description": "For example https://acme.slack.com. With it, links lead to the messages themselves.",
        },
    )
    question_channels = fields.String(
        load_default="",
        validate=validate.Length(max=4000),
        metadata={
            "label": "Channels where people ask",
            "description": "Ids (C0123ABCD), separated by spaces. Messages there are questions, their threads answers.",
        },
    )
