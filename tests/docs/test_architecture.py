"""The page about how it is built tells of the layers that are."""

from __future__ import annotations

import re
import tomllib

from tests.docs.pages import PLACE, ROOT

PAGE = (ROOT / "docs/architecture.md").read_text()


def test_the_table_of_wings_is_that_of_the_contracts() -> None:
    rows = re.findall(r"^\| `(\w+)` \| [^|]+ \| ((?:`\w+`(?:, )?)+) \|$", PAGE, re.MULTILINE)
    told = {wing: re.findall(r"`(\w+)`", features) for wing, features in rows}
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    layered = [contract for contract in contracts if contract["type"] == "layers"]
    wings = re.findall(r"service\.(\w+)", " ".join(layered[0]["layers"]))
    inside = {contract["containers"][0].removeprefix("service."): contract["layers"] for contract in layered[1:]}
    assert list(told) == [wing for wing in wings if (ROOT / "service" / wing).is_dir()]
    for wing, features in told.items():
        folders = {file.parent.name for file in ROOT.glob(f"service/{wing}/*/__init__.py")}
        order = [sorted(folders & set(re.findall(r"\w+", layer))) for layer in inside[wing]]
        assert features == [name for line in order for name in line], wing


def test_three_walks_have_their_stops() -> None:
    walks = re.split(r"^### (?:A request|A statement|An import): ", PAGE, flags=re.MULTILINE)[1:]
    stops = [re.findall(r"^\| (`[^`]+`) \|", walk, re.MULTILINE) for walk in walks]
    assert len(stops) == 3
    assert all(len(walk) > 12 and all(PLACE.match(stop) for stop in walk) for walk in stops)
