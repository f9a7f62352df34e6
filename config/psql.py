r"""`make psql`: an SQL shell on the database in use, as the service's role, or as the owner with ROLE=owner.

The service's role sees what row security lets through, which without a pass is nothing. To look through a municipality's eyes:
BEGIN; SELECT extract(epoch FROM now()) AS began \gset
\set told `.venv/bin/flask --app wsgi walls pass municipality 0580 --began :'began'`
:told
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys

from config.embedded_programs import binaries
from config.programs import environment
from config.settings import SettingsError, load_settings

ROLES = ("service", "owner")


def main() -> int:
    """Run psql and return its exit status."""
    role = os.environ.get("ROLE") or "service"
    if role not in ROLES:
        raise SettingsError("ROLE", f"must be {' or '.join(ROLES)}, not {role!r}")
    settings = load_settings()
    url = settings.database_owner_url if role == "owner" else settings.database_url
    if not url:
        raise SettingsError("DATABASE_OWNER_URL", "must be set to work as the owner")
    program = shutil.which("psql") or str(binaries() / "psql")
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C ends a query, which is psql's business
    return subprocess.run([program, *sys.argv[1:]], env=environment(url), check=False).returncode  # noqa: S603


if __name__ == "__main__":
    sys.exit(main())
