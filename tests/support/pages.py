"""Reading pages and papers in tests."""

from __future__ import annotations

import functools
import io
import re

import pikepdf
import pypdfium2
from flask.testing import FlaskClient


def token_of(page: str) -> str:
    """The CSRF token of a page's form."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found, "the page has no form"
    return found[1]


def search(client: FlaskClient, path: str, words: str, **limits: str) -> str:
    """Search a list as on its page, and return the address that one is led to."""
    sent = {"csrf_token": token_of(client.get("/min-konto").text), "list": path, "q": words, **limits}
    answer = client.post("/soeg", data=sent)
    assert answer.status_code == 302, answer.text
    return answer.headers["Location"]


@functools.cache
def pdf_text(content: bytes) -> str:
    """The text on the pages of a PDF and in the files embedded in it."""
    parts = []
    pdf = pypdfium2.PdfDocument(content)
    try:
        for page in pdf:
            text = page.get_textpage()
            parts.append(text.get_text_range())
            text.close()
            page.close()
    finally:
        pdf.close()
    with pikepdf.open(io.BytesIO(content)) as opened:
        parts += [file.get_file().read_bytes().decode() for file in opened.attachments.values()]
        parts.append(str(opened.docinfo))
    return "\n".join(parts)
