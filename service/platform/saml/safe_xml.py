"""XML from outside, read so that it can do nothing: no document type, no entity, nothing fetched, no deeper and no longer than it needs be.

Comments and instructions are refused as well: of a text with one in it, some programs read the first part alone, so that what was signed
as one name is taken for another.
"""

from __future__ import annotations

from xml.etree.ElementTree import Element, ParseError, TreeBuilder

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

MAX_DEPTH = 30


class NotSafe(ValueError):
    """XML that is broken, or holds what none of ours needs."""


class _Builder(TreeBuilder):
    """Builds the tree, and refuses on the way."""

    def __init__(self) -> None:
        super().__init__()
        self.depth = 0

    def start(self, tag: str, attrs: dict[str, str], /) -> Element:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise NotSafe("too deep")
        return super().start(tag, attrs)

    def end(self, tag: str, /) -> Element:
        self.depth -= 1
        return super().end(tag)

    def comment(self, text: str | None, /) -> Element:
        raise NotSafe("a comment")

    def pi(self, target: str, text: str | None = None, /) -> Element:
        raise NotSafe("an instruction")


def parsed(data: bytes, max_bytes: int) -> Element:
    """The root of a document in UTF-8. Raises NotSafe."""
    if len(data) > max_bytes:
        raise NotSafe("too long")
    try:
        data.decode()
        parser = DefusedXMLParser(target=_Builder(), encoding="utf-8", forbid_dtd=True)
        parser.feed(data)
        root: Element = parser.close()
    except (ParseError, DefusedXmlException, UnicodeDecodeError) as error:
        raise NotSafe(type(error).__name__) from error
    return root
