"""One's own account: sign-ins by device, keys for a purpose and a time, language and mails; a new password ends keys too."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "e78782be0020"
down_revision = "b703f57476af"
branch_labels = None
depends_on = None
CONTRACTS = (
    "6b30acbde013",
    "api_tokens: the days that can be read are those of two new columns too, which the code before leaves alone",
)

ACCEPT = """CREATE OR REPLACE FUNCTION app.accept(secret bytea, membership uuid, hashed text) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER
       SET search_path = pg_catalog AS $$
       DECLARE
         asked public.invitations;
       BEGIN
         SELECT * INTO asked FROM public.invitations i WHERE i.token_hash = sha256(secret) FOR UPDATE;
         IF NOT coalesce((SELECT found.stands FROM app.invitation(secret) found), false) THEN
           RETURN false;
         END IF;
         UPDATE public.invitations i SET used_at = now() WHERE i.id = asked.id;
         IF asked.purpose = 'role' THEN
           INSERT INTO public.memberships (id, person_id, role, municipality_code, territory, given_by, reason)
           VALUES (membership, asked.person_id, asked.role, asked.municipality_code, asked.territory, asked.made_by, asked.reason)
           ON CONFLICT DO NOTHING;
           INSERT INTO public.passwords (person_id, hash) SELECT asked.person_id, hashed WHERE hashed IS NOT NULL ON CONFLICT DO NOTHING;
           RETURN true;
         END IF;
         UPDATE public.passwords w SET hash = hashed WHERE w.person_id = asked.person_id;
         PERFORM app.end_ways_in(asked.person_id);
         UPDATE public.invitations i SET withdrawn_at = now()
         WHERE i.person_id = asked.person_id AND i.purpose = 'password' AND i.used_at IS NULL AND i.withdrawn_at IS NULL;
         RETURN true;
       END $$"""
ACCEPT_BEFORE = """CREATE OR REPLACE FUNCTION app.accept(secret bytea, membership uuid, hashed text) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER
       SET search_path = pg_catalog AS $$
       DECLARE
         asked public.invitations;
       BEGIN
         SELECT * INTO asked FROM public.invitations i WHERE i.token_hash = sha256(secret) FOR UPDATE;
         IF NOT coalesce((SELECT found.stands FROM app.invitation(secret) found), false) THEN
           RETURN false;
         END IF;
         UPDATE public.invitations i SET used_at = now() WHERE i.id = asked.id;
         IF asked.purpose = 'role' THEN
           INSERT INTO public.memberships (id, person_id, role, municipality_code, territory, given_by, reason)
           VALUES (membership, asked.person_id, asked.role, asked.municipality_code, asked.territory, asked.made_by, asked.reason)
           ON CONFLICT DO NOTHING;
           INSERT INTO public.passwords (person_id, hash) SELECT asked.person_id, hashed WHERE hashed IS NOT NULL ON CONFLICT DO NOTHING;
           RETURN true;
         END IF;
         UPDATE public.passwords w SET hash = hashed WHERE w.person_id = asked.person_id;
         UPDATE public.login_sessions s SET ended_at = now() WHERE s.person_id = asked.person_id AND s.ended_at IS NULL;
         UPDATE public.invitations i SET withdrawn_at = now()
         WHERE i.person_id = asked.person_id AND i.purpose = 'password' AND i.used_at IS NULL AND i.withdrawn_at IS NULL;
         RETURN true;
       END $$"""
SET_PROFILE = """CREATE FUNCTION app.set_profile(called text, post text, number text, speaks text, unwanted text[]) RETURNS void
       LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
       BEGIN
         UPDATE public.persons p SET name = called, title = post, phone = number, language = speaks, unwanted_mails = unwanted
         WHERE p.id = app.person() AND p.disabled_at IS NULL;
       END $$"""
CALLED = "app.set_profile(text, text, text, text, text[])"


def upgrade() -> None:
    """A key that there is holds for a year from today."""
    op.add_column("persons", sa.Column("language", sa.String(), nullable=True))
    op.add_column("persons", sa.Column("unwanted_mails", sa.ARRAY(sa.Text()), server_default="{}", nullable=False))
    op.create_check_constraint(op.f("ck_persons_language"), "persons", "language IN ('da', 'en')")
    op.add_column(
        "login_sessions", sa.Column("id", sa.UUID(), server_default=sa.text("gen_random_uuid()"), nullable=False)
    )
    op.create_unique_constraint(op.f("uq_login_sessions_id"), "login_sessions", ["id"])
    op.add_column("login_sessions", sa.Column("device", sa.String(), server_default="", nullable=False))
    op.add_column("api_tokens", sa.Column("purpose", sa.String(), server_default="everything", nullable=False))
    op.create_check_constraint(
        op.f("ck_api_tokens_purpose"), "api_tokens", "purpose IN ('figures', 'read', 'everything')"
    )
    op.add_column(
        "api_tokens",
        sa.Column(
            "expires_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now() + interval '365 days'"),
            nullable=False,
        ),
    )
    op.add_column("api_tokens", sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True))
    readable = " AND ".join(
        f"{moment} BETWEEN TIMESTAMPTZ '1900-01-01 00:00+00' AND TIMESTAMPTZ '2199-12-31 00:00+00'"
        for moment in ("created_at", "expires_at", "last_used_at", "ended_at")
    )
    op.drop_constraint(op.f("ck_api_tokens_days_readable"), "api_tokens")
    op.create_check_constraint(op.f("ck_api_tokens_days_readable"), "api_tokens", readable)
    role = op.get_context().config.attributes["service_role"]  # type: ignore[union-attr]
    op.execute(ACCEPT)
    op.execute(SET_PROFILE)
    op.execute(f"REVOKE ALL ON FUNCTION {CALLED} FROM PUBLIC")
    op.execute(f'GRANT EXECUTE ON FUNCTION {CALLED} TO "{role}"')


def downgrade() -> None:
    """Keys lose their purpose, so those that were not for everything end: to the code before they would open all."""
    op.execute(f"DROP FUNCTION {CALLED}")
    op.execute(ACCEPT_BEFORE)
    op.execute("ALTER TABLE api_tokens NO FORCE ROW LEVEL SECURITY")
    op.execute(
        "UPDATE api_tokens SET ended_at = coalesce(ended_at, now()) WHERE purpose <> 'everything' OR expires_at <= now()"
    )
    op.execute("ALTER TABLE api_tokens FORCE ROW LEVEL SECURITY")
    op.drop_constraint(op.f("ck_api_tokens_days_readable"), "api_tokens")
    for column in ("last_used_at", "expires_at", "purpose"):
        op.drop_column("api_tokens", column)
    readable = " AND ".join(
        f"{moment} BETWEEN TIMESTAMPTZ '1900-01-01 00:00+00' AND TIMESTAMPTZ '2199-12-31 00:00+00'"
        for moment in ("created_at", "ended_at")
    )
    op.create_check_constraint(op.f("ck_api_tokens_days_readable"), "api_tokens", readable)
    op.drop_column("login_sessions", "device")
    op.drop_column("login_sessions", "id")
    op.drop_column("persons", "unwanted_mails")
    op.drop_column("persons", "language")
