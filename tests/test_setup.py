"""`make setup` and `make run` as a person on a fresh machine meets them: clear refusals, clean start, clean end."""

import http.client
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from uuid import uuid4

import pytest

from tests.processes import ROOT, environment, free_port, members, serve, wait_for, written

linux = pytest.mark.skipif(sys.platform != "linux", reason="processes are found through /proc")
UP_WITHIN_SECONDS = 120

PYTHON_39 = """#!/bin/sh
case "$1" in -V) echo "Python 3.9.2" ;; *) exit 1 ;; esac
"""
PYTHON_WITHOUT_VENV = f"""#!/bin/sh
case "$*" in *ensurepip*) exit 1 ;; esac
exec {sys.executable} "$@"
"""
PYTHON_THAT_NOTES_CALLS = f"""#!/bin/sh
case "$*" in *"-m pip install"*) echo "$*" >>"$0.calls"; exit 0 ;; esac
exec {sys.executable} "$@"
"""
PREPARE = """
import os, django
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
django.setup()
from django.core.management import call_command
from autoresponder.shops.models import Shop
call_command("migrate", verbosity=0)
Shop.objects.create(slug="one", name="one")
"""


def program(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)
    return path


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """As much of a fresh clone as set-up looks at, and no uv on PATH."""
    root = tmp_path / "clone"
    (root / "config").mkdir(parents=True)
    shutil.copy(ROOT / "config/setup.sh", root / "config")
    (root / "requirements.txt").write_text("one==1\n")
    (root / "requirements-dev.txt").write_text("one==1\ntwo==2\n")
    program(root / "bin/uv", "#!/bin/sh\nexit 1\n")
    return root


def set_up(clone: Path, what: str = "run", **given: str) -> "subprocess.CompletedProcess[str]":
    path = f"{clone / 'bin'}:/usr/bin:/bin"
    return subprocess.run(
        ["sh", clone / "config/setup.sh", what],
        env={"PATH": path, "HOME": "/nowhere", **given},
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with tables and a shop, so that a start need not make the demo shop."""
    data = tmp_path_factory.mktemp("prepared") / "data"
    subprocess.run([sys.executable, "-c", PREPARE], cwd=ROOT, env=environment(data, 0, embedded=True), check=True)
    return data


@pytest.fixture
def data(prepared: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(prepared, tmp_path / "data"))


def said(done: "subprocess.CompletedProcess[str]") -> str:
    """The one line on stderr."""
    lines = done.stderr.strip().splitlines()
    assert len(lines) == 1, done.stderr
    return lines[0]


def test_a_python_that_is_too_old_is_named(clone: Path) -> None:
    done = set_up(clone, PYTHON=str(program(clone / "bin/python3.9", PYTHON_39)))
    assert done.returncode == 2
    assert "Python 3.9.2" in said(done)
    assert "3.11" in said(done)


def test_no_new_enough_python_at_all_says_how_to_get_one(clone: Path) -> None:
    for name in ("python3.13", "python3.12", "python3.11", "python3", "python"):
        program(clone / "bin" / name, PYTHON_39)
    done = set_up(clone)
    assert done.returncode == 2
    assert "Python 3.9.2" in said(done)
    assert "apt install" in said(done)


def test_a_missing_venv_module_says_what_to_install(clone: Path) -> None:
    done = set_up(clone, PYTHON=str(program(clone / "bin/bare", PYTHON_WITHOUT_VENV)))
    assert done.returncode == 2
    assert "apt install python3-venv" in said(done)
    assert not (clone / ".venv").exists()


def test_packages_are_installed_once_and_again_when_the_lock_changes(clone: Path) -> None:
    python = program(clone / ".venv/bin/python", PYTHON_THAT_NOTES_CALLS)
    calls = Path(f"{python}.calls")
    assert set_up(clone).returncode == 0
    assert calls.read_text().splitlines() == ["-m pip install --quiet --require-hashes -r requirements.txt"]
    again = set_up(clone)
    assert (again.returncode, again.stderr, len(calls.read_text().splitlines())) == (0, "", 1)
    (clone / "requirements.txt").write_text("one==2\n")
    assert set_up(clone).returncode == 0
    assert len(calls.read_text().splitlines()) == 2


def test_the_tools_include_what_running_needs(clone: Path) -> None:
    python = program(clone / ".venv/bin/python", PYTHON_THAT_NOTES_CALLS)
    set_up(clone, "dev")
    set_up(clone, "run")
    assert Path(f"{python}.calls").read_text().count("pip install") == 1


def start(data: Path, port: int) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "manage.py", "serve"],
        cwd=ROOT,
        env=environment(data, port),
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )


def test_a_taken_port_is_one_line_with_the_way_out(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = start(tmp_path / "data", port)
    assert done.returncode == 2
    assert str(port) in said(done)
    assert f"PORT={port + 1} make run" in said(done)


def test_an_unwritable_data_folder_is_one_line_with_the_way_out(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    done = start(tmp_path / "file" / "data", free_port())
    assert done.returncode == 2
    assert "DAPJIGI_DATA=" in said(done)


def ask(port: int, path: str) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read()
    except OSError:
        return 0, b""
    finally:
        connection.close()


def write(port: int) -> str:
    """A new visitor of the demo shop's web chat asks something; returns the visitor's key."""
    visitor = secrets.token_hex(32)
    body = json.dumps({"text": "배송비 얼마예요?", "client_message_id": str(uuid4())})
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request("POST", "/chat/demo/messages", body, {"X-Visitor": visitor})
    assert connection.getresponse().status == 201
    connection.close()
    return visitor


def read(port: int, visitor: str) -> bool:
    """Whether the visitor sees the answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request("GET", "/chat/demo/messages", headers={"X-Visitor": visitor})
    said = connection.getresponse().read().decode()
    connection.close()
    return "3,000원" in said


def pids(data: Path, word: str) -> set[int]:
    return {pid for pid, line in members(data).items() if word in line}


def leader(data: Path, word: str) -> int:
    return min(pids(data, word), default=0)


def wait_until_up(data: Path, process: "subprocess.Popen[bytes]") -> None:
    wait_for(
        lambda: "Ctrl+C" in written(data) or process.poll() is not None,
        UP_WITHIN_SECONDS,
        f"not up in time:\n{written(data)}",
    )
    assert process.poll() is None, written(data)


@linux
@pytest.mark.both
@pytest.mark.timeout(400)
def test_the_product_starts_heals_and_ends_without_leaving_anything(tmp_path: Path) -> None:
    data, port = tmp_path / "data", free_port()
    with serve(data, port) as process:
        wait_until_up(data, process)
        assert f"http://localhost:{port}/" in written(data)
        assert ask(port, "/healthz") == (200, b"ok")
        wait_for(lambda: ask(port, "/readyz")[0] == 200, 30, "the worker was not seen")

        second = start(data, free_port())
        assert (second.returncode, str(data) in said(second)) == (2, True)

        worker = leader(data, "celery")
        visitors = [write(port) for _ in range(10)]
        os.kill(worker, signal.SIGKILL)
        visitors += [write(port) for _ in range(10)]
        wait_for(lambda: leader(data, "celery") not in (0, worker), 20, "the worker was not started again")
        wait_for(lambda: all(read(port, one) for one in visitors), 40, "an answer was lost with the worker")
        poller = leader(data, "manage.py poll")
        os.kill(poller, signal.SIGKILL)
        wait_for(lambda: leader(data, "manage.py poll") not in (0, poller), 20, "the poller was not started again")
        web = leader(data, "granian")
        os.kill(web, signal.SIGKILL)
        wait_for(lambda: ask(port, "/healthz")[0] == 200 and web not in members(data), 20, "no web server came back")

        started = time.monotonic()
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
        assert time.monotonic() - started < 15
        wait_for(lambda: members(data) == {}, 5, f"left running: {members(data)}")
        assert json.dumps(written(data)).count("Traceback") == 0, written(data)


@linux
@pytest.mark.timeout(400)
def test_make_passes_the_end_on_and_ctrl_c_is_no_error(data: Path) -> None:
    port = free_port()
    with serve(data, port, "make", "-o", "setup-run", "run", f"PY={sys.executable}") as make:
        wait_until_up(data, make)
        make.send_signal(signal.SIGTERM)
        make.wait(20)
        wait_for(lambda: members(data) == {}, 5, f"left running: {members(data)}")
    with serve(data, port) as process:
        wait_until_up(data, process)
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 0
        wait_for(lambda: members(data) == {}, 5, f"left running: {members(data)}")


@linux
@pytest.mark.timeout(200)
@pytest.mark.parametrize("after", [0.7, 1.5, 2.5, 4])
def test_an_end_during_the_start_leaves_nothing(after: float, tmp_path: Path) -> None:
    data = tmp_path / "data"
    with serve(data, free_port()) as process:
        wait_for((data / "serve.lock").exists, 30, written(data))
        time.sleep(after - 0.7)
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0, written(data)
        wait_for(lambda: members(data) == {}, 5, f"left running: {members(data)}")
        assert "Traceback" not in written(data)


@linux
@pytest.mark.timeout(200)
def test_when_we_are_killed_outright_the_rest_ends_too(data: Path) -> None:
    with serve(data, free_port()) as process:
        wait_until_up(data, process)
        process.kill()
        wait_for(lambda: members(data) == {}, 15, f"left running: {members(data)}")
