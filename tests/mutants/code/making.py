"""The mutants of a file of code: a condition turned round, a number one higher, an argument left out, a filter dropped, one at a time.

What is done to code is mutmut's: its operators. Which code, is said here: that of functions, whatever decorates them, the defaults
of a class, and the numbers that a module names and reads. What is there to be read is left alone: texts, errors for programmers,
types.
"""

from __future__ import annotations

import builtins
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, zip_longest
from pathlib import Path
from typing import Any

import libcst as cst
import libcst.matchers as m
from libcst.metadata import MetadataWrapper, WhitespaceInclusivePositionProvider
from mutmut.mutation.mutators import mutation_operators, operator_if_exp, operator_string

ROOT = Path(__file__).parents[3]
Operator = Callable[[Any], Iterable[cst.CSTNode]]
FILTERS = ("where", "filter", "filter_by", "having")
WORDS = ("_", "_l", "N_", "gettext", "ngettext", "lazy_gettext")  # texts, which are held to their translations
DATA = (cst.Dict, cst.List, cst.Set, cst.Tuple, cst.Call, cst.Lambda)  # at a module's head: data, read in a review


@dataclass(frozen=True, slots=True)
class Mutant:
    """A file with one thing changed: in which function ("" where in none), at which line, what the lines were and are, and all of it."""

    file: str  # from the project's root
    function: str
    line: int
    was: tuple[str, ...]
    becomes: tuple[str, ...]
    source: str

    @property
    def key(self) -> tuple[str, str, str]:
        """What it is known by, wherever in its file it stands."""
        return self.file, " ".join(self.was), " ".join(self.becomes)

    @property
    def diff(self) -> str:
        """As a person reads it."""
        lines = [*(f"    - {line}" for line in self.was), *(f"    + {line}" for line in self.becomes)]
        return "\n".join([f"{self.file}:{self.line} {self.function}".rstrip(), *lines])


def mutants_of(file: str) -> list[Mutant]:
    """All mutants of a file, each of them once, in the order of the file."""
    return mutants_in((ROOT / file).read_text(), file)


def mutants_in(code: str, file: str) -> list[Mutant]:
    """The same of the code of a file."""
    whole = MetadataWrapper(cst.parse_module(code))
    visitor = _Visitor()
    whole.visit(visitor)
    places = whole.resolve(WhitespaceInclusivePositionProvider)
    begins = [0, *accumulate(map(len, code.splitlines(keepends=True)))]
    found: dict[str, Mutant] = {}
    for node, changed, function, number in visitor.found:
        if number and number not in visitor.read:
            continue  # whoever reads it is in another file
        if isinstance(changed, cst.Match):  # lines that are indented: slow, and seldom
            source = cst.ensure_type(whole.module.deep_replace(node, changed), cst.Module).code
        else:
            start, end = (begins[at.line - 1] + at.column for at in (places[node].start, places[node].end))
            source = code[:start] + whole.module.code_for_node(changed) + code[end:]
        if source != code and source not in found:
            found[source] = _mutant(file, function, code, source)
    return sorted(found.values(), key=lambda mutant: mutant.line)


def _mutant(file: str, function: str, code: str, source: str) -> Mutant:
    before, after = ([line.strip() for line in text.splitlines()] for text in (code, source))
    first = next(number for number, pair in enumerate(zip_longest(before, after)) if pair[0] != pair[1])
    rest = min(len(before), len(after)) - first
    same = next((n for n in range(rest) if before[-1 - n] != after[-1 - n]), rest)
    was, becomes = (tuple(lines[first : len(lines) - same]) for lines in (before, after))
    return Mutant(file, function, first + 1, was, becomes, source)


def drop_filter(node: cst.Call) -> Iterator[cst.BaseExpression]:
    """A query without one of its conditions."""
    if isinstance(node.func, cst.Attribute) and node.func.attr.value in FILTERS:
        yield node.func.value


def one_string(node: cst.BaseString) -> Iterator[cst.CSTNode]:
    """Another string. That its letters are larger or smaller would tell nothing more."""
    yield from list(operator_string(node))[:1]


OPERATORS: Sequence[tuple[type, Operator]] = (
    *((kind, operator) for kind, operator in mutation_operators if operator is not operator_string),
    (cst.BaseString, one_string),
    (cst.CompIf, operator_if_exp),  # what mutmut does to the condition of a conditional expression
    (cst.Call, drop_filter),
)


class _Visitor(cst.CSTVisitor):
    """Walks a file and notes what could be put in place of what, and in which function."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[cst.CSTNode, cst.CSTNode, str, str]] = []
        self._within: list[str] = []  # the names of classes and of the function, but not of functions in it
        self._functions = 0
        self._number = ""  # the name of that which is given a value at the head of the module
        self.read: set[str] = set()  # the names that functions read

    def on_visit(self, node: cst.CSTNode) -> bool:
        if self._left_alone(node):
            return False
        if isinstance(node, cst.FunctionDef | cst.ClassDef):
            if not self._functions:
                self._within.append(node.name.value)
            self._functions += self._functions > 0 or isinstance(
                node, cst.FunctionDef
            )  # what stands in one counts as well
        if isinstance(node, cst.Name) and self._functions:
            self.read.add(node.value)
        if isinstance(node, cst.Assign | cst.AnnAssign) and not self._within:
            target = node.target if isinstance(node, cst.AnnAssign) else node.targets[0].target
            self._number = target.value if isinstance(target, cst.Name) else ""
        for kind, operator in OPERATORS:
            if isinstance(node, kind):
                self._note(node, operator(node))
        if isinstance(node, cst.If):
            self._note(node.test, (changed.test for changed in operator_if_exp(node)))  # type: ignore[arg-type] # a node with a test as well
        return True

    def _note(self, node: cst.CSTNode, changed: Iterable[cst.CSTNode]) -> None:
        where = ".".join(self._within) if self._functions else ""
        number = "" if self._within else self._number
        self.found += [(node, each, where, number) for each in changed if not _forgets_strict(node, each)]

    def on_leave(self, original_node: cst.CSTNode) -> None:
        if isinstance(original_node, cst.FunctionDef | cst.ClassDef):
            self._functions -= self._functions > 0
            if not self._functions:
                self._within.pop()

    def _left_alone(self, node: cst.CSTNode) -> bool:
        if isinstance(node, cst.Annotation | cst.Decorator | cst.Assert | cst.Import | cst.ImportFrom):
            return True
        if isinstance(node, cst.Arg) and node.keyword is not None and node.keyword.value == "strict":
            return True
        if isinstance(node, cst.Call) and isinstance(node.func, cst.Name) and node.func.value in WORDS:
            return True
        if isinstance(node, cst.Raise):
            return _for_programmers(node)
        if self._functions or not isinstance(node, cst.Assign | cst.AnnAssign):
            return False
        in_class = bool(self._within) and isinstance(node, cst.Assign)  # the codes of an enumeration
        return (
            in_class or isinstance(node.value, (*DATA, cst.BaseString)) or m.matches(node.value or node, m.Name("None"))
        )


def _forgets_strict(node: cst.CSTNode, changed: cst.CSTNode) -> bool:
    """Whether a `strict=True`, which asserts, would be changed: nothing that goes well tells."""
    return isinstance(node, cst.Call) and isinstance(changed, cst.Call) and _strict(node) != _strict(changed)


def _strict(call: cst.Call) -> list[str]:
    return [_name(arg) for arg in call.args if arg.keyword is not None and arg.keyword.value == "strict"]


def _name(arg: cst.Arg) -> str:
    return arg.value.value if isinstance(arg.value, cst.Name) else ""


def _for_programmers(node: cst.Raise) -> bool:
    """Whether what is raised is an error of Python's own, or says nothing but a sentence that is never translated."""
    if not isinstance(node.exc, cst.Call):
        return False
    name = node.exc.func.value if isinstance(node.exc.func, cst.Name) else ""
    return hasattr(builtins, str(name)) or all(isinstance(arg.value, cst.BaseString) for arg in node.exc.args)
