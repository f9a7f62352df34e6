"""What may be told, in a log, on a page or beside a row: no person, no secret, no value that somebody wrote, and always on one line.

PostgreSQL's messages quote values, its DETAIL and CONTEXT hold whole rows, and SQLAlchemy adds the statement's parameters. So of an
error of the database only its code and the names of what it is about are told. Of any other the message is told without what stands
in quotes, unless that is a name as code has them; and not at all where the quotes do not pair.
"""

from __future__ import annotations

import builtins
import re
import traceback
from collections.abc import Iterator
from ipaddress import ip_address
from typing import Any

EMAIL = re.compile(r"[^\s@<>\"'(),;:=]+@[^\s@<>\"'(),;:=/]+")
CPR = re.compile(r"(?<!\d)(?:0[1-9]|[12]\d|3[01])(?:0[1-9]|1[0-2])\d\d[- ]?\d{4}(?!\d)")
CREDENTIALS = re.compile(r"(?<=://)[^\s/@]*:[^\s/@]*@")
BEARER = re.compile(r"(?i)\b(bearer|password|token|secret)([=: ]+)\S+")
CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
LINK = re.compile(r"(?<![\w-])[\w-]{16,}\.[\w-]{6}\.[\w-]{27}(?![\w-])")  # the token of a mailed link
FEED = re.compile(r"(?<=/(?:ical|atom)/)[\w-]{16,}")  # the secret of a feed's address
SECRET = re.compile(r"(?<=/)[\w-]{43}(?![\w-])")  # that of an address which was mailed: an invitation, one's own data
MACHINE = re.compile(
    r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?!\w|\.\d)|(?<![\w:])[\da-fA-F]{0,4}(?::[\da-fA-F]{0,4}){2,7}(?!\w)"
)
MASK = "[masked]"

MAX_MESSAGE = 300
NAME = re.compile(r"[a-z_][a-z0-9_]*(?:\.[a-z_][a-z0-9_]*)*")
QUOTED = re.compile(r"(?<!\w)'([^']*)'(?!\w)|\"([^\"]*)\"|»([^«]*)«")
APOSTROPHE = re.compile(r"(?<=\w)'(?=\w)")
TYPES = frozenset({"NoneType", *(name for name, each in vars(builtins).items() if isinstance(each, type))})
PARTS = ("table", "column", "datatype", "constraint")
BECAUSE = "The above exception was the direct cause of the following exception:"
MEANWHILE = "During handling of the above exception, another exception occurred:"


def masked(text: str) -> str:
    """The text without what would tell who somebody is or open a door."""
    for pattern, instead in (
        (CREDENTIALS, f"{MASK}@"),
        (EMAIL, MASK),
        (CPR, MASK),
        (LINK, MASK),
        (FEED, MASK),
        (SECRET, MASK),
        (BEARER, rf"\1\2{MASK}"),
    ):
        text = pattern.sub(instead, text)
    return MACHINE.sub(_machine, text)


def _machine(found: re.Match[str]) -> str:
    """A network address of somebody's machine, masked; this machine's own, and what only looks like one, as it is."""
    text = found[0].rstrip(":") or "::"
    try:
        own = ip_address(text).is_loopback or ip_address(text).is_unspecified
    except ValueError:
        own = True
    return found[0] if own else found[0].replace(text, MASK)


def visible(text: str) -> str:
    """The text on one line: control characters as escapes."""
    return CONTROLS.sub(lambda found: found[0].encode("unicode_escape").decode(), text)


def described(error: BaseException) -> str:
    """An exception in a line: its kind, and what its message tells of nobody."""
    driver: Any = (
        error.orig if hasattr(error, "orig") and hasattr(error, "statement") else error
    )  # SQLAlchemy's, or the driver's own
    kinds = ": ".join(dict.fromkeys(type(each).__name__ for each in (error, driver)))
    if getattr(driver, "sqlstate", None):
        return ", ".join((f"{kinds} {driver.sqlstate}", *_about(driver)))
    if driver is not error and not hasattr(driver, "sqlstate"):
        return kinds  # a value that could not be sent
    message = visible(masked(_message(driver)))
    return f"{kinds}: {message}" if message else kinds


def traced(error: BaseException) -> str:
    """An exception as Python shows it, with those that led to it: lines of the code, and no variable's value."""
    return "\n".join(_lines(error, set()))


def _lines(error: BaseException, seen: set[int]) -> Iterator[str]:
    seen.add(id(error))
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if before is not None and id(before) not in seen:
        yield from _lines(before, seen)
        yield f"\n{BECAUSE if error.__cause__ else MEANWHILE}\n"
    if error.__traceback__ is not None:
        yield "Traceback (most recent call last):"
        yield "".join(traceback.format_tb(error.__traceback__)).rstrip("\n")
    yield described(error)
    if isinstance(error, BaseExceptionGroup):
        for part in error.exceptions:
            yield from _lines(part, seen)


def _about(error: Any) -> Iterator[str]:
    """The names of what an error of PostgreSQL is about. A function may put anything in their place: only names are told."""
    for part in PARTS:
        name = getattr(error.diag, f"{part}_name")
        if name and NAME.fullmatch(name):
            yield f"{part} {name}"


def _message(error: BaseException) -> str:
    try:
        text = str(error).partition("\n")[0]
    except Exception:
        return MASK
    if isinstance(error, OSError) and error.filename is not None:
        return text  # a file of ours
    if set("\"'»«") & set(APOSTROPHE.sub("", QUOTED.sub("", text))):
        return MASK
    return QUOTED.sub(_without_value, text)[:MAX_MESSAGE]


def _without_value(found: re.Match[str]) -> str:
    text = next((part for part in found.groups() if part is not None), "")
    return found[0] if text in TYPES or NAME.fullmatch(text) else MASK
