"""One browser and one gallery for the tests of the shell."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser

from tests.platform.web.gallery import gallery
from tests.support.browser import chromium, served


@pytest.fixture(scope="module")
def gallery_app() -> Flask:
    """The gallery's application."""
    return gallery()


@pytest.fixture(scope="module")
def address(gallery_app: Flask) -> Iterator[str]:
    """Where the gallery is served."""
    with served(gallery_app) as url:
        yield url


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A real browser."""
    with chromium() as found:
        yield found
