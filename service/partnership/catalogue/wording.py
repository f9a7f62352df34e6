"""From a clause's body to words.

A body is plain text with a little markup of our own: paragraphs are separated by blank lines, and lines that begin with
`- ` are points. Values are filled in by Jinja, in a sandbox. A value that is missing or blank stops the rendering, so
nothing is ever printed half filled, and no value can add a paragraph or a point of its own.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from jinja2 import StrictUndefined, Template, TemplateError, Undefined, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from service.platform.documents.formats import FILTERS


class WordingError(ValueError):
    """A body that cannot be read or filled."""


# A paragraph, or the points of a list.
Block = str | tuple[str, ...]


# Stands for the sign of a point while values are filled in. No value may hold it, so none can pass for a point.
_POINT = "\x01"


@lru_cache(maxsize=1000)
def template(body: str) -> Template:
    """A body, read. Raises WordingError where it cannot be, or where it holds what no text needs."""
    text = re.sub(r"(?m)^- ", _POINT, body)
    try:
        _hold_to_words(_sandbox.parse(text))
        return _sandbox.from_string(text)
    except TemplateError as error:
        raise WordingError(f"cannot be read: {error}") from error


# What a text is made of. Whatever else Jinja knows is refused: a text calls nothing, reckons nothing and repeats nothing but what was
# agreed, so none takes long to fill or fills what is not agreed.
_WORDS = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Getattr, nodes.Getitem, nodes.Const, nodes.If, nodes.For,
    nodes.Filter, nodes.Test, nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not,
)  # fmt: skip
MAX_NESTED = 2  # a list within a list


def _hold_to_words(tree: nodes.Template) -> None:
    for node in tree.find_all(nodes.Node):
        if not isinstance(node, _WORDS):
            raise WordingError(f"cannot be read: a text holds no {type(node).__name__}")
        if isinstance(node, nodes.Filter) and node.name not in KNOWN_FILTERS:
            raise WordingError(f"cannot be read: there is no filter {node.name!r}")
    if _nested(tree) > MAX_NESTED:
        raise WordingError(f"cannot be read: lists stand at most {MAX_NESTED} deep in one another")


def _nested(node: nodes.Node) -> int:
    deepest = max((_nested(child) for child in node.iter_child_nodes()), default=0)
    return deepest + isinstance(node, nodes.For)


def render(body: str, values: Mapping[str, Any]) -> tuple[Block, ...]:
    """A body filled with values. Raises WordingError for a value missing or blank, or a body that comes out empty."""
    try:
        text = template(body).render(values)
    except (TemplateError, AttributeError, LookupError, TypeError, ValueError) as error:
        raise WordingError(f"cannot be filled: {error}") from error
    blocks = tuple(block for part in re.split(r"\n\s*\n", text.strip()) for block in _blocks(part))
    if not all(all(block) and block for block in blocks):
        raise WordingError("comes out with a blank in it")
    return blocks


def _blocks(part: str) -> Iterator[Block]:
    lead, *points = part.split(_POINT)
    if lead or not points:
        yield _line(lead)
    if points:
        yield tuple(_line(point) for point in points)


def _line(text: str) -> str:
    return " ".join(text.split())


def _written(value: Any) -> str:
    """A value as it goes into a clause: a line of visible text. A filter must say how numbers and days are written."""
    if isinstance(value, Undefined):
        return str(value)  # raises, and names what is missing
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is not text: a filter must say how it is written")
    line = _line(value)
    if not line:
        raise ValueError("a value is blank")
    if any(unicodedata.category(letter) == "Cc" for letter in line):
        raise ValueError("a value holds a control character")
    return line


NUMERALS = ("nul", "én", "to", "tre", "fire", "fem", "seks", "syv", "otte", "ni", "ti", "elleve", "tolv")


def in_words(number: int) -> str:
    """A small number in letters, as a count of common-gender things: én, to, ... tolv, 13."""
    return NUMERALS[number] if number < len(NUMERALS) else str(number)


def times(number: int) -> str:
    """én gang, to gange."""
    return "én gang" if number == 1 else f"{in_words(number)} gange"


def sentence(text: str) -> str:
    """The text with a capital first and a full stop last, whatever it was typed with."""
    text = _line(text)
    return text[:1].upper() + text[1:] + ("" if text[-1:] in (".", "!", "?", ":", "") else ".")


def point(text: str) -> str:
    """The text as a point of a list: without a sign in front that was typed as a list's, or a stop at the end."""
    return re.sub(r"^[-–•*]+(\s+|$)", "", _line(text)).rstrip(".;, ")


def contact_line(contact: Mapping[str, str]) -> str:
    """A contact in one line, with what is known of them."""
    phone = f"telefon {contact['phone']}" if contact["phone"] else ""
    email = f"e-mail {contact['email']}" if contact["email"] else ""
    return ", ".join(part for part in (contact["name"], contact["title"], phone, email) if part.strip())


def paragraphs(text: str) -> list[str]:
    """The paragraphs of a text that was typed: the lines that are not blank."""
    return [line for line in text.splitlines() if line.strip()]


_sandbox = ImmutableSandboxedEnvironment(
    autoescape=False,  # a clause is plain text: the paper and the page escape it, once
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    finalize=_written,
)
_OURS = FILTERS | {
    "aar": str,
    "afsnit": paragraphs,
    "gange": times,
    "i_ord": in_words,
    "kontakt": contact_line,
    "punkt": point,
    "saetning": sentence,
}
_sandbox.filters |= _OURS
KNOWN_FILTERS = frozenset({*_OURS, "length"})
