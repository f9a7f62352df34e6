"""Single settings as the environment has them: what is read, and what is right where it is not."""

from __future__ import annotations

import re
from collections.abc import Mapping
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from limits import parse as parse_limit


class SettingsError(SystemExit):
    """A setting is missing or malformed. The message names it and says what is right; unhandled, it ends the program with it."""

    def __init__(self, name: str, what: str) -> None:
        super().__init__(f"{name} {what}")
        self.name = name


def split(name: str, value: str) -> SplitResult:
    """The parts of a URL. Raises SettingsError."""
    try:
        url = urlsplit(value)
        url.port  # noqa: B018 - reading it is what checks it
    except ValueError as error:
        raise SettingsError(name, f"is not a URL: {error}") from error
    return url


def file(env: Mapping[str, str], name: str, kind: str) -> str:
    """The path of a file that is there; "" where none is named. Raises SettingsError."""
    value = env.get(name, "")
    if value and not Path(value).is_file():
        raise SettingsError(name, f"must be {kind}, there is none at {value}")
    return value


def number(env: Mapping[str, str], name: str, default: int, low: int, high: int) -> int:
    """A whole number from `low` to `high`. Raises SettingsError."""
    text = env.get(name) or str(default)
    if not (text.isascii() and text.isdigit() and len(text) < 10 and low <= int(text) <= high):
        raise SettingsError(name, f"must be a whole number from {low} to {high}, not {text!r}")
    return int(text)


def like(env: Mapping[str, str], name: str, pattern: str, right: str) -> str:
    """A text of a pattern, said in words as `right`; "" where there is none. Raises SettingsError."""
    value = env.get(name, "")
    if value and not re.fullmatch(pattern, value):
        raise SettingsError(name, f"must be {right}")
    return value


def one_of(env: Mapping[str, str], name: str, default: str, values: tuple[str, ...]) -> str:
    """One of some values. Raises SettingsError."""
    value = env.get(name) or default
    if value not in values:
        raise SettingsError(name, f"must be one of {', '.join(values)}, not {value!r}")
    return value


def networks(env: Mapping[str, str], name: str, default: str) -> tuple[IPv4Network | IPv6Network, ...]:
    """Networks of addresses, with commas between. Raises SettingsError."""
    try:
        return tuple(ip_network(part.strip()) for part in (env.get(name) or default).split(","))
    except ValueError as error:
        raise SettingsError(name, f"must be networks like 10.0.0.0/8,::1/128: {error}") from error


def limit(env: Mapping[str, str], name: str, default: str) -> str:
    """How often something may be done, as `limits` writes it. Raises SettingsError."""
    value = env.get(name) or default
    try:
        parse_limit(value)
    except ValueError as error:
        raise SettingsError(name, f"must be like {default!r}, not {value!r}") from error
    return value
