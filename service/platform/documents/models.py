"""Papers as stored: the bytes, the facts behind them, and the numbers they are filed by."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from service.platform.documents.rules import WITHHELD
from tenants.database import Model
from tenants.ownership import Owned
from tenants.personal import Data, Holds


class Document(Owned, Model):
    """An issued paper. It can be added and read; the service cannot change or remove it."""

    __tablename__ = "documents"
    __holds__ = Holds(Data.PAPER)
    __immutable__ = True
    __withheld__ = f"kind IN ({', '.join(repr(kind.value) for kind in sorted(WITHHELD))})"
    __table_args__ = (
        Index("uq_documents_number", "municipality_code", "number", unique=True),
        CheckConstraint("size = octet_length(content)", name="size"),
        CheckConstraint("sha256 = encode(sha256(content), 'hex')", name="sha256"),
        CheckConstraint(
            "(unsealed_size IS NULL) = (seal_covers IS NULL) AND unsealed_size BETWEEN 1 AND size - 1", name="seal"
        ),
        CheckConstraint("fingerprint ~ '^[0-9a-f]{16}$'", name="fingerprint"),
        Index("ix_documents_sha256", "sha256"),
        Index("ix_documents_seal_covers", "seal_covers"),
        Index("ix_documents_list", "municipality_code", "created_at", "id"),
    )

    number: Mapped[str]  # 0580-2026-0012: the municipality, the year, the paper
    kind: Mapped[str]
    title: Mapped[str]
    subject: Mapped[str]
    issued_on: Mapped[dt.date]
    sha256: Mapped[str]
    size: Mapped[int]
    content: Mapped[bytes] = mapped_column(deferred=True)
    unsealed_size: Mapped[int | None]  # of its beginning, the paper as it was laid out; None where it has no seal
    seal_covers: Mapped[
        str | None
    ]  # the SHA-256 of what the seal covers: by it the paper is known though it was altered
    facts: Mapped[dict[str, Any]] = mapped_column(deferred=True)
    template: Mapped[str]
    template_version: Mapped[str]
    renderer_version: Mapped[str]
    fingerprint: Mapped[str | None]  # of its facts, as it is printed on it; None of papers from before it was
    revision: Mapped[int] = mapped_column(server_default=text("1"))
    supersedes: Mapped[str | None]  # the number of the paper that it takes the place of
    created_at: Mapped[dt.datetime] = mapped_column(server_default=text("now()"))


class DocumentNumber(Owned, Model):
    """The last number given to a paper of a municipality in a year."""

    __tablename__ = "document_numbers"
    __holds__ = Holds()
    __table_args__ = (Index("uq_document_numbers_year", "municipality_code", "year", unique=True),)

    year: Mapped[int]
    last: Mapped[int]


# Whether bytes are a paper of ours is for anyone to ask, signed in or not; all else about papers is not. The function is the
# owner's, answers only to the exact hash, and says no more than the paper itself does on its first page. Under FORCE the owner
# is held by the wall too, so it steps inside with a policy of its own.
VERIFY = (
    "CREATE POLICY verify ON documents FOR SELECT TO CURRENT_USER USING (true)",
    """CREATE FUNCTION app.verify_document(hash text)
       RETURNS TABLE (number text, title text, issued_on date, municipality text)
       LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
       AS $$ SELECT d.number, d.title, d.issued_on, m.official_name
             FROM public.documents d JOIN public.municipalities m ON m.code = d.municipality_code WHERE d.sha256 = $1 $$""",
    "CREATE POLICY verify ON municipalities FOR SELECT TO CURRENT_USER USING (true)",
    "REVOKE ALL ON FUNCTION app.verify_document(text) FROM PUBLIC",
    # An altered paper still carries the seal it was given, which says what it covered then.
    """CREATE FUNCTION app.verify_seal(covered text)
       RETURNS TABLE (number text, title text, issued_on date, municipality text)
       LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
       BEGIN
         RETURN QUERY SELECT d.number::text, d.title::text, d.issued_on, m.official_name::text
                      FROM public.documents d JOIN public.municipalities m ON m.code = d.municipality_code WHERE d.seal_covers = covered;
       END $$""",
    "REVOKE ALL ON FUNCTION app.verify_seal(text) FROM PUBLIC",
    # Whoever has the number and the first eight signs or more of the fingerprint, or of the hash, holds the paper: they are told that it is
    # ours, and which took its place, and nothing of what it says.
    """CREATE FUNCTION app.known_document(numbered text, mark text)
       RETURNS TABLE (municipality_code text, kind text, superseded_by text)
       LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
       AS $$ SELECT d.municipality_code, d.kind,
                    (SELECT s.number FROM public.documents s WHERE s.municipality_code = d.municipality_code AND s.supersedes = d.number
                     ORDER BY s.created_at DESC LIMIT 1)
             FROM public.documents d WHERE d.municipality_code = left($1, 4) AND d.number = $1 AND length($2) >= 8
               AND (starts_with(d.fingerprint, $2) OR starts_with(d.sha256, $2)) $$""",
    "REVOKE ALL ON FUNCTION app.known_document(text, text) FROM PUBLIC",
)
