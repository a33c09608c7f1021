"""The vectors of the networks' own documents verify, and fail with one bit changed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from renown.api import BadSignature, Connector, Inbound
from renown_github.connector import GitHub
from renown_slack.connector import Slack
from tests.networks import kit

# Published in the documents of both networks.
SLACK_BODY = (
    b"token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V"
    b"&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text="
    b"&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN"
    b"&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
)
CASES = {
    "slack": (
        Slack(),
        "8f742231b10e8888abcd99yyyzzz85a5",
        "x-slack-signature",
        Inbound(
            "POST",
            {
                "content-type": "application/x-www-form-urlencoded",
                "x-slack-request-timestamp": "1531420618",
                "x-slack-signature": "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503",
            },
            {},
            SLACK_BODY,
            1_531_420_618_000_000,
        ),
    ),
    "github": (
        GitHub(),
        "It's a Secret to Everybody",
        "x-hub-signature-256",
        Inbound(
            "POST",
            {"x-hub-signature-256": "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"},
            {},
            b"Hello, World!",
            kit.AT,
        ),
    ),
}


@pytest.fixture(params=CASES)
def case(request: pytest.FixtureRequest) -> tuple[Connector, str, str, Inbound]:
    return CASES[str(request.param)]


def test_the_published_vector_verifies_with_any_active_secret(case: tuple[Connector, str, str, Inbound]) -> None:
    connector, secret, _, inbound = case
    connector.verify(inbound, [secret])
    connector.verify(inbound, ["one that is going out", secret])


def test_one_bit_more_or_less_and_it_fails(case: tuple[Connector, str, str, Inbound]) -> None:
    connector, secret, header, inbound = case
    changed = bytes([inbound.body[0] ^ 1]) + inbound.body[1:]
    for wrong in (
        replace(inbound, headers=kit.flipped(inbound.headers, header)),
        replace(inbound, body=changed),
        replace(inbound, headers={**inbound.headers, header: "ä\udcff"}),
        replace(inbound, headers={k: v for k, v in inbound.headers.items() if k != header}),
    ):
        with pytest.raises(BadSignature):
            connector.verify(wrong, [secret])
    with pytest.raises(BadSignature):
        connector.verify(inbound, [secret[:-1] + chr(ord(secret[-1]) ^ 1)])
    with pytest.raises(BadSignature):
        connector.verify(inbound, [])


@pytest.mark.parametrize(("seconds", "good"), [(-300, True), (300, True), (-301, False), (301, False), (10**9, False)])
def test_slack_deliveries_are_good_for_five_minutes(seconds: int, good: bool) -> None:
    connector, secret, _, inbound = CASES["slack"]
    moved = replace(inbound, at=inbound.at + seconds * 1_000_000)
    if good:
        connector.verify(moved, [secret])
    else:
        with pytest.raises(BadSignature, match="5 minutes"):
            connector.verify(moved, [secret])


@pytest.mark.parametrize("sent", ["", "soon", "-1531420618", "1531420618.5", "９", "1" * 40])
def test_a_timestamp_that_is_none_is_refused(sent: str) -> None:
    connector, secret, _, inbound = CASES["slack"]
    with pytest.raises(BadSignature, match="Timestamp"):
        connector.verify(replace(inbound, headers={**inbound.headers, "x-slack-request-timestamp": sent}), [secret])


def test_refusals_never_tell_the_secret() -> None:
    for connector, secret, header, inbound in CASES.values():
        with pytest.raises(BadSignature) as refused:
            connector.verify(replace(inbound, headers=kit.flipped(inbound.headers, header)), [secret])
        assert secret not in str(refused.value)
