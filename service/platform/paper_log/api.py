"""A paper's place in the log, as programs ask for it."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any
from uuid import UUID

from marshmallow import fields

from service.platform.documents import queries as documents
from service.platform.paper_log import operations
from service.platform.web.api import Item, resource
from service.platform.web.fields import Number, Strict
from service.platform.web.permits import permit

MAX_SIZE = 10_000_000  # papers: more than there will be
bp = resource("proofs", __name__, "What shows that a paper is in the log that everybody can hold us to.")


class ProofQuery(Strict):
    """What a proof is asked with."""

    before = Number(
        1,
        MAX_SIZE,
        required=False,
        metadata={"description": "The size of an earlier checkpoint, that the log is shown to have grown from."},
    )


class ProofItem(Item):
    """A paper's place in the tree of the newest checkpoint (RFC 6962, C2SP tlog-checkpoint). Hashes are 64 signs of hexadecimal."""

    id = fields.UUID(metadata={"description": "The paper's."})
    municipality_code = fields.String()
    leaf = fields.String(metadata={"description": "What the leaf says, to the byte: its hash is of 0x00 and this."})
    position = fields.Integer(metadata={"description": "The leaf's place, from 0."})
    size = fields.Integer(metadata={"description": "How many leaves the tree has."})
    path = fields.List(fields.String(), metadata={"description": "The hashes beside the way to the root, from below."})
    checkpoint = fields.String(metadata={"description": "The signed note of the tree."})
    key = fields.String(metadata={"description": "What the note is checked with: compare it with one you know."})
    before = fields.Integer(allow_none=True, metadata={"description": "As asked for."})
    growth = fields.List(fields.String(), metadata={"description": "That the tree has grown from the earlier one."})


@bp.get("/documents/<uuid:document_id>/proof")
@permit.signed_in
@bp.arguments(ProofQuery, location="query")
@bp.response(200, ProofItem)
def proof(asked: dict[str, Any], document_id: UUID) -> Any:
    """Read a paper's place in the log. 422 before the first checkpoint that covers it."""
    found = operations.proof(document_id, asked["before"])
    code = documents.document(document_id).municipality_code
    return {"id": document_id, "municipality_code": code, **asdict(found)}
