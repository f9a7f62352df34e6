"""What a PUT sends: every field, blank but for what a test is about."""

from __future__ import annotations

from typing import Any

from service.platform.web.fields import Rows, Strict, Ticks, whole


def put(schema: type[Strict], **given: Any) -> dict[str, Any]:
    """A body for a PUT of this schema."""
    blank: dict[str, Any] = {
        name: [] if isinstance(field, (Rows, Ticks)) else None
        for name, field in whole(schema)().fields.items()
        if field.required
    }
    return blank | given
