"""Which databases are upgraded, and whether an upgrade ended well: decided from where a database says it stands and what is there.

`known` are the revisions of this version, the first of all first: history is one line. Each answer is for a person: what was found,
and what to do.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from tenants import schema

WAYS_OUT = (
    "Nothing was changed. Install the version that made it, or a newer one, and run `db upgrade` there; or put back a backup that a"
    " released version made (docs/operations.md, Backup); or begin with an empty database."
)


def refusal(heads: Collection[str], known: Sequence[str], facts: frozenset[str]) -> str | None:
    """Why a database that stands at `heads` is not to be touched by the migrations of this version; None where it may be."""
    if unknown := sorted(set(heads) - set(known)):
        return (
            f"This database stands at revision {', '.join(unknown)}, which this version does not know: a newer version made it, or one that"
            f" was never released. {WAYS_OUT}"
        )
    if len(heads) > 1:
        return f"This database says that it stands at several revisions at once: {', '.join(sorted(heads))}. {WAYS_OUT}"
    here = next(iter(heads), None)
    told = schema.differences(schema.shape(schema.wanted(_until(here, known))), schema.shape(facts))
    if not told:
        return None
    says = f"says that it stands at revision {here}, but its tables are not those of {here}"
    return (
        f"This database {says if here else 'has tables, but no revision'}:\n{schema.in_short(told)}\n"
        "A version between two releases made it, whose revisions were numbered anew afterwards, or it was changed by hand; upgrading"
        f" it would end with a schema that is nobody's. {WAYS_OUT} What was changed by hand, change back first; tables of your own"
        " belong in a schema of their own."
    )


def fault(here: str | None, known: Sequence[str], facts: frozenset[str]) -> str | None:
    """What is wrong with a schema that was brought to revision `here`; None where it is what it should be."""
    told = schema.differences(schema.wanted(_until(here, known)), facts)
    if not told:
        return None
    return (
        f"The database stands at revision {here}, but its schema is not what that revision should have made of it:\n"
        f"{schema.in_short(told)}\n"
        "The service must not run on it; /readyz says `different`. What was changed by hand, change back, and run this again. Else put"
        " back the backup from before the upgrade (docs/operations.md, Backup), and tell the maintainers what stands above. (Of a"
        " migration that is only being written: `make schema` declares what it does.)"
    )


def _until(here: str | None, known: Sequence[str]) -> Sequence[str]:
    return known[: known.index(here) + 1] if here else ()
