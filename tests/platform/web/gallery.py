"""Every part that pages are built of, in its states: empty, filled, refused. Served only in tests."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import Any

from flask import Flask, render_template, request
from flask_babel import lazy_gettext
from jinja2 import ChoiceLoader, FileSystemLoader

from service.platform.web import charts, errors, language, personal, rows, security
from service.platform.web.edits import Edited, opened
from service.platform.web.forms import Typed
from service.platform.web.shell import STATES, MenuLink
from service.platform.web.versions import Changed
from tenants.calendar import months_back
from tests.support.browser import ROOT

FILLED = {
    "name": "Mette Eksempel",
    "text": "Sprogcaféen holder til på biblioteket.",
    "level": "supplementary",
    "kind": "language_cafe",
    "capabilities-needs": "1",
    "agree": "1",
    "amount": "250.000,50",
    "start": "2026-10-01",
    "month": "2026-10",
    "activities-0-place": "Aabenraa Bibliotek",
    "activities-0-day": "2026-11-04",
    "activities-1-place": "Rødekro Skole",
    "activities-1-day": "i morgen",
}
SEEN = {
    "name": "Mette Eksempel",
    "text": "Sprogcaféen holder til på biblioteket.",
    "level": "supplementary",
    "capabilities": ["needs"],
    "start": "2026-10-01",
    "activities": [{"place": "Aabenraa Bibliotek", "day": "2026-11-04"}],
}
WRONG = {
    "_schema": ["Aftalen kan tidligst begynde den 1. december 2026."],
    **{
        name: ["Udfyld feltet."]
        for name in ("name", "text", "level", "kind", "capabilities", "agree", "month", "activities")
    },
    "amount": ["Skriv beløbet i kroner, for eksempel 250.000."],
    "start": ["Skriv datoen som dag-måned-år, for eksempel 31-10-2026."],
    "activities-1-day": ["Skriv datoen som dag-måned-år, for eksempel 31-10-2026."],
}
MONTHS = months_back(dt.date(2026, 10, 1), 13)
COUNTS: list[charts.Figure] = [12, 18, 22, None, 9, "hidden", 31, 34, 28, 0, 17, 26, 29]


def gallery() -> Flask:
    """A small application with the real shell, the real headers and the gallery's pages."""
    app = Flask(
        "service",
        root_path=str(ROOT / "service"),
        static_folder="platform/web/static",
        template_folder="platform/web/templates",
    )
    places = (ROOT / "service/platform/web/templates", ROOT / "tests/platform/web")
    app.jinja_loader = ChoiceLoader([FileSystemLoader(place) for place in places])
    settings: Any = SimpleNamespace(
        https=False, secret_key="gallery " * 8, trusted_hosts=["127.0.0.1"], trusted_proxies=0
    )
    security.init(app, settings)
    language.init(app)
    personal.init(app)
    app.jinja_env.globals["states"] = STATES
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    polls = {"done": 0}

    @app.context_processor
    def known() -> dict[str, Any]:
        if request.args.get("som") == "ingen":
            return {"identity": None, "navigation": [], "here": None}
        labels = ("Overblik", "Aktiviteter", "Aftaler", "Opgørelser")
        several = "flere" in request.args
        return {
            "identity": SimpleNamespace(name="Mette Eksempel", drc=False, several_municipalities=several),
            "navigation": [MenuLink(label, f"/?{label}", label == "Overblik") for label in labels],
            "here": SimpleNamespace(code="0580", official_name="Aabenraa Kommune"),
        }

    def meanwhile() -> Edited:
        form = opened(SEEN)
        form.values |= {
            "name": "Mette Prøve",
            "text": "Sprogcaféen holder til på skolen.",
            "activities-0-place": "Rødekro Skole",
        }
        form.refuse(
            Changed({**SEEN, "text": "Caféen er lukket.", "level": "targeted", "capabilities": ["figures", "needs"]})
        )
        return form

    def shown(form: Typed, part: str) -> str:
        lazy = lazy_gettext("Month")  # texts of options are often such
        return render_template("gallery.html", form=form, show=part, chart=chart(), states=list(STATES), lazy=lazy)

    @app.get("/")
    def parts() -> str:
        if request.args.get("form") == "imens":
            return shown(meanwhile(), "form")
        values, wrong = {"fyldt": (FILLED, {}), "forkert": (FILLED, WRONG)}.get(request.args.get("form", ""), ({}, {}))
        return shown(Typed(values, wrong), request.args.get("vis", ""))

    @app.post("/")
    def pressed() -> str:
        values = dict(request.form)
        action = values.pop("action", "")
        return shown(Typed(rows.change(values, action) or values), "form")

    @app.get("/fremgang")
    def progress() -> str:
        polls["done"] += 1
        return render_template("progress.html", done=polls["done"])

    @app.get("/fejl/<int:status>")
    def failed(status: int) -> tuple[str, int]:
        title, advice = errors._advice(status)
        return render_template("error.html", status=status, title=title, detail=None, advice=advice), status

    @app.get("/tilgaengelighed")
    def accessibility() -> str:
        return render_template(
            "accessibility.html",
            reviewed=MONTHS[0],
            address="http://localhost",
            email="a@b.example",
            phone="+4512345678",
        )

    return app


def chart() -> charts.BarChart:
    """A chart with every kind of figure in it."""
    return charts.by_month("meetings", "Afholdte møder, seneste 13 måneder", MONTHS, COUNTS, unit="Møder", target=25)
