"""The one place that knows every feature. Read it as a list."""

from __future__ import annotations

from flask import Flask
from flask_migrate import Migrate

from config.settings import Settings
from service import api, cli
from service.accounts import operations as people
from service.accounts import views as accounts
from service.activities import session_views as sessions
from service.activities import views as activities
from service.agreements import views as agreements
from service.calendars import views as calendars
from service.capacity import views as capacity
from service.catalogue import views as catalogue
from service.certificates import views as certificates
from service.checkins import views as checkins
from service.cooperation import views as cooperation
from service.declarations import views as declarations
from service.documents import views as documents
from service.drift import views as drift
from service.duties import views as duties
from service.home import views as home
from service.lens import views as lens
from service.merging import views as merging
from service.monday import views as monday
from service.needs import board
from service.networks import views as networks
from service.partnerships import views as partnerships
from service.posters import views as posters
from service.recruitment import views as recruitment
from service.rounds import views as rounds
from service.shares import views as shares
from service.statements import views as statements
from service.transfers import export_views as exports
from service.transfers import views as transfers
from service.volunteers import views as volunteers
from service.watch import views as watch
from service.web import again, errors, health, identity, language, names, permits, security, shell, trail, usage
from service.work import doorbell, measures
from service.yearplan import views as yearplan
from tenants import passes, waiting
from tenants.database import db

BLUEPRINTS = (
    accounts.bp,
    home.bp,
    catalogue.bp,
    partnerships.bp,
    networks.bp,
    volunteers.bp,
    certificates.bp,
    merging.bp,
    declarations.bp,
    capacity.bp,
    cooperation.bp,
    board.bp,
    shares.bp,
    lens.bp,
    agreements.bp,
    duties.bp,
    activities.bp,
    calendars.bp,
    posters.bp,
    sessions.bp,
    checkins.bp,
    statements.bp,
    drift.bp,
    yearplan.bp,
    recruitment.bp,
    rounds.bp,
    monday.bp,
    transfers.bp,
    exports.bp,
    documents.bp,
    health.bp,
    watch.bp,
    language.bp,
)


def create_app(settings: Settings) -> Flask:
    """The application for these settings. Raises RuntimeError when a route declares no permit."""
    app = Flask("service", static_folder="web/static", template_folder="web/templates")
    app.extensions["settings"] = settings
    app.config.update(
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=waiting.engine(settings.database_pooler),
        MIGRATIONS_OWNER_URL=settings.database_owner_url,
        PASS_KEY=passes.key_of(settings.secret_key),
    )
    db.init_app(app)
    Migrate(app, db, directory="migrations")
    doorbell.init(app, settings.redis_url)
    measures.init(app, settings.var)
    usage.init(app)
    identity.init(app, by_session=people.identify_session, by_bearer=people.identify_key)
    security.init(app, settings)
    errors.init(app)
    again.init(app)
    names.init(app)
    trail.init(app)
    permits.init(app)
    language.init(app)
    shell.init(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    api.init(app)
    cli.init(app)
    missing = permits.without_permit(app)
    if missing:
        raise RuntimeError(f"these routes declare no permit: {', '.join(missing)}")
    return app
