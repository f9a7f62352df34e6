"""The page about how it is built tells of the layers that are."""

from __future__ import annotations

import re
import tomllib

from tests.docs.pages import PLACE, ROOT

PAGE = (ROOT / "docs/architecture.md").read_text()


def test_the_table_of_layers_is_that_of_the_contract() -> None:
    told = [
        re.findall(r"`(\w+)`", line) for line in re.findall(r"^\| [^|]+ \| ((?:`\w+`(?:, )?)+) \|$", PAGE, re.MULTILINE)
    ]
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    layers = next(contract["layers"] for contract in contracts if contract["type"] == "layers")
    folders = {file.parent.name for file in ROOT.glob("service/*/__init__.py")}
    kept = [sorted(folders & set(re.findall(r"service\.(\w+)", layer))) for layer in layers]
    assert [sorted(line) for line in told] == [line for line in kept if line]
    assert {name for line in told for name in line} == folders


def test_three_walks_have_their_stops() -> None:
    walks = re.split(r"^### (?:A request|A statement|An import): ", PAGE, flags=re.MULTILINE)[1:]
    stops = [re.findall(r"^\| (`[^`]+`) \|", walk, re.MULTILINE) for walk in walks]
    assert len(stops) == 3
    assert all(len(walk) > 12 and all(PLACE.match(stop) for stop in walk) for walk in stops)
