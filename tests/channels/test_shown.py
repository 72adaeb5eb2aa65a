"""For every messenger there is: what the preview shows is what its payload says, and no button gets lost."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings

from autoresponder import channels
from autoresponder.channels import fit
from autoresponder.engine.types import Button, Reply
from tests.channels.contract import REPLIES, RenderContract, property_test
from tests.channels.every import contract_of

# More than any messenger has buttons for.
MANY = tuple(Button(f"{number}번째 질문이에요") for number in range(1, 31))


def messenger_of(kind: str) -> RenderContract:
    found = contract_of(kind, RenderContract)
    assert found is not None, f"no contract test of {kind}"
    return found


@pytest.mark.parametrize("kind", channels.KINDS)
def test_the_preview_shows_what_is_sent(kind: str) -> None:
    messenger = messenger_of(kind)

    @settings(property_test, max_examples=30)
    @given(replies=REPLIES)
    def holds(replies: list[Reply]) -> None:
        shown = messenger.channel.shows(replies)
        assert not shown or [bubble.text for bubble in shown] == messenger.said(messenger.channel.render(replies))

    holds()


@pytest.mark.parametrize("kind", channels.KINDS)
def test_the_buttons_of_the_preview_are_sent(kind: str) -> None:
    adapter = channels.get(kind)
    replies = [Reply("안녕하세요.", MANY[:2]), Reply("무엇이 궁금하세요?", MANY[2:4])]
    sent = json.dumps(adapter.render(replies), ensure_ascii=False)
    shown = [button.label for bubble in adapter.shows(replies) for button in bubble.buttons]
    assert len(shown) == 4 or fit.numbered(replies, adapter.limits)
    assert all(label in sent for label in shown)


@pytest.mark.parametrize("kind", channels.KINDS)
def test_too_many_buttons_are_numbered_at_the_end(kind: str) -> None:
    messenger = messenger_of(kind)
    replies = [Reply("무엇이 궁금하세요?", MANY[:15]), Reply("골라 주세요.", MANY[15:], role="hand_off")]
    offered = fit.numbered(replies, messenger.channel.limits)
    said = "\n".join(messenger.said(messenger.channel.render(replies)))
    assert len(offered) == len(MANY)
    assert all(f"{number}. {text}" in said for number, text in enumerate(offered, start=1))
    assert messenger.channel.loses(replies) == []
