"""Whether what the seller entered opens the mailbox and lets mail out. No mail is sent."""

from __future__ import annotations

import imaplib
from collections.abc import Mapping

from autoresponder.channels.base import Secrets
from autoresponder.channels.errors import NotAccepted, SendError
from autoresponder.channels.mail import smtp
from autoresponder.channels.mail.account import Account, account
from autoresponder.channels.mail.imap import LoginRefused, Mailbox
from autoresponder.net.client import Client, NotSent


def check(values: Secrets, net: Client) -> Mapping[str, str]:
    """`name` is the address, `user` what the servers call the account. Raises NotAccepted: in place of "token"
    "app_password" where the company wants a password made for programs, "no_passwords" where it takes none."""
    own = account(values)
    if own.provider and not own.provider.password and not values.get("imap_host"):
        raise NotAccepted("no_passwords", "address")
    # The user name found for another address or another server counts no more.
    user = _check_imap(account({**values, "user": ""}), net)
    _check_smtp(account({**values, "user": user}), net)
    return {"name": own.address, "user": user}


def _check_imap(own: Account, net: Client) -> str:
    """The user name that the server knows."""
    if own.imap is None:
        raise NotAccepted("not_found", "imap_host")
    # Daum and some hosts want only what stands before the "@".
    users = dict.fromkeys([own.user, own.address.partition("@")[0]])
    refused = LoginRefused("token", "")
    for user in users:
        try:
            with Mailbox(own.imap, net, net.seconds) as box:
                box.enter(user, own.password)
                box.end_of("INBOX")
                return user
        except LoginRefused as error:
            # The first refusal is about the name that most servers want.
            refused = error if user == own.user else refused
            if error.code != "token":
                break
        except NotSent as error:
            raise _unreachable(error.code, "imap_host", own) from None
        except (OSError, imaplib.IMAP4.error) as error:
            raise NotAccepted("unreachable", "imap_host", own.unspoken(str(error))) from None
    raise _not_accepted(refused, own)


def _check_smtp(own: Account, net: Client) -> None:
    if own.smtp is None:
        raise NotAccepted("not_found", "smtp_host")
    try:
        with smtp.session(own, net, net.seconds):
            pass
    except NotSent as error:
        raise _unreachable(error.code, "smtp_host", own) from None
    except SendError as error:
        if error.code == "token":
            raise _not_accepted(LoginRefused("token", error.detail), own) from None
        raise NotAccepted(error.code, "smtp_host", error.detail) from None


def _unreachable(code: str, field: str, own: Account) -> NotAccepted:
    """A name that leads nowhere is the seller's slip, unless it is one that we filled in."""
    if code == "inside":
        return NotAccepted("inside", field)
    return NotAccepted("unreachable" if own.provider else "not_found", field, code)


def _not_accepted(refused: LoginRefused, own: Account) -> NotAccepted:
    if refused.code == "token":
        wants = own.provider is not None and own.provider.app_password
        return NotAccepted("app_password" if wants else "token", "password", own.unspoken(refused.said))
    return NotAccepted(refused.code, "" if refused.code == "busy" else "address", own.unspoken(refused.said))
