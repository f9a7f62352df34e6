"""What WeasyPrint calls the fonts in a PDF: the same on every machine."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from weasyprint.pdf import fonts


@contextmanager
def naming_fonts() -> Iterator[None]:
    """While inside, WeasyPrint tells fonts apart by what they are alone, and not by how Pango would have them set.

    It names each by a hash of Pango's description. Pango 1.56 (Debian 13) adds to that what 1.50 (Debian 12) leaves out: the same picture
    would be other bytes. No two of our faces are alike in family, weight and style. This wraps what WeasyPrint keeps for itself, as
    `tags.noting_sources` does; its version is locked, and `tests/papers/test_sameness.py` fails when it no longer takes.
    """
    hashed = fonts.md5

    def of_what_it_is(description: bytes, **options: Any) -> Any:
        return hashed(re.split(b" [#@]", description)[0], **options)

    fonts.md5 = of_what_it_is
    try:
        yield
    finally:
        fonts.md5 = hashed
