"""The application: what every request meets on its way, and then what the features have."""

from __future__ import annotations

from flask import Flask
from flask_migrate import Migrate

from config.settings import Settings
from service import api, cli
from service.features import FEATURES
from service.platform import feature
from service.platform.accounts import operations as people
from service.platform.accounts import refusals
from service.platform.web import (
    again,
    entering,
    errors,
    identity,
    language,
    names,
    permits,
    personal,
    searching,
    security,
    shell,
    trail,
    typed_words,
    usage,
)
from service.platform.work import counters, waking
from tenants import passes, waiting
from tenants.database import db


def create_app(settings: Settings) -> Flask:
    """The application for these settings. Raises RuntimeError when a route declares no permit."""
    app = Flask("service", static_folder="platform/web/static", template_folder="platform/web/templates")
    app.extensions["settings"] = settings
    app.config.update(
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=waiting.engine(settings.database_pooler),
        MIGRATIONS_OWNER_URL=settings.database_owner_url,
        PASS_KEY=passes.key_of(settings.secret_key),
    )
    feature.init(app, FEATURES)
    db.init_app(app)
    Migrate(app, db, directory="migrations")
    waking.init(app, settings.redis_url)
    counters.init(app, settings.var)
    usage.init(app)
    identity.init(app, by_session=people.identify_session, by_bearer=refusals.by_key)
    security.init(app, settings)
    errors.init(app)
    personal.init(app)
    searching.init(app)
    typed_words.init(app, whose_session=people.whose_session)
    again.init(app)
    names.init(app)
    trail.init(app)
    entering.init(app)
    refusals.init(app)
    language.init(app)
    shell.init(app)
    for page in FEATURES.pages:
        app.register_blueprint(page)
    api.init(app, FEATURES.resources)
    cli.init(app)
    permits.exempt_unknown(app)
    missing = permits.without_permit(app)
    if missing:
        raise RuntimeError(f"these routes declare no permit: {', '.join(missing)}")
    return app
