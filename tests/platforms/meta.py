"""The Graph API as Messenger, Instagram and WhatsApp share it. Apart from the product's code.

https://developers.facebook.com/docs/graph-api/reference/app/subscriptions and .../guides/error-handling
"""

from __future__ import annotations

import hmac
from hashlib import sha256
from typing import Any, ClassVar

from tests.channels import meta_rules
from tests.platforms.dialect import Call, Dialect, Told

VERSION = "v25.0"
APP_SECRET = "0123456789abcdef0123456789abcdef"


def error(code: int, message: str, subcode: int = 0, *, status: int = 400, details: str = "") -> Told:
    """An error as the Graph API words it."""
    said: dict[str, Any] = {"message": f"(#{code}) {message}", "type": "OAuthException", "code": code}
    said |= {"error_subcode": subcode} if subcode else {}
    said |= {"error_data": {"messaging_product": "whatsapp", "details": details}} if details else {}
    return Told(status, {"error": said | {"fbtrace_id": "AAAAAAAAAAA"}})


class Graph(Dialect):
    """`tokens`: access token -> the account it is for; `subscribed`: accounts whose events the app gets; `hooks`: what
    the app's events are sent to, by object; `stranger_apps`: ids of other apps that get the account's events too.
    `answers_back`: whether our address passes Meta's test.
    """

    token: ClassVar[str]
    account: ClassVar[str]
    app_id: ClassVar[str]

    def __init__(self) -> None:
        super().__init__()
        self.app_secret = APP_SECRET
        self.tokens = {self.token: self.account}
        self.subscribed: dict[str, list[str]] = {}
        self.stranger_apps: list[str] = []
        self.hooks: dict[str, dict[str, Any]] = {}
        self.answers_back = True
        self.handed_over: list[tuple[str, int]] = []

    def plays(self, call: Call) -> bool:
        bearer = self.bearer(call)
        return bearer in self.tokens or bearer.startswith(f"{self.app_id}|") or bool(set(self.parts(call)) & self.ids())

    def ids(self) -> set[str]:
        return {self.app_id, *self.tokens.values()}

    @staticmethod
    def bearer(call: Call) -> str:
        return call.headers.get("authorization", "").removeprefix("Bearer ")

    @staticmethod
    def parts(call: Call) -> list[str]:
        """["v25.0", "1000", "messages"]"""
        return call.path.strip("/").split("/")

    def delivers(self, call: Call) -> bool:
        return call.method == "POST" and call.path.endswith("/messages")

    def answer(self, call: Call) -> Told:
        version, node, *edge = self.parts(call)
        if version != VERSION:
            return error(2635, "You are calling a deprecated version of the Ads API.")
        if edge == ["subscriptions"]:
            return self._subscriptions(call, node)
        bearer = self.bearer(call)
        if bearer not in self.tokens:
            return error(190, f"Malformed access token {bearer}", status=401)
        if refusal := self._unproven(call, bearer):
            return refusal
        known = {"me": self.me, self.tokens[bearer]: self.itself}.get(node)
        if not edge and known and call.method == "GET":
            return known(call, bearer)
        if edge == ["subscribed_apps"] and node in self.subscribers(bearer):
            return self._subscribed_apps(call, node)
        if node != self.tokens[bearer]:
            return error(100, "Unsupported request. Object with ID does not exist", 33)
        return self.post(edge, call) if call.method == "POST" else error(100, "Unknown path components")

    def me(self, call: Call, bearer: str) -> Told:
        raise NotImplementedError

    def itself(self, call: Call, bearer: str) -> Told:
        return error(100, "Tried accessing nonexisting field")

    def subscribers(self, bearer: str) -> set[str]:
        return {self.tokens[bearer]}

    def post(self, edge: list[str], call: Call) -> Told:
        raise NotImplementedError

    def failed(self) -> Told:
        return error(2, "An unexpected error has occurred. Please retry your request later.", status=500)

    def _unproven(self, call: Call, bearer: str) -> Told | None:
        given = call.query.get("appsecret_proof")
        if given is None or given == hmac.new(self.app_secret.encode(), bearer.encode(), sha256).hexdigest():
            return None
        return error(100, "Invalid appsecret_proof provided in the API argument")

    def _subscriptions(self, call: Call, app_id: str) -> Told:
        if app_id != self.app_id:
            return error(101, "Error validating application. Cannot get application info due to a system error.")
        if self.bearer(call) != f"{self.app_id}|{self.app_secret}":
            return error(190, "Invalid OAuth access token signature.")
        if call.method == "GET":
            return Told(200, {"data": list(self.hooks.values())})
        said = call.json
        if not (self.answers_back and said["verify_token"] and said["callback_url"].startswith("https://")):
            return error(2200, "Callback verification failed with the following errors: HTTP Status Code = 403")
        fields = [{"name": name, "version": VERSION} for name in said["fields"].split(",")]
        hook = {"object": said["object"], "callback_url": said["callback_url"], "active": True, "fields": fields}
        self.hooks[said["object"]] = hook
        return Told(200, {"success": True})

    def _subscribed_apps(self, call: Call, account: str) -> Told:
        if call.method == "GET":
            ours = [self.app_id] if account in self.subscribed else []
            return Told(200, {"data": [self.listed(app_id) for app_id in [*self.stranger_apps, *ours]]})
        if call.method == "DELETE":
            self.subscribed.pop(account, None)
        elif fields := self.asked_for(call):
            self.subscribed[account] = fields
        else:
            return error(100, "The parameter subscribed_fields is required.")
        return Told(200, {"success": True})

    def listed(self, app_id: str) -> dict[str, Any]:
        return {"id": app_id, "name": "An app", "subscribed_fields": ["messages"]}

    def asked_for(self, call: Call) -> list[str]:
        fields: list[str] = call.json.get("subscribed_fields", "").split(",")
        return [] if fields == [""] else fields


class Pages(Graph):
    """What Messenger and Instagram share. `metadata`: what came with each message, to be sent back in its echo."""

    rules: ClassVar[meta_rules.Kind]

    def __init__(self) -> None:
        super().__init__()
        self.metadata: list[str] = []

    def post(self, edge: list[str], call: Call) -> Told:
        said = call.json
        customer = said.get("recipient", {}).get("id", "")
        if edge == ["pass_thread_control"]:
            self.handed_over.append((customer, said["target_app_id"]))
            return Told(200, {"success": True})
        if edge != ["messages"]:
            return error(100, "Unknown path components")
        if not customer or said.get("messaging_type") != "RESPONSE":
            return error(100, "No matching user found", 2018001)
        try:
            meta_rules.page(self.rules, said["message"])
        except meta_rules.Illegal as illegal:
            return error(100, f"Invalid parameter: {illegal}")
        self.metadata.append(said["message"].get("metadata", ""))
        message_id = self.accept(customer, said["message"]["text"])
        return Told(200, {"recipient_id": customer, "message_id": message_id})

    def limited(self) -> Told:
        return error(613, "Calls to this API have exceeded the rate limit.")
