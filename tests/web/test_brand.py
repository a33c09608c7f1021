"""The organisation's colours and logo: readable in light and dark, and nothing that runs."""

from __future__ import annotations

import io
import re
import struct
import zlib

import pytest

from renown.db import stored
from renown.web import colours, logos
from tests.web.conftest import Site
from tests.web.test_admin_rules import post, said
from tests.web.test_organisation import PATH, audited
from tests.web.test_signin import send

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def png(width: int = 40, height: int = 20) -> bytes:
    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\0" * (1 + 3 * 4))) + chunk(b"IEND", b"")


def webp(form: bytes, content: bytes) -> bytes:
    body = b"WEBP" + form + struct.pack("<I", len(content)) + content
    return b"RIFF" + struct.pack("<I", len(body)) + body


@pytest.mark.parametrize(("one", "other", "expected"), [("#000000", "#ffffff", 21.0), ("#777777", "#ffffff", 4.48)])
def test_contrast_is_what_wcag_says(one: str, other: str, expected: float) -> None:
    assert colours.ratio(colours._read(one), colours._read(other)) == pytest.approx(expected, abs=0.005)


@pytest.mark.parametrize("text", ["#3a4fd0", "0F766E", "#000000", "#b00020"])
def test_a_dark_colour_is_taken_and_a_lighter_one_made_for_dark_ground(text: str) -> None:
    light = colours.palette(text, "light")
    dark = colours.palette(colours.lighter(text), "dark")
    for one in (light, dark):
        accent = colours._read(one.accent)
        assert colours.ratio(accent, colours._read(one.soft)) >= 4.5
        assert colours.ratio(accent, colours._read(one.on)) >= 4.5


@pytest.mark.parametrize(("text", "theme"), [("#ff9900", "light"), ("#767676", "light"), ("#3a4fd0", "dark")])
def test_a_colour_that_cannot_be_read_is_refused_with_its_ratio(text: str, theme: colours.Theme) -> None:
    with pytest.raises(colours.TooFaint, match=rf"{text} has a contrast of \d\.\d\d on {theme} ground; text needs 4.5"):
        colours.palette(text, theme)


@pytest.mark.parametrize("text", ["", "red", "#12345", "#12345g", "#3a4fd0;}", "url(x)"])
def test_what_is_no_colour_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="Write a colour"):
        colours.palette(text, "light")


def test_colours_are_on_every_page_for_everybody(site: Site) -> None:
    admin = site.as_("administrator")
    assert "/brand/" not in site.as_("nobody").get("/login").get_data(as_text=True)
    faint = post(admin, f"{PATH}/colours", accent="#ff9900")
    assert faint.status_code == 422
    assert "#ff9900 has a contrast of" in said(faint)
    dark = post(admin, f"{PATH}/colours", accent="#0f766e", accent_dark="#0f766e")
    assert dark.status_code == 422
    assert "on dark ground" in said(dark)
    assert post(admin, f"{PATH}/colours", accent="#0F766E").status_code == 302
    address = re.search(r'href="(/brand/[0-9a-f]+\.css)"', site.as_("nobody").get("/login").get_data(as_text=True))
    assert address
    sheet = site.as_("nobody").get(address[1])
    assert sheet.mimetype == "text/css"
    assert "immutable" in sheet.headers["Cache-Control"]
    text = sheet.get_data(as_text=True)
    assert ":root{--r-accent:#0f766e;" in text
    assert text.count("--r-accent:") == 3, "light, dark by choice, dark by the system"
    assert site.as_("nobody").get("/brand/0000000000000000.css").status_code == 404
    assert post(admin, f"{PATH}/colours", accent="").status_code == 302
    assert site.as_("nobody").get(address[1]).status_code == 404
    assert audited(site).count("settings.colours") == 2


def test_a_logo_is_served_as_the_picture_it_is_and_runs_nothing(site: Site) -> None:
    admin = site.as_("administrator")
    sent = post(admin, f"{PATH}/logo", logo=(io.BytesIO(png()), "evil.svg.html", "text/html"))
    assert sent.status_code == 302
    page = site.as_("customer").get("/me/privacy").get_data(as_text=True)
    found = re.search(r'<img class="brand-logo" src="(/brand/logo/[0-9a-f]+)" width="40" height="20" alt="">', page)
    assert found
    picture = site.as_("nobody").get(found[1])
    assert picture.get_data() == png()
    assert picture.mimetype == "image/png"
    assert picture.headers["X-Content-Type-Options"] == "nosniff"
    assert picture.headers["Content-Security-Policy"].startswith("default-src 'none'; sandbox")
    assert site.as_("nobody").get("/brand/logo/0000").status_code == 404
    assert post(admin, f"{PATH}/logo", act="remove").status_code == 302
    assert site.as_("nobody").get(found[1]).status_code == 404
    with site.db.read() as conn:
        assert stored.get(conn, "core", "brand_logo") is None


BAD = {
    "svg": (SVG, "SVG is not taken"),
    "svg behind a name": (b"\xef\xbb\xbf" + SVG, "SVG is not taken"),
    "gif": (b"GIF89a" + b"\0" * 60, "PNG or WebP"),
    "html": (b"<html>" + b" " * 60, "PNG or WebP"),
    "nothing": (b"", "Choose a file"),
    "too large": (png() + b"\0" * logos.MOST_BYTES, "At most 100 kB"),
    "too wide": (png(3000, 10), "At most 2000 pixels"),
    "of no size": (png(0, 10), "At most 2000 pixels"),
    "the beginning of one": (png()[:20], "PNG or WebP"),
}


@pytest.mark.parametrize("case", BAD)
def test_what_is_no_small_picture_is_refused(case: str) -> None:
    content, text = BAD[case]
    with pytest.raises(logos.NoLogo, match=text):
        logos.read(content)


def test_a_refused_logo_is_told_beside_its_field(site: Site) -> None:
    wrong = post(site.as_("administrator"), f"{PATH}/logo", logo=(io.BytesIO(SVG), "logo.png"))
    assert wrong.status_code == 422
    assert "SVG is not taken" in said(wrong)


@pytest.mark.parametrize(
    "content",
    [
        webp(b"VP8 ", b"\x30\x01\x00\x9d\x01\x2a" + struct.pack("<HH", 64, 32) + b"\0" * 20),
        webp(b"VP8L", b"\x2f" + (63 | 31 << 14).to_bytes(4, "little") + b"\0" * 20),
        webp(b"VP8X", b"\0" * 4 + (63).to_bytes(3, "little") + (31).to_bytes(3, "little") + b"\0" * 20),
    ],
)
def test_all_forms_of_webp_are_measured(content: bytes) -> None:
    assert logos.read(content) == logos.Logo("image/webp", 64, 32)


@pytest.mark.parametrize("role", ["moderator", "member", "customer"])
def test_they_are_for_administrators_to_set(site: Site, role: str) -> None:
    browser = site.as_(role)
    for path in ("colours", "logo", "customers"):
        sent = send(browser, f"{PATH}/{path}", "/me/keyboard", accent="#0f766e", customers="open")
        assert sent.status_code == 404
