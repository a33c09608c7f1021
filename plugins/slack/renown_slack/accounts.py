"""Who somebody is: from a message itself, or from the list of users in an export."""

from __future__ import annotations

from collections.abc import Mapping

from renown.api import Actor, Payload

SLACKBOT = "USLACKBOT"
#: The account of an act that Slack does not say who did.
ANONYMOUS = Actor(id="anonymous")
#: Ids of Slack have nine to eleven characters; natural keys hold two of them.
ID = 32


def account(user: Payload) -> Actor:
    """One user object. Slack has each address confirmed, unless it says otherwise or the account is another team's."""
    profile = user.maybe("profile")
    bot = user.flag("is_bot") or user.text("id", ID) == SLACKBOT
    email = profile.maybe_text("email", 320) if profile and not bot else None
    return Actor(
        id=user.text("id", ID),
        type="Application" if bot else "Person",
        name=_name(user, profile),
        username=user.label("name", 128),
        email=email,
        emailVerified=_confirmed(user) if email else None,
    )


def _confirmed(user: Payload) -> bool:
    stranger = user.flag("is_stranger") or user.flag("is_invited_user")
    return not stranger and ("is_email_confirmed" not in user or user.flag("is_email_confirmed"))


def _name(user: Payload, profile: Payload | None) -> str | None:
    known = (profile.label("real_name") or profile.label("display_name")) if profile else None
    return known or user.label("real_name") or user.label("name")


def author(message: Payload, known: Mapping[str, Actor]) -> Actor | None:
    """Who wrote a message; None where it names nobody."""
    bot = message.maybe_text("bot_id", ID)
    user = message.maybe_text("user", ID)
    if user is None:
        return Actor(id=bot, type="Application", name=message.label("username")) if bot else None
    if user in known:
        return known[user]
    if bot or user == SLACKBOT:
        profile = message.maybe("bot_profile")
        return Actor(id=user, type="Application", name=profile.label("name") if profile else None)
    profile = message.maybe("user_profile")
    if profile is None:
        return Actor(id=user)
    return Actor(id=user, name=_name(message, profile), username=profile.label("name", 128))


def named(user: str, known: Mapping[str, Actor]) -> Actor:
    return known.get(user) or Actor(id=user)
