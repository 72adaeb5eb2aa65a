"""A customer's message as each messenger's platform sends it: its recorded payload, renumbered and signed anew."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from typing import NamedTuple

import django

from autoresponder import channels
from autoresponder.channels import signing
from autoresponder.channels.base import Request
from autoresponder.engine.types import Incoming
from tests.bench.load import Requests, request
from tests.channels import contract
from tests.channels.every import contract_of

CUSTOMERS = 200
TEXTS = ["배송 언제 와요?", "제주도 배송비 얼마예요?", "반품은 어떻게 해요?", "사이즈 교환 되나요?", "이거 비치나요?"]
# The second at which every recorded message was sent.
RECORDED = "1795336000"


class Sample(NamedTuple):
    """A recorded message, and what in it names the customer, the words and the event."""

    file: str
    customer: str
    text: str = "배송 언제 오나요?"
    ids: tuple[str, ...] = ()


SAMPLES = {
    "line": Sample(
        "message_text.json",
        "Ua1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1",
        ids=("01KB0000000000000000000001", "592000000000000001"),
    ),
    "navertalk": Sample("event-send-text.json", "al-2eGuGr5WQOnco1_V-FQ", "hello world"),
    "telegram": Sample("message_text.json", "500000001", ids=("910000001",)),
    "messenger": Sample("messenger_text.json", "9000000000000001", ids=("m_AAAA0001",)),
    "instagram": Sample("instagram_text.json", "8000000000000001", "이거 재고 있어요?", ("aWdfZAG1faXRlbToxOjAwMDE",)),
    "whatsapp": Sample("whatsapp_text.json", "KR.10000000000000000001", ids=("wamid.SAMPLE0001",)),
}
KINDS = [kind for kind in ("kakao", "webhook", *SAMPLES) if kind in channels.KINDS]


def prepare() -> None:
    """The messengers' own tests know Django, which wants its settings first; nothing is stored by them."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.bench.settings")
    django.setup()


def values_of(kind: str) -> Mapping[str, str]:
    """What a seller has entered, in the messenger's own tests."""
    sends, hook = contract_of(kind, contract.SendContract), contract_of(kind, contract.HookContract)
    # The webhook answers in its response unless it has an address to send to.
    values = dict(sends.secrets) if sends and kind != "webhook" else {}
    if hook:
        values[hook.secret_name] = hook.secret
    # Or it would be asked instead of calling us.
    return values | ({"receive": "webhook"} if kind == "telegram" else {})


def requests_of(kind: str, path: str) -> Requests:
    def make(number: int) -> bytes:
        body = body_of(kind, number)
        return request(path, dict(headers_of(kind, body, number)), body)

    _understood(kind)
    return make


def body_of(kind: str, number: int) -> bytes:
    text, customer = TEXTS[number % len(TEXTS)], number % CUSTOMERS
    if kind == "kakao":
        spoken = {"utterance": text, "user": {"id": f"{customer:064d}", "type": "botUserKey"}}
        return json.dumps({"bot": {"id": "bench", "name": "봇"}, "userRequest": spoken}).encode()
    if kind == "webhook":
        data = {"sender_id": f"customer-{customer}", "text": text}
        return json.dumps({"type": "message.received", "data": data}).encode()
    sample = SAMPLES[kind]
    body = _recorded(kind)
    for name in sample.ids:
        body = body.replace(name, f"{name[:-7]}{number:07d}")
    body = body.replace(sample.customer, f"{sample.customer[:-4]}{customer:04d}")
    return body.replace(sample.text, text).replace(RECORDED, str(int(time.time()))).encode()


@cache
def _recorded(kind: str) -> str:
    return (contract.folder(kind) / SAMPLES[kind].file).read_text()


def headers_of(kind: str, body: bytes, number: int) -> Mapping[str, str]:
    now = datetime.now(UTC)
    if kind == "webhook":
        stamp, name = str(int(now.timestamp())), f"msg_{number}"
        signature = signing.sign(values_of(kind)["secret"], name, stamp, body)
        return {"webhook-id": name, "webhook-timestamp": stamp, "webhook-signature": signature}
    hook = contract_of(kind, contract.HookContract)
    signed = dict(hook.signed(body, now=now).headers) if hook else {}
    return signed | ({"x-request-id": f"bench-{number}"} if kind == "kakao" else {})


def _understood(kind: str) -> None:
    """Two requests are two messages of two customers, or nothing would be measured."""
    adapter, read = channels.get(kind), []
    for number in (1, 2):
        body = body_of(kind, number)
        asked = Request("POST", headers_of(kind, body, number), body, datetime.now(UTC))
        adapter.verify(asked, values_of(kind))
        read += adapter.parse(asked)
    assert [type(event) for event in read] == [Incoming, Incoming], kind
    assert len({event.customer for event in read}) == len({event.text for event in read}) == 2, kind
    assert len({event.event_id for event in read}) == 2 or kind == "navertalk", kind
