"""How the service logs: one line an event on standard error, JSON in production, readable in a demonstration.

No personal data: what looks like an e-mail address, a CPR number or a secret is masked wherever it stands, and of an exception only
that is told which `config/discretion.py` lets through: nothing that somebody wrote, whoever logs it and whoever raised it.
No injection: control characters, line breaks among them, are written out as escapes.
"""

from __future__ import annotations

import logging.config
import sys
import threading
from collections.abc import Mapping
from typing import Any

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from config.discretion import described, masked, traced, visible

OURS = frozenset({"timestamp", "level", "logger"})  # made by us, of known shape


def _clean(value: Any) -> Any:
    if isinstance(value, BaseException):
        return described(value)
    if isinstance(value, str):
        return visible(masked(value))
    if isinstance(value, Mapping):
        return {_clean(key): _clean(part) for key, part in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_clean(part) for part in value]
    return value if isinstance(value, (int, float, bool, type(None))) else _clean(str(value))


def clean(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """A structlog processor: mask and escape every value of an event. A traceback keeps its lines."""
    cleaned = {key: value if key in OURS or key.startswith("_") else _clean(value) for key, value in event.items()}
    if "exception" in event:
        cleaned["exception"] = "\n".join(_clean(line) for line in str(event["exception"]).splitlines())
    return cleaned


def discreet(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """A structlog processor: exceptions that are to be put into the words of an event are told, not printed."""
    if "positional_args" in event:
        event["positional_args"] = _described_of(event["positional_args"])
    return event


def _described_of(arguments: Any) -> Any:
    if isinstance(arguments, tuple):
        return tuple(described(each) if isinstance(each, BaseException) else each for each in arguments)
    return arguments


class Lines(structlog.stdlib.ProcessorFormatter):
    """The format of every line, of the libraries' too."""

    def format(self, record: logging.LogRecord) -> str:
        """The line of a record."""
        record.args = _described_of(record.args)
        return super().format(record)


CHAIN: tuple[Processor, ...] = (
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    discreet,
    structlog.stdlib.PositionalArgumentsFormatter(),
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.ExceptionRenderer(lambda raised: traced(raised[1]) if raised[1] else ""),
    clean,
)


def logging_config(level: str, production: bool) -> dict[str, Any]:
    """The configuration of Python's logging, for `logging.config.dictConfig` and for Gunicorn."""
    last: list[Processor] = (
        [structlog.processors.JSONRenderer(ensure_ascii=False)]
        if production
        else [structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)]
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {
                "()": Lines,
                "foreign_pre_chain": [structlog.stdlib.ExtraAdder(), *CHAIN],
                "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line", "stream": "ext://sys.stderr"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            "gunicorn.error": {"handlers": [], "propagate": True, "level": level},
            # They log the address of every request, or the words of every message.
            "gunicorn.access": {"handlers": [], "propagate": False},
            "werkzeug": {"level": "WARNING"},
            "waitress.queue": {"level": "ERROR"},  # requests that wait for a thread, each time
            "alembic.runtime.plugins": {"level": "WARNING"},  # what it has brought along, at each start
            "pikepdf._core": {"level": "WARNING"},
            "saml2": {"level": "CRITICAL"},  # what xmlsec1 says of an answer, and so parts of it
            "weasyprint": {"level": "ERROR"},
            "fontTools": {"level": "ERROR"},
        },
    }


def configure(level: str, production: bool) -> None:
    """Send structlog, Python's logging, its warnings and what nobody caught the same way. Call once, when a program starts."""
    logging.config.dictConfig(logging_config(level, production))
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *CHAIN,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    logging.captureWarnings(True)
    sys.excepthook = lambda kind, error, trace: _uncaught(kind, error)
    threading.excepthook = lambda raised: _uncaught(raised.exc_type, raised.exc_value)
    sys.unraisablehook = lambda raised: _uncaught(raised.exc_type, raised.exc_value)


def _uncaught(kind: type[BaseException], error: BaseException | None) -> None:
    """What ends a program, a thread or an object: as a line of the log, where it would be printed with all that it holds."""
    if issubclass(kind, (KeyboardInterrupt, SystemExit)):
        return
    structlog.get_logger(__name__).critical("uncaught", kind=kind.__name__, exc_info=error)
