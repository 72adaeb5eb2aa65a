"""The sending API of Naver TalkTalk, which refuses with status 200. https://github.com/navertalk/chatbot-api

Its answers are the recorded ones in tests/channels/navertalk, and those that its issues show.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.channels import navertalk_rules
from tests.platforms.dialect import Call, Dialect, Told

AUTHORIZATION = "wc-test-authorization-0123456789"
FOLDER = Path(__file__).parent.parent / "channels" / "navertalk"


def recorded(name: str) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text())
    return answer


def refused(code: str, message: str) -> Told:
    return Told(200, {"success": False, "resultCode": code, "resultMessage": message})


class NaverTalkPlatform(Dialect):
    """`authorization`: the only key taken. `hand_over`: whether the seller has switched it on; `passed`: customers who
    wait for a person in the partner centre. `consenting`: customers asked for their data just now. `strangers`: who
    never wrote to this account."""

    kind = "navertalk"
    origins = ("https://gw.talk.naver.com",)

    def __init__(self) -> None:
        super().__init__()
        self.authorization = AUTHORIZATION
        self.hand_over = True
        self.passed: list[str] = []
        self.consenting: set[str] = set()
        self.strangers: set[str] = set()

    def delivers(self, call: Call) -> bool:
        return call.path == "/chatbot/v1/event"

    def answer(self, call: Call) -> Told:
        if call.method != "POST" or call.path != "/chatbot/v1/event":
            return Told(404, "no such page")
        if call.headers.get("authorization") != self.authorization:
            return refused("01", "Authorization 정보 오류")
        if call.headers.get("content-type", "").lower() != "application/json;charset=utf-8":
            return refused("02", "request json 문자열 파싱 오류")
        event = call.json
        user = event.get("user", "")
        if not user or user in self.strangers:
            return refused("99", f"잘못된 user 값 : {user}")
        if event.get("event") == "handover":
            return self._hand_over(event, user)
        try:
            navertalk_rules.send_event(event)
        except navertalk_rules.Illegal:
            return self.refusal()
        if user in self.consenting:
            return refused("01", "현재 이 사용자에게 메시지를 보낼 수 없음")
        self.accept(user, event["textContent"]["text"])
        return Told(200, recorded("send-api-ok"))

    def limited(self) -> Told:
        # A limit exists (#255), its answer is not documented: the usual one.
        return Told(429, "Too Many Requests")

    def failed(self) -> Told:
        return Told(200, recorded("send-api-error-99"))

    def refusal(self) -> Told:
        return Told(200, recorded("send-api-error-02"))

    def _hand_over(self, event: dict[str, Any], user: str) -> Told:
        options = event["options"]
        if not self.hand_over or "partner" in event:
            return refused("01", "권한 없는 파트너에 대한 요청")
        if (options.get("control"), options.get("targetId")) != ("passThread", 1):
            return self.refusal()
        self.passed.append(user)
        return Told(200, recorded("send-api-ok"))
