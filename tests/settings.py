"""The settings of the tests: the product's own, with nothing of the developer's machine in them.

SQLite is tested as a file, so that WAL and the write gate are real. `tests.servers` sets DAPJIGI_TEST_DATABASE_URL and
DAPJIGI_TEST_BROKER_URL to run the same tests on PostgreSQL and Redis.
"""

import atexit
import os
import shutil
import tempfile

# Workers of a parallel run inherit the folder of the process that started them, and only that one removes it.
if "DAPJIGI_TEST_DATA" not in os.environ:
    os.environ["DAPJIGI_TEST_DATA"] = tempfile.mkdtemp(prefix="dapjigi-test-")
    atexit.register(shutil.rmtree, os.environ["DAPJIGI_TEST_DATA"], ignore_errors=True)
for name in [name for name in os.environ if name.startswith("DAPJIGI_") and not name.startswith("DAPJIGI_TEST_")]:
    if name != "DAPJIGI_REQUIRE_SERVERS":
        del os.environ[name]
# Each worker of a parallel run has a part of Redis to itself.
if (worker := os.environ.get("PYTEST_XDIST_WORKER")) and (broker := os.environ.get("DAPJIGI_TEST_BROKER_URL")):
    os.environ["DAPJIGI_TEST_BROKER_URL"] = f"{broker.partition('?')[0]}?virtual_host={worker.removeprefix('gw')}"
for name in ("DATABASE_URL", "BROKER_URL"):
    os.environ.pop(name, None)
    if f"DAPJIGI_TEST_{name}" in os.environ:
        os.environ[name] = os.environ[f"DAPJIGI_TEST_{name}"]
os.environ.pop("PORT", None)
os.environ["DAPJIGI_DATA"] = os.environ["DAPJIGI_TEST_DATA"]

from config.settings import *  # noqa: E402, F403
from config.settings import DATA_DIR, DATABASES  # noqa: E402

if DATABASES["default"]["ENGINE"] == "config.sqlite":
    DATABASES["default"]["TEST"] = {"NAME": str(DATA_DIR / "test.sqlite3")}
# The strong one costs 0.2 s a sign-in by design.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# Looks for a static file when it is asked for: listing them all takes 30 ms, and every test client does it anew.
WHITENOISE_AUTOREFRESH = True
