"""At the door itself: thousands of forged and damaged requests a messenger, none believed, none a fault of ours."""

from __future__ import annotations

import json
import random
import string
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.test import RequestFactory

from autoresponder import channels, webhooks
from autoresponder.channels.base import Request
from autoresponder.connections import find
from autoresponder.connections.connect import path_of
from autoresponder.connections.models import Connection
from autoresponder.connections.secrets import seal
from autoresponder.inbox.models import Conversation, Message
from autoresponder.rules.models import Version
from autoresponder.shops.models import Shop
from tests.channels.contract import HookContract
from tests.channels.every import contract_of

SIGNED = ["kakao", "webhook", "line", "telegram", "messenger", "instagram", "whatsapp"]
# A shared secret in a header says nothing of the body.
HEADER_ONLY = {"kakao", "telegram"}
FORGED = 2_000
PRINTABLE = string.ascii_letters + string.digits + "+/=,. -_~|"


def forgeries(contract: HookContract, dice: random.Random) -> Iterator[Request]:
    """Without end: another secret, a changed, cut, doubled or foreign proof, a body changed under its proof."""
    now = datetime.now(UTC)
    good = contract.signed(json.dumps(contract.good).encode(), now=now)
    proof = good.headers[contract.proof]
    while True:
        headers = dict(good.headers)
        body = good.body
        kind = dice.randrange(6)
        if kind == 0:
            at = dice.randrange(len(proof))
            headers[contract.proof] = proof[:at] + dice.choice(PRINTABLE) + proof[at + 1 :]
        elif kind == 1:
            headers[contract.proof] = proof[: dice.randrange(len(proof))] * dice.choice([1, 1, 2])
        elif kind == 2:
            odd = "".join(chr(dice.choice([dice.randrange(1, 256), dice.randrange(0x3000)])) for _ in range(20))
            headers[contract.proof] = dice.choice([odd, proof + odd, odd + proof, proof + ", " + proof])
        elif kind == 3:
            other = "".join(dice.choices(string.hexdigits, k=len(contract.secret)))
            headers = dict(contract.signed(body, secret=_shaped(contract, other, dice), now=now).headers)
        elif kind == 4:
            headers.pop(dice.choice([contract.proof, *headers]), None)
            headers.pop(contract.proof, None)
        elif contract.kind not in HEADER_ONLY:
            at = dice.randrange(len(body))
            body = body[:at] + bytes([body[at] ^ (1 << dice.randrange(8))]) + body[at + 1 :]
        # Several signatures with blanks between them are no forgery (Standard Webhooks: while a secret is changed).
        if body != good.body or proof not in headers.get(contract.proof, "").split():
            yield Request("POST", headers, body, now)


def _shaped(contract: HookContract, other: str, dice: random.Random) -> str:
    return contract.new_secret if contract.kind == "webhook" or dice.random() < 0.2 else other


@pytest.mark.django_db
@pytest.mark.parametrize("kind", SIGNED)
def test_nothing_forged_is_believed(shop: Shop, published: Version, kind: str, rf: RequestFactory) -> None:
    contract = contract_of(kind, HookContract)
    assert contract is not None
    connection = Connection.objects.create(
        shop=shop, kind=kind, token="t" * 32, sealed=seal({contract.secret_name: contract.secret})
    )
    find.forget()
    path = path_of(connection)

    def answer(asked: Request) -> int:
        headers = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in asked.headers.items()}
        request = rf.generic("POST", path, asked.body, content_type="application/json", **headers)
        return webhooks.hook(request, kind=kind, token=connection.token).status_code

    forged = forgeries(contract, random.Random(20261126))
    answers = [answer(next(forged)) for _ in range(FORGED)]

    assert set(answers) == {401}
    assert not Conversation.objects.exists()
    good = contract.signed(json.dumps(contract.good).encode(), now=datetime.now(UTC))
    assert answer(good) == 200
    account = getattr(channels.get(kind).parse(good)[0], "account", "")
    assert Message.objects.count() == (0 if account else 1)
