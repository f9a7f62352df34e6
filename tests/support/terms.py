"""Scopes as what runs, for tests of what looks ahead."""

from __future__ import annotations

import datetime as dt

from service.partnership.agreements.running import RunningAgreement
from service.partnership.agreements.settling import Settlement, payments
from service.partnership.agreements.validity import Validity
from tenants.scope import Scope


def running(
    scope: Scope,
    last: dt.date | None = None,
    settlement: Settlement = Settlement.FALLS_AWAY,
    validity: Validity | None = None,
) -> RunningAgreement:
    """A scope that is in force from its first day to its last, or to an earlier one."""
    last = last or scope.ends_on
    return RunningAgreement(scope, scope.starts_on, last, validity, payments(scope, last, settlement))
