"""Instagram: https://developers.facebook.com/documentation/instagram-platform/instagram-api-with-instagram-login."""

from __future__ import annotations

from typing import Any

from tests.platforms.dialect import Call, Told
from tests.platforms.meta import VERSION, Pages, error


class Instagram(Pages):
    """An app is told about at graph.facebook.com, everything else at Instagram's own host."""

    kind = rules = "instagram"
    origins = ("https://graph.instagram.com", "https://graph.facebook.com")
    token = "IGAAinstagramSampleToken0000001"
    account = "17841400000000001"
    app_id = "700000000000002"

    def answer(self, call: Call) -> Told:
        if call.path == f"/{VERSION}/refresh_access_token" and self.bearer(call) in self.tokens:
            self.tokens = {f"IGAArenewed{len(self.calls):010d}": self.tokens[self.bearer(call)]}
            return Told(200, {"access_token": next(iter(self.tokens)), "token_type": "bearer", "expires_in": 5_183_944})
        return super().answer(call)

    def me(self, call: Call, bearer: str) -> Told:
        told = {"id": "28978600000000001", "user_id": self.tokens[bearer], "username": "afternoon.drawer"}
        return Told(200, {name: told[name] for name in call.query["fields"].split(",")})

    def listed(self, app_id: str) -> dict[str, Any]:
        """Under Instagram Login the app has an id of its own there."""
        return {"id": f"9{app_id[1:]}", "subscribed_fields": ["messages"]}

    def refusal(self) -> Told:
        return error(10, "This message is sent outside of allowed window.", 2534022)
