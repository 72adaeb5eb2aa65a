"""The contract tests of every messenger by its kind: they know how to sign its requests and read its payloads."""

from __future__ import annotations

import inspect
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TypeVar

Contract = TypeVar("Contract")


@cache
def contract_of(kind: str, base: type[Contract]) -> Contract | None:
    """The test class of this messenger that is a `base`; None where it has none."""
    for path in sorted(Path(__file__).parent.glob("test_*.py")):
        if kind not in path.stem:
            continue
        for _name, found in inspect.getmembers(import_module(f"{__package__}.{path.stem}"), inspect.isclass):
            if issubclass(found, base) and getattr(found, "kind", "") == kind:
                return found()
    return None
