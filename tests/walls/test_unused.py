"""Nothing stands in the house that only tests, or nobody, uses."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CODE = ("service", "tenants", "config", "migrations")
READ_TOO = ("*.html", "*.j2", "*.cfg", "*.sh", "*.txt.jinja")
# What the database must hold, beside the tables: a test compares it with what is there, and migrations wrote it.
DECLARED = {
    "service/platform/documents/models.py: VERIFY",
    "service/activity/posters/models.py: PUBLISHED",
    "service/platform/accounts/models.py: PasswordHash",  # tables that only functions of the database reach
    "service/platform/factors/models.py: Factor",
    "service/platform/factors/models.py: RecoveryCode",
}
ONLY_SHAPE = ("dataclass", "contextmanager", "cache", "lru_cache", "functools.")  # decorators that hand it to nobody
OF_A_PROGRAM = {"config/gunicorn.conf.py"}  # Gunicorn reads the names


def _sources() -> dict[str, str]:
    files = [ROOT / "wsgi.py", ROOT / "Makefile", *(path for each in CODE for path in (ROOT / each).rglob("*.py"))]
    files += [path for each in CODE[:3] for kind in READ_TOO for path in (ROOT / each).rglob(kind)]
    kept = (path for path in files if "node_modules" not in path.parts)
    return {str(path.relative_to(ROOT)): path.read_text(encoding="utf-8") for path in kept}


def _named(source: str) -> Iterator[str]:
    """What a module declares, as far as nothing takes it in where it stands, as a decorator does."""
    for node in ast.parse(source).body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            if all(ast.unparse(each).startswith(ONLY_SHAPE) for each in node.decorator_list):
                yield node.name
        elif isinstance(node, ast.Assign):
            yield from (target.id for target in node.targets if isinstance(target, ast.Name) and target.id != "__all__")
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            yield node.target.id


def unused(sources: Mapping[str, str]) -> Iterator[str]:
    """What is declared in a module and named nowhere else."""
    words = Counter(word for source in sources.values() for word in re.findall(r"\w+", source))
    for path, source in sources.items():
        if path.endswith(".py") and not path.startswith("migrations/") and path not in OF_A_PROGRAM:
            yield from (f"{path}: {name}" for name in _named(source) if words[name] == 1)


def test_whatever_is_declared_is_used() -> None:
    assert set(unused(_sources())) == DECLARED


def test_control_what_nobody_uses_is_told() -> None:
    source = "LIMIT: int = 3\n\n\ndef used(): ...\n\n\ndef left_over():\n    return used()\n\n\n@bp.get('/')\ndef page(): ...\n"
    assert list(unused({"service/x.py": source})) == ["service/x.py: LIMIT", "service/x.py: left_over"]
