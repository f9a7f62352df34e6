"""Another process of the service: tries to sign in, and prints the status of each answer.

    python -m tests.platform.accounts.elsewhere TIMES EMAIL...

Every password is wrong, without the work of finding out. The settings are those of the environment.
"""

from __future__ import annotations

import gc
import sys

from limits import parse

from config.logging import configure
from config.settings import load_settings
from service.app import create_app
from service.platform.accounts import known_devices, operations
from tests.support.pages import token_of


def main(times: int, *emails: str) -> None:
    """Try each address that many times."""
    configure("WARNING", production=False)  # what is printed are the answers alone
    known_devices.LATE = parse("1 per 15 minutes")
    operations.fits = lambda stored, password: False
    client = create_app(load_settings()).test_client()
    gc.freeze()  # as `wsgi` does: else the end takes a second
    token = token_of(client.get("/log-ind").text)
    for email in emails:
        tries = (
            client.post("/log-ind", data={"csrf_token": token, "email": email, "password": "x"})
            for _each in range(times)
        )
        print(*(answer.status_code for answer in tries), flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]), *sys.argv[2:])
