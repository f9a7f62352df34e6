"""`make sbom`: what is locked, as a CycloneDX 1.6 bill of materials in JSON, for whoever looks for a package with a known hole.

It is told from the locks alone, with their hashes, whatever is installed here: the same locks give the same bytes. What only builds or
tests is there too, as `excluded`: it is not part of what runs.
"""

from __future__ import annotations

import base64
import json
import re
import sys
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

ROOT = Path(__file__).resolve().parents[1]
RUNS = "requirements.txt"
PACKAGE = re.compile(r"(?P<name>[A-Za-z0-9._-]+)==(?P<version>[^\s;\\]+)")


def of_pip(lock: str, scope: str) -> Iterator[dict[str, Any]]:
    """The packages of a lock of pip's, each with the hashes of the files that may be installed."""
    for part in re.split(r"\n(?=\S)", lock):
        if (found := PACKAGE.match(part)) is not None:
            hashes = [{"alg": "SHA-256", "content": each} for each in re.findall(r"--hash=sha256:([0-9a-f]{64})", part)]
            name = re.sub(r"[-_.]+", "-", found["name"]).lower()
            yield _component(f"pkg:pypi/{name}@{found['version']}", name, found["version"], scope, hashes)


def of_npm(lock: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The packages of a lock of npm's, each with the hash of its archive and its licence."""
    for path, package in lock["packages"].items():
        if path:
            name = path.rpartition("node_modules/")[2]
            algorithm, _dash, encoded = package["integrity"].partition("-")
            hashes = [{"alg": f"SHA-{algorithm[3:]}", "content": base64.b64decode(encoded).hex()}]
            scope = "excluded" if package.get("dev") else "required"
            purl = f"pkg:npm/{quote(name, safe='/')}@{package['version']}"
            found = _component(purl, name, package["version"], scope, hashes)
            yield found | ({"licenses": [{"expression": package["license"]}]} if "license" in package else {})


def _component(purl: str, name: str, version: str, scope: str, hashes: list[dict[str, str]]) -> dict[str, Any]:
    return {
        "type": "library",
        "bom-ref": purl,
        "name": name,
        "version": version,
        "scope": scope,
        "hashes": hashes,
        "purl": purl,
    }


def bill(root: Path = ROOT) -> dict[str, Any]:
    """The bill of materials of the locks in a folder: what runs first, as what it is also needed for does not take it out."""
    config = root / "config"
    own = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    locks = sorted(config.glob("requirements*.txt"), key=lambda lock: (lock.name != RUNS, lock.name))
    found: dict[str, dict[str, Any]] = {}
    for lock in locks:
        scope = "required" if lock.name == RUNS else "excluded"
        for each in of_pip(lock.read_text(encoding="utf-8"), scope):
            found.setdefault(each["purl"], each)
    for each in of_npm(json.loads((config / "npm/package-lock.json").read_text(encoding="utf-8"))):
        found.setdefault(each["purl"], each)
    me = {"type": "application", "bom-ref": own["name"], "name": own["name"], "version": own["version"]}
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": me},
        "components": [found[purl] for purl in sorted(found)],
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(bill(), indent=1) + "\n")
