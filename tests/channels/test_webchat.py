from __future__ import annotations

import pytest

from autoresponder.channels.base import Outgoing, Payload, Request
from autoresponder.channels.errors import BadRequest, BadSignature
from autoresponder.channels.webchat import WebChat
from autoresponder.engine.types import Reply
from autoresponder.net.client import Client
from tests.channels import contract, plain_rules


class TestWebChatContract(contract.RenderContract):
    kind = "webchat"

    def assert_legal(self, payload: Payload) -> None:
        plain_rules.check(payload, self.channel.limits)

    def said(self, payload: Payload) -> list[str]:
        return plain_rules.texts(payload)


def test_nobody_can_post_to_the_web_chat_as_a_platform() -> None:
    request = Request("POST", {"x-dapjigi-key": "a"}, b'{"text": "hi"}', contract.NOW)
    assert not WebChat.has_hook
    for secrets in ({}, {"secret": "a"}):
        with pytest.raises(BadSignature):
            WebChat().verify(request, secrets)
    with pytest.raises(BadRequest):
        WebChat().parse(request)


def test_a_stored_answer_counts_as_delivered() -> None:
    payload = WebChat().render([Reply("건물 뒤 3대 가능해요")])
    (call,) = WebChat().calls(payload, answered=True)
    assert WebChat().send(Outgoing(call, "visitor-1", contract.NOW), {}, Client()) == ""
