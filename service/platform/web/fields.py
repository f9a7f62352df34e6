"""Input, field by field. marshmallow lets NUL, bidirectional controls and fullwidth digits through; these fields do not."""

from __future__ import annotations

import copy
import functools
import re
import unicodedata
from collections.abc import Mapping
from typing import Any, ClassVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from marshmallow import Schema, ValidationError, fields, missing, pre_load

MOST_TICKS = 100
CODE_OF_OPTION = "[a-z0-9_]{1,60}"


class Strict(Schema):
    """A schema that refuses what it does not know."""

    # Fields that say how something is to be done, or change nothing where they are left out: `whole` does not ask for them.
    __beside__: ClassVar[tuple[str, ...]] = ()

    class Meta:
        """marshmallow's own place for options."""

        unknown = "raise"

    error_messages = {"unknown": "?", "type": _l("Send an object here.")}  # noqa: RUF012 - as the library declares it

    def on_unknown(self) -> str:
        """The message for an unknown field."""
        return _("Unknown field.")

    @pre_load
    def _known(self, data: Any, **_kwargs: Any) -> Any:
        if isinstance(data, Mapping):
            known = {f.data_key or name for name, f in self.load_fields.items()}
            unknown = {name: [self.on_unknown()] for name in data if name not in known}
            if unknown:
                raise ValidationError(unknown)
        return data


class Field(fields.Field[Any]):
    """A field whose blank, where it may be left out, is `blank`."""

    blank: Any = None
    may_be_blank = False  # whether a field that must be there may be blank, see `whole`

    def __init__(self, **options: Any) -> None:
        options.setdefault("required", True)
        if not options["required"]:
            options.setdefault("load_default", self.blank)
        options["allow_none"] = True
        super().__init__(**options)
        self.blank = options.get("load_default")

    def deserialize(self, value: Any, attr: str | None = None, data: Any = None, **kwargs: Any) -> Any:
        """Read the value; a blank is refused or becomes the field's own blank."""
        if isinstance(value, str) and not value.strip():
            value = None
        if value is missing and self.may_be_blank:
            raise ValidationError(_("Send this field, empty where there is nothing: what is left out is not erased."))
        if value is None or value is missing:
            if self.required and not self.may_be_blank:
                raise ValidationError(_("Fill in this field."))
            return self.blank() if callable(self.blank) else self.blank
        return self._deserialize(value, attr, data, **kwargs)


class Text(Field):
    """Text of at most `most` characters: NFC, stripped, without control or direction characters."""

    blank: Any = ""

    def __init__(self, most: int = 200, multiline: bool = False, **options: Any) -> None:
        self.most, self.multiline = most, multiline
        super().__init__(**options)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        if not isinstance(value, str):
            raise ValidationError(_("Write text here."))
        if len(value) > 4 * self.most + 100:
            raise ValidationError(_("Write at most %(most)s characters.", most=self.most))
        text = self._as_kept(value)
        allowed = "\n" if self.multiline else ""
        if not text.isprintable() and any(  # nearly every text is, and a file has a hundred thousand of them
            unicodedata.category(c) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp") and c not in allowed for c in text
        ):
            raise ValidationError(
                _("The text holds a sign that cannot be shown. Remove it, or write the text again by hand.")
            )
        if len(text) > self.most:
            raise ValidationError(_("Write at most %(most)s characters.", most=self.most))
        return text

    def _as_kept(self, value: str) -> str:
        return unicodedata.normalize("NFC", value.replace("\r\n", "\n").replace("\r", "\n")).strip()

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> Any:
        return value


class TypedPassword(Text):
    """A password as it was typed, spaces before and after it too: NFC alone, as keyboards compose the same letters in different ways."""

    def __init__(self, **options: Any) -> None:
        super().__init__(1000, **options)

    def _as_kept(self, value: str) -> str:
        return unicodedata.normalize("NFC", value)


class Number(Field):
    """A whole number from `low` to `high`, in the digits 0 to 9."""

    def __init__(self, low: int = 0, high: int = 1_000_000, **options: Any) -> None:
        self.low, self.high = low, high
        super().__init__(**options)

    def _wrong(self) -> ValidationError:
        return ValidationError(_("Write a whole number from %(low)s to %(high)s.", low=self.low, high=self.high))

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, (int, str)):
            raise self._wrong()
        if isinstance(value, str):
            text = value.strip()
            if not re.fullmatch(r"-?[0-9]{1,15}", text):
                raise self._wrong()
            value = int(text)
        number: int = value
        if not self.low <= number <= self.high:
            raise self._wrong()
        return number


class Kroner(Field):
    """An amount typed in kroner (1.400.000 or 1.400.000,50), as øre. A number in JSON is øre already."""

    def _wrong(self) -> ValidationError:
        return ValidationError(_("Write the amount in kroner, for example 250.000 or 250.000,50."))

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int:
        if isinstance(value, int) and not isinstance(value, bool):
            if 0 <= value <= 10**12:
                return value
            raise self._wrong()
        if not isinstance(value, str):
            raise self._wrong()
        match = re.fullmatch(
            r"([0-9]{1,10}|[0-9]{1,3}(?:\.[0-9]{3}){1,3})(?:,([0-9]{1,2}))?",
            value.strip().removesuffix("kr.").strip(),
            re.ASCII,
        )
        if match is None:
            raise self._wrong()
        return int(match[1].replace(".", "")) * 100 + int((match[2] or "").ljust(2, "0"))


class Choice(Field):
    """One of some codes. `of` is an enumeration or a set of texts."""

    def __init__(self, of: Any, **options: Any) -> None:
        self.of = of
        super().__init__(**options)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        try:
            if isinstance(value, str) and isinstance(self.of, type):
                return self.of(value)
            if isinstance(value, str) and value in self.of:
                return value
        except ValueError:
            pass
        raise ValidationError(_("Choose one of the options."))


class Ticks(Field):
    """Some codes, each once: a list of them, or the boxes ticked (`name-code` = 1). Loads as a frozenset of `of`'s members, or of texts."""

    blank = frozenset()

    def __init__(self, of: Any = None, **options: Any) -> None:
        self.of = of
        options.setdefault("required", False)
        super().__init__(**options)

    def deserialize(self, value: Any, attr: str | None = None, data: Any = None, **kwargs: Any) -> Any:
        """Read the codes: nothing sent is no code, and null is nothing that a program may send."""
        if value is None:
            raise ValidationError(_("Choose one of the options."))
        return super().deserialize(value, attr, data, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> frozenset[Any]:
        codes = [code for code, on in value.items() if on] if isinstance(value, Mapping) else value
        if not isinstance(codes, list) or len(codes) > MOST_TICKS or not all(_is_code(code) for code in codes):
            raise ValidationError(_("Choose one of the options."))
        try:
            if self.of is not None and not isinstance(self.of, type) and not set(codes) <= set(self.of):
                raise ValueError
            return frozenset(map(self.of, codes) if isinstance(self.of, type) else codes)
        except ValueError as error:
            raise ValidationError(_("Choose one of the options.")) from error


def _is_code(value: Any) -> bool:
    return isinstance(value, str) and bool(re.fullmatch(CODE_OF_OPTION, value))


class YesNo(Field):
    """A box that is ticked or not."""

    blank = False

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> bool:
        if isinstance(value, bool):
            return value
        if value in ("1", "on", "true", "0", "false"):
            return value not in ("0", "false")
        raise ValidationError(_("Choose yes or no."))


class Part(fields.Nested):
    """Fields inside a field."""

    default_error_messages = {  # noqa: RUF012 - as the library declares it
        "required": _l("Fill in this field."),
        "null": _l("Fill in this field."),
        "type": _l("Send an object here."),
    }


class Rows(fields.List[Any]):
    """Rows of the same shape, at most `most`."""

    default_error_messages = {  # noqa: RUF012 - as the library declares it
        "invalid": _l("Send a list here."),
        "null": _l("Send a list here."),
        "required": _l("Fill in this field."),
    }

    def __init__(self, inner: Any, most: int, **options: Any) -> None:
        self.most = most
        super().__init__(inner, **options)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> list[Any]:
        if isinstance(value, list) and len(value) > self.most:
            raise ValidationError(_("There are too many rows."))
        return super()._deserialize(value, attr, data, **kwargs)


@functools.cache
def whole(schema: type[Strict]) -> type[Strict]:
    """The schema for a PUT: every field is there, in what is inside it too, and nothing is erased by being left out."""
    beside = {name for each in schema.__mro__ for name in getattr(each, "__beside__", ())}
    found = schema().fields
    asked = {name: _asked(field) for name, field in found.items() if name not in beside}
    return type(f"Whole{schema.__name__}", (schema,), {"__doc__": schema.__doc__, **asked})


def _asked(field: fields.Field[Any]) -> fields.Field[Any]:
    """The field as one that must be there. What may be blank still may."""
    asked = copy.deepcopy(field)
    if isinstance(asked, Field):
        asked.may_be_blank = not asked.required
    elif isinstance(asked, Rows):
        asked.inner = _asked(asked.inner)
    elif isinstance(asked, Part):
        asked = Part(whole(type(asked.schema)), allow_none=asked.allow_none, metadata=asked.metadata)
    asked.required, asked.load_default = True, missing
    return asked
