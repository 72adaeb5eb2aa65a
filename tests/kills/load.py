"""What comes in while parts of the product are killed: each message as its platform would send it."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from threading import Lock
from typing import Any

from tests.platforms.line import LinePlatform

CHANNEL_SECRET = "0123456789abcdef" * 2
ANSWER_WITHIN, TRIES = 5.0, 40


@dataclass
class Load:
    """What was sent in, and which of it was acknowledged. One customer for each message."""

    port: int
    paths: dict[str, str]
    secrets: dict[str, str]
    line: LinePlatform
    acked: set[tuple[str, str]] = field(default_factory=set)
    refused: int = 0
    lock: Lock = field(default_factory=Lock)

    def send(self, number: int, kind: str) -> None:
        """As platforms do: the same event again, until it is taken."""
        body, headers = self._request(number, kind)
        if kind == "line":
            self.line.give(reply_token(number), customer(number))
        for _ in range(TRIES):
            if self.post(kind, body, headers) == 200:
                with self.lock:
                    self.acked.add((kind, customer(number)))
                return
            time.sleep(0.5)
        with self.lock:
            self.refused += 1

    def post(self, kind: str, body: bytes, headers: dict[str, str]) -> int:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=ANSWER_WITHIN)
        try:
            connection.request("POST", self.paths[kind], body, headers)
            return connection.getresponse().status
        except (OSError, HTTPException):
            return 0
        finally:
            connection.close()

    def _request(self, number: int, kind: str) -> tuple[bytes, dict[str, str]]:
        body = _BODIES[kind](number)
        data = json.dumps(body).encode()
        proof = {
            "telegram": {"X-Telegram-Bot-Api-Secret-Token": self.secrets["telegram"]},
            "kakao": {"X-Dapjigi-Key": self.secrets["kakao"], "X-Request-Id": f"r{number}"},
            "line": {"X-Line-Signature": _line_signature(data)},
        }[kind]
        return data, {"Host": "localhost", "Content-Type": "application/json", **proof}


def customer(number: int) -> str:
    return str(1_000_000 + number)


def reply_token(number: int) -> str:
    return hashlib.sha256(f"{number}".encode()).hexdigest()[:32]


def _telegram(number: int) -> dict[str, Any]:
    who = {"id": int(customer(number)), "is_bot": False, "first_name": "손님"}
    chat = {"id": who["id"], "type": "private", "first_name": "손님"}
    said = {"message_id": number, "from": who, "chat": chat, "date": int(time.time()), "text": "배송비 얼마예요?"}
    return {"update_id": 5_000_000 + number, "message": said}


def _kakao(number: int) -> dict[str, Any]:
    user = {"id": customer(number), "type": "botUserKey", "properties": {}}
    return {"bot": {"id": "b1", "name": "봇"}, "userRequest": {"utterance": "배송비 얼마예요?", "user": user}}


def _line(number: int) -> dict[str, Any]:
    event = {
        "type": "message",
        "webhookEventId": f"01H{number:023d}",
        "deliveryContext": {"isRedelivery": False},
        "timestamp": int(time.time() * 1000),
        "mode": "active",
        "source": {"type": "user", "userId": customer(number)},
        "replyToken": reply_token(number),
        "message": {"id": str(7_000_000 + number), "type": "text", "quoteToken": "q", "text": "배송비 얼마예요?"},
    }
    return {"destination": "U" + "0" * 32, "events": [event]}


def _line_signature(body: bytes) -> str:
    return base64.b64encode(hmac.digest(CHANNEL_SECRET.encode(), body, "sha256")).decode()


_BODIES = {"telegram": _telegram, "kakao": _kakao, "line": _line}
