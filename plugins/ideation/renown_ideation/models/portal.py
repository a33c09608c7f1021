"""Keys with which the company's own product signs who its users are, and the tokens that were used."""

from __future__ import annotations

from sqlalchemy import BigInteger, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from renown.api import BigKey
from renown_ideation.models.base import Base


class ProductKey(Base):
    """One key of a product. Several of one product hold at once, so that they can be changed."""

    __tablename__ = "ideation_product_key"
    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    #: What tokens name as their issuer.
    product: Mapped[str] = mapped_column(String(64), index=True)
    #: "HS256", "RS256" or "ES256": the only one that is believed of this key.
    algorithm: Mapped[str] = mapped_column(String(8))
    #: A shared secret or a public key, encrypted.
    sealed: Mapped[str] = mapped_column(Text)
    #: By which people tell keys apart: the beginning of a digest.
    hint: Mapped[str] = mapped_column(String(8))
    made_at: Mapped[int] = mapped_column(BigInteger)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("core_person.id"))
    used_at: Mapped[int | None] = mapped_column(BigInteger)


class UsedToken(Base):
    """A token that let somebody in, until it would be too old by itself."""

    __tablename__ = "ideation_used_token"
    #: Of its issuer and `jti`.
    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    until: Mapped[int] = mapped_column(BigInteger, index=True)
