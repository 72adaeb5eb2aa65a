from __future__ import annotations

from typing import Any

import pytest

from autoresponder.channels.base import Notice, Request
from autoresponder.channels.errors import ChannelDown, Refused, TryAgain, Unreachable
from autoresponder.channels.whatsapp import WhatsApp
from autoresponder.engine.types import Button, Incoming, Reply
from tests.channels import meta_contract
from tests.channels.contract import nonblank
from tests.channels.meta_contract import request, sample
from tests.channels.meta_rules import Illegal, check, texts
from tests.platforms.dialect import Told
from tests.platforms.meta import APP_SECRET
from tests.platforms.server import Platforms
from tests.platforms.whatsapp import BUSINESS
from tests.platforms.whatsapp import WhatsApp as Dialect

VALUES = {
    "phone_number_id": Dialect.account,
    "business_id": BUSINESS,
    "access_token": Dialect.token,
    "app_secret": APP_SECRET,
    "app_id": Dialect.app_id,
    "verify_token": "sample-verify-token",
}
PHONE, USER = "15550000001", "KR.10000000000000000001"
GOOD = sample("whatsapp", "whatsapp_text.json")

# The table of the facts, once more and by hand: code -> what becomes of the message.
ERRORS: dict[tuple[int, int], Any] = {
    (code, 0): fate
    for codes, fate in (
        ((131056, 130429, 80007, 4, 131000, 131016, 2), (TryAgain, "busy")),
        ((131047,), (Refused, "window")),
        ((131026,), (Unreachable, "gone")),
        ((131030,), (Unreachable, "permission")),
        ((131021, 131062), (Unreachable, "refused")),
        ((131051, 131008, 131009, 100), (Refused, "fault")),
        ((131049, 131050, 130472, 131064), (Refused, "refused")),
        ((131048, 131031, 368, 131057), (ChannelDown, "suspended")),
        ((131042,), (ChannelDown, "quota")),
        ((131045, 133010, 131037, 10, 3, 200, 299), (ChannelDown, "permission")),
        ((0, 190), (ChannelDown, "token")),
    )
    for code in codes
}


class TestWhatsAppContract(meta_contract.Hook):
    kind = "whatsapp"
    good = GOOD
    unknown = (
        {"object": "whatsapp_business_account"},
        sample("whatsapp", "whatsapp_status_delivered.json"),
        sample("whatsapp", "whatsapp_no_answer_wanted.json"),
    )
    values = VALUES


class TestWhatsAppSends(meta_contract.Sending):
    kind = "whatsapp"
    dialect = Dialect
    values = VALUES
    errors = ERRORS
    customer = PHONE
    reply_to = {"to": PHONE}

    def test_too_much_for_one_customer_waits_at_least_six_seconds(self, platforms: Platforms) -> None:
        failure = self.refused_with(platforms, Told(400, sample("whatsapp", "wa_error_131056.json")))
        assert isinstance(failure, TryAgain)
        assert failure.retry_after == 6
        assert "short period of time" in failure.detail

    @pytest.mark.parametrize(
        ("customer", "reply_to", "sent"),
        [
            (USER, {"to": PHONE}, {"to": PHONE}),
            (USER, {}, {"recipient": USER}),
            (PHONE, {}, {"to": PHONE}),
        ],
    )
    def test_a_customer_is_reached_by_number_or_by_user_id(
        self, platforms: Platforms, customer: str, reply_to: dict[str, str], sent: dict[str, str]
    ) -> None:
        outgoing = self.outgoing(self.call())._replace(to=customer, reply_to=reply_to)
        assert WhatsApp().send(outgoing, VALUES, platforms.client).startswith("wamid.")
        (said,) = platforms["whatsapp"].sent  # type: ignore[attr-defined]
        assert {name: said[name] for name in ("to", "recipient") if name in said} == sent

    def test_buttons_and_lists_are_taken_as_they_are_rendered(self, platforms: Platforms) -> None:
        for count in (1, 3, 4, 10):
            replies = [Reply("골라 주세요.", tuple(Button(f"질문 {n}") for n in range(count)))]
            for call in WhatsApp().calls(WhatsApp().render(replies), answered=True):
                WhatsApp().send(self.outgoing(call), VALUES, platforms.client)
        assert platforms["whatsapp"].texts() == ["골라 주세요."] * 4

    def test_a_wrong_number_or_business_is_said_at_its_field(self, platforms: Platforms) -> None:
        self.not_accepted(platforms, {"phone_number_id": "100000000000099"}, "not_found", "phone_number_id")
        with pytest.raises(meta_contract.NotAccepted) as refusal:
            WhatsApp().install({**VALUES, "business_id": "100000000000098"}, meta_contract.ADDRESS, platforms.client)
        assert (refusal.value.code, refusal.value.field) == ("not_found", "business_id")

    def test_a_wrong_app_secret_is_found_before_a_customer_finds_it(self, platforms: Platforms) -> None:
        self.not_accepted(platforms, {"app_secret": meta_contract.NEW_SECRET}, "token", "app_secret")


def changed(field: str = "messages", **value: Any) -> Request:
    content = {"metadata": {"phone_number_id": Dialect.account}, **value}
    change = {"field": field, "value": content}
    return request({"object": "whatsapp_business_account", "entry": [{"id": BUSINESS, "changes": [change]}]})


def test_several_shops_in_one_request_are_kept_apart() -> None:
    body = sample("whatsapp", "whatsapp_text.json")
    other = sample("whatsapp", "whatsapp_text_no_number.json")
    other["entry"][0]["changes"][0]["value"]["metadata"]["phone_number_id"] = "100000000000020"
    nobody = sample("whatsapp", "whatsapp_text.json")
    del nobody["entry"][0]["changes"][0]["value"]["metadata"]
    body["entry"] += nobody["entry"] + other["entry"]
    accounts = [(message.account, message.customer) for message in WhatsApp().parse(request(body))]
    assert accounts == [(Dialect.account, USER), ("100000000000020", USER)]


def test_contacts_are_not_mixed_up() -> None:
    contacts = [{"wa_id": "15550000009", "user_id": "KR.9", "profile": {"name": "바다"}}]
    messages = [{"from": PHONE, "id": "wamid.1", "timestamp": "1795336000", "type": "text", "text": {"body": "네"}}]
    (message,) = WhatsApp().parse(changed(contacts=contacts, messages=messages))
    assert isinstance(message, Incoming)
    assert (message.customer, message.name) == (PHONE, "")


def test_a_very_long_name_fits_its_column() -> None:
    contacts = [{"wa_id": PHONE, "profile": {"name": "가" * 100}}]
    messages = [{"from": PHONE, "id": "wamid.1", "timestamp": "x", "type": "text", "text": {"body": "네"}}]
    (message,) = WhatsApp().parse(changed(contacts=contacts, messages=messages))
    assert isinstance(message, Incoming)
    assert (len(message.name), message.at) == (60, None)


@pytest.mark.parametrize(
    ("message", "read"),
    [
        ({"type": "button", "button": {"text": "예약 확인", "payload": "CONFIRM"}}, ("button", "예약 확인")),
        ({"type": "button", "button": {"payload": "CONFIRM"}}, ("button", "CONFIRM")),
        ({"type": "interactive", "interactive": {"type": "nfm_reply", "nfm_reply": {"body": "Sent"}}}, ("other", "")),
        ({"type": "document", "document": {"caption": "견적서예요"}}, ("other", "견적서예요")),
        ({"type": "sticker", "sticker": {"id": "1"}}, ("sticker", "")),
        ({"type": "location", "location": {"latitude": 37.5}}, ("other", "")),
        ({"type": "text", "text": {"body": "  "}}, None),
        ({"type": "text", "text": "배송"}, None),
        ({"type": "something_new"}, None),
        ({}, None),
    ],
)
def test_what_was_said(message: dict[str, Any], read: tuple[str, str] | None) -> None:
    told = {"from": PHONE, "id": "wamid.1", "timestamp": "1795336000", **message}
    found = [(one.kind, one.text) for one in WhatsApp().parse(changed(messages=[told])) if isinstance(one, Incoming)]
    assert found == ([read] if read else [])


@pytest.mark.parametrize(
    ("code", "known"), [(131047, "window"), (131026, "gone"), (131042, "quota"), (7, "refused"), ("x", "refused")]
)
def test_why_a_message_could_not_be_delivered_after_all(code: object, known: str) -> None:
    errors = [{"code": code, "title": "Not delivered"}]
    status = {"id": "wamid.1", "status": "failed", "timestamp": "1795336011", "recipient_id": PHONE, "errors": errors}
    (notice,) = WhatsApp().parse(changed(statuses=[status]))
    assert isinstance(notice, Notice)
    assert (notice.code, notice.message_id) == (known, "wamid.1")
    assert "Not delivered" in notice.text


def test_what_metas_own_agent_says_or_fails_to_deliver_is_not_the_sellers() -> None:
    echo = {"to": PHONE, "id": "wamid.1", "type": "text", "text": {"body": "네"}}
    status = {"id": "wamid.1", "status": "failed", "recipient_id": PHONE, "errors": []}
    assert WhatsApp().parse(changed("standby", message_echoes=[echo], statuses=[status])) == []
    assert WhatsApp().parse(changed("user_preferences", user_preferences=[{"wa_id": PHONE, "value": "stop"}])) == []


@pytest.mark.parametrize("kind", ["revoke", "edit", "reaction", ""])
def test_an_echo_without_words_of_the_seller_is_no_answer(kind: str) -> None:
    echo = {"to": PHONE, "id": "wamid.1", "type": kind}
    assert WhatsApp().parse(changed("smb_message_echoes", message_echoes=[echo])) == []


def interactive(*buttons: Button, text: str = "골라 주세요.") -> dict[str, Any]:
    payload = WhatsApp().render([Reply(text, buttons)])
    check("whatsapp", payload)
    found: dict[str, Any] = payload["calls"][-1]["interactive"]
    return found


def test_short_buttons_stay_in_sight_and_more_or_longer_ones_become_a_list() -> None:
    assert interactive(*(Button(f"{n}") for n in range(3)))["type"] == "button"
    assert interactive(*(Button(f"{n}") for n in range(4)))["type"] == "list"
    # 21 characters would be cut as a button and are whole in a list.
    (row,) = interactive(Button("가" * 21))["action"]["sections"][0]["rows"]
    assert row["title"] == "가" * 21


def test_buttons_that_look_or_say_the_same_are_not_refused_as_a_whole() -> None:
    assert interactive(Button("배송", "1"), Button("배송", "2"))["type"] == "list"
    (one,) = interactive(Button("배송", "배송"), Button("배송 조회", "배송"))["action"]["buttons"]
    assert one["reply"] == {"id": "배송", "title": "배송"}


def test_the_list_is_opened_in_the_customers_language() -> None:
    assert interactive(*(Button(f"{n}") for n in range(4)))["action"]["button"] == "보기"
    assert interactive(*(Button(f"{n}") for n in range(4)), text="Choose one.")["action"]["button"] == "Options"


@pytest.mark.parametrize("count", [1, 5])
def test_a_pressed_button_says_all_that_a_rule_book_can_hold(count: int) -> None:
    say = "배송 언제 " + "와" * 194
    action = interactive(Button("배송", say), *(Button(f"{n}") for n in range(count - 1)))["action"]
    shown = action["buttons"][0]["reply"] if count == 1 else action["sections"][0]["rows"][0]
    reply = {"type": "button_reply", "button_reply": {"id": shown["id"], "title": shown["title"]}}
    told = {"from": PHONE, "id": "wamid.1", "timestamp": "1795336000", "type": "interactive", "interactive": reply}
    (message,) = WhatsApp().parse(changed(messages=[told]))
    assert isinstance(message, Incoming)
    assert message.text == say


def test_a_long_text_keeps_its_words_and_its_buttons() -> None:
    words = "주문하신 상품은 오늘 오후 두 시에 출발해요. " * 100
    payload = WhatsApp().render([Reply(words, (Button("배송"),))])
    check("whatsapp", payload)
    assert [call["type"] for call in payload["calls"]] == ["text", "interactive"]
    assert nonblank("".join(texts(payload))) == nonblank(words)


def test_buttons_without_a_word_get_one_above_them() -> None:
    assert interactive(Button("배송"), text="")["body"] == {"text": "👇"}


REPLY = {"type": "reply", "reply": {"id": "1", "title": "1"}}
ROW = {"id": "1", "title": "1"}


@pytest.mark.parametrize(
    "broken",
    [
        {"type": "text", "text": {"body": "가" * 4097}},
        {"type": "text", "text": {"body": " "}},
        {"type": "template", "template": {}},
        {"type": "button", "body": "가" * 1025, "action": {"buttons": [REPLY]}},
        {"type": "button", "body": "네", "action": {"buttons": []}},
        {"type": "button", "body": "네", "action": {"buttons": [REPLY, REPLY]}},
        {
            "type": "button",
            "body": "네",
            "action": {"buttons": [{"type": "reply", "reply": {**ROW, "title": "가" * 21}}]},
        },
        {
            "type": "button",
            "body": "네",
            "action": {"buttons": [{"type": "reply", "reply": {**ROW, "id": "가" * 257}}]},
        },
        {"type": "list", "body": "네", "action": {"button": "", "sections": [{"rows": [ROW]}]}},
        {
            "type": "list",
            "body": "네",
            "action": {"button": "보기", "sections": [{"rows": [{**ROW, "id": "가" * 201}]}]},
        },
        {"type": "list", "body": "네", "action": {"button": "보기", "sections": [{"rows": [ROW, ROW]}]}},
    ],
)
def test_the_checker_itself_sees_each_broken_limit(broken: dict[str, Any]) -> None:
    if "body" in broken:
        broken = {"type": "interactive", "interactive": {**broken, "body": {"text": broken["body"]}}}
    with pytest.raises(Illegal):
        check("whatsapp", {"calls": [broken]})
