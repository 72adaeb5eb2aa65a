"""Naver TalkTalk, chatbot API v1. https://github.com/navertalk/chatbot-api; #n is an issue there.

The answer is the body of the HTTP response, one event; a person's words and the hand-over go to the sending API. Naver
never sends an event again, and after repeated errors or slowness it stops calling at all (#255, #261), so every answer
is 200. It has no call that tells whether a key is right or where events go: neither `check` nor `installed` can ask.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from ipaddress import ip_address, ip_network
from typing import Any

from autoresponder.channels import fit, navertalk_events
from autoresponder.channels.answers import detail, raise_for
from autoresponder.channels.base import (
    Channel,
    Event,
    Field,
    Limits,
    Outgoing,
    Payload,
    Request,
    Response,
    Secrets,
)
from autoresponder.channels.bodies import read_json, text
from autoresponder.channels.errors import (
    BadSignature,
    ChannelDown,
    MaybeSent,
    Refused,
    SendError,
    TryAgain,
    Unreachable,
)
from autoresponder.engine.types import Button, Reply
from autoresponder.net.client import Answer, Client

ORIGIN = "https://gw.talk.naver.com"

# README, "Webhook 요구사항".
_NAVER = tuple(map(ip_network, ("211.249.40.0/27", "211.249.68.0/27", "220.230.168.0/27")))
_CODE = 1000
_CHOOSE = "아래에서 골라 주세요."
# Without `partner`: naming one is refused where several shops share no chatbot (#52, #55).
_PASS: Payload = {"event": "handover", "options": {"control": "passThread", "targetId": 1}}
# During a consent to give personal data no message is taken, for about three minutes (#170).
_CONSENT = 180.0


class NaverTalk(Channel):
    kind = "navertalk"
    label = "네이버 톡톡"
    max_body = 1024 * 1024  # profile events have been larger than 100 KB (#244)
    limits = Limits(text=10_000, bubbles=1, buttons=10, button_label=10, seconds=300, say=_CODE)
    fields = (
        Field(
            "authorization",
            "보내기 API 인증 키",
            help="톡톡 파트너센터의 ‘개발자도구 > API 설정 > 보내기 API’에서 ‘생성’을 누르면 나와요. "
            "자동 답변은 이 값 없이도 되고, 여기서 직접 답장하거나 상담원에게 넘길 때 필요해요.",
            secret=True,
            required=False,
            pattern=r"[\x21-\x7e]{8,300}",
            wrong="빈칸 없이 이어지는 값이에요. 앞뒤에 아무것도 붙이지 말고 나온 그대로 붙여 넣어 주세요.",
        ),
        Field(
            "handover",
            "상담원에게 넘기기",
            help="먼저 톡톡 파트너센터의 ‘개발자도구 > API 설정’에서 ‘핸드오버 API’를 ON으로 바꿔 주세요.",
            required=False,
            choices=(("", "여기서 직접 답하기"), ("yes", "톡톡 파트너센터의 대기 상담으로 넘기기")),
        ),
        Field(
            "only_naver",
            "네이버에서 보낸 것만 받기",
            # Off at first: behind a proxy every request comes from the proxy, and Naver has changed its addresses.
            help="네이버가 알려 준 서버 주소가 아니면 받지 않아요. "
            "메시지가 오지 않으면 꺼 주세요. 꺼도 연결 주소를 아는 곳에서 온 것만 받아요.",
            required=False,
            choices=(("", "끄기"), ("yes", "켜기")),
        ),
    )

    def verify(self, request: Request, secrets: Secrets) -> None:
        """Naver signs nothing: what proves a request is the unguessable part of the address it was sent to."""
        if secrets.get("only_naver") == "yes" and not _is_naver(request.peer):
            raise BadSignature("the request does not come from Naver's addresses")

    def parse(self, request: Request) -> Sequence[Event]:
        return navertalk_events.read(read_json(request, self.max_body))

    def render(self, replies: Sequence[Reply]) -> Payload:
        """{"reply": the one event of the answer, {} for silence; "hand_off": whether a person is called}."""
        reply: Payload = {}
        for bubble in self.shows(replies):
            content: Payload = {"text": bubble.text}
            if bubble.buttons:
                content["quickReply"] = {"buttonList": [_button(button) for button in bubble.buttons]}
            reply = {"event": "send", "textContent": content}
        return {"reply": reply, "hand_off": any(reply.role == "hand_off" for reply in replies)}

    def shows(self, replies: Sequence[Reply]) -> Sequence[Reply]:
        return fit.gather(replies, self.limits, alone=_CHOOSE)

    def respond(self, payloads: Sequence[Payload]) -> Response:
        # Naver's own examples of silence have no JSON body; one without an event is not documented.
        return Response(200, (payloads[0]["reply"] or None) if payloads else None)

    def failed(self) -> Response:
        """Nothing would be sent again. No apology either: the request may have been an echo, and an answer to an echo
        is echoed (README, "echo 이벤트")."""
        return self.respond([])

    def calls(self, payload: Payload, *, answered: bool) -> Sequence[Payload]:
        """`notification`: what comes some time later is announced by the Naver app if the customer is away."""
        later = {**payload["reply"], "options": {"notification": True}} if payload["reply"] and not answered else None
        return [call for call in (later, payload["hand_off"] and _PASS) if call]

    def can_reply(self, secrets: Secrets, reply_to: Mapping[str, Any], now: datetime) -> bool:
        """Without the key for the sending API a person answers at Naver's partner centre."""
        return bool(secrets.get("authorization"))

    def send(self, outgoing: Outgoing, secrets: Secrets, net: Client) -> str:
        """Naver tells no message id. A hand-over is left out where the seller has not switched it on."""
        authorization = secrets.get("authorization", "")
        if outgoing.call["event"] == "handover" and not (authorization and secrets.get("handover") == "yes"):
            return ""
        if not authorization:
            raise ChannelDown("token", "no key for the sending API")
        # The key as it was issued: neither "Bearer" nor the "ct_" of the documentation's sample (#308).
        headers = {"Authorization": authorization, "Content-Type": "application/json;charset=UTF-8"}
        event = {**outgoing.call, "user": outgoing.to}
        answer = net.request("POST", f"{ORIGIN}/chatbot/v1/event", json=event, headers=headers)
        raise_for(answer)
        # Refusals are 200 too (README, "오류 명세").
        if answer.json().get("success") is not True:
            raise _error(answer)
        return ""


def _is_naver(peer: str) -> bool:
    try:
        address = ip_address(peer)
    except ValueError:
        return False
    address = getattr(address, "ipv4_mapped", None) or address
    return any(address in network for network in _NAVER)


def _button(button: Button) -> Payload:
    return {"type": "TEXT", "data": {"title": button.label, "code": button.text}}


def _error(answer: Answer) -> SendError:
    """What a refusal means. One code stands for several things, so its words count too."""
    told = answer.json()
    code, said = text(told.get("resultCode")), text(told.get("resultMessage"))
    words = detail(answer, f"{code} {said}".strip())
    if "보낼 수 없음" in said:
        return TryAgain("busy", words, retry_after=_CONSENT)
    if "user 값" in said:  # 99, 02 before (#152)
        return Unreachable("gone", words)
    # Of a customer who never talked to this account (#302), of a hand-over that is off (#307), and now and then of
    # nothing at all (#202): no reason to stop the others, though a wrong key is said to show like this as well.
    if "권한" in said:
        return Refused("permission", words)
    if code == "01":
        return ChannelDown("token", words)
    # 99: anything that broke while Naver was at work (#308), and an answer that says nothing.
    return MaybeSent("unsure", words) if code in ("99", "") else Refused("refused", words)
