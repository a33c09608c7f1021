"""What this room holds of a person: told to them, and forgotten."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, delete, select, update

from renown import clock
from renown.access.models import JoinRequest, Login, SignInLink, Token, VouchedAccount
from renown.db.sets import among
from renown.people import subject
from renown.people.export import moment
from renown.people.subject import Subject


def forget(conn: Connection, whom: Subject) -> None:
    emails = conn.scalars(select(Login.email).where(among(conn, Login.person_id, whom.people))).all()
    conn.execute(delete(JoinRequest).where(among(conn, JoinRequest.email, {*emails, *whom.names})))
    for table in (SignInLink, Login, VouchedAccount):
        conn.execute(delete(table).where(among(conn, table.person_id, whom.people)))
    ended = update(Token).where(among(conn, Token.person_id, whom.people))
    conn.execute(ended.where(Token.revoked_at.is_(None)).values(revoked_at=clock.now()))
    conn.execute(ended.values(name=subject.ERASED_TEXT))
    subject.scrub(conn, whom, Token.name)


def tell(conn: Connection, whom: Subject) -> list[dict[str, Any]]:
    logins = conn.execute(
        select(Login.email, Login.role, Login.last_at).where(among(conn, Login.person_id, whom.people))
    )
    tokens = conn.execute(
        select(Token.name, Token.scopes, Token.created_at, Token.used_at).where(
            among(conn, Token.person_id, whom.people)
        )
    )
    vouched = conn.execute(
        select(VouchedAccount.issuer, VouchedAccount.subject, VouchedAccount.first_at, VouchedAccount.last_at).where(
            among(conn, VouchedAccount.person_id, whom.people)
        )
    )
    return [
        *({"email": row.email, "role": row.role, "last_at": moment(row.last_at)} for row in logins),
        *(
            {"token": row.name, "scopes": row.scopes, "made": moment(row.created_at), "used": moment(row.used_at)}
            for row in tokens
        ),
        *(
            {
                "vouched_for_by": row.issuer,
                "as": row.subject,
                "first_at": moment(row.first_at),
                "last_at": moment(row.last_at),
            }
            for row in vouched
        ),
    ]


subject.forgetters["access"] = forget
subject.tellers["sign_in"] = tell
