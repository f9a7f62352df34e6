"""A file is one thing that one reads at a sitting: none is longer than so many lines."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MAX_LINES = 300
WRITTEN = {".py", ".html", ".css", ".js", ".sh", ".sql"}  # by hand, that is; data and translations may be long
NOT_OURS = {"node_modules", "vendor"}


def too_long(sources: Mapping[str, str]) -> set[str]:
    """The files that have more lines than one reads at a sitting."""
    return {path for path, source in sources.items() if len(source.splitlines()) > MAX_LINES}


def test_no_file_is_longer_than_one_reads_at_a_sitting() -> None:
    files = [file for place in ("config", "service", "tenants") for file in (ROOT / place).rglob("*")]
    ours = [file for file in files if file.suffix in WRITTEN and not NOT_OURS & set(file.parts)]
    assert len(ours) > 500
    assert too_long({str(file.relative_to(ROOT)): file.read_text() for file in ours}) == set()


def test_control_a_file_that_has_grown_is_told() -> None:
    full = "x = 1\n" * MAX_LINES
    assert too_long({"full.py": full, "grown.py": f"{full}y = 2\n"}) == {"grown.py"}
