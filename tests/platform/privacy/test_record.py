"""What is told of people's data is made from the models: every column that holds somebody, every class, and no more."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_babel import force_locale

from service.features import FEATURES
from service.platform.feature import Feature, Features, Step
from service.platform.keeping import YEAR, KeptData, Subjects
from service.platform.people.keeping import RESETS
from service.platform.privacy.record import REFERENCES, gathered
from service.platform.privacy.texts import how_long, time_in_words
from service.volunteer.volunteers.models import Volunteer
from tenants.database import Base
from tenants.personal import Data, classes_of

MODELS: list[Any] = [mapper.class_ for mapper in Base.registry.mappers]


def unused_words(features: Features, models: Iterable[Any]) -> set[str]:
    """What a class is said to hold and no column of it does."""
    used = {
        (data, features.keeps[data].field(model.__tablename__, column))
        for model in models
        for column, data in classes_of(model).items()
        if data not in (None, Data.NOBODY) and column not in REFERENCES
    }
    return {f"{kept.data}: {name}" for kept in features.keeps.values() for name in kept.fields} - {
        f"{data}: {name}" for data, name in used
    }


def saying(change: Mapping[Data, Mapping[str, Any]]) -> Features:
    """The features, of which some say otherwise what a class holds."""

    def said(kept: KeptData) -> KeptData:
        return dataclasses.replace(kept, fields=change.get(kept.data, kept.fields))

    return Features(dataclasses.replace(each, keeps=tuple(map(said, each.keeps))) for each in FEATURES.every)


def test_every_column_that_holds_somebody_is_told_of() -> None:
    found = [each for classes in gathered(FEATURES, MODELS).values() for each in classes]
    told = {(table, column) for each in found for table, columns in each.tables.items() for column in columns}
    held = {
        (model.__tablename__, column)
        for model in MODELS
        for column, data in classes_of(model).items()
        if data is not Data.NOBODY
    }
    assert told == held
    assert {each.kept.data for each in found} == set(Data) - {Data.NOBODY} == FEATURES.keeps.keys()
    assert sum(len(each.retentions) for each in found) == len(FEATURES.retentions)
    assert all(each.retentions or each.kept.until for each in found), "how long each is kept"


def test_what_a_class_is_said_to_hold_stands_in_a_column() -> None:
    assert unused_words(FEATURES, MODELS) == set()
    fields = {**FEATURES.keeps[Data.GROUP_CONTACT].fields, "birthday": "birthday"}
    assert unused_words(saying({Data.GROUP_CONTACT: fields}), MODELS) == {"group_contact: birthday"}, "the control"


def test_the_control_what_nobody_tells_of_is_found() -> None:
    with pytest.raises(KeyError, match=r"volunteers\.email"):
        gathered(saying({Data.VOLUNTEER: {"name": "name", "sort_key": "name", "name_key": "name"}}), [Volunteer])
    with pytest.raises(KeyError, match="volunteer"):
        gathered(Features([]), [Volunteer])


def unplanned(features: Features) -> set[str]:
    """The steps that forget something, and by which no time is said to be carried out; and the other way round."""
    forgetting = {step.name for step in features.steps if step.name.endswith(".forget")}
    return forgetting ^ {each.step for each in features.retentions if each.step}


def test_what_is_forgotten_by_itself_is_in_the_plan() -> None:
    assert unplanned(FEATURES) == set()
    forgets = Feature(name="x", steps={999: Step("x.forget", print, "forgetting")})
    assert unplanned(Features((*FEATURES.every, forgets))) == {"x.forget"}, "the control"
    promises = Feature(name="x", retentions=(dataclasses.replace(RESETS, step="gone.forget"),))
    assert unplanned(Features((*FEATURES.every, promises))) == {"gone.forget"}


def test_how_long_is_told_in_words(migrated: Flask) -> None:
    with migrated.app_context(), force_locale("en"):
        assert [
            time_in_words(time) for time in (YEAR, 5 * YEAR, YEAR + dt.timedelta(days=1), dt.timedelta(days=1))
        ] == [*("1 year", "5 years", "366 days", "1 day")]
        assert how_long(RESETS) == "Links for a new password: 7 days after the link was asked for. It is removed."
        planned = how_long(dataclasses.replace(RESETS, step=""))
        assert planned.endswith("It is removed. Planned: not carried out by itself yet.")


def test_anybody_reads_what_is_registered(client: FlaskClient) -> None:
    danish = client.get("/hvad-vi-registrerer").text
    client.set_cookie("language", "en")
    english = client.get("/hvad-vi-registrerer")
    assert english.status_code == 200
    for kept in FEATURES.keeps.values():
        assert str(kept.name).replace("'", "&#39;") in english.text
    for words in ("<h2>Frivillige</h2>", "Navn, mailadresse, telefonnummer, sprog", "30 dage efter", "Ingen flygtning"):
        assert words in danish
    assert "volunteer_words" not in danish, "tables are the record's"


def test_the_record_is_printed(app: Flask) -> None:
    printed = app.test_cli_runner().invoke(args=["privacy", "record"]).output
    assert printed.count("\n### ") == len(FEATURES.keeps)
    assert printed.count("\n## ") == len(Subjects)
    assert "- Dataansvarlig: Dansk Flygtningehjælp, CVR 20699310\n" in printed
    assert "child_certificates (id, volunteer_id, verified_on, renew_by); volunteers (verified_until)" in printed
