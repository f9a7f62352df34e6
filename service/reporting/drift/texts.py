"""Drift in words: on paper in Danish, on screen in the chosen language."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from service.reporting.drift.rules import Finding, Ran, Use

RAN_DA = {
    Ran.AS_AGREED: "som aftalt",
    Ran.LESS: "mindre end aftalt",
    Ran.STOPPED: "gået i stå",
    Ran.NEVER: "ikke holdt én gang",
    Ran.TOO_EARLY: "for tidligt at sige",
}
USE_DA = {
    Use.USED: "bruges",
    Use.UNUSED: "bruges ikke",
    Use.TOO_EARLY: "for tidligt at sige",
}
RAN = {
    Ran.AS_AGREED: (_l("As agreed"), "success"),
    Ran.LESS: (_l("Less than agreed"), "warning"),
    Ran.STOPPED: (_l("Has stopped"), "error"),
    Ran.NEVER: (_l("Not held once"), "error"),
    Ran.TOO_EARLY: (_l("Too early to say"), "info"),
}
USE = {
    Use.USED: (_l("In use"), "success"),
    Use.UNUSED: (_l("Not used"), "warning"),
    Use.TOO_EARLY: (_l("Too early to say"), "info"),
}
FINDINGS = {
    Finding.NEVER_RAN: _l("Agreed, not held once"),
    Finding.STOPPED: _l("Agreed, has stopped"),
    Finding.OUTSIDE: _l("Held outside the agreement"),
    Finding.UNUSED: _l("Open, not used"),
    Finding.BEHIND: _l("Target behind"),
}
