"""One word has one meaning: no two classes of the code share a name, so that whoever reads one knows which it is."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SHAPES = {
    "fields.py",
    "schemas.py",
    "api.py",
}  # fields and items are named as what they hold, beside its model or its value


def classes(source: str) -> Iterator[str]:
    """The classes that a module has, by name."""
    yield from (node.name for node in ast.parse(source).body if isinstance(node, ast.ClassDef))


def shared(sources: Mapping[str, str]) -> dict[str, list[str]]:
    """The names that classes of several modules share, and which modules."""
    found: dict[str, list[str]] = defaultdict(list)
    for path, source in sources.items():
        for name in classes(source):
            found[name].append(path)
    return {name: paths for name, paths in found.items() if len(paths) > 1}


def test_no_two_classes_share_a_name() -> None:
    files = [file for place in ("config", "service", "tenants") for file in sorted((ROOT / place).rglob("*.py"))]
    sources = {str(file.relative_to(ROOT)): file.read_text() for file in files if file.name not in SHAPES}
    assert len(sources) > 300
    assert shared(sources) == {}


def test_the_control_a_name_that_is_taken_is_found() -> None:
    sources = {"a/rules.py": "class State:\n    pass\n", "b/rules.py": "class State:\n    class Inner:\n        pass\n"}
    assert shared(sources) == {"State": ["a/rules.py", "b/rules.py"]}
    assert shared({"a/rules.py": "class One:\n    pass\n", "b/rules.py": "class Two:\n    pass\n"}) == {}
