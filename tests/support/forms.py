"""Forms as a browser without script has them: what they would send."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser


@dataclass
class Form:
    """A form of a page: where it goes, what it sends as it stands, and the names of the fields in which something stands already."""

    action: str
    method: str
    sends: dict[str, str] = field(default_factory=dict)
    filled: set[str] = field(default_factory=set)
    buttons: list[tuple[str, str]] = field(default_factory=list)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.inside: Form | None = None
        self.templates = 0
        self.select, self.text, self.area = "", "", ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs} | {name: "yes" for name, value in attrs if value is None}
        if tag == "template":
            self.templates += 1
        elif tag == "form":
            self.inside = Form(given.get("action", ""), given.get("method", "get"))
            self.forms.append(self.inside)
        elif self.inside is not None and not self.templates and "disabled" not in given:
            self._control(self.inside, tag, given, given.get("name", ""), given.get("value", ""))

    def _control(self, form: Form, tag: str, given: dict[str, str], name: str, value: str) -> None:
        stands = False
        if tag == "input" and given.get("type") in ("radio", "checkbox"):
            stands = "checked" in given
            form.sends |= {name: value} if stands else {}
        elif tag == "input":
            form.sends[name] = value
            stands = bool(value) and given.get("type") != "hidden"
        elif tag == "select":
            self.select = name
        elif tag == "option" and self.select:
            name, stands = self.select, "selected" in given and bool(value)
            if "selected" in given or name not in form.sends:
                form.sends[name] = value
        elif tag == "textarea":
            self.area, self.text = name, ""
        elif tag == "button" and name:
            form.buttons.append((name, value))
        if stands:
            form.filled.add(name)

    def handle_endtag(self, tag: str) -> None:
        match tag:
            case "template":
                self.templates -= 1
            case "form":
                self.inside = None
            case "select":
                self.select = ""
            case "textarea" if self.area and self.inside is not None and not self.templates:
                self.inside.sends[self.area] = self.text.removeprefix("\n")
                if self.text.strip():
                    self.inside.filled.add(self.area)
                self.area = ""

    def handle_data(self, data: str) -> None:
        if self.area:
            self.text += data


def forms_of(page: str) -> list[Form]:
    """The forms of a page that are sent, in their order."""
    reader = _Reader()
    reader.feed(page)
    return [form for form in reader.forms if form.method == "post"]


def form_with(page: str, name: str) -> Form:
    """The form of a page that has a field of this name."""
    found = [form for form in forms_of(page) if name in form.sends]
    assert len(found) == 1, f"{len(found)} forms have {name}"
    return found[0]
