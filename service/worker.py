"""The worker: does what the doorbell says. Run as `python -m service.worker`; as many as one likes."""

from __future__ import annotations

from rq import Worker
from rq.serializers import JSONSerializer
from sqlalchemy.orm import configure_mappers

from config.logging import configure
from config.settings import load_settings
from service.app import create_app
from service.documents.renderer import warm_up
from service.work import doorbell


def main() -> None:
    """Work until told to stop."""
    settings = load_settings()
    configure(settings.log_level, settings.production)
    app = create_app(settings)
    with app.app_context():
        warm_up()  # each job is a fork of this process: they share its press,
        configure_mappers()  # and what it knows of the tables
        Worker([doorbell.queue()], connection=doorbell.connection(), serializer=JSONSerializer).work(
            logging_level="WARNING"
        )


if __name__ == "__main__":
    main()
