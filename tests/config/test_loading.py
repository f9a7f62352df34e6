"""Which files of tests each process loads first: between them all, and no two the same."""

from __future__ import annotations

import pytest

from tests.support.loading import names, share


@pytest.mark.parametrize("processes", [1, 2, 4, 7])
def test_each_file_is_one_process_s_to_load_first(processes: int) -> None:
    shares = [share(names(), process, processes) for process in range(processes)]
    assert sorted(name for each in shares for name in each) == names()
    assert __name__ in names(), "by the name that pytest knows it by, else it would be loaded twice"
