"""A file of 20,000 rows: its memory is that of 2,000."""

from __future__ import annotations

import tracemalloc
from uuid import UUID

import pytest

from service.transfers import operations, work
from service.transfers.rules import MOST_ROWS
from tests.transfers.conftest import Sender, groups_file, how_many_groups

FEW = MOST_ROWS // 10


def peak_of(key: UUID) -> int:
    """The most memory that a step of an import held at once beyond what was held before, in bytes."""
    tracemalloc.start()
    try:
        assert work.work(key, 60)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.timeout(600)
def test_ten_times_the_rows_take_the_same_memory(secretariat: Sender) -> None:
    peaks: dict[int, int] = {}
    for count, home in ((FEW, "Tønder"), (MOST_ROWS, "Aabenraa")):
        key = secretariat.checked(groups_file(count, home))
        assert secretariat.verdicts(key) == {"new": count}
        secretariat.do(key, operations.apply, leave_out=False)
        peaks[count] = peak_of(key)
        assert secretariat.seen(key).outcome["new"] == count
    assert how_many_groups() == 1 + FEW + MOST_ROWS
    assert peaks[MOST_ROWS] < 1.5 * peaks[FEW], peaks
