"""What the tests of people stand on."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.support import people
from tests.support.people import Few


@pytest.fixture
def few(app: Flask) -> Few:
    """The people that there are."""
    with app.app_context():
        return people.few()
