"""The features, from the floor up. The one place that knows them all."""

from __future__ import annotations

from service.activity.activities import feature as activities
from service.activity.calendars import feature as calendars
from service.activity.checkins import feature as checkins
from service.activity.finder import feature as finder
from service.activity.interests import feature as interests
from service.activity.posters import feature as posters
from service.desk.demo import feature as demo
from service.desk.endings import feature as endings
from service.desk.home import feature as home
from service.desk.monday import feature as monday
from service.desk.municipality_view import feature as municipality_view
from service.desk.national import feature as national
from service.desk.watch import feature as watch
from service.exchange.delivery import feature as delivery
from service.exchange.exports import feature as exports
from service.exchange.filing import feature as filing
from service.exchange.imports import feature as imports
from service.exchange.webhooks import feature as webhooks
from service.network.capacity import feature as capacity
from service.network.cooperation import feature as cooperation
from service.network.needs import feature as needs
from service.network.networks import feature as networks
from service.network.shares import feature as shares
from service.partnership.agreements import feature as agreements
from service.partnership.catalogue import feature as catalogue
from service.partnership.contacts import feature as contacts
from service.partnership.duties import feature as duties
from service.partnership.followups import feature as followups
from service.partnership.partnerships import feature as partnerships
from service.platform.accounts import feature as accounts
from service.platform.backups import feature as backups
from service.platform.documents import feature as documents
from service.platform.factors import feature as factors
from service.platform.feature import Features
from service.platform.identity_providers import feature as identity_providers
from service.platform.ledger import feature as ledger
from service.platform.logbook import feature as logbook
from service.platform.notices import feature as notices
from service.platform.paper_log import feature as paper_log
from service.platform.people import feature as people
from service.platform.privacy import feature as privacy
from service.platform.rounds import feature as rounds
from service.platform.saml import feature as saml
from service.platform.territories import feature as territories
from service.platform.web import feature as web
from service.reporting.declarations import feature as declarations
from service.reporting.drift import feature as drift
from service.reporting.recruitment import feature as recruitment
from service.reporting.statements import feature as statements
from service.reporting.yearplan import feature as yearplan
from service.reporting.years import feature as years
from service.volunteer.certificates import feature as certificates
from service.volunteer.forgetting import feature as forgetting
from service.volunteer.merging import feature as merging
from service.volunteer.own_data import feature as own_data
from service.volunteer.volunteers import feature as volunteers

FEATURES = Features(
    each.FEATURE
    for each in (
        web,
        documents,
        paper_log,
        notices,
        ledger,
        privacy,
        rounds,
        backups,
        accounts,
        territories,
        people,
        logbook,
        factors,
        identity_providers,
        saml,
        catalogue,
        partnerships,
        contacts,
        shares,
        networks,
        capacity,
        cooperation,
        volunteers,
        certificates,
        merging,
        forgetting,
        own_data,
        activities,
        checkins,
        declarations,
        recruitment,
        needs,
        calendars,
        posters,
        finder,
        interests,
        followups,
        agreements,
        duties,
        statements,
        years,
        drift,
        yearplan,
        monday,
        municipality_view,
        endings,
        national,
        imports,
        exports,
        filing,
        webhooks,
        delivery,
        demo,
        home,
        watch,
    )
)
