"""Forms: from flat names to nested values, and what was typed kept for the answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import request
from flask_babel import gettext as _
from marshmallow import Schema, ValidationError

from service.platform.web.errors import Refusal, flatten
from service.platform.web.reading import COMES_BACK, comes_back
from service.platform.web.rows import MOST_ROWS, no_row, row_number
from service.platform.web.versions import WHATEVER, Seen

MOST_FIELDS = 2000
SEEN = "seen"  # in a form that is a step: the version of what its page showed
BESIDE = ("csrf_token", "action", SEEN, COMES_BACK)  # what is in a form and none of its fields


@dataclass(slots=True)
class Typed:
    """What was typed, as text by field name, and what is wrong with it."""

    values: dict[str, str] = field(default_factory=dict)
    errors: dict[str, list[str]] = field(default_factory=dict)

    @property
    def status(self) -> int:
        """The status of the page that shows the form."""
        return 422 if self.errors else 200

    def refuse(self, refusal: Refusal) -> None:
        """Take over a refusal, to be shown beside the fields."""
        self.errors |= refusal.errors or {"_schema": [refusal.message]}


def nest(flat: Mapping[str, Any]) -> dict[str, Any]:
    """`{"activities-0-place": "x"}` as `{"activities": [{"place": "x"}]}`. A row left wholly blank is no row.

    A name that is a field and a part of another at once stays as it was sent: no field is called so, and the schema refuses it.
    """
    tree: dict[str, Any] = {name: value for name, value in flat.items() if "-" not in name}
    for name, value in flat.items():
        head, *rest = name.split("-")
        if not rest:
            continue
        inside = tree.setdefault(head, {})
        number = row_number(rest[0])
        if not isinstance(inside, dict):
            tree[name] = value
        elif number is not None:
            inside.setdefault(number, {})["-".join(rest[1:])] = value
        else:
            inside["-".join(rest)] = value
    for name, value in tree.items():
        if isinstance(value, dict) and value and all(isinstance(key, int) for key in value):
            tree[name] = [value[key] for key in sorted(value)]
    return tree


def flat(tree: Any, prefix: str = "") -> dict[str, str]:
    """The way back: nested values as the texts of a form's fields. A list of codes is the boxes that are ticked."""
    if isinstance(tree, dict):
        pairs = ((f"{prefix}-{key}" if prefix else str(key), value) for key, value in tree.items())
    elif isinstance(tree, (list, tuple)) and all(isinstance(each, str) for each in tree):
        pairs = ((f"{prefix}-{code}", True) for code in tree)
    elif isinstance(tree, (list, tuple)):
        pairs = ((f"{prefix}-{number}", value) for number, value in enumerate(tree))
    elif tree is None or tree is False:
        return {prefix: ""}
    else:
        return {prefix: "1" if tree is True else str(tree)}
    texts: dict[str, str] = {}
    for name, value in pairs:
        texts |= flat(value, name)
    return texts


def without_blank_rows(values: Mapping[str, str]) -> dict[str, str]:
    """What was typed without the rows that were left wholly blank, the others numbered anew, so that errors find their row.

    Of too many rows no more are kept than it takes to refuse them: the answer shows what it is given.
    """
    rows: dict[str, dict[int, dict[str, str]]] = {}
    kept: dict[str, str] = {}
    for name, value in values.items():
        if no_row(name):
            continue
        head, _, rest = name.partition("-")
        digits, _, part = rest.partition("-")
        number = row_number(digits)
        if number is not None and part:
            rows.setdefault(head, {}).setdefault(number, {})[part] = value
        else:
            kept[name] = value
    for head, numbered in rows.items():
        filled = [row for _number, row in sorted(numbered.items()) if any(value.strip() for value in row.values())]
        kept |= {
            f"{head}-{place}-{part}": value
            for place, row in enumerate(filled[: MOST_ROWS + 1])
            for part, value in row.items()
        }
    return kept


def seen_on_page() -> Seen:
    """What whoever takes a step has seen of the thing. A form that does not say takes it whatever there is."""
    told = request.form.get(SEEN)
    return Seen(frozenset({told})) if told else WHATEVER


def typed(*, ignore: tuple[str, ...] = BESIDE) -> Typed:
    """What the present form holds."""
    given = {name: value for name, value in list(request.form.items())[:MOST_FIELDS] if name not in ignore}
    return Typed(without_blank_rows(given))


def not_yet() -> str:
    """What a form says that has come back."""
    return _("It has not been saved yet. Look at it, and save.")


def load(schema: Schema, form: Typed) -> Any | None:
    """The values that the form means, or None with `form.errors` filled: a form that has just come back is looked at first."""
    if comes_back():
        form.errors["_schema"] = [not_yet()]
        return None
    try:
        return schema.load(nest(form.values))
    except ValidationError as error:
        form.errors |= flatten(error.messages)
        return None
