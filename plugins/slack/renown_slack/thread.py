"""Writing into threads: what came of an idea goes back to where it was said first."""

from __future__ import annotations

import json

from renown.api import Channel, Message, PluginContext

#: Of Slack; the workspace's own token is a setting.
_POST = "/chat.postMessage"


class NotPosted(RuntimeError):
    """Slack did not take it. The text is what it said."""


class Thread(Channel):
    """A channel without people: its addresses are messages, as "C0123ABCD:1517436495.000136"."""

    name = "slack"
    title = ""

    def address(self, person: int, ctx: PluginContext) -> str | None:
        return None

    def send(self, address: str, message: Message, ctx: PluginContext) -> None:
        """Raises NotPosted, and what a request raises; then it is tried again."""
        with ctx.reading() as inner:
            api, token = inner.settings["api"], inner.settings["bot_token"]
        if not token:
            raise NotPosted("the setting for the bot's token is empty")
        place, _, ts = address.partition(":")
        said = "\n".join(filter(None, (f"*{_plain(message.title)}*", _plain(message.body), message.url or "")))
        body = {"channel": place, "thread_ts": ts, "text": said, "unfurl_links": False}
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json; charset=utf-8"}
        answer = ctx.http.post(api.rstrip("/") + _POST, json.dumps(body).encode(), headers)
        try:
            told = json.loads(answer.body)
        except ValueError:
            told = {}
        if answer.status != 200 or not isinstance(told, dict) or told.get("ok") is not True:
            error = told.get("error", "") if isinstance(told, dict) else ""
            raise NotPosted(f"Slack answered {answer.status} {error}".strip())


def _plain(text: str) -> str:
    """Slack reads these three as its own."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
