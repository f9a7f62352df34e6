"""The columns of a file: what each is called, and of what shape its cells are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from types import MappingProxyType

from service.platform.web.search import fold


class Choices(dict[str, str]):
    """What can be chosen: codes, and what they are called."""

    also: Mapping[str, str] = MappingProxyType({})  # codes by other names that they go by, folded
    shared: Mapping[str, Sequence[str]] = MappingProxyType(
        {}
    )  # folded names that several have, and what those are called

    @cached_property
    def folded(self) -> dict[str, str]:
        """The codes by their folded names, and by themselves."""
        return {**self.also, **{fold(code): code for code in self}, **{fold(name): code for code, name in self.items()}}


def distinct_choices(things: Iterable[tuple[str, str, str]]) -> Choices:
    """Choices of things (code, name, place) that may share a name: those are called by their place as well, or by their code."""
    known = [(code, name, f"{name} ({place})" if place else name) for code, name, place in things]
    count = Counter(each for _code, name, full in known for each in {fold(name), fold(full)})
    found = Choices()
    shared: dict[str, list[str]] = {}
    for code, name, full in known:
        found[code] = next((each for each in (name, full) if count[fold(each)] == 1), f"{name} ({code})")
        if count[fold(name)] > 1:
            shared.setdefault(fold(name), []).append(found[code])
    found.also = {fold(full): code for code, _name, full in known if count[fold(full)] == 1}
    found.shared = shared
    return found


Options = Mapping[str, Choices]  # by the name of a choice
