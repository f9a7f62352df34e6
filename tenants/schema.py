"""What a database's schema is, fact by fact, as PostgreSQL itself tells it; and what it should be at each revision.

`read` lists the facts of the database at hand: tables with their row security, columns, constraints, indexes, policies, triggers,
functions, and what the service and PUBLIC may. They are the same on every PostgreSQL that is promised, whatever the roles are called.
Whether rows from before a constraint fit it (NOT VALID) is no fact: it holds for what is written.

`migrations/schema/REVISION.txt` says which facts a revision adds (`+`) and which it takes away (`-`). The sum of these files, from the
first revision on, is the one declaration of what the schema should be (`wanted`): `db upgrade` and `/readyz` compare with it, and who
reviews a migration reads its file. `make schema` writes them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from sqlalchemy import Connection, text

FOLDER = Path(__file__).parents[1] / "migrations/schema"
SHAPE = ("table ", "column ")
OPERATORS = "index "  # whoever runs the service may add one that is not unique: it changes nothing but how fast it is
MAX_TOLD = 12  # differences that are told one by one

# What stands in quotes stays; the other two go.
_SPELLING = re.compile(r"('(?:[^']|'')*')|::(?:character varying|text)(?:\[\])?|[()]")

# `role` names PostgreSQL's roles as the facts do: who made the schema `app` is the owner, and who serves is the service.
_FACTS = """
WITH places AS (SELECT oid, nspname, nspowner, nspacl FROM pg_namespace WHERE nspname IN ('public', 'app')),
roles AS (
  SELECT oid, CASE WHEN rolname = :service THEN 'service' WHEN oid = (SELECT nspowner FROM places WHERE nspname = 'app') THEN 'owner'
                   ELSE rolname::text END AS role FROM pg_roles
  UNION ALL SELECT 0, 'public'),
of_extensions AS (SELECT objid AS oid FROM pg_depend WHERE deptype = 'e'),
relations AS (
  SELECT c.oid::regclass::text AS name, c.* FROM pg_class c
  WHERE c.relnamespace IN (SELECT oid FROM places) AND c.relkind NOT IN ('i', 'I', 't') AND c.oid NOT IN (SELECT oid FROM of_extensions)
    AND c.oid <> coalesce(to_regclass('alembic_version'), 0)),
functions AS (
  SELECT p.oid::regprocedure::text AS name, p.* FROM pg_proc p
  WHERE p.pronamespace IN (SELECT oid FROM places) AND p.oid NOT IN (SELECT oid FROM of_extensions)),
granted AS (
  SELECT 'schema ' || nspname AS what, nspowner AS owner, nspacl AS acl FROM places WHERE nspname = 'app'
  UNION ALL SELECT name, relowner, relacl FROM relations
  UNION ALL SELECT 'function ' || name, proowner, coalesce(proacl, acldefault('f', proowner)) FROM functions
  UNION ALL SELECT name || '.' || attname, relowner, attacl FROM relations r JOIN pg_attribute a ON attrelid = r.oid
  WHERE attacl IS NOT NULL)

SELECT format('%s %s: of %s%s%s', CASE relkind WHEN 'r' THEN 'table' ELSE 'relation ' || relkind::text END, name,
              (SELECT role FROM roles WHERE oid = relowner), CASE WHEN relrowsecurity THEN ', row security' ELSE '' END,
              CASE WHEN relforcerowsecurity THEN ', forced' ELSE '' END)
FROM relations
UNION ALL
SELECT format('column %s.%s: %s%s%s%s', name, attname, format_type(atttypid, atttypmod),
              CASE WHEN attcollation <> t.typcollation THEN ' COLLATE ' || quote_ident(l.collname) ELSE '' END,
              CASE WHEN attnotnull THEN ' NOT NULL' ELSE '' END,
              CASE WHEN adbin IS NULL THEN '' WHEN attgenerated <> '' THEN format(' GENERATED ALWAYS AS (%s)', pg_get_expr(adbin, adrelid))
                   ELSE ' DEFAULT ' || pg_get_expr(adbin, adrelid) END)
       || CASE attidentity WHEN '' THEN '' ELSE ' IDENTITY' END
FROM relations r JOIN pg_attribute a ON a.attrelid = r.oid AND attnum > 0 AND NOT attisdropped JOIN pg_type t ON t.oid = atttypid
LEFT JOIN pg_attrdef d ON adrelid = attrelid AND adnum = attnum LEFT JOIN pg_collation l ON l.oid = attcollation
UNION ALL
SELECT format('constraint %s.%s: %s', name, conname, regexp_replace(pg_get_constraintdef(k.oid), ' NOT VALID$', ''))
FROM relations r JOIN pg_constraint k ON k.conrelid = r.oid AND contype <> 'n'
UNION ALL
SELECT format('%s %s.%s: %s', CASE WHEN indisunique THEN 'unique index' ELSE 'index' END, name, indexrelid::regclass,
              pg_get_indexdef(indexrelid)) || CASE WHEN indisvalid THEN '' ELSE ' (not valid)' END
FROM relations r JOIN pg_index i ON i.indrelid = r.oid
WHERE NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid AND conrelid = indrelid)
UNION ALL
SELECT format('policy %s.%s: %s%s TO %s%s%s', name, polname, CASE WHEN polpermissive THEN '' ELSE 'RESTRICTIVE ' END,
              CASE polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE' WHEN 'd' THEN 'DELETE' ELSE 'ALL' END,
              (SELECT string_agg(role, ', ' ORDER BY role) FROM roles WHERE oid = ANY (polroles)),
              ' USING (' || pg_get_expr(polqual, polrelid) || ')', ' WITH CHECK (' || pg_get_expr(polwithcheck, polrelid) || ')')
FROM relations r JOIN pg_policy p ON p.polrelid = r.oid
UNION ALL
SELECT format('trigger %s.%s: %s%s', name, tgname, pg_get_triggerdef(t.oid), CASE tgenabled WHEN 'O' THEN '' ELSE ' (off)' END)
FROM relations r JOIN pg_trigger t ON t.tgrelid = r.oid AND NOT tgisinternal
UNION ALL
SELECT format('function %s: of %s, returns %s, %s %s%s%s%s%s, body %s', name, (SELECT role FROM roles WHERE oid = proowner),
              pg_get_function_result(p.oid), l.lanname,
              CASE provolatile WHEN 'i' THEN 'immutable' WHEN 's' THEN 'stable' ELSE 'volatile' END,
              CASE proparallel WHEN 's' THEN ' parallel safe' ELSE '' END, CASE WHEN proisstrict THEN ' strict' ELSE '' END,
              CASE WHEN prosecdef THEN ' security definer' ELSE '' END, ' ' || array_to_string(proconfig, ' '),
              left(encode(sha256(convert_to(prosrc || coalesce(pg_get_function_sqlbody(p.oid), ''), 'UTF8')), 'hex'), 12))
FROM functions p JOIN pg_language l ON l.oid = prolang
UNION ALL
SELECT format('grant on %s to %s: %s', what, role, string_agg(privilege_type, ', ' ORDER BY privilege_type))
FROM granted, aclexplode(acl) JOIN roles ON roles.oid = grantee WHERE role IN ('service', 'public') GROUP BY what, role
"""


def read(connection: Connection, service_role: str) -> frozenset[str]:
    """The facts of the schema at hand. Whoever may connect can read them; `search_path` is set until the transaction ends."""
    connection.execute(text("SELECT set_config('search_path', 'public', true), set_config('timezone', 'UTC', true)"))
    return frozenset(_plain(fact) for fact in connection.scalars(text(_FACTS), {"service": service_role}))


def _plain(fact: str) -> str:
    """A fact on one line; of constraints and indexes without parentheses and casts between texts, which a dump and its restore change."""
    if fact.startswith(("constraint ", "index ", "unique index ")):
        fact = _SPELLING.sub(lambda found: found[1] or "", fact)
    return " ".join(fact.split())


def wanted(revisions: Iterable[str]) -> frozenset[str]:
    """The facts that should be there after these revisions, the first of all first. Raises RuntimeError for one not declared."""
    facts: set[str] = set()
    for revision in revisions:
        file = FOLDER / f"{revision}.txt"
        if not file.exists():
            raise RuntimeError(f"{file} is missing, which says what that revision changes: `make schema` writes it")
        for line in file.read_text().splitlines():
            mark, fact = line[:2], line[2:]
            (facts.add if mark == "+ " else facts.remove)(fact)
    return frozenset(facts)


def shape(facts: Iterable[str]) -> frozenset[str]:
    """Of these facts the tables' columns: what says whether a database is of a revision at all."""
    return frozenset(fact for fact in facts if fact.startswith(SHAPE))


def changes(before: frozenset[str], after: frozenset[str]) -> list[str]:
    """What `after` takes away (`-`) and adds (`+`), as a revision's file has it: the changes of one thing side by side."""
    marked = [f"- {fact}" for fact in before - after] + [f"+ {fact}" for fact in after - before]
    return sorted(marked, key=lambda line: (subject(line[2:]), line[0] == "+", line))


def subject(fact: str) -> str:
    """What a fact is of: two facts of one subject are the same thing in two states."""
    return fact.partition(": ")[0]


def differences(should: frozenset[str], found: frozenset[str]) -> list[str]:
    """What is not as it should be, a line each: what is missing, what there is too much, and what is otherwise.

    Of a table that is missing or too much as a whole, nothing further is told.
    """
    missing = {subject(fact): fact for fact in should - found}
    much = {subject(fact): fact for fact in found - should if not fact.startswith(OPERATORS)}
    whole = tuple(name.removeprefix("table ") for name in missing.keys() ^ much.keys() if name.startswith("table "))
    told = [f"missing: {missing[name]}" for name in missing.keys() - much.keys() if not _part(name, whole)]
    told += [f"too much: {much[name]}" for name in much.keys() - missing.keys() if not _part(name, whole)]
    told += [f"otherwise: {much[name]} (should be: {missing[name]})" for name in missing.keys() & much.keys()]
    return sorted(told)


def _part(name: str, tables: Iterable[str]) -> bool:
    """Whether the subject of a fact is a part of one of these tables: `column TABLE.NAME`, `grant on TABLE to SOMEBODY`."""
    return any(f" {table}." in name or f" {table} to " in name for table in tables)


def in_short(told: Sequence[str]) -> str:
    """Differences to be read by a person: the first of them, and how many more there are."""
    more = [f"and {len(told) - MAX_TOLD} more"] if len(told) > MAX_TOLD else []
    return "\n".join(f"  {line}" for line in [*told[:MAX_TOLD], *more])
