"""The log names no person and opens no door, and nobody can write a line of their own into it."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from pathlib import Path

import pytest

from config.discretion import masked, visible
from config.logging import clean

ROOT = Path(__file__).parents[2]
SPEAK = """
import logging, sys
import structlog
from config.logging import configure
configure("INFO", sys.argv[1] == "production")
log = structlog.get_logger("service.test")
log.info("signed_in", person="Åse Ærø <aase@kommune.example>", note="one\\ntwo\\u202e", count=3)
logging.getLogger("a.library").warning("could not reach %s", "postgresql://role:word@db.example/x")
try:
    raise ValueError("Key (email)=(aase@kommune.example) already exists")
except ValueError:
    log.exception("refused")
"""


def spoken(mode: str) -> list[str]:
    ended = subprocess.run(
        [sys.executable, "-c", SPEAK, mode],
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    return ended.stderr.splitlines()


@pytest.mark.parametrize(
    ("text", "gone"),
    [
        ("to aase.aeroe+x@kommune.example now", "aase"),
        ("CPR 010190-1234", "1234"),
        ("cpr=3112991234;", "3112991234"),
        ("redis://:word@redis.example/0", "word"),
        ("Authorization: Bearer abc.def", "abc.def"),
        ("password=hunter2", "hunter2"),
        ("Invalid request from ip=203.0.113.7: no", "203"),
        ("ratelimit 10 per 15 minute (2001:db8::7) exceeded", "db8"),
    ],
)
def test_what_would_tell_is_masked(text: str, gone: str) -> None:
    assert gone in text
    assert gone not in masked(text)
    assert "[masked]" in masked(text)


@pytest.mark.parametrize(
    "text",
    [
        "0580",
        "12:30:00",
        "http://127.0.0.1:8000",
        "0.0.0.0:8000",
        "3.11.7",
        "2026-10-01T12:00:00Z",
        "1400000",
        "12345678",
        "0193f1f2-7b1c-7d3e-9a55-3112991234ab"[:24],
    ],
)
def test_what_is_needed_stays(text: str) -> None:
    assert masked(text) == text


@pytest.mark.gate("16.4.1")
def test_lines_cannot_be_forged() -> None:
    assert visible("one\r\n2026 [info] two\x1b[31m\u202e") == "one\\r\\n2026 [info] two\\x1b[31m\\u202e"


def test_every_depth_is_cleaned() -> None:
    event = clean(logging.getLogger(), "info", {"event": "x", "who": {"mail": ["a@b.example"]}, "n": 1, "none": None})
    assert event == {"event": "x", "who": {"mail": ["[masked]"]}, "n": 1, "none": None}


@pytest.mark.gate("16.4.1")
def test_production_writes_json() -> None:
    first, library, refused = (json.loads(line) for line in spoken("production"))
    assert first["event"] == "signed_in"
    assert first["person"] == "Åse Ærø <[masked]>"
    assert first["note"] == "one\\ntwo\\u202e"
    assert first["count"] == 3
    assert first["level"] == "info"
    assert "word" not in library["event"]
    assert "aase" not in refused["exception"]
    assert "ValueError" in refused["exception"]


def test_a_demonstration_writes_lines() -> None:
    lines = spoken("demonstration")
    assert "signed_in" in lines[0]
    assert not any("aase" in line or ":word@" in line for line in lines)
    assert any(line.startswith("ValueError") for line in lines)
