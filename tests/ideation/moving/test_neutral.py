"""The four tables: out and in again without loss, twice without doubling, every bad line named."""

from __future__ import annotations

import csv
import io
import tempfile
import zipfile
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, update

from renown.access import customers
from renown_ideation.ideas import merging, voters
from renown_ideation.models import Board, Idea, Merge, Vote
from renown_ideation.moving import cells
from renown_ideation.moving.neutral import STATES_IN
from renown_ideation.moving.values import iso
from tests.ideation.company import NOW, Company
from tests.ideation.moving import moved
from tests.ideation.moving.moved import TABLES, bad, board, bring, counts, export, tables

PEOPLE = ["", "ada@example.com", "eve@example.com", "cleo@example.com", "carl@example.com"]
#: What breaks tables: quotes, lines, formulas, guards, marks of order, blanks that are none.
NASTY = st.sampled_from(
    ["=1+1", "'=x", "''", "'", "+", "-2", "@sum", "\t", "a,b;c", '"', '""', "a\nb", "a\r\nb", "\r", "\u2028", "＝", "é"]
)
LETTERS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=6)
TEXT = st.lists(NASTY | LETTERS, max_size=4).map("".join)
AT = st.integers(0, 10**12).map(lambda n: iso(1_500_000_000_000_000 + n))
YES = st.sampled_from(["yes", "no"])


@st.composite
def sites(draw: st.DrawFn) -> dict[str, list[dict[str, Any]]]:
    """Four tables as somebody could have written them."""
    keys = draw(st.lists(st.integers(1, 99), min_size=1, max_size=4, unique=True))

    def row(number: int, **more: Any) -> dict[str, Any]:
        who = {"author_email": draw(st.sampled_from(PEOPLE)), "author_name": draw(st.sampled_from(["", "Zoe", "=Bob"]))}
        return {"id": number, "created_at": draw(AT), **who, **more}

    posts = [
        row(
            key, title=draw(TEXT) + "x", body=draw(TEXT), state=draw(st.sampled_from(STATES_IN)),
            tags=draw(st.sampled_from(["", "a", "a,c++,b c"])), earlier_votes=draw(st.integers(0, 9)),
            merged_into=draw(st.sampled_from(["", keys[at - 1]])) if at else "", follows=draw(YES),
            standing=draw(st.sampled_from(["shown", "shown", "waiting"])),
        )
        for at, key in enumerate(keys)
    ]  # fmt: skip
    post = st.sampled_from(keys)
    some = range(draw(st.integers(0, 3)))
    states, late = st.sampled_from(["", "planned", "declined"]), st.sampled_from(["", "2.000001"])
    pairs = draw(st.lists(st.tuples(post, st.sampled_from(PEOPLE)), unique=True, max_size=6))
    return {
        "posts": posts,
        "comments": [row(n, post=draw(post), body=draw(TEXT) + "x") for n in some],
        "notes": [
            row(n, post=draw(post), text=draw(TEXT) + "x", state=draw(states), late_seconds=draw(late)) for n in some
        ],
        "votes": [
            {"id": n, "post": key, "voter_email": mail, "created_at": draw(AT), "follows": draw(YES)}
            for n, (key, mail) in enumerate(pairs)
        ],
    }


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(written=sites())
def test_out_and_in_again_loses_nothing(site: Company, written: dict[str, list[dict[str, Any]]]) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        first, second = board(site), board(site)
        assert bring(site, "renown", tables(folder / "in", **written), first).done
        out = export(site, first, folder / "out.zip")
        dry = bring(site, "renown", out, second, dry_run=True)
        assert not moved.ideas(site, second)
        report = bring(site, "renown", out, second)
        assert report.done
        assert dry.rows() == report.rows()
        assert dry.lines == report.lines
        again = export(site, second, folder / "again.zip")
        assert _renumbered(again) == _renumbered(out)
        assert not [one for one in counts(bring(site, "renown", out, second)) if not one.endswith("unchanged")]
        assert _renumbered(export(site, second, folder / "again.zip")) == _renumbered(out)


def _renumbered(path: Path) -> dict[str, list[list[str]]]:
    """The rows of each table, ids by the order in which they come. Their own order is that of the rows."""
    with zipfile.ZipFile(path) as archive:
        read = {name: list(csv.DictReader(io.StringIO(archive.read(name).decode(), newline=""))) for name in TABLES}
    numbers = {row["id"]: str(at) for at, row in enumerate(read["posts.csv"])} | {"": ""}
    for name, lines in read.items():
        for row in lines:
            for column in ("post", "merged_into"):
                if column in row:
                    row[column] = numbers[row[column]]
            row["id"] = row["id"].split("-")[0] if name == "notes.csv" else ""
    return {name: sorted(list(row.values()) for row in lines) for name, lines in read.items()}


@given(TEXT)
def test_no_cell_is_run_by_a_spreadsheet_and_each_comes_back(cell: str) -> None:
    written = cells.guarded(cell)
    assert written[:1] not in tuple("=+-@\t\r\n＝")
    assert cells.unguarded(written) == cell


def _small(folder: Path, **changed: Any) -> Path:
    """An idea with a comment, an answer and two votes."""
    one = {"id": "p1", "title": "Dark mode", "body": "At night.", "state": "planned", "tags": "ui"}
    one |= {"created_at": "2026-01-02T03:04:05Z", "author_email": "carl@example.com"}
    beside = {"post": "p1", "created_at": "2026-02-03 04:05:06 UTC", "author_email": "cleo@example.com"}
    vote = {"post": "p1", "created_at": "2026-02-03"}
    comment = changed.pop("comment", "Yes!")
    return tables(
        folder,
        posts=[one | changed],
        comments=[{"id": "c1", "body": comment, **beside}],
        notes=[beside | {"id": "n1", "text": "Next quarter.", "state": "planned", "author_email": "mo@example.com"}],
        votes=[vote | {"id": 1, "voter_email": "cleo@example.com"}, vote | {"id": 2, "voter_email": ""}],
    )


def test_what_was_changed_there_is_changed_here_unless_it_was_changed_here(site: Company, tmp_path: Path) -> None:
    slug = board(site)
    report = bring(site, "renown", _small(tmp_path), slug)
    assert counts(report) == {"idea made": 1, "comment made": 1, "note made": 1, "vote made": 1, "vote earlier": 1}
    idea = moved.idea(site, slug, "Dark mode")
    assert (idea.author_id, idea.earlier_votes, idea.comments) == (site.people["carl"], 1, 1)
    assert moved.steps(site, idea.id) == [("planned", "Next quarter.")]
    site.settle()
    assert moved.idea(site, slug, "Dark mode").voters == 1

    report = bring(site, "renown", _small(tmp_path, title="Dark theme", comment="Yes, please!", earlier_votes=4), slug)
    assert counts(report)["idea changed"] == counts(report)["comment changed"] == 1
    assert "idea made" not in counts(report)
    idea = moved.idea(site, slug, "Dark theme")
    assert (idea.revision, idea.earlier_votes) == (2, 5)
    assert moved.said(site, idea.id) == [("Yes, please!", False, "shown")]

    with site.writing() as ctx:
        ctx.session.execute(update(Idea).where(Idea.id == idea.id).values(title="Night mode"))
    report = bring(site, "renown", _small(tmp_path, title="Dark skin", state="delivered"), slug)
    assert [(one.weight, one.field) for one in report.lines] == [("left", "title")]
    idea = moved.idea(site, slug, "Night mode")
    assert idea.state == "delivered"
    assert moved.steps(site, idea.id)[-1] == ("delivered", "")
    assert bring(site, "renown", _small(tmp_path, title="Dark skin", state="delivered"), slug).weights["left"] == 1


def test_nothing_is_written_while_a_line_is_bad_and_each_is_named(site: Company, tmp_path: Path) -> None:
    slug = board(site)
    good = {"id": "1", "title": "Good", "created_at": "2026-01-01", "state": "", "merged_into": "", "author_email": ""}
    folder = tables(
        tmp_path,
        posts=[
            good, good | {"id": "2", "title": " "}, good | {"id": "3", "created_at": "yesterday"},
            good | {"id": "4", "state": "lost"}, good | {"id": "5", "author_email": "not one"}, good,
            good | {"id": "6", "merged_into": "7"}, good | {"id": "8", "merged_into": "9"},
            good | {"id": "9", "merged_into": "8"}, good | {"id": "10", "body": "x" * 20_001},
        ],
        votes=[{"id": "a", "post": "99", "created_at": "2026-01-01", "voter_email": ""}],
    )  # fmt: skip
    named = [
        ("posts.csv, line 3", "title"), ("posts.csv, line 4", "created_at"), ("posts.csv, line 5", "state"),
        ("posts.csv, line 6", "author_email"), ("posts.csv, line 7", "id"), ("posts.csv, line 8", "merged_into"),
        ("posts.csv, line 9", "merged_into"), ("posts.csv, line 11", "body"), ("votes.csv, line 2", "post"),
    ]  # fmt: skip
    for dry_run in (True, False):
        report = bring(site, "renown", folder, slug, dry_run=dry_run)
        assert sorted(bad(report)) == sorted(named)
        assert not report.done
        assert not moved.ideas(site, slug)
    report = bring(site, "renown", folder, slug, leave_out=True)
    assert report.done
    assert [one.state for one in moved.ideas(site, slug)] == ["submitted"] * 4


def test_tables_of_spreadsheets_are_read_and_damaged_ones_named(site: Company, tmp_path: Path) -> None:
    table = tmp_path / "posts.csv"
    table.write_bytes(
        '\ufeffID;Title;Body;Created_At\r\n7;"A; ""B""";"one\r\ntwo";2026-01-01\r\n\r\n8;C;;2026-01-02\r\n'.encode()
    )
    slug = board(site)
    assert counts(bring(site, "renown", table, slug)) == {"idea made": 2}
    assert moved.idea(site, slug, 'A; "B"').body == "one\r\ntwo"
    damaged = {
        b"id,title,created_at\n1,a,2026-01-01\n2,b\n": ("posts.csv, line 3", ""),
        b"id,title,created_at\n1,\xff,2026-01-01\n": ("posts.csv, line 2", ""),
        b'id,title,created_at\n1,"a,2026-01-01\n': ("posts.csv, line 2", ""),
        b"id,title\n1,a\n": ("posts.csv, line 1", "created_at"),
        b"id,title,title,created_at\n": ("posts.csv, line 1", "title"),
        b"": ("posts.csv, line 1", ""),
    }
    for raw, said in damaged.items():
        table.write_bytes(raw)
        assert bad(bring(site, "renown", table, slug)) == [said]


def test_an_archive_that_leads_out_or_bursts_is_not_opened(site: Company, tmp_path: Path) -> None:
    slug = board(site)
    for name, content in {"../posts.csv": b"id,title,created_at\n", "posts.csv": b"\0" * (30 << 20)}.items():
        with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as made:
            made.writestr(name, content)
        report = bring(site, "renown", tmp_path / "a.zip", slug)
        assert report.bad == 1
        assert not report.done


def test_who_is_not_known_joins_where_customers_may_and_else_stays_a_name(site: Company, tmp_path: Path) -> None:
    slug = board(site)
    votes = [
        {"id": n, "post": 1, "created_at": "2026-01-01", "voter_email": f"new{n}@else.example", "voter_staff": staff}
        for n, staff in enumerate(["no", "yes"])
    ]
    folder = tables(
        tmp_path,
        posts=[
            {
                "id": 1,
                "title": "One",
                "created_at": "2026-01-01",
                "author_email": "zoe@else.example",
                "author_name": "Zoe",
            }
        ],
        votes=votes,
    )
    assert counts(bring(site, "renown", folder, slug)) == {"idea made": 1, "vote earlier": 2}
    one = moved.idea(site, slug, "One")
    assert (one.author_id, one.author_name, one.earlier_votes) == (None, "Zoe", 2)
    page = site.browser("eve").get(f"/ideas/{slug}/{one.id}-one").get_data(as_text=True)
    assert "Zoe" in page
    with site.db.write() as conn:
        customers.set_policy(conn, "vouched")
    report = bring(site, "renown", folder, slug)
    assert counts(report) == {"idea unchanged": 1, "vote made": 1, "vote unchanged": 1}
    one = moved.idea(site, slug, "One")
    assert one.earlier_votes == 1
    with site.reading() as ctx:
        found = ctx.people.find("new0@else.example")
        assert found is not None
        assert ctx.session.get(Vote, (one.id, found.id)) is not None
        assert ctx.people.find("new1@else.example") is None


def test_a_vote_that_was_taken_back_here_stays_so_and_a_merge_that_was_undone(site: Company, tmp_path: Path) -> None:
    slug = board(site)
    folder = tables(
        tmp_path,
        posts=[
            {"id": n, "title": f"T{n}", "created_at": "2026-01-01", "merged_into": into}
            for n, into in ((1, 2), (2, 3), (3, ""))
        ],
        votes=[{"id": n, "post": n, "created_at": "2026-01-01", "voter_email": "cleo@example.com"} for n in (1, 2)],
    )  # fmt: skip
    assert counts(bring(site, "renown", folder, slug)) == {"idea made": 3, "merge made": 2, "vote made": 2}
    first, second, last = moved.ideas(site, slug)
    assert (first.into_id, second.into_id, first.state) == (last.id, last.id, "merged")
    with site.writing() as ctx:
        assert voters.number(ctx, last.id) == 1
        merging.undo(ctx, ctx.session.get_one(Idea, second.id), site.people["mo"])
        voters.vote(ctx, first.id, site.people["cleo"], given=False)
    assert counts(bring(site, "renown", folder, slug)) == {
        "idea unchanged": 3,
        "merge unchanged": 2,
        "vote unchanged": 2,
    }
    with site.reading() as ctx:
        assert ctx.session.get_one(Idea, second.id).into_id is None
        assert ctx.session.get_one(Idea, first.id).into_id == second.id
        assert voters.number(ctx, second.id) == 1
        assert ctx.session.get_one(Vote, (first.id, site.people["cleo"])).given is False
        assert (
            ctx.session.scalar(
                select(func.count()).select_from(Merge).where(Merge.undone_at.is_(None), Merge.idea_id == first.id)
            )
            == 1
        )


def test_while_numbers_are_hidden_an_export_has_no_votes(site: Company, tmp_path: Path) -> None:
    slug = board(site)
    bring(site, "renown", _small(tmp_path / "in"), slug)
    with site.writing() as ctx:
        ctx.session.execute(update(Board).where(Board.slug == slug).values(hidden_until=NOW + 10**12))
        crowd = moved.idea(site, slug, "Dark mode").id
    [nobody] = site.crowd(1)
    with site.writing() as ctx:
        voters.vote(ctx, crowd, nobody)
    out = export(site, slug, tmp_path / "out")
    assert not (out / "votes.csv").exists()
    assert moved.rows(out / "posts.csv")[0]["earlier_votes"] == "1"
    with site.writing() as ctx:
        ctx.session.execute(update(Board).where(Board.slug == slug).values(hidden_until=None))
    out = export(site, slug, tmp_path / "out")
    assert [row["voter_email"] for row in moved.rows(out / "votes.csv")] == ["cleo@example.com"]
    assert moved.rows(out / "posts.csv")[0]["earlier_votes"] == "2"
