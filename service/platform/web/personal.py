"""Free texts in what is sent: one that looks as if it told of a person is warned of.

It is a warning and not a wall: a case number can look like a phone number. Whoever has looked again says so (`text_checked`), and it
is taken. Which texts look so is said in `slips.py`, to us and to browsers alike.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from babel.lists import format_list
from flask import Blueprint, Flask, g, jsonify
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from marshmallow import Schema, ValidationError, validates_schema
from marshmallow.utils import get_value

from service.platform.web.fields import Part, Rows, Strict, Text, YesNo
from service.platform.web.forms import Typed
from service.platform.web.permits import permit
from service.platform.web.slips import JUDGED, Sign, Slip, TextKind, for_browsers, slips

bp = Blueprint("free_texts", __name__)
WORDS = {
    Sign.CPR: _l("a CPR number"),
    Sign.PHONE: _l("a phone number"),
    Sign.EMAIL: _l("an e-mail address"),
    Sign.FAMILY: _l("a family's name"),
    Sign.STREET: _l("where somebody lives"),
    Sign.ILLNESS: _l("an illness"),
    Sign.PREGNANCY: _l("a pregnancy"),
}


class FreeText(Text):
    """Text in which people write. A schema that has one, however deep inside, is `Looked` at."""

    def __init__(self, most: int = 200, kind: TextKind = TextKind.REMARK, advice: Any = None, **options: Any) -> None:
        self.kind = kind
        self.advice = advice or _l("Write of kinds and numbers, never of persons.")
        super().__init__(most, **options)


class Looked(Strict):
    """What is sent with free texts in it. `text_checked`: the writer has looked again, and they say nothing of a person."""

    __beside__: ClassVar[tuple[str, ...]] = ("text_checked",)

    text_checked = YesNo(required=False)
    by_name: ClassVar[dict[str, type[Looked]]] = {}

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        Looked.by_name[cls.__name__] = cls

    @validates_schema(skip_on_field_errors=False)
    def _look(self, data: Any, **_kwargs: Any) -> None:
        if not data.get("text_checked") and (found := warnings(self, data)):
            said = _("Remove it, or tick that the text says nothing of a person.")
            raise ValidationError({**found, "text_checked": [said]})

    def load(self, data: Any, **options: Any) -> Any:
        """As marshmallow's: whoever goes on with it need not know that the writer was asked."""
        loaded = super().load(data, **options)
        if isinstance(loaded, dict):
            loaded.pop("text_checked", None)
        return loaded


def warnings(schema: Schema, data: Any) -> dict[Any, Any]:
    """What is to be warned of in loaded data, by field, in the shape of marshmallow's errors."""
    return {
        name: found for name, field in schema.fields.items() if (found := _warnings(field, get_value(data, name, "")))
    }


def _warnings(field: Any, value: Any) -> Any:
    if isinstance(field, FreeText):
        found = slips(value or "", field.kind)
        return [f"{warning(found)} {field.advice}"] if found else []
    if isinstance(field, Part) and value:
        return warnings(field.schema, value)
    if isinstance(field, Rows) and isinstance(value, (list, tuple)):
        return {place: found for place, each in enumerate(value) if (found := _warnings(field.inner, each))}
    return []


def warning(found: Sequence[Slip]) -> str:
    """What is said of what was found: what it looks like, and the words."""
    told = [f"{WORDS[slip.sign]} (“{slip.words}”)" for slip in found]
    return _("This looks like %(what)s.", what=format_list(told, locale=get_locale()))


def free_texts(schema: Schema, before: str = "") -> dict[str, list[str]]:
    """The free texts of a form, by name, and the signs that each is judged by. A row's number is `*`."""
    found: dict[str, list[str]] = {}
    for name, field in schema.fields.items():
        inside, each = (f"{before}{name}-*-", field.inner) if isinstance(field, Rows) else (f"{before}{name}-", field)
        if isinstance(field, FreeText):
            found[before + name] = sorted(JUDGED[field.kind])
        elif isinstance(each, Part):
            found |= free_texts(each.schema, inside)
    return found


def init(app: Flask) -> None:
    """Let pages hand the rule to the browser: those alone in which somebody writes."""
    app.add_template_global(_judged, "free_texts")
    app.add_template_global(_asked, "asked_to_look")
    app.add_template_global(_in_page, "slips_in_page")


def _judged(schema: str) -> dict[str, list[str]]:
    g.slips_wanted = True
    return free_texts(Looked.by_name[schema]())


def _asked(form: Typed, judged: Mapping[str, list[str]]) -> bool:
    """Whether a form asks its writer to look again: where something in it was warned of, or the writer has said so."""
    said = form.errors if "text_checked" in form.errors else form.values if form.values.get("text_checked") else {}
    return any(re.sub("-[0-9]+-", "-*-", name) in judged for name in said)


def _in_page() -> Mapping[str, Any] | None:
    """The rule and its words, for a page in which somebody writes."""
    return _rule() if g.get("slips_wanted") else None


@bp.get("/ord-om-personer.json")
@permit.public
def rule() -> ResponseReturnValue:
    """The rule and its words by themselves, for a page that is to be light and fetches them when somebody begins to write."""
    return jsonify(_rule())


def _rule() -> dict[str, Any]:
    return {
        "patterns": for_browsers(),
        "words": {sign.value: str(words) for sign, words in WORDS.items()},
        "said": _("This looks like %(what)s.", what="#"),
        "advice": _("Is it about a person? Then remove it."),
    }
