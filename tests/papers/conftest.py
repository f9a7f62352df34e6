"""What the tests of papers stand on: a render process that knows their templates, and somebody who listens."""

from __future__ import annotations

import socket
import threading
import warnings
from collections.abc import Iterator

import pytest

from service.platform.documents import layout, renderer
from service.platform.documents.paper import Paper
from service.platform.documents.renderer import render
from tests.papers import samples


@pytest.fixture(scope="package")
def rendering() -> Iterator[None]:
    """The render process with the tests' templates, shared by the tests of this folder."""
    patch = pytest.MonkeyPatch()
    renderer.process.close()
    patch.setattr(renderer.process, "module", "tests.papers.sample_render_process")
    yield
    renderer.process.close()
    patch.undo()


@pytest.fixture(scope="package")
def paper() -> Paper:
    """The sample with every part."""
    return samples.paper()


@pytest.fixture(scope="package")
def pdf(rendering: None, paper: Paper) -> bytes:
    """The sample, printed by the render process."""
    return render(paper)[0]


@pytest.fixture(scope="package")
def unmended(paper: Paper) -> bytes:
    """The sample as WeasyPrint leaves it."""
    from tests.papers.sample_render_process import extend

    extend()
    with warnings.catch_warnings(
        action="ignore"
    ):  # WeasyPrint leaves a file open; the machine may have no fonts, nor need it any
        return layout.raw(paper)


class Listener:
    """A server on this machine that counts who comes."""

    def __init__(self) -> None:
        self.server = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self.server.getsockname()[1]}"
        self.hits = 0
        self.thread = threading.Thread(target=self._listen, daemon=True)
        self.thread.start()

    def _listen(self) -> None:
        while True:
            try:
                connection, _address = self.server.accept()
            except OSError:
                return
            self.hits += 1
            connection.close()

    def close(self) -> None:
        """Stop listening."""
        self.server.shutdown(socket.SHUT_RDWR)
        self.server.close()
        self.thread.join(5)


@pytest.fixture
def listener() -> Iterator[Listener]:
    """Somebody who listens on this machine. A test that reaches them has found a hole."""
    found = Listener()
    yield found
    found.close()
