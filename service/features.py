"""The features, from the floor up. The one place that knows them all."""

from __future__ import annotations

from service.accounts import feature as accounts
from service.activities import feature as activities
from service.agreements import feature as agreements
from service.backups import feature as backups
from service.calendars import feature as calendars
from service.capacity import feature as capacity
from service.catalogue import feature as catalogue
from service.certificates import feature as certificates
from service.checkins import feature as checkins
from service.cooperation import feature as cooperation
from service.declarations import feature as declarations
from service.demo import feature as demo
from service.documents import feature as documents
from service.drift import feature as drift
from service.duties import feature as duties
from service.feature import Features
from service.home import feature as home
from service.ledger import feature as ledger
from service.lens import feature as lens
from service.merging import feature as merging
from service.monday import feature as monday
from service.needs import feature as needs
from service.networks import feature as networks
from service.notices import feature as notices
from service.partnerships import feature as partnerships
from service.posters import feature as posters
from service.recruitment import feature as recruitment
from service.rounds import feature as rounds
from service.shares import feature as shares
from service.statements import feature as statements
from service.transfers import feature as transfers
from service.volunteers import feature as volunteers
from service.watch import feature as watch
from service.web import feature as web
from service.yearplan import feature as yearplan

FEATURES = Features(
    each.FEATURE
    for each in (
        web,
        documents,
        notices,
        ledger,
        rounds,
        backups,
        accounts,
        catalogue,
        partnerships,
        shares,
        networks,
        capacity,
        cooperation,
        volunteers,
        certificates,
        merging,
        activities,
        checkins,
        declarations,
        recruitment,
        needs,
        calendars,
        posters,
        agreements,
        duties,
        statements,
        drift,
        yearplan,
        monday,
        lens,
        transfers,
        demo,
        home,
        watch,
    )
)
