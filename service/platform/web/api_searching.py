"""What a program searches for is sent in a header: an address is written down by whatever stands between a program and here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from flask import request
from flask_babel import gettext as _
from marshmallow import ValidationError, pre_load

from service.platform.web.api import ListQuery
from service.platform.web.fields import Text
from service.platform.web.pace import SEARCH_WORDS

MAX_LETTERS = 100
HEADER = {
    "name": SEARCH_WORDS,
    "description": "What is searched for, by the beginnings of words and whatever the accents: UTF-8, percent-encoded"
    " (`J%C3%B8rgen`). `next` does not hold it: send it with each page.",
    "schema": {"type": "string", "pattern": "^[ -~]*$"},
}
IN_ADDRESS = {
    "description": f"The same in the address, which others may write down: send `{SEARCH_WORDS}`, which goes before it.",
    "deprecated": True,
}


class SearchQuery(ListQuery):
    """What a list is asked with that can be searched."""

    q = Text(MAX_LETTERS, required=False, metadata=IN_ADDRESS)

    @pre_load
    def from_header(self, data: Mapping[str, Any], **_options: Any) -> Mapping[str, Any]:
        """What is sent in the header takes the place of what stands in the address. Raises ValidationError."""
        return {**data, "q": _words(request.headers[SEARCH_WORDS])} if SEARCH_WORDS in request.headers else data


def _words(sent: str) -> str:
    try:
        sent.encode("ascii")
        return unquote(sent, errors="strict")
    except UnicodeError as error:
        raise ValidationError({SEARCH_WORDS: [_("Write the words as UTF-8, percent-encoded.")]}) from error
