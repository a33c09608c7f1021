"""Boards with ideas in all states: brought, voted for, talked about, answered, merged, planned, delivered."""

from __future__ import annotations

from renown.access.viewer import Role, Viewer
from renown.app import Renown
from renown.context import PluginContext
from renown.jobs.worker import drain_all
from renown_ideation import boards, facts
from renown_ideation.answers import answering
from renown_ideation.delivery import links, news, plans, steps
from renown_ideation.experts import asking, cards
from renown_ideation.ideas import amending, authors, comments, drafts, files, merging, voters, writing
from renown_ideation.ideas.texts import Draft
from renown_ideation.intake import mails, post
from renown_ideation.models import Board, Idea, Intake
from renown_ideation.moderation import holding, reports

BODY = """The app is bright, and at night it hurts. What would help:

- follow the system's setting
- a switch on each page

See https://example.com/dark for how others do it."""
IDEAS = (
    ("Dark mode for the app", BODY, "look, night"),
    ("Export reports as CSV", "We copy numbers by hand into a sheet, every Monday.", "data"),
    ("A night theme", "The bright one hurts.", "look"),
    ("Keyboard shortcuts for the inbox", "Ten clicks a message are nine too many.", ""),
    ("Ein Wort, das sehr lang ist: Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichen", "", "language"),
    ("Remember the last filter", "", "data"),
    ("Offline mode", "On trains there is nothing.", ""),
    ("Show who is away", "", ""),
)
MAIL = b"""From: Carl Customer <carl@shop.example>
To: ideas@renown.example
Subject: Print the calendar
Message-ID: <1@shop.example>

On one page, please.
"""
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c63606060f80f0001040100"
    "5fe5c34b0000000049454e44ae426082"
)


def bring(renown: Renown, people: dict[str, int]) -> None:
    """U0 is a member, U1 a moderator; cleo and K1 to K5 are customers."""
    with renown.contexts.of("ideation").writing() as ctx:
        product = _board(ctx, "product", "Product", "public")
        inner = _board(ctx, "workplace", "Workplace", "employees")
        _board(ctx, "empty", "Quiet corner", "public")
        customers: list[tuple[str, Role]] = [(one, "customer") for one in ("cleo", "K1", "K2")]
        writers = [*customers[:2], ("U0", "member"), customers[2]]
        ideas = []
        for nth, (title, body, tags) in enumerate(IDEAS):
            who, role = writers[nth % len(writers)]
            given = {"title": title, "body": body, "tags": tags}
            ideas.append(writing.submit(ctx, Viewer(people[who], role), product, given))
        writing.submit(ctx, Viewer(people["U0"], "member"), inner, {"title": "Quiet rooms", "body": "Two of them."})
        _talk(ctx, product, ideas, people)
        _ask(ctx, product, people)
        _answer(ctx, product, ideas, people)
        _wait(ctx, product, ideas, people)
    drain_all(renown.db, renown.drains)


def _board(ctx: PluginContext, slug: str, title: str, audience: str) -> Board:
    days = {"acknowledge_days": "2", "answer_days": "10", "held": "nobody"}
    about = "What would make it better for you?"
    return boards.add(ctx, {"slug": slug, "title": title, "audience": audience, "about": about} | days)


def _talk(ctx: PluginContext, board: Board, ideas: list[Idea], people: dict[str, int]) -> None:
    for nth, idea in enumerate(ideas):
        for number in range(max(0, 7 - nth)):
            voters.vote(ctx, idea.id, people[f"U{number}"])
    dark, moderator, customer = ideas[0], Viewer(people["U1"], "moderator"), Viewer(people["K1"], "customer")
    answering.own(ctx, dark, board, people["U0"], people["U1"])
    comments.add(ctx, customer, board, dark, {"body": "For beamers as well:\n\n1. dim\n2. dark"})
    said = comments.add(ctx, moderator, board, dark, {"body": "About a week of work.", "staff": "yes"})
    files.keep(ctx, dark, people["cleo"], files.Looked("night.png", "image/png", PNG))
    files.keep(ctx, dark, people["U1"], files.Looked("costs.csv", "text/csv", b"what,days\ndark,5\n"), said.id)
    again = {"title": dark.title, "body": f"{BODY}\n\nAnd print.", "tags": "look, night"}
    amending.revise(ctx, Viewer(people["cleo"], "customer"), board, dark, again, 1)
    changed = {"title": dark.title, "body": f"{BODY}\n\nNot for print.", "note": "Print stays bright"}
    amending.propose(ctx, customer, board, dark, changed, 1)
    path = writing.path(board, ideas[1])
    authors.invite(ctx, Viewer(people["K1"], "customer"), ideas[1], path, "member@example.com")
    drafts.save(ctx, Viewer(people["U0"], "member"), board, {"title": "Half a thought"}, None)


def _wait(ctx: PluginContext, board: Board, ideas: list[Idea], people: dict[str, int]) -> None:
    """For moderators: a comment, a new text, a report; and what is known about the board."""
    customer, member, why = Viewer(people["K2"], "customer"), Viewer(people["U0"], "member"), "Somebody new wrote this"
    comments.add(ctx, customer, board, ideas[1], {"body": "Like https://example.com does"}, suspect=why)
    holding.text(ctx, board, ideas[1], people["K1"], Draft(ideas[1].title, "And every day.", ("data",)), "", why)
    reports.report(ctx, member, board, ideas[0], None, {"reason": "other", "word": "Is this not done?"})
    board.origins = ["https://shop.example"]
    facts.put(ctx, board, people["U1"], {"kind": "constraint", "text": "The old app stays", "outcome": "Until June"})


def _answer(ctx: PluginContext, board: Board, ideas: list[Idea], people: dict[str, int]) -> None:
    by = people["U1"]
    answering.step(ctx, ideas[0], board, "acknowledged", "Thank you: we looked at it.", by)
    answering.step(ctx, ideas[0], board, "planned", "We begin in March.\n\n- the app first\n- then mail", by)
    answering.step(ctx, ideas[3], board, "declined", "The inbox goes away in autumn.", by)
    answering.step(ctx, ideas[5], board, "acknowledged", "", by)
    answering.step(ctx, ideas[5], board, "planned", "Soon.", by)
    filters = {"goal": "Lists open as they were left", "expected": "A minute saved on each of ten lists a day."}
    kept = plans.write(ctx, ideas[5], by, filters | {"horizon": "now"})
    plans.conclude(ctx, ideas[5], kept, by, "Half a minute, on seven lists. Nobody asks for it any more.")
    answering.step(ctx, ideas[5], board, "delivered", "It is there.", by)
    merging.merge(ctx, ideas[2], ideas[0], by, "They ask for the same.")
    issue = {"url": "https://github.com/acme/app/issues/1", "kind": "issue", "title": "acme/app#1"}
    links.add(ctx, ideas[0], by, issue)
    for idea, horizon, goal in (
        (ideas[0], "now", "Calm eyes at night"),
        (ideas[1], "next", "No number is copied by hand"),
        (ideas[6], "later", "Trains are good for work"),
    ):
        plans.write(
            ctx, idea, by, {"goal": goal, "expected": "Fewer complaints: three a week now.", "horizon": horizon}
        )
    _judge(ctx, board, ideas[0], people)
    _check_off(ctx, ideas[0], people)
    told = {"title": "Filters are remembered", "body": "Each list opens as you left it.", "ideas": str(ideas[5].id)}
    news.write(ctx, board, by, told)
    ctx.session.flush()


def _judge(ctx: PluginContext, board: Board, idea: Idea, people: dict[str, int]) -> None:
    by = Viewer(people["U1"], "moderator")
    for nth, who in enumerate(("U4", "U5", "U6", "U0")):
        profile = ctx.people.get(people[who])
        assert profile is not None
        made = asking.ask(ctx, by, board, idea, profile.handle, "You drew the last one.")
        said = {"c1": str(2 + nth), "c2": "4", "c3": str(5 - nth), "c4": "", "note": "Mind the beamers." if nth else ""}
        if who != "U0":
            cards.judge(ctx, board, idea, made, said)


def _check_off(ctx: PluginContext, idea: Idea, people: dict[str, int]) -> None:
    plan = plans.of(ctx, idea.id)
    assert plan is not None
    first, *_ = (steps.add(ctx, plan, {"text": one}) for one in ("Choose the colours", "The app", "Mail", "Print"))
    steps.act(ctx, first, "done", people["U1"])
    mine = ctx.people.get(people["U0"])
    assert mine is not None
    steps.add(
        ctx, plan, {"text": "Ask those who have trouble with contrast", "owner": mine.handle, "due": "2026-01-05"}
    )


def _ask(ctx: PluginContext, board: Board, people: dict[str, int]) -> None:
    """A message of U0 that U1 marked, and a mail."""
    now, mail = ctx.clock.now(), mails.read(MAIL)
    ctx.files.write("intake/mail", ctx.secrets.seal(post.packed(mail)).encode())
    asked = {"state": "asked", "board_id": board.id, "at": now}
    said = {"author_id": people["U0"], "by_id": people["U1"], "url": "https://acme.slack.example/C1/p1"}
    ctx.session.add(Intake(id=1, source="slack:T1", object="C1:1", **said, **asked))
    ctx.session.add(Intake(id=2, source=post.source_of(board), object="2", sender="x", kept="intake/mail", **asked))
    ctx.session.flush()
