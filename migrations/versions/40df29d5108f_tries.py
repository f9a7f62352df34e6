"""Tries are counted here, for all processes of the service: how often somebody wanted to sign in, and was not let in."""

from __future__ import annotations

from alembic import op

revision = "40df29d5108f"
down_revision = "14e2f0d8658c"
branch_labels = None
depends_on = None

# The table lies beside the functions, where the service's role can neither read nor write: it can count, and nothing else.
TRIES = (
    """CREATE TABLE app.tries (
           mark bytea CONSTRAINT pk_tries PRIMARY KEY,
           times integer NOT NULL,
           over_at timestamptz NOT NULL
       )""",
    "CREATE INDEX ix_tries_over_at ON app.tries (over_at)",
    """CREATE FUNCTION app.count_try(mark bytea, more integer, seconds integer) RETURNS integer
       LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog AS $$
       DELETE FROM app.tries t WHERE t.mark = ANY (ARRAY(
           SELECT old.mark FROM app.tries old WHERE old.over_at < now() AND old.mark <> $1 LIMIT 20 FOR UPDATE SKIP LOCKED));
       INSERT INTO app.tries AS t VALUES ($1, greatest($2, 0), now() + make_interval(secs => $3))
       ON CONFLICT ON CONSTRAINT pk_tries DO UPDATE SET
           times = greatest(0, CASE WHEN t.over_at < now() THEN 0 ELSE t.times END + $2),
           over_at = CASE WHEN t.over_at < now() THEN excluded.over_at ELSE t.over_at END
       RETURNING times $$""",
    "REVOKE ALL ON FUNCTION app.count_try(bytea, integer, integer) FROM PUBLIC",
    'GRANT EXECUTE ON FUNCTION app.count_try(bytea, integer, integer) TO "{role}"',
)


def upgrade() -> None:
    role = op.get_context().config.attributes["service_role"]  # type: ignore[union-attr]
    for statement in TRIES:
        op.execute(statement.replace("{role}", role))


def downgrade() -> None:
    op.execute("DROP FUNCTION app.count_try(bytea, integer, integer)")
    op.execute("DROP TABLE app.tries")
