"""A feature says what it has, and the service offers what the features say. For each check there is a control that it must find."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterable, Iterator
from importlib import import_module
from inspect import isfunction
from pathlib import Path
from types import ModuleType

import pytest
from flask import Blueprint, Flask

from service import api
from service.features import FEATURES
from service.platform.feature import ClaimedTwice, Feature, Features, MenuPlace
from service.platform.ledger import operations as ledger
from tenants.scope import Capability

ROOT = Path(__file__).parents[2]


def modules() -> Iterator[ModuleType]:
    """Every module of the features."""
    for file in sorted((ROOT / "service").glob("*/*/**/*.py")):
        name = file.relative_to(ROOT).with_suffix("")
        if name.name not in ("__init__", "build") and "templates" not in name.parts:
            yield import_module(".".join(name.parts))


def calls(module: ModuleType) -> Iterator[tuple[str, ast.Call]]:
    """What a module calls by a plain name."""
    for node in ast.walk(ast.parse(inspect.getsource(module))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            yield node.func.id, node


def feature(name: str) -> Feature:
    """What one feature says that it has."""
    return next(each for each in FEATURES.every if each.name == name)


def without(name: str) -> Features:
    """The features as they would be, had one forgotten to say what it has."""
    return Features(Feature(name=name) if each.name == name else each for each in FEATURES.every)


def undeclared_blueprints(found: Iterable[ModuleType], features: Features) -> set[str]:
    """The blueprints that no feature says that it has."""
    declared = {*features.pages, *features.resources}
    every = {each for module in found for each in vars(module).values() if isinstance(each, Blueprint)}
    return {each.name for each in every - declared - {api.bp}}


def test_every_blueprint_is_a_feature_s() -> None:
    assert not undeclared_blueprints(modules(), FEATURES)
    own = {each.name for each in (*feature("duties").pages, *feature("duties").resources.values())}
    assert own
    assert undeclared_blueprints(modules(), without("duties")) == own


def unnamed_jobs(found: Iterable[ModuleType], features: Features) -> set[str]:
    """The functions of the features' `jobs` that no feature has given a name to be called by."""
    declared = set(features.jobs.values())
    doors = (each for module in found if module.__name__.endswith(".jobs") for each in vars(module).values())
    every = {each for each in doors if isfunction(each) and each.__module__.endswith(".jobs")}
    return {f"{each.__module__}.{each.__name__}" for each in every - declared}


def test_every_job_has_its_name() -> None:
    assert not unnamed_jobs(modules(), FEATURES)
    own = {f"{job.__module__}.{job.__name__}" for job in feature("duties").jobs.values()}
    assert own
    assert unnamed_jobs(modules(), without("duties")) == own


def undeclared_steps(found: Iterable[ModuleType], features: Features) -> set[str]:
    """What is done `alone` for a municipality, so that it can be set aside, and that no feature has words for."""
    names = set()
    for module in found:
        for name, call in calls(module):
            if name == "alone":
                names.add(eval(ast.unparse(call.args[0]), vars(module)))  # noqa: S307 - our own code
    return names - features.steps_in_words.keys()


def test_every_step_is_a_feature_s() -> None:
    doors = [module for module in modules() if module.__name__.endswith(".jobs")]
    assert not undeclared_steps(doors, FEATURES)
    assert undeclared_steps(doors, without("duties")) == feature("duties").alone.keys()


def undeclared_acts(found: Iterable[ModuleType], features: Features) -> set[str]:
    """What is written into the ledger by its name, and that no feature has. An act whose name is put together is a pattern here."""
    acts = set()
    for module in found:
        for name, call in calls(module):
            if vars(module).get(name) in (ledger.record, ledger.record_reading):
                acts.add(pattern(call.args[0]))
    return {act for act in acts if not any(re.fullmatch(act, each) for each in features.acts)}


def pattern(name: ast.expr) -> str:
    """What an act is called, as far as its text tells: the parts that are filled in are open, as is one that is handed on."""
    match name:
        case ast.Constant(value=str() as text):
            return re.escape(text)
        case ast.JoinedStr(values=parts):
            return "".join(pattern(part) for part in parts)
        case _:
            return ".+"


def test_every_act_is_a_feature_s() -> None:
    assert not undeclared_acts(modules(), FEATURES)
    assert undeclared_acts(modules(), without("duties")) == set(map(re.escape, feature("duties").acts))
    assert undeclared_acts(modules(), without("shares")) == {r"share\..+", r"share\.hidden"}


def undeclared_lines(found: Iterable[ModuleType], features: Features) -> set[str]:
    """The kinds of lines for the Monday list that no feature gives."""
    every = {source.kind for module in found if module.__name__.endswith(".lines") for source in module.LINES}
    return every - features.lines.keys()


def test_every_kind_of_line_is_a_feature_s() -> None:
    assert not undeclared_lines(modules(), FEATURES)
    assert undeclared_lines(modules(), without("duties")) == {line.kind for line in feature("duties").lines}


def lost_pages(app: Flask, features: Features) -> set[str]:
    """The pages that features name, and that no route leads to."""
    menus = {place.endpoint for place in (*features.menu_of_drc, *features.menu_of_municipality)}
    menus |= {source.endpoint for source in features.lines.values()}
    named = menus | {*features.opened.values()} | {*features.uses} | features.while_looking
    return named - {rule.endpoint for rule in app.url_map.iter_rules()}


def test_every_page_that_is_named_is_there(migrated: Flask) -> None:
    assert not lost_pages(migrated, FEATURES)
    gone = Feature(
        name="gone",
        menu_of_drc={1: MenuPlace("Gone", "gone.menu")},
        opened={Capability.NEEDS: "gone.opened"},
        uses={"gone.used": (Capability.NEEDS,)},
        while_looking=("gone.sent",),
    )
    assert lost_pages(migrated, Features([gone])) == {"gone.menu", "gone.opened", "gone.used", "gone.sent"}


def test_a_feature_is_called_as_its_folder_and_listed_once() -> None:
    folders = {file.parent.name for file in (ROOT / "service").glob("*/*/feature.py")}
    assert sorted(each.name for each in FEATURES.every) == sorted(folders)


def test_what_two_features_claim_stops_the_start() -> None:
    page = Blueprint("page", __name__)
    with pytest.raises(ClaimedTwice, match="10"):
        Features([Feature(name="one", resources={10: page}), Feature(name="two", resources={10: page})])
    placed = Features([Feature(name="one", resources={20: "second"}), Feature(name="two", resources={10: "first"})])
    assert placed.resources == ("first", "second")
