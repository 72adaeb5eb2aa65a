"""`python -m tests.kills --kills 100 --rate 20 --seed 1`: what is promised when anything may die at any moment.

Customers write on several messengers, persons answer some of them, and every part of the product gets SIGKILL in the
midst of it. Afterwards the record is compared with what was acknowledged and with what the platforms took in (Jepsen's
method): nothing acknowledged is lost, nothing is said that nobody decided, nothing arrives twice or late, and whatever
is in doubt is shown as such. Prints one JSON object and exits with 1 if a promise is broken. Linux only.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from importlib import import_module
from pathlib import Path

import django

from tests.platforms.server import LOOPBACK, Platforms
from tests.processes import free_port


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--kills", type=int, default=100)
    options.add_argument("--rate", type=float, default=20.0, help="messages a second")
    options.add_argument("--seed", type=int, default=1)
    given = options.parse_args()
    platforms = Platforms()
    with tempfile.TemporaryDirectory(prefix="dapjigi-kills-") as folder:
        data = Path(folder) / "data"
        os.environ |= {
            "DAPJIGI_DATA": str(data),
            "DAPJIGI_PLATFORM_URLS": ",".join(f"{origin}={other}" for origin, other in platforms.urls.items()),
            "DAPJIGI_ALLOWED_NETWORKS": LOOPBACK,
            "DJANGO_SETTINGS_MODULE": "config.settings",
        }
        django.setup()
        # Its tables can only be imported once Django knows the folder.
        drill = import_module("tests.kills.drill")
        found = drill.run(data, free_port(), platforms, kills=given.kills, rate=given.rate, seed=given.seed)
    platforms.stop()
    print(json.dumps(found))
    return int(any(found[name] for name in drill.BROKEN))


if __name__ == "__main__":
    sys.exit(main())
