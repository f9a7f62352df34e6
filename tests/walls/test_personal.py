"""Every column of every table says what it holds of people: nobody, or a class of personal data. Read with `tenants/personal.py`."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import ARRAY, CheckConstraint, Date, ForeignKey, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from service.features import FEATURES
from tenants.database import Base
from tenants.personal import Data, Holds, classes_of, nobodys


def unsaid(root: type[DeclarativeBase]) -> set[str]:
    """The columns that could hold somebody, and do not say."""
    models: list[Any] = [mapper.class_ for mapper in root.registry.mappers]
    return {
        f"{model.__tablename__}.{column}"
        for model in models
        for column, data in classes_of(model).items()
        if data is None
    }


def test_every_column_says_what_it_holds_of_people() -> None:
    assert len(FEATURES.every) > 30, "every model is known"
    assert unsaid(Base) == set()


def test_every_class_has_a_column() -> None:
    assert {data for mapper in Base.registry.mappers for data in classes_of(mapper.class_).values()} == set(Data)


class Root(DeclarativeBase):
    """The base of tables that are in no database."""


class Beside:
    __holds__ = Holds(remark=Data.FREE_TEXT)

    remark: Mapped[str]


class Somebody(Root):
    __tablename__ = "somebodies"
    __holds__ = Holds(Data.VOLUNTEER, how=Data.NOBODY)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    how: Mapped[str]


class Thing(Beside, Root):
    __tablename__ = "things"
    __holds__ = Holds(**nobodys("colour"))
    __table_args__ = (CheckConstraint("kind IN ('a', 'b')", name="kind"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    colour: Mapped[str]
    kind: Mapped[str]
    days: Mapped[list[dt.date]] = mapped_column(ARRAY(Date))
    at: Mapped[dt.datetime]
    count: Mapped[int]
    thing_id: Mapped[UUID] = mapped_column(ForeignKey("things.id"))
    word: Mapped[str]
    words: Mapped[list[str]] = mapped_column(ARRAY(Text))
    picture: Mapped[bytes]
    made_by: Mapped[UUID]
    somebody_id: Mapped[UUID] = mapped_column(ForeignKey("somebodies.id"))


class Silent(Beside, Root):
    __tablename__ = "silents"

    id: Mapped[int] = mapped_column(primary_key=True)


class Mistaken(Root):
    __tablename__ = "mistaken"
    __holds__ = Holds(nmae=Data.VOLUNTEER)

    id: Mapped[int] = mapped_column(primary_key=True)


def test_the_control_what_does_not_say_and_could_hold_somebody_is_found() -> None:
    open_ones = {column for column, data in classes_of(Thing).items() if data is None}
    assert open_ones == {"word", "words", "picture", "made_by", "somebody_id"}
    assert {column for column, data in classes_of(Silent).items() if data is None} == {"id"}
    with pytest.raises(KeyError, match="mistaken has no column nmae"):
        unsaid(Root)


def test_what_is_said_is_told() -> None:
    assert classes_of(Somebody) == {"id": Data.VOLUNTEER, "name": Data.VOLUNTEER, "how": Data.NOBODY}
    told = classes_of(Thing)
    assert told["remark"] is Data.FREE_TEXT
    assert {told[name] for name in ("id", "colour", "kind", "days", "at", "count", "thing_id")} == {Data.NOBODY}
