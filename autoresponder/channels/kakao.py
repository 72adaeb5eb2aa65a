"""KakaoTalk channel chatbot, skill version 2.0: the answer is the body of the HTTP response, within 5 seconds.

Request and answer: https://kakaobusiness.gitbook.io/main/tool/chatbot/skill_guide/answer_json_format
Set-up: https://kakaobusiness.gitbook.io/main/tool/chatbot/skill_guide/make_skill
Kakao signs nothing. It sends a header that the seller types in once at the skill ("헤더값 입력"), and that is the
proof. An answer that is not 200, breaks a limit or is larger than 30 KB is shown to nobody, so every answer, also
about our own failures, is 200 with a legal body.

Nothing can be sent to a customer by ourselves. Only a block with "callback" on gives each utterance an address that
takes one later answer: a rule needs no time, so it is kept for the person who has the talk.
https://kakaobusiness.gitbook.io/main/tool/chatbot/skill_guide/ai_chatbot_callback_guide
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from autoresponder.channels import answers, fit
from autoresponder.channels.base import Channel, Field, Limits, Outgoing, Payload, Request, Response, Secrets
from autoresponder.channels.bodies import mapping, read_json, text
from autoresponder.channels.errors import Refused, TooLate
from autoresponder.channels.signing import require_secret
from autoresponder.engine.types import Button, Incoming, IncomingKind, Reply
from autoresponder.net.client import Client

HEADER = "X-Dapjigi-Key"

_CUSTOMER_LENGTH = 70
_REQUEST_ID_LENGTH = 120
_CARD_TEXT = 400
# The error table says one minute, another page five; less is sure to be in time.
_CALLBACK = timedelta(seconds=50)
_CALLBACK_URL = re.compile(r"https://[a-z0-9-]+(\.[a-z0-9-]+)*\.kakao\.com/[!-~]{1,500}")
_PRESSED = ("QUICKREPLY_BUTTON_", "CARD_BUTTON_", "LIST_ITEM_", "LISTMENU_")

# Kakao shows an error for an answer without a bubble: the quietest legal answer is one short polite sentence.
_QUIET = "메시지 잘 받았어요."
_FAILED = "지금은 답을 드리지 못했어요. 잠시 뒤에 다시 보내 주시거나, 아래 버튼으로 1:1 채팅을 열어 주세요."
_OPERATOR_PROMPT = "아래 버튼을 누르면 1:1 채팅으로 이어져요."
_OPERATOR_LABEL = "상담원 연결"


class Kakao(Channel):
    kind = "kakao"
    label = "카카오톡 채널"
    # With all three texts full of \uXXXX escapes, ten buttons that say 150 keep the whole answer under 30,720 bytes.
    limits = Limits(text=1000, bubbles=3, buttons=10, button_label=14, seconds=5, say=150)
    fields = (
        Field(
            "secret",
            "헤더값",
            help="카카오 스킬 화면의 ‘헤더값 입력’에서 키에는 X-Dapjigi-Key, 값에는 이 값을 붙여 넣어 주세요.",
            secret=True,
            generated="secret",
        ),
    )

    def verify(self, request: Request, secrets: Mapping[str, str]) -> None:
        require_secret(request.headers.get(HEADER.lower(), ""), secrets)

    def parse(self, request: Request) -> Sequence[Incoming]:
        """At most one message: Kakao calls once for each utterance and has no other events."""
        body = read_json(request, self.max_body)
        spoken = mapping(body.get("userRequest"))
        customer = text(mapping(spoken.get("user")).get("id"))
        kind = _kind(body, spoken)
        # The utterance of a photo is a signed address of the customer's picture: nothing to match, nothing to keep.
        utterance = "" if kind == "image" else text(spoken.get("utterance")).strip()
        if not customer.strip() or len(customer) > _CUSTOMER_LENGTH or not (utterance or kind == "image"):
            return []
        incoming = Incoming(_event_id(request, customer), customer, utterance, kind, test=_is_test(body, spoken))
        return [incoming._replace(reply_to=_callback(spoken, request.now))]

    def render(self, replies: Sequence[Reply]) -> Payload:
        outputs = [_output(bubble) for bubble in _bubbles(replies, self.limits)]
        return _answer(outputs, self._quick(replies))

    def shows(self, replies: Sequence[Reply]) -> Sequence[Reply]:
        """All quick replies stand under the last bubble, after the card's own button."""
        bubbles, quick = _bubbles(replies, self.limits), self._quick(replies)
        if not (bubbles or quick):
            return []
        *others, last = bubbles or [Reply(_QUIET)]
        operator = (Button(_OPERATOR_LABEL),) if last.role == "hand_off" else ()
        return [*others, replace(last, buttons=(*operator, *quick))]

    def _quick(self, replies: Sequence[Reply]) -> tuple[Button, ...]:
        return fit.buttons((button for reply in replies for button in reply.buttons), self.limits)

    def respond(self, payloads: Sequence[Payload]) -> Response:
        return Response(200, payloads[0] if payloads else self.render([]))

    def silence(self, reply_to: Mapping[str, Any]) -> Payload:
        """With a callback the customer waits for the person, instead of reading that we got the message."""
        if "callback" not in reply_to:
            return self.render([])
        return {"version": "2.0", "useCallback": True, "data": {"text": _QUIET}}

    def can_reply(self, secrets: Secrets, reply_to: Mapping[str, Any], now: datetime) -> bool:
        return "callback" in reply_to and now <= datetime.fromisoformat(reply_to["until"])

    def calls(self, payload: Payload, *, answered: bool) -> Sequence[Payload]:
        return [] if answered else [payload]

    def send(self, outgoing: Outgoing, secrets: Secrets, net: Client) -> str:
        """A person's words, to the callback of the customer's last message; it takes one answer."""
        if not self.can_reply(secrets, outgoing.reply_to, outgoing.now):
            raise TooLate("late", "the callback has run out")
        answer = net.request("POST", outgoing.reply_to["callback"], json=outgoing.call)
        answers.raise_for(answer)
        told = answer.json()
        said = answers.detail(answer, text(told.get("message")))
        if told.get("status") == "SUCCESS":
            return text(told.get("taskId"))
        # "Invalid callback token": used already, or its minute is over.
        raise TooLate("late", said) if "token" in text(told.get("message")) else Refused("refused", said)

    def failed(self) -> Response:
        """Kakao never sends an utterance again, so this sentence is all the customer will get."""
        return Response(200, _answer([_operator_card(_FAILED)], ()))


def _kind(body: Mapping[str, Any], spoken: Mapping[str, Any]) -> IncomingKind:
    trigger = text(mapping(mapping(body.get("flow")).get("trigger")).get("type"))
    media = mapping(mapping(spoken.get("params")).get("media"))
    if trigger == "IMAGE_UPLOAD" or media.get("type") == "image":
        return "image"
    return "button" if trigger.startswith(_PRESSED) else "text"


def _callback(spoken: Mapping[str, Any], now: datetime) -> dict[str, str]:
    """Only at Kakao itself: a shared header proves who calls, not where a customer's answer may be sent."""
    url = text(spoken.get("callbackUrl"))
    return {"callback": url, "until": (now + _CALLBACK).isoformat()} if _CALLBACK_URL.fullmatch(url) else {}


def _is_test(body: Mapping[str, Any], spoken: Mapping[str, Any]) -> bool:
    """The bot test of the admin centre, or the development channel, whose bot id ends with "!"."""
    surface = text(mapping(spoken.get("params")).get("surface"))
    return surface == "BuilderBotTest" or text(mapping(body.get("bot")).get("id")).endswith("!")


def _event_id(request: Request, customer: str) -> str:
    """Undocumented header, so it counts only together with the customer; "" where it is missing or odd."""
    request_id = request.headers.get("x-request-id", "")
    usable = request_id.isascii() and request_id.isprintable() and 0 < len(request_id) <= _REQUEST_ID_LENGTH
    return f"{customer}:{request_id}" if usable else ""


def _bubbles(replies: Sequence[Reply], limits: Limits) -> list[Reply]:
    """Texts, and a hand-off last, which only a card can carry for its operator button: one of the three bubbles."""
    spoken = [reply for reply in replies if reply.role != "hand_off"]
    handed = [reply for reply in replies if reply.role == "hand_off"]
    if not handed:
        return _texts(spoken, limits)
    farewell = "\n\n".join(reply.text.strip() for reply in handed if reply.text.strip())
    if not farewell or fit.size(farewell) > _CARD_TEXT or fit.numbered(replies, limits):
        spoken, farewell = list(replies), _OPERATOR_PROMPT
    texts = _texts(spoken, replace(limits, bubbles=limits.bubbles - 1))
    return [*texts, Reply(farewell, role="hand_off")]


def _texts(replies: Sequence[Reply], limits: Limits) -> list[Reply]:
    return [Reply(bubble.text) for bubble in fit.arrange(replies, limits) if bubble.text]


def _output(bubble: Reply) -> Payload:
    return _operator_card(bubble.text) if bubble.role == "hand_off" else {"simpleText": {"text": bubble.text}}


def _operator_card(description: str) -> Payload:
    return {"textCard": {"description": description, "buttons": [{"action": "operator", "label": _OPERATOR_LABEL}]}}


def _answer(outputs: list[Payload], buttons: Iterable[Button]) -> Payload:
    template: Payload = {"outputs": outputs or [{"simpleText": {"text": _QUIET}}]}
    if quick := [_quick_reply(button) for button in buttons]:
        template["quickReplies"] = quick
    return {"version": "2.0", "template": template}


def _quick_reply(button: Button) -> Payload:
    return {"label": button.label, "action": "message", "messageText": button.text}
