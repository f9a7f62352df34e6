"""The service's own logging, as its programs set it up, written where a test can read it."""

from __future__ import annotations

import io
import logging
import sys
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

import structlog

from config.logging import configure


@contextmanager
def logged(*, production: bool = True) -> Iterator[io.StringIO]:
    """Log as a program does that has just started; all is as it was afterwards."""
    root, written, stderr = logging.getLogger(), io.StringIO(), sys.stderr
    handlers, level, kept = list(root.handlers), root.level, structlog.get_config()
    hooks = sys.excepthook, threading.excepthook, sys.unraisablehook, warnings.showwarning
    sys.stderr = written
    try:
        configure("INFO", production)
        yield written
    finally:
        sys.stderr = stderr
        root.handlers[:], root.level = handlers, level
        logging.captureWarnings(False)
        sys.excepthook, threading.excepthook, sys.unraisablehook, warnings.showwarning = hooks
        structlog.configure(**kept)
