"""A mail company as a messenger's platform: what it accepted are the mails it took over by SMTP."""

from __future__ import annotations

from email import message_from_bytes, policy
from typing import ClassVar

from tests.platforms.dialect import Call, Dialect, Mode, Told
from tests.platforms.mailbox import HOST, Company, servers

# No HTTP here: what `mode` does is done by the SMTP server at one of its steps.
SPOILT: dict[Mode, dict[str, str]] = {
    "ok": {},
    "busy": {"RCPT": "450 4.2.1 The user you are trying to contact is receiving mail too quickly"},
    "broken": {"content": "451 4.3.0 Internal server error"},
    "hang": {"content": "hang"},
    "reset": {"content": "cut"},
    "error": {"content": "554 5.7.1 Message rejected as spam"},
    "endless": {"content": "endless"},
    "redirect": {"RCPT": "551 5.1.6 User not local; please try <other@example.org>"},
}


class Email(Dialect):
    kind = "email"
    origins: ClassVar[tuple[str, ...]] = ()

    def __init__(self) -> None:
        super().__init__()
        self.company = _Company(self)

    def set(self, mode: Mode, times: int | None = None) -> None:
        super().set(mode, times)
        self.company.spoilt = dict(SPOILT[mode])

    def secrets(self, *, clear: bool = False) -> dict[str, str]:
        """What a seller enters to reach this company; `clear`: by the ports that want STARTTLS."""
        found = servers()
        found.played = self.company
        return {
            "address": self.company.user,
            "password": self.company.password,
            "loop_key": "sample-mail-key",
            "answer": "all",
            "imap_host": f"{HOST}:{found.imap_clear if clear else found.imap}",
            "smtp_host": f"{HOST}:{found.smtp_clear if clear else found.smtp}",
        }

    def answer(self, call: Call) -> Told:
        return Told(404)

    def delivers(self, call: Call) -> bool:
        return False

    def limited(self) -> Told:
        return Told(429)

    def refusal(self) -> Told:
        return Told(400)


class _Company(Company):
    """Tells its dialect what was taken, as its customer reads it."""

    def __init__(self, dialect: Email) -> None:
        super().__init__()
        self._dialect = dialect

    def take(self, sender: str, to: str, raw: bytes) -> None:
        super().take(sender, to, raw)
        mail = message_from_bytes(raw, policy=policy.default)
        self._dialect.accept(to, str(mail.get_content()).strip(), str(mail["Message-ID"]))
