"""Calls to LINE, and what its answers mean. https://developers.line.biz/en/reference/messaging-api/

LINE tells its errors apart by the words of `message` only. Where the outcome of a delivery is unknown it is tried once
more at once, for neither way can deliver twice: a reply token works once, a push carries X-Line-Retry-Key.
"""

from __future__ import annotations

from typing import Any

from autoresponder.channels.answers import detail, failure
from autoresponder.channels.base import Payload, Secrets, Where
from autoresponder.channels.bodies import mapping, text
from autoresponder.channels.errors import ChannelDown, MaybeSent, NotAccepted, Refused, SendError, Unreachable
from autoresponder.net.client import Answer, Client, NotSent, Unanswered

ORIGIN = "https://api.line.me"

_MESSAGE = "/v2/bot/message"
_ENDPOINT = "/v2/bot/channel/webhook/endpoint"
# Seconds for the second try, so that a reply and a push, each tried twice, end before the outbox takes us for dead.
_AGAIN = 4.0


def reply(net: Client, secrets: Secrets, token: str, messages: list[Payload]) -> str | None:
    """The id of the first message; None when LINE surely has not taken it because the token has run out or is used.

    After a try of unknown outcome no error tells anything: "Invalid reply token" may mean that it was delivered.
    """
    # X-Line-Retry-Key is refused with 400 here (docs, "Retrying an API request").
    answer, doubtful = _twice(net, secrets, f"{_MESSAGE}/reply", {"replyToken": token, "messages": messages}, {})
    if answer.ok:
        return _first_id(answer)
    if doubtful or answer.status >= 500:
        raise MaybeSent("unsure", detail(answer))
    if answer.status == 400 and "invalid reply token" in _said(answer).lower():
        return None
    raise _error(answer, pushed=False)


def push(net: Client, secrets: Secrets, to: str, messages: list[Payload], key: str) -> str:
    """The id of the first message. `key`: a UUID; what LINE took under it within 24 hours is not delivered again."""
    body = {"to": to, "messages": messages}
    answer, _ = _twice(net, secrets, f"{_MESSAGE}/push", body, {"X-Line-Retry-Key": key})
    # 409: an earlier try with this key was taken (docs, "Retrying an API request").
    if answer.ok or answer.status == 409:
        return _first_id(answer)
    raise _error(answer, pushed=True)


def account(net: Client, secrets: Secrets) -> dict[str, str]:
    """What LINE calls the account, and the id that its events name as `destination`. NotAccepted."""
    told = _accepted(_request(net, secrets, "GET", "/v2/bot/info")).json()
    return {"name": text(told.get("displayName")), "bot_id": text(told.get("userId"))}


def endpoint(net: Client, secrets: Secrets, address: str) -> Where:
    """Where LINE sends the account's events now. NotAccepted."""
    answer = _request(net, secrets, "GET", _ENDPOINT)
    if answer.status == 404:  # none was ever set
        return "none"
    told = _accepted(answer).json()
    if text(told.get("endpoint")) != address:
        return "other" if told.get("endpoint") else "none"
    return "ours" if told.get("active") is True else "off"


def set_endpoint(net: Client, secrets: Secrets, address: str) -> None:
    """NotAccepted: also where LINE cannot reach the address, or where our answer to it shows a wrong channel secret."""
    answer = _request(net, secrets, "PUT", _ENDPOINT, {"endpoint": address})
    if answer.status == 400:
        raise NotAccepted("address", detail=_said(answer))
    _accepted(answer)
    # ‘Use webhook’ can only be switched on in the console.
    if endpoint(net, secrets, address) == "off":
        raise NotAccepted("switched_off")
    told = _accepted(_request(net, secrets, "POST", "/v2/bot/channel/webhook/test", {"endpoint": address})).json()
    if told.get("success") is not True:
        # LINE signs the test with the channel secret, so our own 401 says that the one we were given is wrong.
        if told.get("statusCode") == 401:
            raise NotAccepted("token", "channel_secret")
        raise NotAccepted("address", detail=" ".join(filter(None, map(text, (told.get("reason"), told.get("detail"))))))


def _twice(net: Client, secrets: Secrets, path: str, body: Payload, headers: dict[str, str]) -> tuple[Answer, bool]:
    """The answer, and whether it is that of a second try: a first one had an unknown outcome."""
    try:
        answer = _request(net, secrets, "POST", path, body, headers)
        if answer.status < 500:
            return answer, False
    except Unanswered:
        pass
    try:
        return _request(net, secrets, "POST", path, body, headers, seconds=min(net.seconds, _AGAIN)), True
    except NotSent as error:
        raise Unanswered("cut_off") from error


def _request(
    net: Client,
    secrets: Secrets,
    method: str,
    path: str,
    body: Payload | None = None,
    headers: dict[str, str] | None = None,
    seconds: float | None = None,
) -> Answer:
    if not (token := secrets.get("access_token")):
        raise ChannelDown("token")
    given = {"Authorization": f"Bearer {token}", **(headers or {})}
    return net.request(method, ORIGIN + path, json=body, headers=given, seconds=seconds)


def _error(answer: Answer, *, pushed: bool) -> SendError:
    said = _said(answer)
    words = detail(answer, said)
    if answer.status == 400:
        # Given for a customer who cannot be reached (reference, "Error messages").
        gone = said.lower().startswith("failed to send messages")
        return Unreachable("gone", words) if gone else Refused("refused", words)
    # Only pushes are counted and need a plan: replies go on, so the channel is not stopped.
    if pushed and answer.status == 429 and "monthly limit" in said.lower():
        return Refused("quota", words)
    if pushed and answer.status == 403:
        return Refused("permission", words)
    return failure(answer, keyed=pushed)


def _accepted(answer: Answer) -> Answer:
    if answer.status == 401:
        raise NotAccepted("token", "access_token")
    if answer.status == 403:
        raise NotAccepted("permission", "access_token")
    if not answer.ok:
        raise NotAccepted("busy", detail=detail(answer, _said(answer)))
    return answer


def _said(answer: Answer) -> str:
    """The error's words, with what is wrong where."""
    told = answer.json()
    more = told.get("details")
    wrong = [f"{text(each.get('property'))}: {text(each.get('message'))}" for each in map(mapping, _list(more))]
    return "; ".join([text(told.get("message")), *wrong])


def _first_id(answer: Answer) -> str:
    sent = _list(answer.json().get("sentMessages"))
    return text(mapping(sent[0]).get("id")) if sent else ""


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
