"""E-mail: the shop's own mailbox, read by IMAP and answered by SMTP, with the manners of RFC 3834.

A machine that answers mail can start a loop with another one, or answer a newsletter, a bounce, an accountant. So most
mails are only kept and shown: see mail/manners.py for those that no machine may answer, and `answer` below.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar

from autoresponder.channels import fit
from autoresponder.channels.base import (
    Channel,
    Event,
    Field,
    Limits,
    Outgoing,
    Payload,
    Polled,
    Request,
    Response,
    Secrets,
)
from autoresponder.channels.errors import BadRequest, BadSignature
from autoresponder.channels.mail import check, look, smtp, write
from autoresponder.channels.mail.account import account
from autoresponder.engine.types import Reply
from autoresponder.net.client import Client

DAY = 86_400.0


class Email(Channel):
    kind = "email"
    label = "이메일"
    has_hook = False
    limits = Limits(text=20_000, bubbles=1, buttons=0, button_label=40, seconds=7_200)
    at_most: ClassVar[tuple[tuple[int, float], ...]] = ((3, 3_600.0), (10, DAY))
    greets_every: ClassVar[float] = 7 * DAY
    fields = (
        Field(
            "address",
            "메일 주소",
            help="손님이 문의를 보내는 메일 주소예요.",
            pattern=r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,40}(\.[A-Za-z0-9-]{1,20}){1,3}",
            example="shop@naver.com",
            wrong="메일 주소 모양이 아니에요. shop@naver.com처럼 적어 주세요.",
        ),
        Field(
            "password",
            "비밀번호",
            help="네이버·Gmail·다음 메일은 로그인 비밀번호가 아니라 ‘앱 비밀번호’를 만들어 넣어야 해요.",
            secret=True,
        ),
        Field(
            "answer",
            "자동으로 답할 메일",
            help="거래처 메일처럼 문의가 아닌 메일도 온다면 ‘규칙에 맞는 질문에만’이 좋아요.",
            required=False,
            choices=(("asked", "규칙에 맞는 질문에만"), ("all", "부재중 인사와 기본 답변도")),
        ),
        Field(
            "sender", "보내는 사람 이름", help="손님 메일함에 보이는 이름이에요.", required=False, example="오후의 서랍"
        ),
        Field(
            "imap_host",
            "받는 메일 서버(IMAP)",
            help="네이버·Gmail·다음·네이트 메일이면 비워 두세요.",
            required=False,
            pattern=r"[A-Za-z0-9.-]{1,100}(:[0-9]{1,5})?",
            example="imap.example.com",
        ),
        Field(
            "smtp_host",
            "보내는 메일 서버(SMTP)",
            help="네이버·Gmail·다음·네이트 메일이면 비워 두세요.",
            required=False,
            pattern=r"[A-Za-z0-9.-]{1,100}(:[0-9]{1,5})?",
            example="smtp.example.com",
        ),
        # By it our own mails are known again: see mail/loop.py. Nobody copies it anywhere.
        Field(
            "loop_key",
            "확인 값",
            help="우리가 보낸 메일을 다시 알아보는 데 써요. 따로 붙여 넣을 곳은 없어요.",
            generated="secret",
            secret=True,
        ),
    )

    def verify(self, request: Request, secrets: Secrets) -> None:
        raise BadSignature("mail is fetched, nobody calls")

    def parse(self, request: Request) -> Sequence[Event]:
        raise BadRequest("mail is fetched, nobody calls")

    def account_of(self, secrets: Secrets) -> str:
        return account(secrets).address

    def render(self, replies: Sequence[Reply]) -> Payload:
        """{"text": the body}; "" is silence."""
        return {"text": "\n\n".join(bubble.text for bubble in fit.arrange(replies, self.limits))}

    def respond(self, payloads: Sequence[Payload]) -> Response:
        return Response(200)

    def calls(self, payload: Payload, *, answered: bool) -> Sequence[Payload]:
        return [payload] if payload["text"] else []

    def send(self, outgoing: Outgoing, secrets: Secrets, net: Client) -> str:
        own = account(secrets)
        written = write.compose(outgoing, own.address, own.sender, own.key)
        # A mail server is slow where a platform's API is not (it looks for spam before it says yes).
        smtp.deliver(written, own, net, 2 * net.seconds)
        return written.message_id

    def check(self, values: Secrets, net: Client) -> Mapping[str, str]:
        return check.check(values, net)

    def poll_every(self, secrets: Secrets) -> float:
        return 30

    def poll(self, secrets: Secrets, cursor: Mapping[str, Any], net: Client, now: datetime) -> Polled:
        return look.poll(account(secrets), cursor, net, now)
