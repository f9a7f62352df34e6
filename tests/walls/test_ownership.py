"""Every table's wall, as PostgreSQL itself reports it. For each check there is a control: a hole that it must find.

Read with `tenants/ownership.py` (what is asked for) and `tenants/walls.py` (how it is enforced).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient

from config.embedded import Servers
from service.activity.calendars import models as calendars
from service.activity.finder import models as finder
from service.activity.interests import models as interests
from service.activity.posters import models as posters
from service.network.cooperation import models as cooperation
from service.network.needs import models as needs
from service.network.shares import models as shares
from service.partnership.agreements import models as agreements
from service.partnership.catalogue import writers as catalogue
from service.partnership.contacts import writers as contacts
from service.partnership.duties import models as duties
from service.partnership.followups import models as followups
from service.platform.accounts import models as accounts
from service.platform.documents import models as documents
from service.platform.factors import writers as factors
from service.platform.identity_providers import writers as identity_providers
from service.platform.ledger import models as ledger
from service.platform.paper_log import models as paper_log
from service.platform.people import address_writers as addresses
from service.platform.people import writers as people
from service.platform.territories import writers as territories
from service.reporting.years import models as years
from service.volunteer.own_data import models as own_data
from tenants import models as ground
from tenants import walls
from tenants.database import Base
from tenants.ownership import Ownership
from tenants.walls import wall_of

SERVICE = "partnerskab_service"
OF_ONE = {Ownership.OWNED, Ownership.NETWORK}  # whose rows are about one municipality
NOT_OURS = {"alembic_version"}
# The owner's own functions step inside the wall with these, and answer less than a row (service/platform/documents/models.py).
OWNER_POLICIES = {("documents", "verify"), ("municipalities", "verify")}
OWNER_POLICIES |= {
    (table, "neighbours") for table in ("shares", "sights", "scope_periods")
}  # service/network/shares/models.py
OWNER_POLICIES |= {
    (table, "opened") for table in ("feeds", "group_feeds", "activities")
}  # service/activity/calendars/models.py
OWNER_POLICIES |= {(table, "published") for table in ("groups", "group_contacts")}  # service/activity/posters/models.py
OWNER_POLICIES |= {("passwords", "kept")}  # service/platform/accounts/models.py
OWNER_POLICIES |= {
    (table, "written")
    for table in ("persons", "memberships", "invitations", "login_sessions", "api_tokens", "address_changes")
}  # service/platform/people/writers.py
OWNER_POLICIES |= {("scope_periods", "contacts")}  # service/partnership/contacts/writers.py
OWNER_POLICIES |= {("text_versions", "put_in_use")}  # service/partnership/catalogue/writers.py
OWNER_POLICIES |= {("territory_municipalities", "moved")}  # service/platform/territories/writers.py
OWNER_POLICIES |= {
    (table, "kept") for table in ("factors", "recovery_codes", "factor_events")
}  # service/platform/factors/writers.py
OWNER_POLICIES |= {
    (table, "published") for table in ("public_groups", "group_areas", "activity_schedules")
}  # service/activity/finder/models.py
OWNER_POLICIES |= {
    (table, "by_secret") for table in ("own_data_links", "own_data_wishes", "interests")
}  # service/volunteer/own_data/models.py, service/activity/interests/models.py
OWNER_POLICIES |= {
    (table, "kept") for table in ("identity_providers", "provider_subjects")
}  # service/platform/identity_providers/writers.py
OWNER_POLICIES |= {("paper_leaves", "logged")}  # service/platform/paper_log/models.py
OWNER_POLICIES |= {("needs", "numbers")}  # service/network/needs/models.py, as these
OWNER_POLICIES |= {
    (table, "notes") for table in ("need_events", "need_answers", "capacity_moves", "idempotent_answers")
}
OWNER_POLICIES |= {
    (f"{chain}ledger_{part}", "recorded") for chain in ("", "national_") for part in ("entries", "heads")
}  # service/platform/ledger/models.py


@pytest.fixture
def owner(app: Flask, place: Servers) -> Iterator[psycopg.Connection]:
    """The owner's connection, in a transaction that is rolled back: holes are planted here."""
    with psycopg.connect(place.database_owner_url) as connection:
        yield connection
        connection.rollback()


def models() -> dict[str, Any]:
    """The models by table."""
    return {mapper.class_.__tablename__: mapper.class_ for mapper in Base.registry.mappers}


def service_role(place: Servers) -> str:
    """The name of the role that serves."""
    from urllib.parse import urlsplit

    return urlsplit(place.database_url).username or SERVICE


def faults(connection: psycopg.Connection, role: str) -> list[str]:
    """What is wrong with the walls, as far as the catalogue of PostgreSQL tells."""
    found = []
    tables = connection.execute(
        """SELECT c.relname, c.relrowsecurity, c.relforcerowsecurity, pg_get_userbyid(c.relowner)
           FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p')"""
    ).fetchall()
    known = models()
    for name, enabled, forced, owner in tables:
        if name in NOT_OURS:
            continue
        if name not in known:
            found.append(f"{name}: no model declares whose it is")
            continue
        if not enabled or not forced:
            found.append(f"{name}: row security enabled {enabled}, forced {forced}")
        if owner == role:
            found.append(f"{name}: the service owns it")
        found += _privilege_faults(connection, name, known[name], role)
        if known[name].__ownership__ in OF_ONE:
            found += _key_faults(connection, name)
    found += _policy_faults(connection, role)
    found += _trigger_faults(connection)
    found += [f"{name}: a model without a table" for name in known.keys() - {row[0] for row in tables}]
    others = connection.execute(
        """SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
           WHERE n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast') AND c.relkind IN ('v', 'm')"""
    ).fetchall()
    found += [f"{name}: a view looks past the wall" for (name,) in others]
    return found


POLICIES = """SELECT tablename, policyname, permissive, cmd, roles::text[], qual, with_check
              FROM pg_policies WHERE schemaname = 'public'"""


def _policies(connection: psycopg.Connection) -> dict[str, dict[str, tuple[Any, ...]]]:
    """Every policy as PostgreSQL tells it, to the byte: by table and name."""
    found: dict[str, dict[str, tuple[Any, ...]]] = {}
    for table, name, *told in connection.execute(POLICIES):
        found.setdefault(table, {})[name] = tuple(told)
    return found


def _asked_for(connection: psycopg.Connection, role: str) -> dict[str, dict[str, tuple[Any, ...]]]:
    """The same of the policies that ownership asks for: those that are there make room for them, for the moment."""
    with connection.transaction(force_rollback=True):
        for table, policies in _policies(connection).items():
            for name in policies:
                connection.execute(f'DROP POLICY "{name}" ON "{table}"'.encode())
        for table, model in models().items():
            for policy in wall_of(model).policies:
                connection.execute(policy.create(table, role).encode())
        return _policies(connection)


def _policy_faults(connection: psycopg.Connection, role: str) -> Iterator[str]:
    there, wanted = _policies(connection), _asked_for(connection, role)
    for table in sorted(there.keys() | wanted.keys()):
        found, asked = there.get(table, {}), wanted.get(table, {})
        for name in sorted(found.keys() | asked.keys()):
            policy = found.get(name)
            if policy is None:
                yield f"{table}: policy {name} is missing"
            elif name not in asked:
                if (table, name) not in OWNER_POLICIES or {role, "public"} & set(policy[2]):
                    yield f"{table}: a policy {name} that its ownership does not ask for"
            elif policy != asked[name]:
                yield f"{table}: policy {name} says something else than its ownership asks for: {policy}"


def _triggers(connection: psycopg.Connection) -> dict[tuple[str, str], tuple[str, bool]]:
    """The triggers that hold an office to its columns, by table and name, as PostgreSQL tells them, and whether they are on."""
    rows = connection.execute(
        """SELECT c.relname, t.tgname, pg_get_triggerdef(t.oid), t.tgenabled = 'O' FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
           WHERE t.tgname ^@ 'columns_of_'"""
    )
    return {(table, name): (told, on) for table, name, told, on in rows}


def _trigger_faults(connection: psycopg.Connection) -> Iterator[str]:
    there = _triggers(connection)
    with connection.transaction(force_rollback=True):
        for table, name in there:
            connection.execute(f'DROP TRIGGER "{name}" ON "{table}"'.encode())
        for model in models().values():
            for statement in wall_of(model).triggers:
                connection.execute(statement.encode())
        wanted = _triggers(connection)
    yield from (
        f"{table}: trigger {name} is not as declared"
        for table, name in sorted(there.keys() | wanted.keys())
        if there.get((table, name)) != wanted.get((table, name))
    )


def _privilege_faults(connection: psycopg.Connection, table: str, model: Any, role: str) -> Iterator[str]:
    rows = connection.execute(
        """SELECT grantee::regrole::text, privilege_type FROM pg_class c, aclexplode(c.relacl)
           WHERE c.relname = %s AND c.relnamespace = 'public'::regnamespace AND grantee <> c.relowner""",
        [table],
    ).fetchall()
    wanted = {(role, privilege) for privilege in wall_of(model).privileges}
    yield from (f"{table}: {who} may {what}" for who, what in set(rows) - wanted if who != "partnerskab_backup")
    yield from (f"{table}: {who} may not {what}" for who, what in wanted - set(rows))


def _key_faults(connection: psycopg.Connection, table: str) -> Iterator[str]:
    """An owned table's keys carry the municipality: else they tell whether a neighbour's row exists, or reach it."""
    unique = connection.execute(
        """SELECT i.relname,
                  array(SELECT a.attname FROM unnest(x.indkey) k
                        JOIN pg_attribute a ON a.attrelid = x.indrelid AND a.attnum = k)::text[]
           FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid WHERE x.indrelid = %s::regclass AND x.indisunique""",
        [f'public."{table}"'],
    ).fetchall()
    yield from (
        f"{table}: unique key {name} lacks the municipality"
        for name, columns in unique
        if "municipality_code" not in columns
    )
    owned = {name for name, model in models().items() if model.__ownership__ in OF_ONE}
    keys = connection.execute(
        """SELECT conname, confrelid::regclass::text,
                  array(SELECT a.attname FROM unnest(conkey) k
                        JOIN pg_attribute a ON a.attrelid = conrelid AND a.attnum = k)::text[], confdeltype
           FROM pg_constraint WHERE conrelid = %s::regclass AND contype = 'f'""",
        [f'public."{table}"'],
    ).fetchall()
    for name, target, columns, deletes in keys:
        if target.strip('"') in owned and "municipality_code" not in columns:
            yield f"{table}: foreign key {name} to {target} lacks the municipality"
        if deletes != "a":
            yield f"{table}: foreign key {name} deletes by itself"


def test_every_table_has_the_wall_that_its_ownership_asks_for(owner: psycopg.Connection, place: Servers) -> None:
    """The check itself."""
    assert faults(owner, service_role(place)) == []


def test_nothing_else_is_there_than_the_migrations_declare(client: FlaskClient) -> None:
    """What ownership does not ask for as well: the schema `app`, and the owner's own policies. Its controls: migrations/test_schema."""
    assert client.get("/readyz").get_json()["migrations"] == "ok"


def slow(owner: psycopg.Connection) -> list[tuple[str, str]]:
    """The policies that compare the office outside its SELECT: the check above reads past parentheses, the planner does not."""
    query = "SELECT tablename, policyname FROM pg_policies WHERE concat(qual, with_check) ~ 'app\\.office\\(\\)( AS office)?\\)'"
    return owner.execute(query).fetchall()


def test_policies_ask_for_the_office_in_one_truth(owner: psycopg.Connection) -> None:
    """See tenants/walls.py on what the planner expects. The control: the other way of writing it is told."""
    assert slow(owner) == []
    owner.execute("ALTER POLICY wall ON volunteers USING ((SELECT app.office()) = 'drc')")
    assert slow(owner) == [("volunteers", "wall")]


@pytest.mark.parametrize(
    ("hole", "told"),
    [
        ("ALTER TABLE sessions DISABLE ROW LEVEL SECURITY", "sessions: row security enabled False"),
        ("ALTER TABLE documents NO FORCE ROW LEVEL SECURITY", "documents: row security enabled True, forced False"),
        ("DROP POLICY wall_read ON agreements", "agreements: policy wall_read is missing"),
        ("CREATE POLICY easy ON statements FOR SELECT TO PUBLIC USING (true)", "statements: a policy easy"),
        (
            'DROP POLICY wall_read ON sessions; CREATE POLICY wall_read ON sessions FOR SELECT TO "{role}" USING (true)',
            "sessions: policy wall_read says something else",
        ),
        (
            (
                "DROP POLICY wall_read ON statements;"
                " CREATE POLICY wall_read ON statements FOR SELECT USING (municipality_code = ANY ((SELECT app.reach())::text[]))"
            ),
            "statements: policy wall_read says something else",
        ),
        (
            "ALTER POLICY wall_read ON also_serves USING ((SELECT app.office() IN ('drc', 'clock', 'link')))",
            "also_serves: policy wall_read says something else",
        ),
        (
            "ALTER POLICY wall_add ON decisions WITH CHECK (municipality_code = ANY ((SELECT app.reach())::text[]))",
            "decisions: policy wall_add says something else",
        ),
        ("DROP TRIGGER columns_of_link ON checkins", "checkins: trigger columns_of_link is not as declared"),
        (
            "ALTER TABLE duties DISABLE TRIGGER columns_of_municipality",
            "duties: trigger columns_of_municipality is not",
        ),
        ('GRANT INSERT ON ledger_entries TO "{role}"', "ledger_entries: {role} may INSERT"),
        ('GRANT UPDATE ON documents TO "{role}"', "documents: {role} may UPDATE"),
        ('GRANT TRUNCATE ON sessions TO "{role}"', "sessions: {role} may TRUNCATE"),
        ("GRANT SELECT ON sessions TO PUBLIC", "sessions: - may SELECT"),
        ("CREATE TABLE loose (id int)", "loose: no model declares whose it is"),
        ("CREATE UNIQUE INDEX oracle ON documents (number)", "documents: unique key oracle lacks the municipality"),
        (
            (
                "CREATE UNIQUE INDEX ids ON activities (id);"
                " ALTER TABLE sessions ADD CONSTRAINT reach FOREIGN KEY (activity_id) REFERENCES activities (id) NOT VALID"
            ),
            "sessions: foreign key reach to activities lacks the municipality",
        ),
        ("CREATE VIEW everything AS SELECT * FROM sessions", "everything: a view looks past the wall"),
    ],
)
def test_a_planted_hole_is_found(owner: psycopg.Connection, place: Servers, hole: str, told: str) -> None:
    """The controls: each of these holes must be told."""
    role = service_role(place)
    owner.execute(hole.format(role=role))
    found = faults(owner, role)
    assert any(fault.startswith(told.format(role=role)) for fault in found), found


def role_faults(connection: psycopg.Connection, role: str) -> list[str]:
    """What the service's role can that it must not."""
    row = connection.execute(
        """SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication,
                  has_schema_privilege(rolname, 'public', 'CREATE'), has_schema_privilege(rolname, 'app', 'CREATE'),
                  has_database_privilege(rolname, current_database(), 'CREATE'),
                  has_database_privilege(rolname, current_database(), 'TEMP'),
                  (SELECT count(*) > 0 FROM pg_auth_members WHERE member = r.oid)
           FROM pg_roles r WHERE rolname = %s""",
        [role],
    ).fetchone()
    names = (
        "superuser",
        "bypassrls",
        "createrole",
        "createdb",
        "replication",
        "create in public",
        "create in app",
        "create",
        "temp",
        "member of another role",
    )
    return [name for name, can in zip(names, row or (), strict=True) if can]


@pytest.mark.gate("13.2.2")
def test_the_service_can_nothing_but_serve(owner: psycopg.Connection, place: Servers) -> None:
    """No attribute and no privilege of the service's role leads past a wall."""
    assert role_faults(owner, service_role(place)) == []


def test_a_privilege_too_many_is_found(owner: psycopg.Connection, place: Servers) -> None:
    """The control."""
    role = service_role(place)
    owner.execute(f'GRANT CREATE ON SCHEMA public TO "{role}"')
    assert role_faults(owner, role) == ["create in public"]


def test_functions_past_the_wall_are_the_known_ones(owner: psycopg.Connection) -> None:
    """A function that runs as its owner sees all: these are pinned to a search path, and neither is for PUBLIC."""
    query = """SELECT p.proname, p.proconfig IS NOT NULL, has_function_privilege('public', p.oid, 'EXECUTE')
               FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
               WHERE n.nspname IN ('app', 'public') AND p.prosecdef ORDER BY 1"""
    assert owner.execute(query).fetchall() == [
        ("accept", True, False),
        ("add_factor", True, False),
        ("address_change", True, False),
        ("arrive", True, False),
        ("ask_address", True, False),
        ("ask_for_own_data", True, False),
        ("ask_for_password", True, False),
        ("blank_note", True, False),
        ("change_address", True, False),
        ("change_contact", True, False),
        ("codes_left", True, False),
        ("connect", True, False),
        ("count_try", True, False),
        ("disable", True, False),
        ("end_role", True, False),
        ("factors_of", True, False),
        ("interest", True, False),
        ("invitation", True, False),
        ("invitations_of", True, False),
        ("invite", True, False),
        ("keep_provider", True, False),
        ("known_document", True, False),
        ("leave_provider", True, False),
        ("left_open", True, False),
        ("log_paper", True, False),
        ("move_to_territory", True, False),
        ("needs_in_numbers", True, False),
        ("neighbours_of", True, False),
        ("note_interest", True, False),
        ("open_feed", True, False),
        ("open_paper_feed", True, False),
        ("own_data", True, False),
        ("own_factors", True, False),
        ("passed", True, False),
        ("password", True, False),
        ("people_of", True, False),
        ("prove_session", True, False),
        ("providers", True, False),
        ("public_activities", True, False),
        ("public_activity", True, False),
        ("public_groups", True, False),
        ("put_text_in_use", True, False),
        ("record", True, False),
        ("release_login", True, False),
        ("remove_factor", True, False),
        ("renew_codes", True, False),
        ("schema_version", True, False),
        ("set_password", True, False),
        ("set_profile", True, False),
        ("settle_interest", True, False),
        ("take_factors", True, False),
        ("tie_anew", True, False),
        ("use_code", True, False),
        ("use_factor", True, False),
        ("verify_document", True, False),
        ("verify_seal", True, False),
        ("wish_about_own_data", True, False),
        ("withdraw_invitation", True, False),
    ]
    owner.execute(
        "CREATE FUNCTION app.peep() RETURNS bigint LANGUAGE sql SECURITY DEFINER AS 'SELECT count(*) FROM public.sessions'"
    )
    assert ("peep", False, True) in owner.execute(query).fetchall()


DECLARED = (
    *walls.FUNCTIONS,
    *ground.STEPS,
    *shares.STEPS,
    *agreements.STEPS,
    *cooperation.STEPS,
    *duties.STEPS,
    *followups.STEPS,
    *needs.STEPS,
    *years.STEPS,
    *needs.IN_NUMBERS,
    *needs.NOTES,
    *ledger.FUNCTIONS,
    *calendars.OPEN,
    *documents.VERIFY,
    *paper_log.LEAVES,
    *accounts.PASSWORDS,
    *contacts.WRITERS,
    *catalogue.WRITERS,
    *people.WRITERS,
    *addresses.WRITERS,
    *territories.WRITERS,
    *factors.WRITERS,
    *identity_providers.WRITERS,
    *posters.PUBLISHED,
    *finder.FUNCTIONS,
    *interests.FUNCTIONS,
    *own_data.FUNCTIONS,
)


def unlike(connection: psycopg.Connection) -> set[str]:
    """The functions and step triggers that are not to the byte what the code declares."""
    query = """SELECT proname, pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = 'app'::regnamespace
               UNION ALL SELECT tgrelid::regclass::text, pg_get_triggerdef(oid) || tgenabled::text FROM pg_trigger
               WHERE tgname IN ('step', 'begins')"""
    there = set(connection.execute(query).fetchall())
    with connection.transaction(force_rollback=True):
        for statement in DECLARED:
            if statement.startswith("CREATE FUNCTION"):
                connection.execute(statement.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION", 1).encode())
            elif statement.startswith("CREATE TRIGGER"):
                connection.execute(statement.replace("CREATE TRIGGER", "CREATE OR REPLACE TRIGGER", 1).encode())
        wanted = set(connection.execute(query).fetchall())
    return {name for name, _told in there ^ wanted}


def test_functions_and_steps_are_what_the_code_declares(owner: psycopg.Connection) -> None:
    """The controls: a check that lets everything through, a step that is gone or off."""
    assert unlike(owner) == set()
    owner.execute(
        "CREATE OR REPLACE FUNCTION app.passed() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS 'SELECT true'"
    )
    owner.execute("DROP TRIGGER step ON decisions")
    owner.execute("ALTER TABLE agreements DISABLE TRIGGER step")
    assert unlike(owner) == {"passed", "decisions", "agreements"}
