"""A measurement on the demo shop, in a process and a data folder of their own: `python -m tests.bench.demo MODULE N`
sets the shop up and prints what `MODULE.run(N)` returns, as JSON."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from importlib import import_module
from typing import Any


def measured(module: str, count: int) -> Any:
    with tempfile.TemporaryDirectory(prefix="dapjigi-bench-", ignore_cleanup_errors=True) as folder:
        environ = {
            **os.environ,
            "DAPJIGI_DATA": folder,
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "DATABASE_URL": "",
        }
        child = [sys.executable, "-m", "tests.bench.demo", module, str(count)]
        told = subprocess.run(child, env=environ, check=True, stdout=subprocess.PIPE, text=True).stdout
    return json.loads(told.splitlines()[-1])


def _child(module: str, count: int) -> None:
    import django  # noqa: PLC0415 (only in the process that has a data folder of its own)

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    call_command("demo", verbosity=0)
    print(json.dumps(import_module(module).run(count)))


if __name__ == "__main__":
    _child(sys.argv[1], int(sys.argv[2]))
