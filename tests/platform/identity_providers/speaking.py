"""A provider of the test's own on loopback, with keys of its own: it says what it is told to, true or not."""

from __future__ import annotations

import base64
import hmac
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

from joserfc import jwt
from joserfc.jwk import ECKey, Key, RSAKey

CONFIGURATION = "/.well-known/openid-configuration"
RSA = RSAKey.generate_key(2048, {"kid": "ours"}, private=True)
STRANGE = RSAKey.generate_key(2048, {"kid": "ours"}, private=True)  # by the name of the real one
EC = ECKey.generate_key("P-256", {"kid": "curve"}, private=True)
SECRETS = {"none": None, "HS256": RSA.as_pem(private=False)}  # what RS256 is checked by, used as HS256 would use it


def _written(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


@dataclass
class Speaker:
    """What it answers at each path, and what it was asked."""

    issuer: str = ""
    answers: dict[str, Callable[[], Any]] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, list[str]], str]] = field(default_factory=list)
    troubles: dict[str, Callable[[Any], None]] = field(default_factory=dict)  # what else it does at a path
    left: threading.Event = field(default_factory=threading.Event)  # whoever asked has gone before it had ended
    claims: dict[str, Any] = field(default_factory=dict)
    key: Key = field(default_factory=lambda: RSA)
    header: dict[str, Any] = field(default_factory=lambda: {"alg": "RS256", "kid": "ours"})
    keys: tuple[Key, ...] = field(default_factory=lambda: (RSA, EC))

    def told(self) -> dict[str, Any]:
        """What it tells of itself."""
        paths = {"authorization_endpoint": "/auth", "token_endpoint": "/token", "jwks_uri": "/keys"}
        return {"issuer": self.issuer, **{name: f"{self.issuer}{path}" for name, path in paths.items()}}

    def says(self, **claims: Any) -> None:
        """What stands in the next token: of Anna, unless it is said otherwise. None takes a claim away."""
        moment = int(time.time())
        anna = {
            "iss": self.issuer,
            "aud": "partnerskab",
            "sub": "anna",
            "iat": moment,
            "exp": moment + 300,
            "name": "Anna Andersen",
            "email": "anna@kommune.example",
            "roles": ["medarbejder", "noget-andet"],
        }
        self.claims = {name: value for name, value in {**anna, **claims}.items() if value is not None}

    def token(self) -> str:
        """The token, signed."""
        if self.header["alg"] in SECRETS:  # the library makes none of these, as nobody should
            signed = ".".join(_written(json.dumps(part).encode()) for part in (self.header, self.claims))
            secret = SECRETS[self.header["alg"]]
            return f"{signed}.{_written(hmac.digest(secret, signed.encode(), 'sha256')) if secret else ''}"
        return jwt.encode(self.header, self.claims, self.key, algorithms=[self.header["alg"]])

    def answer(self, path: str) -> Any:
        """What stands at a path."""
        if path in self.answers:
            return self.answers[path]()
        if path == "/token":
            return {"id_token": self.token(), "access_token": "abc", "token_type": "Bearer"}
        if path == "/keys":
            return {"keys": [key.as_dict(private=False) for key in self.keys]}
        return self.told()


@contextmanager
def speaking() -> Iterator[Speaker]:
    """One that listens."""
    speaker = Speaker()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            form = parse_qs(self.rfile.read(length).decode())
            path = self.path.partition("?")[0]
            speaker.asked.append((path, form, self.headers.get("Authorization", "")))
            if path in speaker.troubles:
                speaker.troubles[path](self)
                return
            body = json.dumps(speaker.answer(path)).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_GET  # noqa: N815 - the name is the library's

        def log_message(self, *_args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.speaker = speaker  # type: ignore[attr-defined]
    speaker.issuer = f"http://127.0.0.1:{server.server_port}"
    speaker.says()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield speaker
    finally:
        server.shutdown()
        server.server_close()
