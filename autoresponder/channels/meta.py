"""What Messenger, Instagram and WhatsApp have in common: one app of Meta's, its signed hook, and the Graph API.

Hook: https://developers.facebook.com/docs/messenger-platform/webhooks. One request may be about the accounts of several
shops, so every event names its `account`.
App: https://developers.facebook.com/docs/graph-api/webhooks/subscriptions-edge
"""

from __future__ import annotations

import hmac
from abc import abstractmethod
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any, ClassVar
from urllib.parse import quote, urlencode

from autoresponder.channels import answers
from autoresponder.channels.base import Channel, Field, Payload, Request, Response, Secrets, Where
from autoresponder.channels.bodies import mapping, text
from autoresponder.channels.errors import BadSignature, MaybeSent, NotAccepted, Refused
from autoresponder.channels.meta_errors import Fate, not_accepted
from autoresponder.channels.meta_events import known_id, message_id, objects
from autoresponder.channels.signing import live_secrets, require_secret
from autoresponder.net.client import Answer, Client

VERSION = "v25.0"
FACEBOOK = "https://graph.facebook.com"
HEADER = "x-hub-signature-256"
_CHALLENGE_LENGTH = 200

ID_PATTERN = "[0-9]{5,25}"
ACCESS_TOKEN = Field(
    "access_token",
    "액세스 토큰",
    help="Meta의 앱 화면에서 만든 ‘액세스 토큰’을 그대로 붙여 넣어 주세요.",
    secret=True,
    pattern=r"[A-Za-z0-9_|.-]{20,500}",
    example="EAAJZC…",
    wrong="‘액세스 토큰’은 영문과 숫자로 된 긴 글자예요. 앞뒤가 잘리지 않았는지 봐 주세요.",
)
APP = (
    Field(
        "app_secret",
        "앱 시크릿 코드",
        help="Meta의 앱 화면에서 앱 설정 > 기본 설정에 있어요. 메시지가 정말 Meta에서 왔는지 이 값으로 확인해요.",
        secret=True,
        pattern="[0-9a-f]{32}",
        example="0123456789abcdef0123456789abcdef",
        wrong="‘앱 시크릿 코드’는 0~9와 a~f로 된 32자리예요.",
        proves=True,
        operator=True,
    ),
    Field(
        "app_id",
        "앱 ID",
        help="넣어 두면 연결 주소를 저희가 Meta에 등록해 드려요. 비워 두면 Meta의 앱 화면에 직접 붙여 넣으면 돼요.",
        required=False,
        pattern=ID_PATTERN,
        example="1234567890123456",
        wrong="‘앱 ID’는 숫자로만 되어 있어요.",
        operator=True,
    ),
    Field(
        "verify_token",
        "확인 토큰",
        help="연결 주소를 직접 등록할 때 Meta의 앱 화면 ‘확인 토큰’ 칸에 붙여 넣어 주세요.",
        secret=True,
        generated="secret",
        operator=True,
    ),
)


class Meta(Channel):
    """`hook_object`: what the hook calls this messenger; `listens`: the hook's fields we need; `origin`: its API's;
    `id_field`: which of our fields holds the shop's account; `subscriber`: which holds the account that has the events.
    """

    shared_hook = True
    max_body = 3 * 1024 * 1024
    hook_object: ClassVar[str]
    listens: ClassVar[tuple[str, ...]]
    origin: ClassVar[str] = FACEBOOK
    id_field: ClassVar[str]
    subscriber: ClassVar[str]

    # --- in ---

    def verify(self, request: Request, secrets: Secrets) -> None:
        given = request.headers.get(HEADER, "").encode("utf-8", "surrogatepass")
        # Over the bytes as they came: Meta signs the form with \uXXXX escapes, which nobody would write again.
        wanted = [
            b"sha256=" + hmac.new(secret.encode(), request.body, sha256).hexdigest().encode()
            for secret in live_secrets(secrets, "app_secret")
        ]
        matches = [hmac.compare_digest(given, one) for one in wanted]
        if not any(matches):
            raise BadSignature("the signature is missing or wrong")

    def handshake(self, query: Mapping[str, str], secrets: Secrets) -> str | None:
        challenge = query.get("hub.challenge", "")
        sane = 0 < len(challenge) <= _CHALLENGE_LENGTH and challenge.isprintable()
        if query.get("hub.mode") != "subscribe" or not sane:
            return None
        try:
            require_secret(query.get("hub.verify_token", ""), secrets, "verify_token")
        except BadSignature:
            return None
        return challenge

    def account_of(self, secrets: Secrets) -> str:
        return secrets.get(self.id_field, "")

    # --- out ---

    def respond(self, payloads: Sequence[Payload]) -> Response:
        return Response(200)

    def calls(self, payload: Payload, *, answered: bool) -> Sequence[Payload]:
        return list(payload["calls"])

    # --- the network ---

    @abstractmethod
    def fate(self, code: int, subcode: int) -> Fate | None:
        """What an error of the Graph API does to a message; None for one that is not known."""

    def deliver(self, edge: str, body: Payload, secrets: Secrets, net: Client) -> Mapping[str, Any]:
        """Post to an edge of the shop's account and return the answer. Raises a SendError.

        Meta's codes decide and not the HTTP status: one and the same refusal comes with 200, 400, 401 or 500.
        https://developers.facebook.com/documentation/business-messaging/messenger-platform/error-codes
        """
        answer = self._ask(net, "POST", f"{self.account_of(secrets)}/{edge}", secrets, json=body)
        error = mapping(answer.json().get("error"))
        if fate := self.fate(number(error.get("code")), number(error.get("error_subcode"))):
            raise fate.failure(answers.detail(answer, said_of(error)))
        if error and answer.ok:
            raise Refused("refused", answers.detail(answer, said_of(error)))
        answers.raise_for(answer)
        return answer.json()

    def look(self, net: Client, path: str, values: Secrets, **query: str) -> Mapping[str, Any]:
        """Read something with the shop's own token. Raises NotAccepted."""
        return self._accepted(self._ask(net, "GET", path, values, query=query))

    def installed(self, values: Secrets, address: str, net: Client) -> Where:
        app = _app_token(values)
        if app:
            found = self._accepted(
                self._ask(net, "GET", f"{values['app_id']}/subscriptions", values, app=app), app=True
            )
            ours = [one for one in objects(found.get("data")) if one.get("object") == self.hook_object]
            if not ours:
                return "none"
            if ours[0].get("callback_url") != address:
                return "other"
            if ours[0].get("active") is False:
                return "off"
        if not self._subscribed(self.look(net, f"{values.get(self.subscriber, '')}/subscribed_apps", values), values):
            return "none"
        return "ours" if app else "unknown"

    def install(self, values: Secrets, address: str, net: Client) -> None:
        if app := _app_token(values):
            told = {
                "object": self.hook_object,
                "callback_url": address,
                "verify_token": values.get("verify_token", ""),
                "fields": ",".join(self.listens),
                "include_values": True,
            }
            path = f"{values['app_id']}/subscriptions"
            self._accepted(self._ask(net, "POST", path, values, app=app, json=told), app=True)
        self._accepted(
            self._ask(
                net,
                "POST",
                f"{values.get(self.subscriber, '')}/subscribed_apps",
                values,
                json=self.subscription(),
            ),
            subject=self.subscriber,
        )

    def subscription(self) -> Payload:
        """What to say when we ask for the events of one account."""
        return {"subscribed_fields": ",".join(self.listens)}

    def remove(self, values: Secrets, address: str, net: Client) -> None:
        """Only this account's events are called off: the app may serve other shops."""
        self._ask(net, "DELETE", f"{values.get(self.subscriber, '')}/subscribed_apps", values)

    def _subscribed(self, found: Mapping[str, Any], values: Secrets) -> bool:
        """Whether one of the apps that get this account's events is ours; any counts where we do not know our own."""
        apps = [mapping(one.get("whatsapp_business_api_data")) or one for one in objects(found.get("data"))]
        return any(values.get("app_id", "") in ("", known_id(app.get("id"))) for app in apps)

    def _accepted(self, answer: Answer, *, subject: str = "", app: bool = False) -> Mapping[str, Any]:
        """The answer's object, or NotAccepted. `subject`: the field whose account was named, "" for the messenger's."""
        error = mapping(answer.json().get("error"))
        if answer.ok and not error:
            return answer.json()
        code, subcode = number(error.get("code")), number(error.get("error_subcode"))
        why, field = not_accepted(code, subcode, said_of(error), status=answer.status, app=app)
        raise NotAccepted(why, field or subject or self.id_field, answers.detail(answer, said_of(error)))

    def _ask(
        self,
        net: Client,
        method: str,
        path: str,
        secrets: Secrets,
        *,
        app: str = "",
        json: Payload | None = None,
        query: Mapping[str, str] | None = None,
    ) -> Answer:
        """`app`: the app's own token, for calls about the app; otherwise the shop's is used."""
        origin = FACEBOOK if app else self.origin
        asked = dict(query or {})
        if secret := secrets.get("app_secret") if origin == FACEBOOK and not app else "":
            # An app may be set to take nothing without it: https://developers.facebook.com/docs/graph-api/guides/secure-requests
            asked["appsecret_proof"] = proof(secret, secrets.get("access_token", ""))
        url = f"{origin}/{VERSION}/{quote(path)}" + (f"?{urlencode(asked)}" if asked else "")
        token = app or secrets.get("access_token", "")
        answer = net.request(method, url, json=json, headers={"Authorization": f"Bearer {token}"})
        return answer._replace(body=self._without_secrets(answer.body, secrets))

    def _without_secrets(self, body: bytes, secrets: Secrets) -> bytes:
        """Meta repeats a malformed token in its error ("Malformed access token EAA...")."""
        for value in (value for field in self.fields if field.secret for value in live_secrets(secrets, field.name)):
            body = body.replace(value.encode(), b"***")
        return body


def proof(app_secret: str, access_token: str) -> str:
    """That who holds the token also holds the app's secret: hex of HMAC-SHA256."""
    return hmac.new(app_secret.encode(), access_token.encode(), sha256).hexdigest()


def taken(value: object) -> str:
    """The id of what was just taken; without one nobody can say that it was: MaybeSent."""
    if not (known := message_id(value)):
        raise MaybeSent("unsure", "an answer without a message id")
    return known


def number(value: object) -> int:
    """An error's code; -99, which Meta does not use, where it has none."""
    return value if isinstance(value, int) else -99


def said_of(error: Mapping[str, Any]) -> str:
    """What an error says of itself. WhatsApp keeps the useful half in `error_data.details`."""
    code = "/".join(str(error[name]) for name in ("code", "error_subcode") if isinstance(error.get(name), int))
    words = (
        text(mapping(error.get("error_data")).get("details")) or text(error.get("message")) or text(error.get("title"))
    )
    return f"({code}) {words}".strip() if error else ""


def _app_token(values: Secrets) -> str:
    app_id, app_secret = values.get("app_id", ""), values.get("app_secret", "")
    return f"{app_id}|{app_secret}" if app_id and app_secret else ""
