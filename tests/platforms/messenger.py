"""Facebook Messenger: https://developers.facebook.com/documentation/business-messaging/messenger-platform."""

from __future__ import annotations

from tests.platforms.dialect import Call, Told
from tests.platforms.meta import Pages, error

# A person's own token, which many paste instead of the page's.
PERSON_TOKEN = "EAApersonSampleToken0000000001"


class Messenger(Pages):
    kind = rules = "messenger"
    origins = ("https://graph.facebook.com",)
    token = "EAAmessengerSampleToken00000001"
    account = "100000000000001"
    app_id = "700000000000001"

    def __init__(self) -> None:
        super().__init__()
        self.tokens[PERSON_TOKEN] = "900000000000001"

    def me(self, call: Call, bearer: str) -> Told:
        account = self.tokens[bearer]
        name = "김하늘" if bearer == PERSON_TOKEN else "오후의 서랍"
        return Told(200, {"id": account, "name": name})

    def subscribers(self, bearer: str) -> set[str]:
        """Only pages have this edge."""
        return set() if bearer == PERSON_TOKEN else super().subscribers(bearer)

    def refusal(self) -> Told:
        return error(100, "Invalid parameter", 1893061)
