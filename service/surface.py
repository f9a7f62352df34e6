"""What the service offers, in plain lines: what every feature says that it has, with its routes and its tables.

Kept as `docs/surface.txt`, so that whoever reviews a change reads in its difference what it opens, to whom, and what it keeps.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from flask import Flask
from sqlalchemy.orm import DeclarativeBase

from service.platform.feature import Feature, Features, features
from service.platform.web.permits import Permit, Who, permit_of, used_by
from service.platform.web.proof import fresh_of
from tenants.database import Base
from tenants.ownership import Ownership
from tenants.personal import Data, classes_of

FLAGS = {
    "__drc_only__": "DRC only",
    "__by_link__": "by link",
    "__withheld__": "some rows DRC only",
    "__immutable__": "never changed",
    "__by_function__": "written by a function",
    "__sealed__": "sealed",
}


def text(app: Flask) -> str:
    """The whole surface: first by feature, then what people and the clock meet in an order."""
    found = features(app)
    parts: dict[str, Iterable[str]] = {
        each.name: (*_routes(app, each), *_declared(each), *_tables(each.name)) for each in found.every
    }
    parts |= {
        "the application itself": _routes(app, None),
        "tenants": _tables("tenants"),
        "in order": _in_order(found),
    }
    return "\n".join(f"{name}\n" + "".join(f"  {line}\n" for line in lines) for name, lines in parts.items())


def _routes(app: Flask, feature: Feature | None) -> Iterator[str]:
    """The routes of a feature, or those that are no feature's: the design system's files, the description of the API."""
    every = features(app).every if feature is None else (feature,)
    blueprints = {page.name for each in every for page in (*each.pages, *each.resources.values())}
    rules = [rule for rule in app.url_map.iter_rules() if (_blueprint(rule.endpoint) in blueprints) == bool(feature)]
    for rule in sorted(rules, key=lambda rule: (rule.rule, rule.endpoint)):
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            uses = ", ".join(used_by(app, rule.endpoint))
            line = f"route {method:6} {_permit(permit_of(app, rule.endpoint)):28} {rule.rule} ({rule.endpoint}){_fresh(app, rule.endpoint)}"
            yield f"{line} uses {uses}" if uses else line


def _blueprint(endpoint: str) -> str:
    return endpoint.rpartition(".")[0]


def _permit(demanded: Permit | None) -> str:
    if demanded is None:
        return "none"
    if demanded.who is Who.LINK:
        return f"link {demanded.purpose}" if demanded.purpose else "address"
    return f"{demanded.who} {demanded.capability}" if demanded.capability else str(demanded.who)


def _fresh(app: Flask, endpoint: str) -> str:
    """What of a route wants a fresh proof of who asks."""
    demanded = fresh_of(endpoint, app)
    if demanded is None:
        return ""
    return " fresh" + "".join(f" {name} {', '.join(named)}" for name, named in demanded.only.items())


def _declared(feature: Feature) -> Iterator[str]:
    """What a feature says that it has beside routes."""
    yield from (f"job   {name}" for name in feature.jobs)
    for kind, steps in (("wake", feature.wakeups), ("step", feature.steps)):
        for step in steps.values():
            yield f"{kind}  {step.name}{', for the whole country at once' if step.national else ''}"
    yield from (f"alone {name}" for name in feature.alone)
    for work in feature.works.values():
        shown = f", /gaaet-i-staa/{work.resumed.word}" if work.resumed else ""
        yield f"work  {work.name}: {work.model.__tablename__}{shown}"
    yield from (f"opens {capability}: {page}" for capability, page in feature.opened.items())
    yield from (f"order {endpoint}" for endpoint in feature.orders)
    yield from (f"reads {resource} with a key for figures" for resource in feature.figures)
    yield from (f"mail  {kind} can be done without" for kind in feature.mails)
    yield from (f"sends {page} while looking" for page in feature.while_looking)
    yield from (f"opens {page} without a second step" for page in feature.while_choosing)
    yield from (f"ends  by {end.__name__} when somebody leaves" for end in feature.leaving)
    yield from (
        f"line  {source.kind}: {source.group}, urgency {source.urgency}, {source.endpoint}" for source in feature.lines
    )
    yield from (f"act   {act}" for act in feature.acts)
    yield from (f"keeps {kept.data}: {kept.basis}, {kept.controller}" for kept in feature.keeps)
    for each in feature.retentions:
        by = f"by {each.step}" if each.step else "by nobody yet"
        yield f"until {each.time.days} days, {each.model.__tablename__}, {each.data}: {each.ending} {by}"
    yield from (f"trace {each.model.__tablename__}, {each.data}: {each.ending}" for each in feature.traces)
    yield from (f"stays {each.data or 'outside the tables'}: of one who is forgotten" for each in feature.remnants)


def _tables(folder: str) -> Iterator[str]:
    """The tables that a folder's modules declare, whose their rows are, and what they hold of people."""
    models: list[type[DeclarativeBase]] = [mapper.class_ for mapper in Base.registry.mappers]
    for model in sorted(models, key=lambda model: model.__tablename__):
        if folder in model.__module__.split(".")[:-1]:
            yield f"table {model.__tablename__} {_ownership(model)}"


def _ownership(model: Any) -> str:
    kind: Ownership = model.__ownership__
    flags = (words for flag, words in FLAGS.items() if getattr(model, flag, False))
    others = (f"{office} writes too" for office in getattr(model, "__others_may__", ()))
    return ", ".join((kind.value, *flags, *others, *_held(model)))


def _held(model: Any) -> Iterator[str]:
    """What a table holds of people."""
    if classes := sorted(set(filter(None, classes_of(model).values())) - {Data.NOBODY}):
        yield f"holds {' '.join(classes)}"


def _in_order(found: Features) -> Iterator[str]:
    """What stands in an order that somebody sees."""
    for kind, places in (("menu of DRC", found.menu_of_drc), ("menu of a municipality", found.menu_of_municipality)):
        for place in places:
            yield f"{kind}: {place.endpoint}{f', {place.capability}' if place.capability else ''}"
    yield from (f"resource: {resource.name}" for resource in found.resources)
    yield from (f"round: {step.name}" for step in (*found.wakeups, *found.steps))
    yield from (f"stands still: {work.name}" for work in found.works)
