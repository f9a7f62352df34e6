"""The headers that every answer has, pages, JSON, papers and errors alike."""

from __future__ import annotations

import re

from werkzeug.test import TestResponse

ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Reporting-Endpoints": 'csp="/csp-rapport"',
}
DIRECTIVES = {
    "default-src": "'none'",
    "script-src": "'nonce-{nonce}'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "object-src": "'none'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
    "report-uri": "/csp-rapport",
    "report-to": "csp",
}


# What is for anyone, whoever asks and from wherever: data that other sites read and may keep for some minutes, and a list that may
# stand in them. Nothing can be done there, and no script runs.
OPEN_DATA = re.compile(r"/find-gruppe\.(json|csv)|/sitemap\.xml|/g/[a-z2-9]+\.ics")
IN_OTHER_SITES = re.compile(r"/find-gruppe/indsat")
ANYWHERE = {
    "default-src": "'none'",
    "style-src": "'self'",
    "img-src": "'self'",
    "form-action": "'none'",
    "base-uri": "'none'",
    "frame-ancestors": "*",
    "report-uri": "/csp-rapport",
    "report-to": "csp",
}


def header_faults(answer: TestResponse) -> list[str]:
    """What an answer's headers lack, and what in its page the content policy would have to bend for."""
    found = [
        f"{name}: {answer.headers.get(name)}" for name, value in ALWAYS.items() if answer.headers.get(name) != value
    ]
    is_open = OPEN_DATA.fullmatch(answer.request.path) is not None and answer.status_code == 200
    opened = [(name, value) for name, value in answer.headers if name.lower().startswith("access-control-")]
    if opened != ([("Access-Control-Allow-Origin", "*")] if is_open else []):
        found += [name for name, _value in opened] or ["no Access-Control-Allow-Origin"]
    if "camera=()" not in answer.headers.get("Permissions-Policy", ""):
        found.append("Permissions-Policy")
    # A calendar program may keep what it reads for some minutes: it asks often, and its address is its permit.
    kept = "private, max-age=900" if answer.mimetype in ("text/calendar", "application/atom+xml") else "no-store"
    kept = "public, max-age=300" if is_open else kept
    if kept not in answer.headers.get("Cache-Control", ""):
        found.append(f"Cache-Control: {answer.headers.get('Cache-Control')}")
    policy = dict(
        part.strip().partition(" ")[::2] for part in answer.headers.get("Content-Security-Policy", "").split(";")
    )
    if answer.mimetype == "application/pdf":
        # No script at all; the style is that of the browser's own reader, in which it shows the paper.
        wanted = {
            name: DIRECTIVES[name] for name in ("default-src", "base-uri", "frame-ancestors", "report-uri", "report-to")
        }
        if not wanted.items() <= policy.items() or "script-src" in policy:
            found.append(f"Content-Security-Policy of a paper: {policy}")
        return found
    if IN_OTHER_SITES.fullmatch(answer.request.path) and answer.status_code == 200:
        return found + (
            [] if policy == ANYWHERE and "<script" not in answer.text else [f"Content-Security-Policy: {policy}"]
        )
    nonce = (re.search(r"'nonce-([\w-]{20,})'", policy.get("script-src", "")) or ["", ""])[1]
    if not nonce or policy != {name: value.format(nonce=nonce) for name, value in DIRECTIVES.items()}:
        found.append(f"Content-Security-Policy: {policy}")
    if answer.mimetype == "text/html":
        found += [
            f"a script without this answer's nonce: {tag}"
            for tag in re.findall(r"<script[^>]*>", answer.text)
            if f'nonce="{nonce}"' not in tag
        ]
        found += [
            f"handler or style within the page: {tag[:80]}"
            for tag in re.findall(r"<[a-z][^>]*\s(?:on[a-z]+|style)=[^>]*>", answer.text)
        ]
    return found
