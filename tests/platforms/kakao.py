"""Kakao's side of a callback: each address takes one answer, and only while its minute lasts.

https://kakaobusiness.gitbook.io/main/tool/chatbot/skill_guide/ai_chatbot_callback_guide
"""

from __future__ import annotations

from typing import Any

from tests.channels import kakao_rules
from tests.platforms.dialect import Call, Dialect, Told

ORIGIN = "https://bot-api.kakao.com"


def result(status: str, message: str, *, code: int = 200) -> Told:
    return Told(code, {"taskId": "task-1", "status": status, "message": message, "timestamp": 1790000000000})


class Kakao(Dialect):
    """`waiting`: the path of an open callback -> the customer it is of."""

    kind = "kakao"
    origins = (ORIGIN,)

    def __init__(self) -> None:
        super().__init__()
        self.waiting: dict[str, str] = {}

    def open(self, customer: str, token: str = "OPAQUE-ONE-TIME-TOKEN") -> str:
        """The address that an utterance of this customer comes with."""
        path = f"/v1/bots/5f00000000000000000000a1/callback/{token}"
        self.waiting[path] = customer
        return ORIGIN + path

    def delivers(self, call: Call) -> bool:
        return "/callback/" in call.path

    def answer(self, call: Call) -> Told:
        body: dict[str, Any] = call.json
        customer = self.waiting.pop(call.path, None)
        if customer is None:
            return result("FAIL", "Invalid callback token. Check your callback token.")
        try:
            kakao_rules.check(body)
        except kakao_rules.Illegal as error:
            return result("FAIL", f"Invalid json response from bot-skill: {error}")
        self.accept(customer, "\n".join(kakao_rules.texts(body)))
        return result("SUCCESS", "OK")

    def limited(self) -> Told:
        return Told(429, {"message": "too many requests"}, {"Retry-After": "3"})

    def failed(self) -> Told:
        return result("ERROR", "internal server error", code=500)

    def refusal(self) -> Told:
        return result("FAIL", "Invalid bot ID")
