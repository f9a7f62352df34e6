"""The drawing of the data model is that of the models."""

from __future__ import annotations

import re

from sqlalchemy import Column, ForeignKey, MetaData, Table, Text

from tests.docs import datamodel


def test_the_page_is_as_the_models_are() -> None:
    models = datamodel.all_models()
    assert datamodel.FILE.read_text() == datamodel.drawn(models), "run: make datamodel"
    assert datamodel.FILE.read_text() != datamodel.drawn(models[1:]), "the control: a table that is not drawn"


def test_a_diagram_is_one_that_mermaid_reads() -> None:
    column = re.compile(r'[a-z]\w*(\[\])? \w+( PK| FK| PK, FK)?( "null")?')
    page = datamodel.FILE.read_text()
    columns = re.findall(r"^ {8}(.+)$", page, re.MULTILINE)
    assert len(columns) > 500
    assert [each for each in columns if not column.fullmatch(each)] == []
    assert not column.fullmatch('text_collate_"c" word'), "the control"


def test_a_line_says_how_many_there_can_be() -> None:
    metadata = MetaData()
    Table("parents", metadata, Column("code", Text, primary_key=True))
    told = Table(
        "children",
        metadata,
        Column("id", Text, primary_key=True),
        Column("must", ForeignKey("parents.code"), nullable=False),
        Column("may", ForeignKey("parents.code")),
        Column("one", ForeignKey("parents.code"), nullable=False, unique=True),
    )
    assert datamodel._lines(told) == [
        '    parents |o--o{ children : "may"',
        '    parents ||--o{ children : "must"',
        '    parents ||--o| children : "one"',
    ]
