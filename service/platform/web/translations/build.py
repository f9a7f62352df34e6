"""Keep the Danish texts in step with the code.

`python -m service.platform.web.translations.build [FILE.po ...]` gathers every text of the code and the templates, takes over the
Danish ones that there are already and those of the given files, drops what is no longer used, writes and compiles the catalogue, and
names what is still without Danish (then it ends with status 1). `--compile` only compiles: all that a machine needs that does not
change texts.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[3]
DANISH = HERE / "da/LC_MESSAGES/messages.po"
KEYWORDS = {"_": None, "_l": None, "gettext": None, "lazy_gettext": None, "N_": None, "ngettext": (1, 2)}


def in_code() -> Catalog:
    """Every text that the code and the templates ask a translation of."""
    with (HERE / "babel.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)  # type: ignore[no-untyped-call]
    catalog = Catalog(project="Partnerskab")
    found = extract_from_dir(ROOT / "service", methods, options, keywords=KEYWORDS)
    for _place, _line, text, _comments, _context in found:
        catalog.add(text)
    return catalog


def read(path: Path) -> Catalog:
    """A catalogue from its file. Raises ValueError or PoFileError for one that is malformed."""
    with path.open("rb") as file:
        return read_po(file, locale="da", abort_invalid=True)


def texts(catalog: Catalog) -> Iterator[Message]:
    """The messages of a catalogue, without its head."""
    return (message for message in catalog if message.id)


def danish_of(message: Message) -> tuple[str, ...]:
    """The Danish of a message, each form of it; blanks where there is none."""
    return tuple(message.string) if isinstance(message.string, (tuple, list)) else (message.string or "",)


def merged(asked: Catalog, sources: Iterable[Catalog]) -> tuple[Catalog, list[str]]:
    """A Danish catalogue of what is asked for, the first source that has a text winning, and where a later one differs from it."""
    result = Catalog(locale="da", project="Partnerskab", fuzzy=False)
    differing: list[str] = []
    known: dict[object, Message] = {}
    for source in sources:
        for message in texts(source):
            if message.fuzzy or not all(danish_of(message)):
                continue
            first = known.setdefault(message.id, message)
            if danish_of(first) != danish_of(message):
                differing.append(f"{message.id!r}: {danish_of(first)[0]!r}, not {danish_of(message)[0]!r}")
    for message in texts(asked):
        found = known.get(message.id)
        result.add(message.id, found.string if found else None, flags=message.flags)
    return result, differing


def without_danish(catalog: Catalog) -> list[str]:
    """The texts that have no Danish, or only a guessed one."""
    return [str(message.id) for message in texts(catalog) if message.fuzzy or not all(danish_of(message))]


def compile_catalogue() -> None:
    """Write the compiled form beside the catalogue, which is what a running service reads."""
    with DANISH.with_suffix(".mo").open("wb") as file:
        write_mo(file, read(DANISH))


def main(arguments: list[str]) -> int:
    """Do what the arguments say. Gives the exit status."""
    if arguments != ["--compile"]:
        sources = [read(DANISH)] if DANISH.exists() else []
        catalog, differing = merged(in_code(), sources + [read(Path(name)) for name in arguments])
        DANISH.parent.mkdir(parents=True, exist_ok=True)
        # No dates and no line numbers: the file changes when a text does, and only there.
        with DANISH.open("wb") as file:
            file.write(b'msgid ""\nmsgstr ""\n"Language: da\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n')
            file.write(b'"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n\n')
            write_po(file, catalog, no_location=True, omit_header=True, sort_output=True, width=120)
        for line in differing:
            sys.stdout.write(f"two translations, the first is kept: {line}\n")
        for text in without_danish(catalog):
            sys.stdout.write(f"no Danish: {text}\n")
    compile_catalogue()
    return 1 if without_danish(read(DANISH)) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
