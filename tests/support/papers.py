"""The world's papers, each laid out once for all test processes: the same facts give the same bytes (`tests/papers/test_sameness.py`).

They lie beside the embedded servers, named after the facts and all that lays them out: another template, font or library gives another.
"""

from __future__ import annotations

import fcntl
import hashlib
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path

import pytest

from service.platform.documents import making
from service.platform.documents.letters import FONTS
from service.platform.documents.paper import Paper
from service.platform.documents.render_process import to_request
from service.platform.documents.renderer import Rendered, render
from tests.support.servers import ROOT, VAR

FOLDER = VAR / "papers"
A_DAY = 86_400  # seconds that a paper is kept: tomorrow its days are others


@contextmanager
def laid_out_once() -> Iterator[None]:
    """Let each paper that is made be one that was laid out already, where there is one."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(making, "render", _once)
        yield


def _once(paper: Paper) -> Rendered:
    file = FOLDER / hashlib.sha256(_by() + to_request(paper)).hexdigest()
    FOLDER.mkdir(parents=True, exist_ok=True)
    # All processes begin with the world: one lays a paper out, the others wait for it.
    with file.with_suffix(".turn").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        if not file.exists():
            _forget()
            content, version = render(paper)
            file.with_suffix(".new").write_bytes(version.encode() + b"\n" + content)
            file.with_suffix(".new").rename(file)
    told, _newline, kept = file.read_bytes().partition(b"\n")
    return kept, told.decode()


def _forget() -> None:
    for file in FOLDER.iterdir():
        with suppress(FileNotFoundError):  # others forget too
            if file.stat().st_mtime < time.time() - A_DAY:
                file.unlink()


@cache
def _by() -> bytes:
    """The hash of all that lays papers out."""
    documents = ROOT / "service/platform/documents"
    files = (
        *documents.rglob("*"),
        *ROOT.glob("service/*/*/papers/*"),
        *FONTS.iterdir(),
        ROOT / "config/requirements.txt",
    )
    digest = hashlib.sha256()
    for file in sorted(set(filter(Path.is_file, files))):
        if "__pycache__" not in file.parts:
            digest.update(file.read_bytes())
    return digest.digest()
