"""A form of something that is there. When somebody else has saved it since the form was opened, the page shows both, field by field.

The form carries what it held when it was opened (`version`), so that the page can tell mine, theirs and what it was. It stands last: a
form that came half, or was cut off, has none, and nothing of it is saved. The choice comes back with all that was typed (`choose`), and
is put into it here, before anything is read of it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import request
from flask_babel import gettext as _

from service.platform.web.errors import Refusal
from service.platform.web.forms import MOST_FIELDS, Typed, flat, not_yet, typed
from service.platform.web.reading import comes_back, sending
from service.platform.web.versions import Changed, Seen, State, as_text, version_of

VERSION, BEFORE, CHOOSE, ON = "version", "before", "choose", "go-on"
OURS = ("csrf_token", "action", VERSION, BEFORE, CHOOSE, ON)  # what is in the form and none of its fields
MINE, THEIRS = "mine", "theirs"
Values = dict[str, str]


@dataclass(frozen=True, slots=True)
class Apart:
    """A field in which two have saved, or are about to, something different, each as lines to be read. `was` is None where unknown."""

    key: str
    label: str
    mine: list[str]
    theirs: list[str]
    was: list[str] | None


@dataclass
class Edited(Typed):
    """What was typed in place of something that is there, and what was seen of that."""

    opened: State | None = None  # what there was when the form was opened
    known: bool = True  # whether that is known
    now: State | None = None  # what there is, when that is something else
    changed: bool = False
    sent: bool = False  # whether it is to be saved
    shape: Callable[[State], Values] = flat
    action: str = ""
    asked: dict[str, tuple[str, dict[str, str]]] = field(
        default_factory=dict
    )  # what fields are called, and words for codes

    @property
    def seen(self) -> Seen:
        """What whoever saves has seen of it."""
        return Seen(frozenset({version_of(self.opened)}) if self.known else frozenset(), told=self.known)

    @property
    def status(self) -> int:
        """The status of the page that shows the form."""
        return 409 if self.changed else super().status

    @property
    def version(self) -> str:
        """What the form carries of what it held."""
        return as_text(self.opened)

    @property
    def versions(self) -> dict[str, str]:
        """What the comparison carries: what is there now, and what was when the form was opened."""
        return {VERSION: as_text(self.now), **({BEFORE: self.version} if self.known else {})}

    def refuse(self, refusal: Refusal) -> None:
        """Take over a refusal. That somebody else has saved is shown beside what was typed."""
        if isinstance(refusal, Changed):
            self.changed, self.now = True, refusal.state
        else:
            super().refuse(refusal)

    def note(self, name: str, label: str, options: Iterable[Any] = ()) -> str:
        """Remember what a field of the form is called, and the words for what it can hold. The form's parts call it as they are drawn."""
        words: dict[str, str] = {}
        for option in options:
            inside = [option] if not isinstance(option[1], (list, tuple)) else option[1]
            words |= {str(each[0]): str(each[1]) for each in inside}
        self.asked[_in_any_row(name)] = self.asked[name] = (str(label).strip(), words)
        return ""

    def apart(self) -> list[Apart]:
        """The fields of the form in which what was typed is other than what is there now."""
        mine, theirs = self._by_key(self.values), self._by_key(_shaped(self.shape, self.now) or {})
        was = _shaped(self.shape, self.opened) if self.known else None
        before = self._by_key(was) if was is not None else None
        return [
            Apart(
                key,
                self.asked[key][0],
                self._lines(key, mine.get(key, {})),
                self._lines(key, theirs.get(key, {})),
                None if before is None else self._lines(key, before.get(key, {})),
            )
            for key in self.asked
            if mine.get(key, {}) != theirs.get(key, {})
        ]

    def choosing(self, found: Iterable[Apart]) -> Typed:
        """The choice between them, with the one who changed a field that the other left taken already."""
        taken = {
            each.key: THEIRS if each.mine == each.was else MINE
            for each in found
            if each.was in (each.mine, each.theirs)
        }
        return Typed(
            {f"{CHOOSE}-{key}": side for key, side in taken.items()}
            | {name: value for name, value in request.form.items() if name.startswith(f"{CHOOSE}-")},
            self.errors,
        )

    def _by_key(self, values: Mapping[str, str]) -> dict[str, Values]:
        found: dict[str, Values] = {}
        for name, value in values.items():
            head = name.partition("-")[0]
            key = head if head in self.asked else name
            if key in self.asked and (text := _plain(value)):
                found.setdefault(key, {})[name] = text
        return found

    def _lines(self, key: str, values: Values) -> list[str]:
        """What stands in a field, or in all the rows or boxes of a list, as lines of text."""
        lines: dict[str, list[str]] = {}
        for name, value in sorted(values.items(), key=lambda each: self._place(key, each[0])):
            part = name.removeprefix(key).strip("-")
            number = part.partition("-")[0]
            label, words = self.asked.get(name) or self.asked.get(_in_any_row(name)) or ("", {})
            if name == key:
                lines[""] = [words.get(value, value)]
            elif part in self.asked[key][1]:  # a box that is ticked
                lines.setdefault("", []).append(self.asked[key][1][part])
            elif label:
                lines.setdefault(number, []).append(f"{label}: {words.get(value, value)}")
        return [", ".join(parts) for parts in lines.values()]

    def _place(self, key: str, name: str) -> tuple[int, int, int]:
        """Where something stands in a list as it is drawn, whatever order it came in: its row, its field, its box."""
        part = name.removeprefix(key).strip("-")
        number, boxes = part.partition("-")[0], [*self.asked[key][1]]
        fields = [*self.asked]
        field = next((fields.index(each) for each in (_in_any_row(name), name) if each in self.asked), 0)
        return int(number) if number.isdecimal() else -1, field, boxes.index(part) if part in boxes else 0


def opened(
    state: State | None, shape: Callable[[State], Values] = flat, beginning: Mapping[str, str] | None = None
) -> Edited:
    """The form of something as it is. `beginning` is what it does not have yet."""
    return Edited({**(shape(state) if state is not None else {}), **(beginning or {})}, opened=state, shape=shape)


def edited(
    state: State | None,
    shape: Callable[[State], Values] = flat,
    beginning: Mapping[str, str] | None = None,
    given: Typed | None = None,
) -> Edited:
    """The form of something that is there or is to be: as it is, or as it was typed (`given`, where a form is read otherwise)."""
    if not sending():
        return opened(state, shape, beginning)
    known, was = read(request.form.get(VERSION) if VERSION in list(request.form)[:MOST_FIELDS] else None)
    form = Edited(opened=was, known=known, shape=shape, action=request.form.get("action", ""))
    chosen = {key: request.form.get(f"{CHOOSE}-{key}", "") for key in request.form.get(CHOOSE, "").split()}
    given = given or typed()
    form.values = {name: value for name, value in given.values.items() if is_field(name)}
    open_still = [key for key, side in chosen.items() if side not in (MINE, THEIRS)]
    if open_still:
        form.changed, form.now = True, was
        form.known, form.opened = read(request.form.get(BEFORE))
        form.errors = {f"{CHOOSE}-{key}": [_("Choose which one is to hold.")] for key in open_still}
        return form
    theirs = _shaped(shape, was) or {}
    for key in (key for key, side in chosen.items() if side == THEIRS):
        form.values = {name: value for name, value in form.values.items() if not _under(key, name)}
        form.values |= {name: value for name, value in theirs.items() if _under(key, name)}
    form.sent = ON not in request.form and not comes_back()
    if comes_back():
        form.errors = {"_schema": [not_yet()]}
    return form


def is_field(name: str) -> bool:
    """Whether a name that a form sends is a field's, and none of what stands beside the fields."""
    return name not in OURS and not name.startswith(f"{CHOOSE}-")


def read(text: str | None) -> tuple[bool, State | None]:
    """Whether a form says what it held, and what that is."""
    try:
        state = json.loads(text or "")
    except (ValueError, RecursionError):
        return False, None
    return (True, state) if state is None or isinstance(state, dict) else (False, None)


def _shaped(shape: Callable[[State], Values], state: State | None) -> Values | None:
    """A state as the form's texts; None for what is none: it comes back from a browser."""
    try:
        return shape(state or {})
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError):
        return None


def _under(key: str, name: str) -> bool:
    return name == key or name.startswith(f"{key}-")


def _in_any_row(name: str) -> str:
    """The name of a field in a row of a list, whichever row: `areas-0-part` as `areas-part`."""
    return re.sub(r"-(?:[0-9]+|__n__)-", "-", name, count=1)


def _plain(value: str) -> str:
    """A text as it is compared and read: without the space around it, with days as people write them."""
    text = value.replace("\r\n", "\n").strip()
    day = re.fullmatch(r"([0-9]{4})-([0-9]{2})-([0-9]{2})", text)
    return "-".join(day.groups()[::-1]) if day else text
