"""What the Graph API's error codes come to, for a message and for a connection that is being set up.

Messenger, Instagram: https://developers.facebook.com/documentation/business-messaging/messenger-platform/error-codes
WhatsApp: https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes
"""

from __future__ import annotations

from typing import NamedTuple

from autoresponder.channels.errors import ChannelDown, Code, Refused, SendError, TryAgain, Unreachable


class Fate(NamedTuple):
    """What becomes of a message. `wait`: seconds to leave the customer alone before the next try."""

    kind: type[SendError]
    code: Code
    wait: float | None = None

    def failure(self, detail: str) -> SendError:
        return self.kind(self.code, detail, retry_after=self.wait)


_BUSY = Fate(TryAgain, "busy")
_TOKEN = Fate(ChannelDown, "token")
_SUSPENDED = Fate(ChannelDown, "suspended")
_NO_RIGHT = Fate(ChannelDown, "permission")
_GONE = Fate(Unreachable, "gone")
_CLOSED = Fate(Refused, "window")
_REFUSED = Fate(Refused, "refused")
_OUR_FAULT = Fate(Refused, "fault")

_RIGHTS = range(200, 300)

PAGES: dict[int, Fate] = {
    **dict.fromkeys((1, 2, -1, 1200, 4, 17, 32, 613), _BUSY),
    10: _NO_RIGHT,
    100: _REFUSED,
    190: _TOKEN,
    368: _SUSPENDED,
    551: _GONE,
}
PAGES_MORE: dict[tuple[int, int], Fate] = {
    # 2018065 is what Messenger said before 2018278, 2534022 is Instagram's.
    **dict.fromkeys(((10, 2018278), (10, 2018065), (10, 2534022)), _CLOSED),
    (10, 1893063): _SUSPENDED,
    # One customer who takes no messages looks like a missing right: github jgorset/facebook-messenger issue 96.
    **dict.fromkeys(((10, 2018108), (200, 2018108), (200, 1545041)), _GONE),
}
WHATSAPP: dict[int, Fate] = {
    # About one message in six seconds to one customer.
    131056: Fate(TryAgain, "busy", 6.0),
    **dict.fromkeys((130429, 80007, 4, 131000, 131016, 2), _BUSY),
    131047: _CLOSED,
    131026: _GONE,
    131030: Fate(Unreachable, "permission"),
    **dict.fromkeys((131021, 131062), Fate(Unreachable, "refused")),
    **dict.fromkeys((131051, 131008, 131009, 100), _OUR_FAULT),
    **dict.fromkeys((131049, 131050, 130472, 131064), _REFUSED),
    **dict.fromkeys((131048, 131031, 368, 131057), _SUSPENDED),
    131042: Fate(ChannelDown, "quota"),
    **dict.fromkeys((131045, 133010, 131037, 10, 3), _NO_RIGHT),
    **dict.fromkeys((0, 190), _TOKEN),
}


def of_pages(code: int, subcode: int) -> Fate | None:
    """Of a message on Messenger or Instagram."""
    return PAGES_MORE.get((code, subcode)) or PAGES.get(code) or (_NO_RIGHT if code in _RIGHTS else None)


def of_whatsapp(code: int) -> Fate | None:
    return WHATSAPP.get(code) or (_NO_RIGHT if code in _RIGHTS else None)


def not_accepted(code: int, subcode: int, said: str, *, status: int, app: bool) -> tuple[str, str]:
    """The code of NotAccepted and the field it is about, "" for the account that was named in the call.

    `app`: the call was about Meta's app and used its own token.
    """
    token = "app_secret" if app else "access_token"
    if "appsecret_proof" in said:
        return "token", "app_secret"
    if code == 2200:  # Meta has called our address and did not get its challenge back
        return "address", ""
    if code in (0, 102, 190):
        return "token", token
    if code in (3, 10) or code in _RIGHTS:
        return "permission", token
    if code == 101 or (app and code == 100 and subcode == 33):
        return "not_found", "app_id"
    if code == 803 or (code, subcode) == (100, 33):
        return "not_found", ""
    if code == 100:  # "nonexisting field on node type (User)": the token or the id is of something else
        return ("refused", "app_id") if app else ("other_kind", token)
    if code in (368, 131031):
        return "suspended", token
    if code in (-1, 1, 2, 4, 17, 32, 613, 80007) or status >= 500 or status == 429:
        return "busy", token
    return ("token", token) if status in (401, 403) else ("refused", token)
