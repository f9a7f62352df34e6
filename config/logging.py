"""How the service logs: one line an event on standard error, JSON in production, readable in a demonstration.

No personal data: what looks like an e-mail address, a CPR number or a secret is masked wherever it stands, in exceptions too.
No injection: control characters, line breaks among them, are written out as escapes.
"""

from __future__ import annotations

import logging.config
import re
from collections.abc import Mapping
from typing import Any

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

EMAIL = re.compile(r"[^\s@<>\"'(),;:=]+@[^\s@<>\"'(),;:=/]+")
CPR = re.compile(r"(?<!\d)(?:0[1-9]|[12]\d|3[01])(?:0[1-9]|1[0-2])\d\d[- ]?\d{4}(?!\d)")
CREDENTIALS = re.compile(r"(?<=://)[^\s/@]*:[^\s/@]*@")
BEARER = re.compile(r"(?i)\b(bearer|password|token|secret)([=: ]+)\S+")
CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
LINK = re.compile(r"(?<![\w-])[\w-]{16,}\.[\w-]{6}\.[\w-]{27}(?![\w-])")  # the token of a mailed link
FEED = re.compile(r"(?<=/ical/)[\w-]{16,}")  # the secret of a calendar's address
MASK = "[masked]"
OURS = frozenset({"timestamp", "level", "logger"})  # made by us, of known shape


def masked(text: str) -> str:
    """The text without what would tell who somebody is or open a door."""
    for pattern, instead in (
        (CREDENTIALS, f"{MASK}@"),
        (EMAIL, MASK),
        (CPR, MASK),
        (LINK, MASK),
        (FEED, MASK),
        (BEARER, rf"\1\2{MASK}"),
    ):
        text = pattern.sub(instead, text)
    return text


def visible(text: str) -> str:
    """The text on one line: control characters as escapes."""
    return CONTROLS.sub(lambda found: found[0].encode("unicode_escape").decode(), text)


def _clean(value: Any) -> Any:
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


CHAIN: tuple[Processor, ...] = (
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.PositionalArgumentsFormatter(),
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.format_exc_info,
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
                "()": structlog.stdlib.ProcessorFormatter,
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
            "weasyprint": {"level": "ERROR"},
            "fontTools": {"level": "ERROR"},
        },
    }


def configure(level: str, production: bool) -> None:
    """Send structlog and Python's logging the same way. Call once, when a program starts."""
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
