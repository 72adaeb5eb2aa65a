"""`manage.py connect KIND --shop SLUG [--set field=value ...]`: connect a messenger, or show how it is connected."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Mapping, Sequence
from typing import Any

from autoresponder import channels
from autoresponder.connections.connect import Refused, connect, path_of
from autoresponder.connections.secrets import Locked, unseal
from autoresponder.management.json_command import BadInput, JsonCommand, shop_named, storable


class Command(JsonCommand):
    help = "Connects a messenger to a shop and prints its address and generated secrets as JSON; repeating is safe."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("kind", metavar="KIND", help=", ".join(channels.KINDS))
        parser.add_argument("--shop", required=True, metavar="SLUG")
        parser.add_argument("--set", action="append", default=[], metavar="FIELD=VALUE", dest="fields")

    def answer(self, options: Mapping[str, Any]) -> Mapping[str, Any]:
        kind = options["kind"]
        if kind not in channels.KINDS:
            raise BadInput(f"there is no messenger {kind!r}; give one of: {', '.join(channels.KINDS)}")
        shop, given = shop_named(options["shop"]), fields(options["fields"])
        try:
            connection = connect(shop, kind, given)
        except Refused as refused:
            how = "leave it out" if refused.field in given else f"add --set {refused.field}=VALUE"
            raise BadInput(f"{refused}; {how}") from refused
        except Locked:
            raise BadInput("the stored secrets need the encryption key they were locked with; restore it") from None
        values = unseal(connection.sealed)
        generated = [field.name for field in channels.get(kind).fields if field.generated]
        return {
            "kind": kind,
            "token": connection.token,
            "path": path_of(connection),
            "secrets": {name: values[name] for name in generated if name in values},
        }


def fields(pairs: Sequence[str]) -> dict[str, str]:
    """`["secret=abc"]` -> `{"secret": "abc"}`."""
    found: dict[str, str] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals or not name or not value:
            raise BadInput(f"--set takes FIELD=VALUE, not {name!r} without a value")
        if name in found:
            raise BadInput(f"--set {name}=... is given twice; give it once")
        if not storable(value):
            raise BadInput(f"the value of {name} is no readable text; give plain UTF-8")
        found[name] = value
    return found
