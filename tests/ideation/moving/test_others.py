"""Fider, UserVoice and Canny, in the shapes that their own code and documentation give."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

from renown.access import customers
from renown_ideation import totals
from renown_ideation.models import Board, Vote
from tests.ideation.company import Company
from tests.ideation.moving import moved
from tests.ideation.moving.moved import archive, bad, board, bring, counts

AT = "2024-05-01T10:00:00.123456Z"


def _backup(**changed: Any) -> dict[str, Any]:
    """As Fider writes it: texts that are numbers come as numbers."""
    users = [
        {"id": 1, "name": "Ada", "email": "ada@example.com", "role": 3, "status": 1},
        {"id": 2, "name": "Cleo C.", "email": "Cleo@Example.com", "role": 1, "status": 1},
        {"id": 3, "name": "Sam", "email": "", "role": 1, "status": 1},
        {"id": 4, "name": "Gone", "email": "carl@example.com", "role": 1, "status": 2},
    ]
    post = {"created_at": AT, "user_id": 2, "number": 1, "description": "", "response": None, "response_date": None}
    posts = [
        post | {"id": 11, "title": 2024, "status": 4, "response": "Soon.", "response_user_id": 1, "response_date": AT},
        post | {"id": 12, "title": "Twice", "status": 5, "original_id": 11, "response": "", "response_date": AT},
        post | {"id": 13, "title": "Deleted", "status": 6},
        post | {"id": 14, "title": "Held", "status": 0, "user_id": 3, "is_approved": False},
    ]
    said = {"post_id": 11, "user_id": 3, "created_at": AT, "deleted_at": None}
    return {
        "users": users,
        "posts": posts,
        "comments": [
            said | {"id": 1, "content": "Please"}, said | {"id": 2, "content": "Gone", "deleted_at": AT},
            said | {"id": 3, "content": "Of deleted", "post_id": 13},
        ],
        "post_votes": [{"post_id": p, "user_id": u, "created_at": AT} for p, u in ((11, 2), (12, 1), (11, 3), (13, 1))],
        "post_subscribers": [{"post_id": 11, "user_id": 2, "status": 0}],
        "tags": [{"id": 5, "name": "UI/UX", "is_public": True}],
        "post_tags": [{"tag_id": 5, "post_id": 11}],
        "attachments": [{"id": 1, "attachment_bkey": "a.png"}],
        "oauth_providers": [{"client_secret": "hush"}],
        "email_verifications": [{"key": "hush"}],
        **changed,
    }  # fmt: skip


def test_a_backup_of_fider_comes_with_voters_duplicates_and_answers_and_without_its_keys(
    site: Company, tmp_path: Path
) -> None:
    slug = board(site)
    path = archive(tmp_path / "backup.zip", **_backup())
    report = bring(site, "fider", path, slug)
    assert counts(report) == {
        "comment made": 1, "idea made": 3, "merge made": 1, "note made": 1, "vote earlier": 1, "vote made": 2,
    }  # fmt: skip
    assert any("email_verifications, oauth_providers" in one.said for one in report.lines)
    first, twice, held = moved.ideas(site, slug)
    assert (first.title, first.state, first.earlier_votes, first.author_id) == (
        "2024",
        "planned",
        1,
        site.people["cleo"],
    )
    assert moved.steps(site, first.id) == [("planned", "Soon.")]
    assert (twice.into_id, twice.state) == (first.id, "merged")
    assert (held.standing, held.author_name) == ("waiting", "Sam")
    with site.reading() as ctx:
        found = ctx.session.get_one(Board, first.board_id)
        assert totals.shown(ctx, found, [first.id]) == {first.id: 2}
        assert ctx.session.get_one(Vote, (first.id, site.people["cleo"])).follows is False
    page = site.browser("eve").get(f"/ideas/{slug}/{first.id}-2024").get_data(as_text=True)
    assert "ui ux" in page
    assert "hush" not in page
    again = bring(site, "fider", path, slug)
    assert {one.split()[1] for one in counts(again)} == {"unchanged"}
    assert again.people["joined"] == 0


def test_a_damaged_backup_names_the_item_and_field(site: Company, tmp_path: Path) -> None:
    slug = board(site)
    broken = _backup()
    broken["posts"][0] |= {"status": 9}
    broken["comments"].append({"id": 4, "post_id": 11, "user_id": 1, "content": [], "created_at": AT})
    report = bring(site, "fider", archive(tmp_path / "backup.zip", **broken), slug)
    named = [("posts.json, item 1", "status"), ("comments.json, item 4", "content")]
    assert [one for one in bad(report) if one in named] == named
    half = {name: rows for name, rows in _backup().items() if name != "post_votes"}
    with zipfile.ZipFile(archive(tmp_path / "half.zip", **half), "a") as made:
        made.writestr("post_votes.json", '[{"post_id": 11, "user_')
    report = bring(site, "fider", tmp_path / "half.zip", slug)
    assert "post_votes.json is not JSON" in report.lines[-1].said
    assert not moved.ideas(site, slug)
    assert bad(bring(site, "fider", archive(tmp_path / "other.zip", posts=[]), slug)) == [("other.zip", "")]


def test_a_table_of_fider_has_numbers_of_votes_alone(site: Company, tmp_path: Path) -> None:
    slug = board(site)
    table = tmp_path / "posts.csv"
    table.write_text(
        "number,title,description,created_at,created_by,votes_count,comments_count,status,responded_by,responded_at,"
        "response,original_number,original_title,tags\n"
        '10,Go is fast,"Very, very",2018-03-23T19:33:22Z,Faceless,4,2,declined,Jon,2018-04-04T19:48:10Z,No,,,"a, b"\n'
        "20,Go is easy,,2018-01-12T01:46:59Z,Faceless,3,0,Duplicate,Arya,2018-03-17T10:15:42Z,Same,10,Go is fast,\n"
    )
    assert counts(bring(site, "fider-csv", table, slug)) == {"idea made": 2, "merge made": 1, "note made": 1}
    first, twice = moved.ideas(site, slug)
    assert (first.earlier_votes, first.author_name, first.state) == (4, "Faceless", "declined")
    assert twice.into_id == first.id
    with site.reading() as ctx:
        shown = totals.shown(ctx, ctx.session.get_one(Board, first.board_id), [first.id])
    assert shown == {first.id: 0}
    page = site.browser(None).get(f"/ideas/{slug}/{first.id}-go-is-fast").get_data(as_text=True)
    assert "Faceless" not in page


def test_a_table_of_uservoice_is_read_by_its_documented_columns(site: Company, tmp_path: Path) -> None:
    slug = board(site)
    table = tmp_path / "suggestions.csv"
    table.write_text(
        "suggestion.id,suggestion.title,suggestion.body,suggestion.status.name,suggestion.labels.name,"
        "suggestion.category.name,suggestion.parent.id,suggestion.created_timestamp,suggestion.supporters_count,"
        "suggestion.portal_url\n"
        '901,Dark,At night,Under Review,"look,night",Web,,2019-12-01 10:00:00 UTC,17,https://x.example/901\n'
        f"902,{'L' * 150},,,,,901,2019-12-02 10:00:00 +0100,3,\n"
        "903,Odd,,On hold,,,,2019-12-02 10:00:00 UTC,3,\n"
    )
    report = bring(site, "uservoice", table, slug)
    assert bad(report) == [("suggestions.csv, line 4", "status")]
    assert bring(site, "uservoice", table, slug, leave_out=True).done
    first, long = moved.ideas(site, slug)
    assert (first.state, first.earlier_votes) == ("review", 17)
    assert (len(long.title), long.body, long.into_id) == (140, "L" * 150, first.id)


def test_what_the_api_of_canny_answers_is_read_page_by_page(site: Company, tmp_path: Path) -> None:
    slug = board(site)
    who = {"id": "u1", "name": "Cleo", "email": "cleo@example.com", "isAdmin": False}
    staff = {"id": "u2", "name": "Mo", "email": "mo@example.com", "isAdmin": True}
    post = {
        "id": "p1", "title": "Dark", "details": "At night", "author": who, "created": AT, "status": "in progress",
        "score": 5, "tags": [{"name": "Look"}], "category": {"name": "Web"}, "imageURLs": ["https://x.example/a.png"],
        "owner": staff, "mergeHistory": [{"created": AT, "post": {"id": "p0", "title": "Black"}}],
    }  # fmt: skip
    pages = {
        "posts": [{"hasMore": False, "posts": [post]}],
        "comments": {
            "comments": [
                {"id": "c1", "value": "Inside", "author": staff, "created": AT, "internal": True, "post": {"id": "p1"}},
                {"id": "c2", "value": "Outside", "author": None, "created": AT, "post": {"id": "p1"}},
            ]
        },
        "votes-1": [{"id": "v1", "voter": who, "created": AT, "post": {"id": "p1"}}],
        "status_changes": {
            "statusChanges": [
                {"id": "s1", "changer": staff, "created": AT, "status": "in progress", "post": {"id": "p1"},
                 "changeComment": {"value": "We began.", "imageURLs": []}},
            ]
        },
    }  # fmt: skip
    for name, content in pages.items():
        (tmp_path / f"{name}.json").write_text(json.dumps(content))
    report = bring(site, "canny", tmp_path, slug)
    assert counts(report) == {
        "comment made": 1, "idea made": 2, "merge made": 1, "note made": 2, "vote made": 1,
    }  # fmt: skip
    first = moved.idea(site, slug, "Dark")
    assert (first.state, first.earlier_votes, first.owner_id) == ("delivery", 4, site.people["mo"])
    assert "https://x.example/a.png" in first.body
    assert sorted(moved.said(site, first.id)) == [("Inside", True, "shown"), ("Outside", False, "shown")]
    assert moved.steps(site, first.id) == [("delivery", "We began.")]
    assert {one.split()[1] for one in counts(bring(site, "canny", tmp_path, slug))} == {"unchanged"}
    (tmp_path / "posts.json").write_text("[1, 2")
    assert bad(bring(site, "canny", tmp_path, slug)) == [(tmp_path.name, "")]


def test_a_customer_who_confirms_the_e_mail_of_an_import_finds_their_votes(site: Company, tmp_path: Path) -> None:
    slug = board(site)
    with site.db.write() as conn:
        customers.set_policy(conn, "open")
    users = [{"id": 1, "name": "Nia", "email": "nia@fider.example", "role": 1, "status": 1}]
    posts = [{"id": 1, "title": "One", "status": 0, "user_id": 1, "created_at": AT}]
    votes = [{"post_id": 1, "user_id": 1, "created_at": AT}]
    bring(site, "fider", archive(tmp_path / "b.zip", users=users, posts=posts, post_votes=votes), slug)
    with site.db.write() as conn:
        entered = customers.admit(conn, "nia@fider.example", "Somebody")
    with site.reading() as ctx:
        assert ctx.session.get(Vote, (moved.idea(site, slug, "One").id, entered.person_id)) is not None
