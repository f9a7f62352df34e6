"""Figures for Prometheus: what the processes of this machine have counted, and how the work stands in the database."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_address

from flask import Blueprint, Response, current_app, request
from flask.typing import ResponseReturnValue
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Metric, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError

from service.desk.watch import queries
from service.desk.watch.operations import everywhere
from service.platform.backups import queries as backups
from service.platform.web.errors import NotFound
from service.platform.web.permits import permit
from service.platform.work import counters
from tenants.database import now

bp = Blueprint("watch", __name__)
QUESTION_SECONDS = 2.0


@bp.get("/metrics")
@permit.unasked
def metrics() -> ResponseReturnValue:
    """Prometheus figures, for this machine alone unless METRICS_ALLOW says otherwise."""
    asker = ip_address(request.remote_addr or "0.0.0.0")  # noqa: S104 - nobody's address, not one to listen on
    if not any(asker in network for network in current_app.extensions["settings"].metrics_allow):
        raise NotFound
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Figures())
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


class _Figures(Collector):
    """All figures, looked up when they are asked for. None depends on which process is asked."""

    def collect(self) -> Iterator[Metric]:
        """What the processes have counted, and what the database says, where it does."""
        yield from _counted()
        up = GaugeMetricFamily("partnerskab_database_up", "Whether the database said how the work stands.")
        try:
            with everywhere(QUESTION_SECONDS):
                found = [*_work(), *_rest()]
        except SQLAlchemyError:
            found = []
        up.add_metric([], float(bool(found)))
        yield from (up, *found)


def _counted() -> Iterator[Metric]:
    here = counters.here()
    here.hand_on()
    sums = here.sums()
    requests = CounterMetricFamily("partnerskab_requests", "Answers, by route and status.", labels=["route", "status"])
    for labels, amount in counters.of(sums, counters.REQUESTS):
        requests.add_metric(labels, amount)
    seconds = HistogramMetricFamily(
        "partnerskab_render_seconds", "How long papers took to lay out.", labels=["template"]
    )
    for template, (steps, total) in counters.buckets(sums).items():
        seconds.add_metric([template], steps, total)
    yield from (requests, seconds)


def _work() -> Iterator[Metric]:
    amount = GaugeMetricFamily(
        "partnerskab_work", "Work that is not done: due, late, failed.", labels=["kind", "state"]
    )
    oldest = GaugeMetricFamily("partnerskab_work_oldest_seconds", "How long the oldest has waited.", labels=["kind"])
    for one in queries.work():
        for state, count in (("due", one.due), ("late", one.late), ("failed", one.failed)):
            amount.add_metric([one.kind, state], count)
        oldest.add_metric([one.kind], max(0.0, (now() - one.oldest).total_seconds()) if one.oldest else 0)
    yield from (amount, oldest)


def _rest() -> Iterator[Metric]:
    yield GaugeMetricFamily(
        "partnerskab_statements_missing",
        "Municipalities whose statement of a month should have gone out two hours ago.",
        sum(len(codes) for codes in queries.missing().values()),
    )
    yield GaugeMetricFamily("partnerskab_set_aside", "What unattended work has set aside.", len(queries.aside()))
    newest = backups.newest()
    if newest is not None:
        age = (now() - newest).total_seconds()
        yield GaugeMetricFamily("partnerskab_backup_age_seconds", "How old the newest backup is.", age)
