"""`python -m tests.papers.again`: print the samples' facts once more, and compare the bytes with those that lie in `docs/samples/`.

It needs no database. Run it on the machine that is to print papers from now on, of another release of the system say: where every line
says "same", what is printed there is what was printed here. Ends 1 where something differs, and names which parts of the file do.
"""

from __future__ import annotations

import io
import platform
import sys
from collections import Counter

import pikepdf

from service.platform.documents.paper import sha256
from service.platform.documents.renderer import render
from tests.papers import published


def parts(content: bytes) -> dict[str, str]:
    """The hash of each object of a PDF, its streams unpacked, by its number and what it is."""
    found = {}
    with pikepdf.open(io.BytesIO(content)) as pdf:
        for each in pdf.objects:
            stream = isinstance(each, pikepdf.Stream)
            held = each.read_bytes() if stream else each.unparse(resolved=False)
            keys = sorted(str(key) for key in each) if isinstance(each, pikepdf.Stream | pikepdf.Dictionary) else []
            kind = str(each.get("/Type", "")) if keys else ""
            found[f"{each.objgen[0]} {'stream' if stream else 'object'} {kind} {' '.join(keys)}"] = sha256(held)
    return found


def differing(kept: bytes, made: bytes) -> Counter[str]:
    """What differs between two PDFs: how many objects of each kind stand in one and not, or not so, in the other."""
    one, other = parts(kept), parts(made)
    return Counter(name.partition(" ")[2] for name in one.keys() | other.keys() if one.get(name) != other.get(name))


def main() -> int:
    """Print, compare and tell. Returns how the process ends."""
    with published.application().app_context():
        papers = published.papers()
    system, worst = platform.freedesktop_os_release().get("PRETTY_NAME", platform.system()), 0
    for name, paper in papers.items():
        kept, (made, version) = published.FOLDER.joinpath(name).read_bytes(), render(paper)
        print(f"{'same' if made == kept else 'DIFFERS':8} {sha256(made)} {name}, {system}, {version}")
        if made != kept:
            worst = 1
            for what, count in differing(kept, made).most_common(12):
                print(f"         {count} x {what}")
    return worst


if __name__ == "__main__":
    sys.exit(main())
