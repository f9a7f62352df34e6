"""How a file is described in the API."""

from __future__ import annotations

from service.exchange.records.writing import FORMATS

# How a file is described in the API, and an answer that is one, of either format.
FILE = {"type": "string", "format": "binary"}


OF_EITHER_FORMAT = {"responses": {200: {"content": {kind: {"schema": FILE} for kind in FORMATS.values()}}}}
