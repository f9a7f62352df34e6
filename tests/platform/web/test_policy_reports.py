"""What browsers report of the content policy is a line of the log, and nothing of it is anybody's words."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from limits import parse

from service.platform.web import policy_reports
from tests.support.logged import logged

SECRET = "hemmeligt-link-af-et-svar"
OLD = {
    "csp-report": {
        "document-uri": f"http://localhost/min-konto?navn={SECRET}#x",
        "referrer": f"http://localhost/svar/{SECRET}",
        "violated-directive": "script-src-elem",
        "blocked-uri": f"https://evil.example/{SECRET}.js?{SECRET}",
        "source-file": "http://localhost/static/app.js",
        "line-number": 7,
        "script-sample": SECRET,
        "original-policy": SECRET,
    }
}
NEW = [
    {
        "type": "csp-violation",
        "url": f"http://localhost/{SECRET}",
        "user_agent": SECRET,
        "body": {
            "documentURL": f"http://localhost/findes-ikke/{SECRET}",
            "effectiveDirective": "style-src-attr",
            "blockedURL": "inline",
            "sourceFile": f"chrome-extension://abc/{SECRET}.js",
            "lineNumber": 12,
            "sample": SECRET,
        },
    }
]


@pytest.fixture(autouse=True)
def anew() -> Iterator[None]:
    policy_reports.counted.storage.reset()
    yield
    policy_reports.counted.storage.reset()


def lines(log: Any) -> list[dict[str, Any]]:
    return [
        line for line in map(json.loads, log.getvalue().splitlines()) if line["event"] == "content_policy_violation"
    ]


def facts(line: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(line[name] for name in ("directive", "page", "blocked", "source", "line"))


def test_a_report_of_either_kind_is_a_line_without_anybodys_words(app: Flask) -> None:
    client = app.test_client()
    with logged() as log:
        for content, kind in ((OLD, "application/csp-report"), (NEW, "application/reports+json")):
            answer = client.post("/csp-rapport", data=json.dumps(content), content_type=kind)
            assert (answer.status_code, answer.data, answer.headers.getlist("Set-Cookie")) == (204, b"", [])
    assert [facts(line) for line in lines(log)] == [
        ("script-src-elem", "accounts.account", "https://evil.example", "http://localhost", 7),
        ("style-src-attr", "other", "inline", "chrome-extension://abc", 12),
    ]
    assert SECRET not in log.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[" * 10_000,
        b"\xff\xfe",
        b"null",
        b"[1, null, []]",
        b'{"csp-report": 5}',
        b'{"csp-report": {"violated-directive": "x\\n2026 [info] signed_in"}}',
        b'{"csp-report": {"violated-directive": ["script-src"]}}',
        b'{"csp-report": {"violated-directive": "Script Src"}}',
        b'{"csp-report": {"blocked-uri": "inline"}}',
    ],
)
def test_what_is_no_report_is_dropped(content: bytes) -> None:
    assert list(policy_reports.told(content)) == []


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("inline", "inline"),
        ("", ""),
        ("data", "data"),
        ("https://evil.example:8443/x?y#z", "https://evil.example"),
        ("https://anna:ord@evil.example/", "https://evil.example"),
        ("data:text/plain,anna", "data://"),
        ("https://evil.example\nline/", "https://evil.exampleline"),
        ("https://[::1", "other"),
        ("anna sørensen", "other"),
        ("https://ærø.example/", "other"),
        (5, "other"),
    ],
)
def test_of_an_address_scheme_and_host_are_told(address: Any, told: str) -> None:
    assert policy_reports.origin(address) == told


def test_there_are_so_many_lines_and_no_more(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten of one request, and of a process as many as are let through a minute."""
    assert len(list(policy_reports.told(json.dumps(NEW * 50).encode()))) == policy_reports.MAX_TOGETHER
    monkeypatch.setattr(policy_reports, "LINES", parse("3 per day"))
    client = app.test_client()
    with logged() as log:
        answers = {client.post("/csp-rapport", json=NEW * 2).status_code for _each in range(4)}
        large = client.post(
            "/csp-rapport", data=b" " * (policy_reports.MAX_REPORT + 1), content_type="application/csp-report"
        )
    assert (answers, large.status_code, len(lines(log))) == ({204}, 413, 3)
