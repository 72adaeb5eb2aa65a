"""A short drill on every run; `python -m tests.kills --kills 100` is the long one."""

import json
import subprocess
import sys

import pytest

from tests.processes import ROOT


# It stands: elsewhere there is no /proc to find the product's parts in, and continuous integration runs on Linux.
@pytest.mark.skipif(sys.platform != "linux", reason="processes are found through /proc")
@pytest.mark.timeout(240)
def test_nothing_acknowledged_is_lost_and_nothing_arrives_twice_when_parts_are_killed() -> None:
    command = [sys.executable, "-m", "tests.kills", "--kills", "8", "--rate", "10"]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert ended.returncode == 0, ended.stdout + ended.stderr
    found = json.loads(ended.stdout)
    assert found["kills"] == 8
    assert found["acknowledged"] > 20
    assert found["sent"] > 10
