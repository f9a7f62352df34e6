"""Shares."""

import pytest

pytest.register_assert_rewrite("tests.network.shares.stage")
