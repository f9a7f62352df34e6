"""The mutants of the walls: one part less, or one wider, at a time. Each can be undone.

What a mutant takes away is read from the database and the application at hand, so that what is added to the walls is mutated too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import psycopg
from flask import Flask

from service.platform.web.permits import Permit, Who, permit, permit_of

PRIVILEGES = ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE")
POLICIES = """
SELECT format('%I.%I', schemaname, tablename), policyname, qual, with_check,
       format('CREATE POLICY %I ON %I.%I AS %s FOR %s TO %s', policyname, schemaname, tablename, permissive, cmd,
              (SELECT string_agg(quote_ident(role), ', ') FROM unnest(roles) role))
       || coalesce(' USING (' || qual || ')', '') || coalesce(' WITH CHECK (' || with_check || ')', '')
FROM pg_policies WHERE schemaname IN ('public', 'app') ORDER BY 1, 2"""
TABLES = """
SELECT oid::regclass::text, relrowsecurity, relforcerowsecurity, array(
         SELECT privilege_type FROM aclexplode(relacl) WHERE grantee = %(role)s::regrole)
FROM pg_class WHERE relkind = 'r' AND relnamespace IN ('public'::regnamespace, 'app'::regnamespace) AND relname <> 'alembic_version'
ORDER BY 1"""
TRIGGERS = """
SELECT tgrelid::regclass::text, tgname, pg_get_triggerdef(oid) FROM pg_trigger
WHERE NOT tgisinternal ORDER BY 1, 2"""
CHECKS = """
SELECT oid::regprocedure::text, pg_get_functiondef(oid), prorettype = 'trigger'::regtype FROM pg_proc
WHERE pronamespace = 'app'::regnamespace AND (prorettype = 'trigger'::regtype OR proname = 'passed') ORDER BY 1"""
BODY = re.compile(r"AS \$function\$.*\$function\$", re.DOTALL)
# Who else a permit could let in by a slip. To ask of whoever signed in and not of who has the municipality is no slip: the address decides.
WIDER = {
    Who.SIGNED_IN: permit.public,
    Who.DRC: permit.signed_in,
    Who.SECRETARIAT: permit.drc,
    Who.MANAGER: permit.signed_in,
    Who.MUNICIPALITY: permit.public,
}


@dataclass(frozen=True, slots=True)
class Mutant:
    """What is changed, and how it is done and undone."""

    kind: str
    name: str
    do: Callable[[], object]
    undo: Callable[[], object]


def all_of(owner: psycopg.Connection, role: str, app: Flask) -> list[Mutant]:
    """Every mutant that there is."""

    def run(statement: str) -> Callable[[], object]:
        return lambda: owner.execute(statement.encode())

    told = [*_policies(owner), *_tables(owner, role), *_checks(owner)]
    return [*(Mutant(kind, name, run(do), run(undo)) for kind, name, do, undo in told), *_permits(app)]


Told = tuple[str, str, str, str]  # the kind, the name, and the statements that do and undo


def _policies(owner: psycopg.Connection) -> Iterator[Told]:
    for table, name, using, check, create in owner.execute(POLICIES).fetchall():
        yield "policy dropped", f"{table} {name}", f'DROP POLICY "{name}" ON {table}', create
        for clause, condition in (("USING", using), ("WITH CHECK", check)):
            if condition not in (None, "true"):
                alter = f'ALTER POLICY "{name}" ON {table} {clause}'
                yield f"{clause} (true)", f"{table} {name}", f"{alter} (true)", f"{alter} ({condition})"


def _tables(owner: psycopg.Connection, role: str) -> Iterator[Told]:
    for table, secured, forced, privileges in owner.execute(TABLES, {"role": role}).fetchall():
        alter = f"ALTER TABLE {table}"
        if secured:
            yield "row security off", table, f"{alter} DISABLE ROW LEVEL SECURITY", f"{alter} ENABLE ROW LEVEL SECURITY"
        if forced:
            yield "not forced", table, f"{alter} NO FORCE ROW LEVEL SECURITY", f"{alter} FORCE ROW LEVEL SECURITY"
        for privilege in PRIVILEGES:
            if privilege not in privileges:
                on = f'{privilege} ON {table} {{}} "{role}"'
                yield "granted", f"{table} {privilege}", f"GRANT {on.format('TO')}", f"REVOKE {on.format('FROM')}"


def _checks(owner: psycopg.Connection) -> Iterator[Told]:
    for table, name, create in owner.execute(TRIGGERS).fetchall():
        yield "trigger dropped", f"{table} {name}", f'DROP TRIGGER "{name}" ON {table}', create
    for name, create, of_trigger in owner.execute(CHECKS).fetchall():
        body = f"AS $function$ BEGIN RETURN {'NEW' if of_trigger else 'true'}; END $function$"
        yield "function lets all through", name, BODY.sub(body, create), create


def _permits(app: Flask) -> Iterator[Mutant]:
    """Every permit that could be wider, and every one that forgets what the agreement has to open."""
    for endpoint in sorted({rule.endpoint for rule in app.url_map.iter_rules()}):
        found = permit_of(app, endpoint)
        view = app.view_functions[endpoint]
        if found is None or not hasattr(view, "permit"):
            continue
        if found.who in WIDER:
            yield _permit("permit wider", endpoint, view, found, WIDER[found.who])
        if found.capability:
            yield _permit("permit forgets the capability", endpoint, view, found, replace(found, capability=None))


def _permit(kind: str, endpoint: str, view: Callable[..., object], was: Permit, wider: Permit) -> Mutant:
    return Mutant(kind, endpoint, lambda: wider(view), lambda: was(view))
