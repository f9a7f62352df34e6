"""The key that checkpoints are signed with, where this copy has one."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from flask import current_app

from config.kept import kept
from config.settings import Settings
from service.platform.paper_log import notes
from service.platform.paper_log.notes import Signer


def signer() -> Signer | None:
    """The key of LOG_KEY_FILE, or the one that a demonstration has made for itself; None in production without the setting.

    Raises NotOne for a file that holds none.
    """
    settings: Settings = current_app.extensions["settings"]
    if settings.log_key_file:
        return notes.signer_of(Path(settings.log_key_file).read_text(encoding="utf-8"))
    if settings.production:
        return None
    own = kept(settings.var / "log-key", lambda: notes.made(name(settings.public_url)).written().encode())
    return notes.signer_of(own.read_text(encoding="utf-8"))


def name(public_url: str) -> str:
    """What the log of a service at that address is called: the address of the page that checks papers, without `https://`."""
    return f"{urlsplit(public_url).netloc}/verificer"
