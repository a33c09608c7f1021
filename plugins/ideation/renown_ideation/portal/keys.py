"""Keys of the company's products: shared secrets of at least 32 bytes, or public keys."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OctKey, RSAKey
from sqlalchemy import func, select

from renown.api import PluginContext
from renown_ideation.ideas.texts import Refused
from renown_ideation.models import ProductKey

Key = OctKey | RSAKey | ECKey

#: What tokens may be signed with, and what is asked for.
ALGORITHMS = {
    "HS256": "A shared secret (HS256)",
    "RS256": "A public key, RSA (RS256)",
    "ES256": "A public key, P-256 (ES256)",
}
SHORTEST, SHORTEST_RSA = 32, 2048
MOST = 20
_PRODUCT = re.compile(r"[a-z0-9][a-z0-9.:/_-]{0,63}")


@dataclass(frozen=True)
class Made:
    """`secret` was made here and is shown once; empty where a key was given."""

    id: int
    secret: str


def add(ctx: PluginContext, by: int | None, product: str, algorithm: str, material: str) -> Made:
    """A key from now on. Without `material`, HS256 gets a secret made here. Raises Refused, by field."""
    name, given, errors = product.strip(), material.strip(), dict[str, list[str]]()
    if not _PRODUCT.fullmatch(name):
        errors["product"] = ["Small letters, digits, dots, colons, slashes, hyphens: what tokens have as iss."]
    if algorithm not in ALGORITHMS:
        errors["algorithm"] = ["Choose what tokens are signed with."]
    made = secrets.token_urlsafe(SHORTEST) if algorithm == "HS256" and not given else ""
    if algorithm in ALGORITHMS:
        try:
            load(algorithm, made or given)
        except ValueError as error:
            errors["material"] = [str(error)]
    if (ctx.session.scalar(select(func.count()).select_from(ProductKey)) or 0) >= MOST:
        errors["product"] = [f"There are {MOST} keys. Remove one that is in use no more."]
    if errors:
        raise Refused(errors)
    row = ProductKey(
        product=name, algorithm=algorithm, sealed=ctx.secrets.seal(made or given), hint=_hint(made or given),
        made_at=ctx.clock.now(), by_id=by,
    )  # fmt: skip
    ctx.session.add(row)
    ctx.session.flush()
    details = {"product": name, "algorithm": algorithm, "hint": row.hint}
    ctx.audit.record("key-added", by=by, target=f"key:{row.id}", details=details)
    return Made(row.id, made)


def remove(ctx: PluginContext, by: int | None, number: int) -> None:
    """From now on its tokens let nobody in. Raises LookupError."""
    row = ctx.session.get(ProductKey, number)
    if row is None:
        raise LookupError(number)
    details = {"product": row.product, "algorithm": row.algorithm, "hint": row.hint}
    ctx.session.delete(row)
    ctx.session.flush()
    ctx.audit.record("key-removed", by=by, target=f"key:{number}", details=details)


def listed(ctx: PluginContext) -> Sequence[ProductKey]:
    """By product, the newest first."""
    return ctx.session.scalars(select(ProductKey).order_by(ProductKey.product, ProductKey.id.desc())).all()


def of(ctx: PluginContext, product: str, algorithm: str) -> list[tuple[ProductKey, Key]]:
    """Those that may have signed a token of this product by this algorithm: no key is ever used for another."""
    rows = select(ProductKey).where(ProductKey.product == product, ProductKey.algorithm == algorithm)
    return [
        (row, load(algorithm, ctx.secrets.open(row.sealed)))
        for row in ctx.session.scalars(rows.order_by(ProductKey.id.desc()))
    ]


def load(algorithm: str, material: str) -> Key:
    """Raises ValueError, with what to do."""
    if algorithm == "HS256":
        if len(material.encode()) < SHORTEST or "-----BEGIN" in material:
            raise ValueError(f"A secret of at least {SHORTEST} bytes; leave it empty and one is made.")
        return OctKey.import_key(material)
    if "-----BEGIN PUBLIC KEY-----" not in material:
        raise ValueError("A public key in PEM: it begins with -----BEGIN PUBLIC KEY-----.")
    try:
        return _rsa(material) if algorithm == "RS256" else _p256(material)
    except (JoseError, ValueError):
        kind = f"RSA of at least {SHORTEST_RSA} bits" if algorithm == "RS256" else "the curve P-256"
        raise ValueError(f"This is no public key of {kind}.") from None


def _rsa(material: str) -> RSAKey:
    key = RSAKey.import_key(material)
    if key.public_key.key_size < SHORTEST_RSA:
        raise ValueError("short")
    return key


def _p256(material: str) -> ECKey:
    key = ECKey.import_key(material)
    if key.curve_name != "P-256":
        raise ValueError("another curve")
    return key


def _hint(material: str) -> str:
    return hashlib.sha256(material.encode()).hexdigest()[:8]
