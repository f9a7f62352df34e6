"""Headers, cookies and limits, the same on every answer, errors too."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, Response, abort, current_app, g, request
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from config.settings import Settings

csrf = CSRFProtect()

MOST_BYTES = 2 * 1024 * 1024
MAX_ADDRESS = 8000  # signs
REPORTS_TO = "/csp-rapport"
REPORTED = f"report-uri {REPORTS_TO}; report-to csp"  # the end of every content policy: browsers know one or the other
View = TypeVar("View", bound=Callable[..., Any])


def takes(most_bytes: int) -> Callable[[View], View]:
    """Let a route take larger requests than others, or only smaller ones."""

    def put(view: View) -> View:
        view.most_bytes = most_bytes  # type: ignore[attr-defined]
        return view

    return put


def takes_files(view: Callable[..., Any]) -> bool:
    """Whether what is sent to a view is a file."""
    return hasattr(view, "most_bytes")


def inside(address: str) -> str | None:
    """The address when it is a path of this service, else None: never a way out to another site.

    Only visible signs of ASCII, as ours are: browsers drop tabs and line breaks and read a backslash as a slash.
    """
    return address if re.fullmatch(r"/(?![/\\])[!-\[\]-~]{0,499}", address) else None


def cookie_name(name: str) -> str:
    """What a cookie is called: behind TLS, what browsers take from this host alone, and for it alone."""
    return f"__Host-{name}" if current_app.config["SESSION_COOKIE_SECURE"] else name


def csp_nonce() -> str:
    """The word that scripts of this answer must carry."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    nonce: str = g.csp_nonce
    return nonce


def init(app: Flask, settings: Settings) -> None:
    """Set the cookies, the limits and the headers of every answer."""
    secure = settings.https
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SESSION_COOKIE_NAME="__Host-partnerskab" if secure else "partnerskab",
        SESSION_COOKIE_SECURE=secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        MAX_CONTENT_LENGTH=MOST_BYTES,
        MAX_FORM_MEMORY_SIZE=MOST_BYTES,
        MAX_FORM_PARTS=3000,
        TRUSTED_HOSTS=list(settings.trusted_hosts),
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=True,
    )

    @app.before_request
    def room() -> None:  # before the token is looked for: that reads what was sent
        if len(request.full_path) > MAX_ADDRESS:
            abort(414)
        request.max_content_length = getattr(app.view_functions.get(request.endpoint or ""), "most_bytes", MOST_BYTES)

    csrf.init_app(app)
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    app.jinja_env.globals["csp_nonce"] = csp_nonce

    @app.after_request
    def headers(response: Response) -> Response:
        nonce = csp_nonce()
        response.headers.setdefault(
            "Content-Security-Policy",
            f"default-src 'none'; script-src 'nonce-{nonce}'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
            f"object-src 'none'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; {REPORTED}",
        )
        response.headers["Reporting-Endpoints"] = f'csp="{REPORTS_TO}"'
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "same-origin"
        response.headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
        response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
        response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
        if secure:
            response.headers["Strict-Transport-Security"] = "max-age=63072000; includeSubDomains"
        if request.endpoint != "static":
            response.headers.setdefault("Cache-Control", "no-store")
        return response
