"""The render process, which also knows the tests' templates. The renderer runs it in place of its own."""

from __future__ import annotations

import json
import os
import socket
import sys

from jinja2 import ChoiceLoader, DictLoader

from service.platform.documents import render_process
from service.platform.documents.filling import sandbox
from tests.papers import samples


def extend() -> None:
    """Let the sandbox know the samples. What reaches out reaches for the fact `listener`."""
    hostile = {**samples.REACHING, **samples.UNHEARD, **samples.FAULTY}
    pages = {f"{name}.html": samples.page(body.replace("LISTENER", "{{ listener }}")) for name, body in hostile.items()}
    around = sandbox()
    around.loader = ChoiceLoader([DictLoader({**samples.TEMPLATES, **pages}), around.loader])  # type: ignore[list-item]
    around.globals["process"] = lambda: json.dumps([os.getppid(), os.getpid(), sorted(os.environ)])


if __name__ == "__main__":
    extend()
    render_process.main(socket.socket(fileno=int(sys.argv[1])))
