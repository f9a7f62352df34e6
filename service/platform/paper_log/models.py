"""The log as stored: a leaf for each issued paper, which the database itself writes, and the checkpoints that were signed."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from service.platform.work.leases import Leased
from tenants.database import Model
from tenants.ownership import Common
from tenants.personal import Holds, nobodys


class PaperLeaf(Common, Model):
    """A leaf of the log, in the order in which papers were issued. It is a hash alone: what it stands for is the paper's own row."""

    __tablename__ = "paper_leaves"
    __holds__ = Holds(**nobodys("hash"))
    __immutable__ = True
    __by_function__: ClassVar = True
    __table_args__ = (
        CheckConstraint("position >= 0", name="position"),
        CheckConstraint("hash ~ '^[0-9a-f]{64}$'", name="hash"),
    )

    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    hash: Mapped[str] = mapped_column(unique=True)


class PaperCheckpoint(Common, Model):
    """What was signed of the log when it had so many leaves. One for each size, kept for ever."""

    __tablename__ = "paper_checkpoints"
    __holds__ = Holds(**nobodys("note", "key"))
    __immutable__ = True

    size: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    note: Mapped[str]  # the signed note, as it is given to others
    key: Mapped[str]  # what it is checked with
    signed_at: Mapped[dt.datetime]


class CheckpointStamp(Common, Leased, Model):
    """That a time stamp authority is to see a checkpoint, and then what it answered. The work waits while it is away."""

    __tablename__ = "paper_checkpoint_stamps"
    __holds__ = Holds(**nobodys("answer"))
    __table_args__ = (
        CheckConstraint(
            "(work_state = 'done') = (answer IS NOT NULL) AND (answer IS NULL) = (stamped_at IS NULL)", name="answer"
        ),
    )

    size: Mapped[int] = mapped_column(ForeignKey("paper_checkpoints.size"), primary_key=True, autoincrement=False)
    asked_at: Mapped[dt.datetime]
    answer: Mapped[bytes | None]  # as `stamps` reads it
    stamped_at: Mapped[dt.datetime | None]  # by the authority's clock


# A paper's leaf is written as its transaction commits: the lock is the last that the transaction takes and is held for that moment, so the
# log has no gaps, its order is that of the commits, and nobody waits for a paper that is being made. Nothing but a row of `documents`
# makes a leaf, whoever adds it and by whatever version of the code.
LEAVES = (
    "CREATE POLICY logged ON paper_leaves FOR ALL TO CURRENT_USER USING (true) WITH CHECK (true)",
    # As `rules.leaf` writes it. What a paper does not have is left out, so that what is added one day changes no leaf.
    """CREATE FUNCTION app.leaf_of(paper public.documents) RETURNS text LANGUAGE plpgsql STABLE SET search_path = pg_catalog AS $$
       BEGIN
         RETURN encode(sha256('\\x00'::bytea || convert_to(app.written_out(jsonb_strip_nulls(jsonb_build_object(
           'day', to_char(paper.issued_on, 'YYYY-MM-DD'), 'fingerprint', paper.fingerprint, 'number', paper.number,
           'revision', paper.revision, 'sha256', paper.sha256, 'supersedes', paper.supersedes))), 'UTF8')), 'hex');
       END $$""",
    """CREATE FUNCTION app.log_paper() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
       BEGIN
         LOCK TABLE public.paper_leaves IN SHARE ROW EXCLUSIVE MODE;
         INSERT INTO public.paper_leaves (position, hash)
         SELECT coalesce(max(l.position) + 1, 0), app.leaf_of(NEW) FROM public.paper_leaves l;
         RETURN NULL;
       END $$""",
    """CREATE CONSTRAINT TRIGGER step AFTER INSERT ON documents DEFERRABLE INITIALLY DEFERRED
       FOR EACH ROW EXECUTE FUNCTION app.log_paper()""",
    "REVOKE ALL ON FUNCTION app.leaf_of(documents), app.log_paper() FROM PUBLIC",
)
