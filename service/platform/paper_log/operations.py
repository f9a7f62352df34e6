"""Sign what the log has become, and prove a paper's place in it."""

from __future__ import annotations

from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy.dialects.postgresql import insert

from service.platform.documents import queries as documents
from service.platform.paper_log import keys, proofs, queries, rules, stamping, tree
from service.platform.paper_log.models import PaperCheckpoint
from service.platform.paper_log.notes import Checkpoint, Signer
from service.platform.paper_log.proofs import Proof
from service.platform.paper_log.rules import Rewritten
from service.platform.web.errors import Refusal
from tenants.calendar import day_of
from tenants.database import db, now

STEP = "paper_log.sign"


def sign_owed() -> int:
    """Sign the night's checkpoint where one is owed and there is a key. Returns how many were signed. Raises Rewritten."""
    last, key = queries.newest(), keys.signer()
    signed_on = day_of(last.signed_at) if last else None
    if key is None or not rules.owed(queries.count(), last.size if last else 0, signed_on, day_of(now())):
        return 0
    sign(key)
    return 1


def sign(key: Signer) -> PaperCheckpoint | None:
    """Sign the log as it is, and return the newest checkpoint; None where the log is empty. Harmless to repeat.

    Raises Rewritten where the log is not what the last checkpoint says that it was.
    """
    hashes, last = queries.leaves(), queries.newest()
    if last is not None:
        before = queries.signed(last)
        if len(hashes) < before.size or tree.root(hashes[: before.size]) != before.root:
            raise Rewritten(f"the first {before.size} papers of the log are not those whose checkpoint was signed")
    if hashes:
        note = key.sign(Checkpoint(key.name, len(hashes), tree.root(hashes)).text())
        row = {"size": len(hashes), "note": note, "key": str(key.verifier), "signed_at": now()}
        new = insert(PaperCheckpoint).values(row).on_conflict_do_nothing().returning(PaperCheckpoint.size)
        if db.session.scalar(new) is not None:
            stamping.ask(len(hashes))
    return queries.newest()


def proof(document_id: UUID, before: int | None = None) -> Proof:
    """The proof of a paper's place in the tree of the newest checkpoint, and that this grew from one of the size `before`.

    Raises NotFound for a paper that is out of reach, and Refusal where no checkpoint covers it yet, or none could be of that size.
    """
    document, last = documents.document(document_id), queries.newest()
    leaf = queries.leaf(document)
    position = queries.position(tree.leaf_hash(leaf.encode()))
    if position is None or last is None or position >= last.size:
        raise Refusal(_("No checkpoint covers the paper yet. One is signed each night: ask again tomorrow."))
    if before is not None and not 0 < before <= last.size:
        message = _("The newest checkpoint is of %(size)s papers: ask for one that is not larger.", size=last.size)
        raise Refusal(message, {"before": [message]})
    return proofs.proof(leaf, position, queries.leaves(last.size), last.note, last.key, before)
