"""One browser and one gallery for the tests of the shell."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from tests.platform.web.gallery import gallery
from tests.support.browser import served


@pytest.fixture(scope="module")
def gallery_app() -> Flask:
    """The gallery's application."""
    return gallery()


@pytest.fixture(scope="module")
def address(gallery_app: Flask) -> Iterator[str]:
    """Where the gallery is served."""
    with served(gallery_app) as url:
        yield url
