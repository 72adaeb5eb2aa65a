"""The house rules that no reviewer should have to remember."""

from __future__ import annotations

import ast
import inspect
import subprocess
import sys
from pathlib import Path

import pytest
from django.apps import apps
from django.db import models
from django.db.migrations.loader import MigrationLoader

from autoresponder import channels
from autoresponder import models as index

ROOT = Path(__file__).parent.parent
PRODUCT = ROOT / "autoresponder"
FILE_LINES = 300
FUNCTION_LINES = 40


def product_files() -> list[Path]:
    return [
        path for path in [*PRODUCT.rglob("*.py"), *(ROOT / "config").rglob("*.py")] if "migrations" not in path.parts
    ]


def test_rooms_only_look_down() -> None:
    linted = subprocess.run([Path(sys.executable).parent / "lint-imports"], cwd=ROOT, capture_output=True, text=True)

    assert linted.returncode == 0, linted.stdout


def test_every_table_is_on_the_index() -> None:
    tables = {model.__name__ for model in apps.get_app_config("autoresponder").get_models()}
    written = {
        node.name
        for path in PRODUCT.glob("*/models.py")
        for node in ast.parse(path.read_text()).body
        if isinstance(node, ast.ClassDef) and issubclass(getattr(index, node.name, object), models.Model)
    }

    assert tables == written == set(index.__all__)


def test_there_is_one_history_of_migrations() -> None:
    leaves = MigrationLoader(None).graph.leaf_nodes("autoresponder")

    assert len(leaves) == 1


def test_files_and_functions_stay_small_enough_to_read() -> None:
    too_long = []
    for path in product_files():
        text = path.read_text()
        if text.count("\n") > FILE_LINES:
            too_long.append(f"{path.relative_to(ROOT)}: {text.count(chr(10))} lines")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef):
                length = (node.end_lineno or 0) - node.lineno + 1
                if length > FUNCTION_LINES:
                    too_long.append(f"{path.relative_to(ROOT)}: {node.name} has {length} lines")

    assert too_long == []


def test_every_function_says_what_it_takes_and_gives() -> None:
    bare = [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"
        for path in product_files()
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef) and node.returns is None
    ]

    assert bare == []


@pytest.mark.parametrize("word", ["utils", "helpers", "services", "manager"])
def test_no_file_is_a_drawer(word: str) -> None:
    assert [path for path in product_files() if path.stem == word] == []


@pytest.mark.parametrize("kind", channels.KINDS)
def test_a_messenger_brings_everything_a_seller_needs(kind: str) -> None:
    """What "adding a messenger" means; this names the file that is missing."""
    tests = ROOT / "tests" / "channels" / kind
    needed = [
        ROOT / "templates" / "console" / "channels" / "guide" / f"{kind}.html",
        ROOT / "static" / "channels" / f"{kind}.svg",
        tests,
    ]
    missing = [str(path.relative_to(ROOT)) for path in needed if not path.exists()]
    if not list(tests.glob("*.json")):
        missing.append(f"a real payload in {tests.relative_to(ROOT)}")
    if not any(kind in path.stem for path in (ROOT / "tests" / "channels").rglob("test_*.py")):
        missing.append(f"tests/channels/test_{kind}.py")

    assert missing == []
    assert not inspect.isabstract(type(channels.get(kind)))


def test_there_is_no_language_model_anywhere() -> None:
    locked = (ROOT / "requirements.txt").read_text().lower()

    assert [name for name in ("openai", "anthropic", "transformers", "torch", "langchain") if name in locked] == []


def test_lock_files_name_no_registry() -> None:
    for name in ("requirements.txt", "requirements-dev.txt"):
        assert "http" not in (ROOT / name).read_text()


def test_no_template_has_inline_style_or_script() -> None:
    found = []
    for path in (ROOT / "templates").rglob("*.html"):
        text = path.read_text()
        scripts = [part.split(">")[0] for part in text.split("<script")[1:]]
        marks = [mark for mark in (" style=", "<style", " onclick=", "hx-on") if mark in text]
        marks += ["inline script" for script in scripts if "src=" not in script]
        found += [f"{path.relative_to(ROOT)}: {mark}" for mark in marks]

    assert found == []
