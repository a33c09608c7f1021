"""What every answer says to the browser: run and load nothing that is not ours, keep nothing that is private."""

from __future__ import annotations

import gzip
from collections.abc import Sequence

from flask import Flask, Response, g, request
from secure import (
    ContentSecurityPolicy,
    CrossOriginOpenerPolicy,
    CrossOriginResourcePolicy,
    PermissionsPolicy,
    ReferrerPolicy,
    Secure,
    StrictTransportSecurity,
    XContentTypeOptions,
)

from renown.web.house import house, viewer

_PACKED = ("text/html", "application/json", "text/csv", "application/atom+xml")


def policy(frames: Sequence[str] = ()) -> ContentSecurityPolicy:
    """Bootstrap's CSS holds data: images; nothing else comes from anywhere but here."""
    own = "'self'"
    return (
        ContentSecurityPolicy()
        .default_src(own)
        .script_src(own)
        .style_src(own)
        .img_src(own, "data:")
        .connect_src(own)
        .font_src(own)
        .object_src("'none'")
        .base_uri("'none'")
        .form_action(own)
        .frame_ancestors(*(frames or ("'none'",)))
    )


def init(app: Flask) -> None:
    # Spelled out once, which takes longer than a query.
    standard, strict = _headers((), https=False), _headers((), https=True)

    @app.after_request
    def secure(response: Response) -> Response:
        https = (house().settings.url or "").startswith("https://")
        frames: Sequence[str] = g.get("frames", ())
        chosen = _headers(frames, https=https) if frames else strict if https else standard
        said = {name.lower() for name, _ in response.headers}
        for name, value in chosen:
            if name.lower() not in said:
                response.headers.add(name, value)
        if "Cache-Control" not in response.headers:
            known = "viewer" in g and viewer().role != "nobody"
            response.headers["Cache-Control"] = "no-store" if known else "no-cache"
        return _pack(response)


def _headers(frames: Sequence[str], *, https: bool) -> Sequence[tuple[str, str]]:
    chosen = Secure(
        csp=policy(frames),
        coop=CrossOriginOpenerPolicy().same_origin(),
        corp=CrossOriginResourcePolicy().same_origin(),
        hsts=StrictTransportSecurity().max_age(31_536_000) if https else None,
        permissions=PermissionsPolicy().camera().geolocation().microphone(),
        referrer=ReferrerPolicy().same_origin(),
        xcto=XContentTypeOptions().nosniff(),
    )
    return list(chosen.headers.items())


def _pack(response: Response) -> Response:
    """Compress what our own pages asked for; a request from another site could measure a secret by the length."""
    if response.mimetype not in _PACKED or response.direct_passthrough or response.is_streamed:
        return response
    response.vary.add("Accept-Encoding")
    body = response.get_data()
    if len(body) <= 1000:
        return response
    asked_by_us = request.headers.get("Sec-Fetch-Site", "none") in ("none", "same-origin")
    if not asked_by_us or not request.accept_encodings.quality("gzip") or "Content-Encoding" in response.headers:
        return response
    response.set_data(gzip.compress(body, 3, mtime=0))
    response.headers["Content-Encoding"] = "gzip"
    return response
