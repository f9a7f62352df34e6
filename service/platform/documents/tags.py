"""Mending after WeasyPrint: what it leaves undone between PDF/A-3a and PDF/UA-1.

WeasyPrint tags page by page, so a table over three pages is three tables to a screen reader, and what stands on every page (page
head, page foot, the head of a table again) is read as content or hangs loose. Here

* each structure element is noted with the HTML element it comes from, and two parts of one element become one again: of a row that
  a page break cuts, each cell for itself;
* a table's head that is printed again, and all that no element of the tree holds, is marked as decoration;
* head cells say whether they head a column or a row, and can be found by the name that the cells point to;
* what stands in a list's item without a body gets one;
* the identification of PDF/UA is put beside that of PDF/A; identifiers follow from the content.

What comes of it is held against the rules of `structure`: a paper that a screen reader would get lost in is not printed.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name
from weasyprint.layout.absolute import AbsolutePlaceholder
from weasyprint.pdf import tags as weasyprint_tags

from service.platform.documents.paper import Paper
from service.platform.documents.structure import CELLS, TagNode, faults

SOURCE = "/PartnerskabSource"
WHOLE = ("/Figure", "/Link", "/Lbl")  # never the continuation of another
BEGINS = ("BDC", "BMC")
PAINTS = frozenset(
    ["Tj", "TJ", "'", '"', "S", "s", "f", "F", "f*", "B", "B*", "b", "b*", "sh", "Do", "INLINE", "IMAGE"]
)
AGAIN = ("/THead", "/TFoot")  # printed again on each page
_UA = "http://www.aiim.org/pdfua/ns/id/"
_UA_SCHEMA = f"""<rdf:Description xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" rdf:about="" xmlns:pdfuaid="{_UA}">
<pdfuaid:part>1</pdfuaid:part></rdf:Description>
<rdf:Description xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" rdf:about=""
 xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/" xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"
 xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>{_UA}</pdfaSchema:namespaceURI><pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name><pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category><pdfaProperty:description>PDF/UA version</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>"""


class Complaint(ValueError):
    """The page has a fault that would make a worse PDF than a paper of ours may be."""


@contextmanager
def noting_sources() -> Iterator[None]:
    """While inside, WeasyPrint notes in each structure element which HTML element it comes from. `mend` takes the notes out.

    This wraps a function that WeasyPrint keeps for itself, as nothing public tells where an element comes from. Its version is
    locked, and the tests that count tables fail when the wrapping no longer takes.
    """
    build = weasyprint_tags._build_box_tree  # noqa: SLF001

    def noting(box: Any, *arguments: Any) -> Iterator[Any]:
        element = (box._box if isinstance(box, AbsolutePlaceholder) else box).element  # noqa: SLF001
        for built in build(box, *arguments):
            if element is not None:
                built.setdefault(SOURCE[1:], id(element))
            yield built

    weasyprint_tags._build_box_tree = noting  # noqa: SLF001
    try:
        yield
    finally:
        weasyprint_tags._build_box_tree = build  # noqa: SLF001


def mend(content: bytes, paper: Paper, *, joined: bool = True, ua: bool = True) -> bytes:
    """The PDF with each element once, the identification of PDF/UA, and nothing in it that chance or the clock decides.

    `joined` and `ua` leave a step out, for the tests that show what it is needed for. Raises Complaint.
    """
    with pikepdf.open(io.BytesIO(content)) as pdf:
        root: Any = pdf.Root.StructTreeRoot
        if joined:
            _whole(root)
            _give_bodies(pdf, root)
        _set_decoration_apart(pdf, root)
        _finish(pdf, root)
        if joined:
            _demand_order(pdf, root)
        if ua:
            xmp = pdf.Root.Metadata.read_bytes().replace(b"</rdf:RDF>", _UA_SCHEMA.encode() + b"</rdf:RDF>")
            pdf.Root.Metadata = pdf.make_stream(xmp, Type=Name.Metadata, Subtype=Name.XML)
        pdf.Root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
        pdf.trailer.ID = Array([pikepdf.String(hashlib.sha256(paper.facts_json()).digest()[:16])] * 2)
        out = io.BytesIO()
        pdf.save(out, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
        return out.getvalue()


def kids(node: Any) -> list[Any]:
    """What a structure element holds: elements, and marks of content."""
    found = node.get("/K")
    if found is None:
        return []
    return list(found) if isinstance(found, Array) else [found]


def is_element(kid: Any) -> bool:
    """Whether it is a structure element, rather than a mark or an annotation."""
    return isinstance(kid, Dictionary) and "/S" in kid


def elements(node: Any, *kinds: str) -> Iterator[Any]:
    """Every element below `node` in reading order, or those of some kinds (`/Table`)."""
    for kid in kids(node):
        if is_element(kid):
            if not kinds or str(kid.S) in kinds:
                yield kid
            yield from elements(kid, *kinds)


def _same(first: Any, second: Any) -> bool:
    """Whether two are the parts of one HTML element, on different pages."""
    if not (is_element(first) and is_element(second)) or first.S != second.S or str(first.S) in WHOLE:
        return False
    return SOURCE in first and first[SOURCE] == second.get(SOURCE) and first.Pg.objgen != second.Pg.objgen


def _whole(root: Any) -> None:
    names: dict[str, Any] = {}
    _join(root, names)
    _rename(root, names)


def _join(node: Any, names: dict[str, Any]) -> None:
    """Make one of the parts of each element below; `names` gets those of head cells that stand no longer for themselves."""
    kept: list[Any] = []
    for kid in kids(node):
        if kept and _same(kept[-1], kid):
            _absorb(kept[-1], kid, names)
        else:
            kept.append(kid)
    if kept:
        node.K = Array(kept)
    for kid in kept:
        if is_element(kid):
            _join(kid, names)


def _absorb(first: Any, second: Any, names: dict[str, Any]) -> None:
    """Give the first part what the second holds, but for a head that is printed again.

    What has an HTML element of its own goes on where it began, whatever stands between: the cells of one row, and columns beside each
    other, are cut by the same page break.
    """
    if "/ID" in second and "/ID" in first:
        names[str(second.ID)] = first.ID
    began = {
        (str(kid.S), kid[SOURCE]): kid
        for kid in kids(first)
        if is_element(kid) and kid.get(SOURCE, first.get(SOURCE)) != first.get(SOURCE)
    }
    moved = []
    for kid in kids(second):
        one = began.get((str(kid.S), kid.get(SOURCE))) if is_element(kid) else None
        if one is None or not _same(one, kid):
            moved.append(kid)
        elif str(kid.S) in AGAIN:
            heads = zip(elements(one, "/TH"), elements(kid, "/TH"), strict=True)
            names |= {str(again.ID): once.ID for once, again in heads if "/ID" in again}
        else:
            _absorb(one, kid, names)
    for kid in moved:
        if is_element(kid):
            kid.P = first
    first.K = Array([*kids(first), *moved])


def _rename(root: Any, names: dict[str, Any]) -> None:
    """Let cells name the heads that are left."""
    for cell in elements(root, "/TD", "/TH"):
        attributes = cell.get("/A")
        if attributes is not None and "/Headers" in attributes:
            left = {str(name): name for name in (names.get(str(name), name) for name in attributes.Headers)}
            attributes.Headers = Array(left.values())


def _give_bodies(pdf: pikepdf.Pdf, root: Any) -> None:
    """Put what stands in a list's item beside its label into a body: an item holds nothing else."""
    for item in list(elements(root, "/LI")):
        beside = [kid for kid in kids(item) if not (is_element(kid) and str(kid.S) == "/Lbl")]
        if all(is_element(kid) and str(kid.S) == "/LBody" for kid in beside):
            continue
        body = pdf.make_indirect(Dictionary(Type=Name.StructElem, S=Name.LBody, P=item, Pg=item.Pg, K=Array(beside)))
        for kid in beside:
            if is_element(kid):
                kid.P = body
                if str(kid.S) == "/LBody":
                    kid.S = Name.Div
        item.K = Array([*(kid for kid in kids(item) if is_element(kid) and str(kid.S) == "/Lbl"), body])


def marks(node: Any) -> Iterator[tuple[tuple[int, int], int]]:
    """The marks of content that the elements of the tree hold, with their pages."""
    for element in elements(node):
        for kid in kids(element):
            if isinstance(kid, int):
                yield element.Pg.objgen, kid
            elif not is_element(kid) and "/MCID" in kid:
                yield kid.get("/Pg", element.Pg).objgen, int(kid.MCID)


def _set_decoration_apart(pdf: pikepdf.Pdf, root: Any) -> None:
    """Mark as decoration all content that no element of the tree holds: page heads and feet, and heads printed again.

    Raises Complaint for something printed that is not marked at all.
    """
    held: dict[Any, set[int]] = {}
    for place, mark in marks(root):
        held.setdefault(place, set()).add(mark)
    parents: Any = root.ParentTree.Nums
    decoration = [Name.Artifact, Dictionary(Type=Name.Pagination)]
    for page in pdf.pages:
        kept = held.get(page.objgen, set())
        instructions: list[Any] = []
        within = 0
        for instruction in pikepdf.parse_content_stream(page):
            operands, operator = instruction.operands, instruction.operator
            word = str(operator)
            within += (word in BEGINS) - (word == "EMC")
            if not within and word in PAINTS:
                raise Complaint("something is printed that is neither content nor decoration")
            marked = word == "BDC" and isinstance(operands[1], Dictionary) and "/MCID" in operands[1]
            loose = marked and int(operands[1].MCID) not in kept
            instructions.append((decoration if loose else operands, operator))
        page.Contents = pdf.make_stream(pikepdf.unparse_content_stream(instructions))
        for index in range(0, len(parents), 2):
            if parents[index] == page.StructParents:
                held_by = enumerate(parents[index + 1])
                parents[index + 1] = Array([element if mark in kept else None for mark, element in held_by])


def _finish(pdf: pikepdf.Pdf, root: Any) -> None:
    """Let head cells say what they head, list them by name, and take out the notes."""
    named = []
    for element in elements(root):
        if SOURCE in element:
            del element[SOURCE]
        if str(element.S) != "/TH":
            continue
        element.A.Scope = Name.Column if str(element.P.P.S) == "/THead" else Name.Row
        if "/ID" in element:
            named.append((bytes(element.ID), element))
    if named:
        names = [
            part
            for name, element in sorted(named, key=lambda pair: pair[0])
            for part in (pikepdf.String(name), element)
        ]
        root.IDTree = pdf.make_indirect(Dictionary(Names=Array(names)))


def _demand_order(pdf: pikepdf.Pdf, root: Any) -> None:
    """Raise Complaint for a tree in which a screen reader would get lost, and for a link that it would not meet."""
    wrong = list(faults(plain(root)))
    if any("/StructParent" not in annotation for page in pdf.pages for annotation in page.get("/Annots", ())):
        wrong.append("7.18 a link stands in no element")
    if wrong:
        raise Complaint("; ".join(wrong[:5]))


def plain(node: Any) -> TagNode:
    """The tree below an element, as the rules know it."""
    kind = str(node.get("/S", "/"))[1:]
    held = tuple(plain(kid) for kid in kids(node) if is_element(kid))
    if kind == "Figure":
        return TagNode(kind, held, text=bool(str(node.get("/Alt", "")).strip()))
    if kind not in CELLS:
        return TagNode(kind, held)
    said = node.get("/A", {})
    return TagNode(
        kind,
        held,
        columns=int(said.get("/ColSpan", 1)),
        rows=int(said.get("/RowSpan", 1)),
        name=bytes(node.get("/ID", b"")),
        heads=tuple(bytes(name) for name in said.get("/Headers", ())),
        scope="/Scope" in said,
    )
