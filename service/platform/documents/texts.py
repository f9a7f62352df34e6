"""What is found of a file that somebody asks about, in words: for the page in its reader's language, for commands in English."""

from __future__ import annotations

from collections.abc import Iterator

from flask_babel import force_locale
from flask_babel import lazy_gettext as _l

from service.platform.documents.operations import CheckedFile
from service.platform.documents.rules import Seal, SealState

SEAL_STATES = {
    SealState.WHOLE: _l("whole: every byte is as it was sealed"),
    SealState.ADDED: _l("something was added to the file after it was sealed"),
    SealState.BROKEN: _l("broken: the file is not as it was sealed"),
}


def checked(found: CheckedFile) -> Iterator[str]:
    """What a command says of a file, line by line."""
    yield f"SHA-256 {found.sha256}"
    if found.paper is None:
        yield "Not a paper of ours: no issued paper has exactly these bytes."
    elif found.exact:
        yield f"{found.paper.number}: {found.paper.title}, issued {found.paper.issued_on} to {found.paper.municipality}."
    else:
        yield f"Altered: it carries the seal of {found.paper.number}, issued {found.paper.issued_on}, and is not as it was issued."
    yield from sealed(found.seal)


def sealed(seal: Seal | None) -> Iterator[str]:
    """What a command says of a seal."""
    if seal is None:
        yield "It has no seal."
        return
    when = f"{seal.at:%Y-%m-%d %H:%M %Z}" if seal.at else "at an unknown time"
    by = "a time stamp authority" if seal.stamped else "the sealer's own clock"
    with force_locale("en"):
        state = str(SEAL_STATES[seal.state])
    yield f"Its seal is {state}."
    yield f"Sealed {when}, by {by}. The certificate calls itself {seal.by}; its SHA-256 is {seal.fingerprint}."
