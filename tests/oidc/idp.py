"""A small OpenID provider on this machine, which does as it is told: the honest way, or a thief's."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

from joserfc import jws
from joserfc.jwk import RSAKey

from renown import clock

CLIENT, SECRET = "renown", "a client's secret"


class Provider:
    """`claims` and `header` are laid over what an ID token says; None takes one away. `sign` makes it otherwise."""

    def __init__(self) -> None:
        self.issuer = ""
        self.key, self.kid = RSAKey.generate_key(2048), "first"
        self.metadata: dict[str, Any] = {}
        self.claims: dict[str, Any] = {}
        self.header: dict[str, Any] = {}
        self.userinfo: dict[str, Any] = {}
        self.sign: Any = None
        self.asked: list[str] = []
        #: By code: what was asked for with it.
        self.codes: dict[str, dict[str, str]] = {}

    def authorize(self, address: str) -> str:
        """What the browser brings back: the provider's answer to the address that it was sent to."""
        asked = dict(parse_qsl(urlsplit(address).query))
        assert (asked["response_type"], asked["client_id"]) == ("code", CLIENT)
        code = secrets.token_hex(8)
        self.codes[code] = asked
        return code

    def documents(self) -> dict[str, Any]:
        return {
            "/.well-known/openid-configuration": {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/keys",
                "userinfo_endpoint": f"{self.issuer}/userinfo",
                **self.metadata,
            },
            "/keys": {"keys": [{**self.key.as_dict(private=False), "kid": self.kid, "use": "sig"}]},
            "/userinfo": {"sub": "4711", "email": "member@example.com", "email_verified": True, **self.userinfo},
        }

    def redeem(self, headers: Any, form: dict[str, str]) -> dict[str, Any] | None:
        """Each code once, for whoever holds its verifier and the secret."""
        asked = self.codes.pop(form.get("code", ""), None)
        expected = base64.b64encode(b"renown:a%20client%27s%20secret").decode()
        challenge = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        if (
            asked is None
            or headers["Authorization"] != f"Basic {expected}"
            or form.get("redirect_uri") != asked["redirect_uri"]
            or base64.urlsafe_b64encode(challenge).rstrip(b"=").decode() != asked["code_challenge"]
        ):
            return None
        return {"access_token": "opaque", "token_type": "Bearer", "id_token": self.token(asked["nonce"])}

    def token(self, nonce: str) -> str:
        now = clock.now() // clock.SECOND
        said = {
            "iss": self.issuer, "sub": "4711", "aud": CLIENT, "exp": now + 300, "iat": now, "nonce": nonce,
            "email": "member@example.com", "email_verified": True, "name": "Zoe Quill",
        } | self.claims  # fmt: skip
        said = {name: value for name, value in said.items() if value is not None}
        if self.sign is not None:
            return str(self.sign(said))
        head = {"alg": "RS256", "kid": self.kid} | self.header
        return jws.serialize_compact(head, json.dumps(said).encode(), self.key, algorithms=["RS256", "PS256"])


@contextmanager
def running() -> Iterator[Provider]:
    provider = Provider()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            provider.asked.append(self.path)
            if self.path == "/userinfo" and self.headers["Authorization"] != "Bearer opaque":
                return self._answer(401, {})
            return self._answer(200, provider.documents()[self.path])

        def do_POST(self) -> None:
            provider.asked.append(self.path)
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            form = {name: values[0] for name, values in parse_qs(body).items()}
            found = provider.redeem(self.headers, form)
            return self._answer(400 if found is None else 200, found or {"error": "invalid_grant"})

        def _answer(self, status: int, said: Any) -> None:
            body = json.dumps(said).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            return

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        provider.issuer = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield provider
        server.shutdown()
        thread.join()
