"""A file of 20,000 rows: its memory is that of 2,000."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import pytest

from service.transfers import operations, work
from service.transfers.rules import MOST_ROWS
from tests.transfers.conftest import Sender, groups_file, how_many_groups

FEW = MOST_ROWS // 10
MB = 1024 * 1024


def status(name: str) -> int:
    """A figure of this process as the kernel tells it, in bytes."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith(f"{name}:")).split()[1]) * 1024


def growth(key: UUID) -> int:
    """How much this process grew at most while it did a step of an import."""
    Path("/proc/self/clear_refs").write_text("5")  # the most that it was is forgotten
    before = status("VmRSS")
    assert work.work(key, 60)
    return status("VmHWM") - before


def grown(sender: Sender, content: bytes) -> int:
    """The same, of a whole import: the most of its steps."""
    key = sender.send(content)
    checking = growth(key)
    sender.do(key, operations.apply, leave_out=False)
    return max(checking, growth(key))


def test_ten_times_the_rows_take_the_same_memory(secretariat: Sender) -> None:
    few = grown(secretariat, groups_file(FEW, "Få"))
    many = grown(secretariat, groups_file(MOST_ROWS, "Mange"))
    assert how_many_groups() == 1 + FEW + MOST_ROWS
    assert many < few + 16 * MB, (few, many)


def test_control_all_rows_held_at_once_are_seen(secretariat: Sender, monkeypatch: pytest.MonkeyPatch) -> None:
    key = secretariat.checked(groups_file(MOST_ROWS // 2, "Mange"))
    secretariat.do(key, operations.apply, leave_out=False)
    monkeypatch.setattr(work, "BATCH", MOST_ROWS)
    assert growth(key) > 16 * MB
