"""A filled database of every version that was released: upgraded, whole, and read by the pages of today.

How the dump of the next one is made: `tests/migrations/dumps.py`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import psycopg
import pytest
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import select

from config.embedded import Servers
from service.platform.documents.models import Document
from tenants.acting import acting_for
from tenants.database import Base, db, transaction
from tenants.reach import clock
from tenants.register import all_codes
from tests.migrations.dumps import released, restore
from tests.support.world import HERE, sign_in

NOT_NOW = (
    "accounts.sign_in",
    "factors.second_step",
    "invitations.forgotten",
    "monday.kind",
    "imports.template",
    "staff.listing",
    "staff.new",
    "provider_settings.own",
)  # for who is signed in as one of the secretariat; these ask for more than an address, or for somebody else
# To stay signed in; what settings name that are not set here; what nobody has signed yet; a short address that leads to another.
NO_PAGES = {
    "/min-konto/bliv": 204,
    "/.well-known/security.txt": 404,
    "/saml/metadata": 404,
    "/log-ud/saml": 404,
    "/verificer/checkpoint": 404,
    "/verificer/checkpoint.tsr": 404,
    "/was": 302,
}


def counts(place: Servers) -> dict[str, int]:
    """How many rows each table has, whoever may see them."""
    with psycopg.connect(place.database_backup_url) as backup:
        names = [name for (name,) in backup.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]
        return {
            name: (backup.execute(f'SELECT count(*) FROM "{name}"'.encode()).fetchone() or (0,))[0]
            for name in names
            if name != "alembic_version"
        }


def pages(app: Flask) -> Iterator[str]:
    """Every page that asks for nothing, or for a municipality alone."""
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or rule.rule.startswith("/api/") or rule.endpoint in NOT_NOW:
            continue
        if rule.arguments <= {"municipality_code"}:
            yield app.url_map.bind("localhost").build(rule.endpoint, dict.fromkeys(rule.arguments, HERE), method="GET")


def read() -> dict[str, int]:
    """How many rows of each table the models of today read, whole. What no role of the service reads is left out."""
    with acting_for(clock()), transaction():
        codes = all_codes()
    with acting_for(clock(codes)), transaction():
        models = [mapper.class_ for mapper in Base.registry.mappers if not getattr(mapper.class_, "__sealed__", False)]
        return {model.__tablename__: len(db.session.scalars(select(model)).all()) for model in models}


@pytest.mark.parametrize("name", released())
def test_a_database_of_a_released_version_is_upgraded_with_all_that_is_in_it(
    fresh: tuple[Flask, Servers], name: str
) -> None:
    app, place = fresh
    restore(name, place)
    before = counts(place)
    with app.app_context():
        upgrade(directory="migrations")  # which compares the schema with the one declared
    after = counts(place)
    assert {table: after[table] for table in before} == before
    assert after["paper_leaves"] == after["documents"] > 0
    runner = app.test_cli_runner()
    assert runner.invoke(args=["register", "load"]).exit_code == 0
    with app.app_context():
        found = read()
        assert found == {table: count for table, count in counts(place).items() if table in found}
        with acting_for(clock([HERE])), transaction():
            papers = db.session.scalars(select(Document)).all()
            assert {paper.kind for paper in papers} >= {"agreement", "statement"}
            assert [paper.number for paper in papers if hashlib.sha256(paper.content).hexdigest() != paper.sha256] == []
            numbers = [paper.id for paper in papers]
    secretariat = sign_in(app.test_client(), "sekretariat@drc.example")
    answers = {address: secretariat.get(address).status_code for address in pages(app)}
    assert {address: status for address, status in answers.items() if status != 200} == NO_PAGES
    manager = sign_in(app.test_client(), f"leder.{HERE}@kommune.example")
    for paper in numbers:
        assert manager.get(f"/dokumenter/{paper}").data.startswith(b"%PDF")
