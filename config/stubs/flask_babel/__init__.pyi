# What we use of Flask-Babel, which tells no types to who imports it.
import datetime as dt
from collections.abc import Callable
from contextlib import AbstractContextManager
from decimal import Decimal
from typing import Any

from babel import Locale
from flask import Flask

class LazyString: ...

class Babel:
    def __init__(
        self,
        app: Flask | None = ...,
        *,
        default_locale: str = ...,
        default_timezone: str = ...,
        default_translation_directories: str = ...,
        locale_selector: Callable[[], str | None] | None = ...,
        timezone_selector: Callable[[], str | None] | None = ...,
    ) -> None: ...

def gettext(string: str, **variables: object) -> str: ...
def ngettext(singular: str, plural: str, num: int, **variables: object) -> str: ...

# A text that is looked up when it is shown. It stands for a text wherever one is shown, so it is taken for one.
def lazy_gettext(string: str, **variables: object) -> Any: ...
def get_locale() -> (
    Locale
): ...  # None outside a request or a command: what is shown there is said in a language by name
def force_locale(locale: str) -> AbstractContextManager[None]: ...
def format_date(date: dt.date | None = ..., format: str | None = ..., rebase: bool = ...) -> str: ...
def format_datetime(datetime: dt.datetime | None = ..., format: str | None = ..., rebase: bool = ...) -> str: ...
def format_decimal(number: float | Decimal, format: str | None = ...) -> str: ...
