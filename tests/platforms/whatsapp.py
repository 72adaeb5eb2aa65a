"""WhatsApp Cloud API: https://developers.facebook.com/documentation/business-messaging/whatsapp."""

from __future__ import annotations

from typing import Any

from tests.channels import meta_rules
from tests.platforms.dialect import Call, Told
from tests.platforms.meta import Graph, error

BUSINESS = "100000000000009"


class WhatsApp(Graph):
    kind = "whatsapp"
    origins = ("https://graph.facebook.com",)
    token = "EAAwhatsappSampleToken000000001"
    account = "100000000000010"
    app_id = "700000000000003"

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[dict[str, Any]] = []

    def ids(self) -> set[str]:
        return super().ids() | {BUSINESS}

    def me(self, call: Call, bearer: str) -> Told:
        return Told(200, {"id": "800000000000001", "name": "System user"})

    def itself(self, call: Call, bearer: str) -> Told:
        told = {"display_phone_number": "+1 555-000-0000", "verified_name": "오후의 서랍"}
        asked = {name: told[name] for name in call.query.get("fields", "").split(",") if name in told}
        return Told(200, {**asked, "id": self.tokens[bearer]})

    def subscribers(self, bearer: str) -> set[str]:
        return {BUSINESS}

    def listed(self, app_id: str) -> dict[str, Any]:
        return {"whatsapp_business_api_data": {"id": app_id, "name": "An app", "link": "https://www.facebook.com/"}}

    def asked_for(self, call: Call) -> list[str]:
        """The fields are the app's."""
        return ["messages"]

    def post(self, edge: list[str], call: Call) -> Told:
        said = call.json
        to, recipient = said.get("to", ""), said.get("recipient", "")
        if edge != ["messages"] or said.pop("messaging_product", "") != "whatsapp":
            return error(100, "Invalid parameter", details="messaging_product")
        if not ((to.isdecimal() and not recipient) or (not to and "." in recipient)):
            return error(131009, "Parameter value is not valid", details="to or recipient")
        try:
            meta_rules.whatsapp({name: said[name] for name in said if name in ("type", "text", "interactive")})
        except meta_rules.Illegal as illegal:
            return error(131009, "Parameter value is not valid", details=str(illegal))
        self.sent.append(said)
        message_id = self.accept(to or recipient, meta_rules.text_of(said))
        contact = {"input": to or recipient, "wa_id": to}
        return Told(
            200, {"messaging_product": "whatsapp", "contacts": [contact], "messages": [{"id": f"wamid.{message_id}"}]}
        )

    def limited(self) -> Told:
        return error(131056, "pair rate limit hit", details="too many messages to the same phone number")

    def refusal(self) -> Told:
        return error(131047, "Re-engagement message", details="more than 24 hours have passed")
