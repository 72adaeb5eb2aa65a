"""What the seller entered, as the mail servers want it."""

from __future__ import annotations

from dataclasses import dataclass, field

from autoresponder.channels.base import Secrets
from autoresponder.channels.mail import providers
from autoresponder.channels.mail.providers import IMAP_PORT, SMTP_PORT, Place, Provider
from autoresponder.channels.mail.read import Own


@dataclass(frozen=True, slots=True)
class Account:
    """`user` is what the servers call the account: the address, or with some companies the part before the "@"."""

    address: str
    user: str
    password: str = field(repr=False)
    key: str = field(repr=False)
    sender: str
    imap: Place | None
    smtp: Place | None
    provider: Provider | None
    only_asked: bool

    @property
    def own(self) -> Own:
        return Own(self.address, self.key, self.only_asked)

    def unspoken(self, said: str) -> str:
        """A server's words on one line, without the password that it may have echoed."""
        line = " ".join("".join(sign if sign.isprintable() else " " for sign in said[:600]).split())
        return (line.replace(self.password, "…") if self.password else line)[:200]


def account(secrets: Secrets) -> Account:
    address = secrets.get("address", "").strip().lower()
    known = providers.of(address)
    imap, smtp = secrets.get("imap_host", ""), secrets.get("smtp_host", "")
    return Account(
        address=address,
        user=secrets.get("user", "") or address,
        password=secrets.get("password", ""),
        key=secrets.get("loop_key", ""),
        sender=" ".join(secrets.get("sender", "").split()),
        imap=providers.place(imap, known.imap if known else "", IMAP_PORT),
        smtp=providers.place(smtp, known.smtp if known else "", SMTP_PORT),
        provider=known,
        only_asked=secrets.get("answer", "asked") != "all",
    )
