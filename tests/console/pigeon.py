"""A messenger made up for these tests: its seller types two values, and its platform says what the test wants."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from django.template import engines

from autoresponder import channels
from autoresponder.channels.base import Channel, Field, Limits, Outgoing, Payload, Request, Response, Secrets, Where
from autoresponder.channels.errors import NotAccepted
from autoresponder.engine.types import Incoming, Reply
from autoresponder.net.client import Client

PUBLIC = "https://bot.example.com"


def keep(monkeypatch: pytest.MonkeyPatch, settings: Any) -> Pigeon:
    """Register it for one test, on an installation that platforms can reach."""
    adapter, real = Pigeon(), channels.get
    monkeypatch.setitem(channels.KINDS, Pigeon.kind, "tests.console.pigeon:Pigeon")
    monkeypatch.setattr(channels, "get", lambda kind: adapter if kind == Pigeon.kind else real(kind))
    engine = engines["django"].engine  # type: ignore[attr-defined]
    monkeypatch.setattr(engine, "dirs", [*engine.dirs, Path(__file__).parent / "templates"])
    settings.BASE_URL = PUBLIC
    return adapter


class Pigeon(Channel):
    """`says`: what raises, by method; `where`: what `installed` answers; `told`: the addresses it was given."""

    kind = "pigeon"
    label = "비둘기"
    limits = Limits(text=100, bubbles=1, buttons=0, button_label=10, seconds=300)
    fields = (
        Field("ring", "발가락지 번호", secret=True, pattern="[0-9]{6}", example="123456", proves=True),
        Field("loft", "비둘기집 이름", required=False),
        Field("grain", "모이", required=False, choices=(("", "보리"), ("yes", "콩도 주기"))),
        Field("seal", "봉인", secret=True, generated="secret"),
    )

    def __init__(self) -> None:
        self.says: dict[str, Exception] = {}
        self.where: Where = "none"
        self.told: list[str] = []
        self.removed: list[str] = []
        self.every = 0.0

    def _may(self, act: str) -> None:
        if act in self.says:
            raise self.says[act]

    def verify(self, request: Request, secrets: Secrets) -> None: ...

    def parse(self, request: Request) -> list[Incoming]:
        return []

    def render(self, replies: Any) -> Payload:
        return {"texts": [reply.text for reply in replies if isinstance(reply, Reply)]}

    def respond(self, payloads: Any) -> Response:
        return Response()

    def calls(self, payload: Payload, *, answered: bool) -> list[Payload]:
        return [payload] if payload["texts"] else []

    def send(self, outgoing: Outgoing, secrets: Secrets, net: Client) -> str:
        self._may("send")
        return "p1"

    def check(self, values: Secrets, net: Client) -> Mapping[str, str]:
        self._may("check")
        if values["ring"] == "000000":
            raise NotAccepted("token", "ring")
        return {"name": f"비둘기 {values['ring']}"}

    def installed(self, values: Secrets, address: str, net: Client) -> Where:
        self._may("installed")
        return self.where

    def install(self, values: Secrets, address: str, net: Client) -> None:
        self._may("install")
        self.told.append(address)
        self.where = "unknown" if self.where == "unknown" else "ours"

    def remove(self, values: Secrets, address: str, net: Client) -> None:
        self._may("remove")
        self.removed.append(address)

    def poll_every(self, secrets: Secrets) -> float:
        return self.every
