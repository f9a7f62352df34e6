"""A file of 20,000 rows, in or out: its memory is that of 2,000."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pytest

from config.embedded import Servers
from service.transfers import exporting, operations, queries, work
from service.transfers.rules import MOST_ROWS
from tenants.database import transaction
from tenants.reach import acting_for
from tests.support import crowd
from tests.transfers.conftest import Sender, groups_file, how_many_groups

FEW = MOST_ROWS // 10
MB = 1024 * 1024


def status(name: str) -> int:
    """A figure of this process as the kernel tells it, in bytes."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith(f"{name}:")).split()[1]) * 1024


def growth(key: UUID, step: Callable[[UUID, int], bool] = work.work) -> int:
    """How much this process grew at most while it did a step of an import, or made a file."""
    Path("/proc/self/clear_refs").write_text("5")  # the most that it was is forgotten
    before = status("VmRSS")
    assert step(key, 60)
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


@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
def test_a_file_ten_times_as_long_is_made_and_fetched_in_the_same_memory(
    secretariat: Sender, place: Servers, file_format: str
) -> None:
    codes = sorted(secretariat.identity.codes)

    def grown_by(count: int) -> int:
        keys = crowd.groups(place.database_owner_url, codes, 1, seed=count)
        crowd.volunteers(place.database_owner_url, codes, keys, count, seed=count)
        key = secretariat.asked("volunteers", file_format)
        return max(growth(key, exporting.make), fetching(key))

    def fetching(key: UUID) -> int:
        before = status("VmRSS")
        with acting_for(secretariat.identity.reach), transaction():
            written = exporting.fetch(queries.export(key, secretariat.identity))
        assert sum(len(piece) for piece in written) > 1000
        return status("VmHWM") - before

    few, many = grown_by(FEW), grown_by(MOST_ROWS)
    assert many < few + 16 * MB, (few, many)
