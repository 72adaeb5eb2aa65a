"""The texts a new shop begins with, so that it never has nothing to say."""

from __future__ import annotations

from typing import Any

from autoresponder import packs


def starting_texts(language: str) -> dict[str, Any]:
    """Everything of a document but its rules, in the shop's language ("ko" or "en")."""
    texts = ENGLISH if language == "en" else KOREAN
    return texts | packs.understanding(language)


KOREAN: dict[str, Any] = {
    "away": {
        "reply": {
            "text": (
                "안녕하세요, {가게이름}이에요. 지금은 쉬는 시간이라 {다음영업시간}부터 답해 드릴 수 있어요. "
                "자주 묻는 내용은 바로 알려 드릴게요."
            ),
            "buttons": [],
        },
        "enabled": True,
        "every_minutes": 720,
    },
    "fallback": {
        "reply": {
            "text": (
                "남겨 주신 말씀 잘 받았어요. 궁금한 점이 있으셨다면 조금만 다르게 한 번 더 적어 주시겠어요? "
                "사람과 이야기하고 싶으시면 ‘상담원’이라고 적어 주세요."
            ),
            "buttons": [{"label": "상담원 연결", "say": "상담원"}],
        },
        "hand_off_after": 2,
    },
    "hand_off": {
        "open": {"text": "담당자에게 전해 드렸어요. 확인하고 곧 답해 드릴게요.", "buttons": []},
        "closed": {
            "text": "담당자에게 전해 드렸어요. 지금은 쉬는 시간이라 {다음영업시간}부터 차례대로 답해 드릴게요.",
            "buttons": [],
        },
        "quiet_minutes": 60,
    },
}
ENGLISH: dict[str, Any] = {
    "away": {
        "reply": {
            "text": (
                "Hello from {shop_name}. We are closed right now and will be back {next_open}. "
                "Common questions get an answer at once."
            ),
            "buttons": [],
        },
        "enabled": True,
        "every_minutes": 720,
    },
    "fallback": {
        "reply": {
            "text": (
                "Thanks for your message. If you asked something, could you put it another way? "
                "Write “agent” to talk to a person."
            ),
            "buttons": [{"label": "Talk to a person", "say": "agent"}],
        },
        "hand_off_after": 2,
    },
    "hand_off": {
        "open": {"text": "I have told our team. Someone will answer you soon.", "buttons": []},
        "closed": {
            "text": "I have told our team. We are closed right now and will answer in turn from {next_open}.",
            "buttons": [],
        },
        "quiet_minutes": 60,
    },
}
