"""The worker: does what the wakeup says. Run as `python -m service.worker`; as many as one likes."""

from __future__ import annotations

import gc

from redis import Redis
from sqlalchemy.orm import configure_mappers

from config.logging import configure
from config.settings import load_settings
from service.app import create_app
from service.platform.documents import sealing
from service.platform.documents.renderer import process
from service.platform.feature import features
from service.platform.work.listener import listen


def main() -> None:
    """Work until told to stop."""
    settings = load_settings()
    configure(settings.log_level, settings.production)
    app = create_app(settings)
    with app.app_context():
        process.warm_up()  # each job is a fork of this process: they share its render process,
        sealing.warm_up(settings)  # the key that papers are sealed with, which no other process of the service reads,
        configure_mappers()  # and what it knows of the tables,
        gc.freeze()  # none of which a job need look through, and so copy, to find what may go
        listen(lambda: Redis.from_url(settings.redis_url), features().jobs)


if __name__ == "__main__":
    main()
