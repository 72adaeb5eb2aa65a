"""Connecting a messenger whose seller has values to paste: said at the field, nothing lost, one thing to do."""

from __future__ import annotations

from datetime import datetime
from typing import Any, get_args

import pytest
from django.test import Client
from django.urls import reverse

from autoresponder.channels.errors import Code, NotAccepted, TryAgain
from autoresponder.connections import trouble
from autoresponder.connections.models import Connection
from autoresponder.connections.secrets import unseal
from autoresponder.console import setup_words
from autoresponder.inbox.models import Conversation
from autoresponder.shops.models import Membership, Shop, User
from tests.console.pigeon import Pigeon, keep

HTMX = {"HX-Request": "true"}
CODES = {*get_args(Code)} - {"window", "gone", "late", "often"} | {
    "format",
    "not_found",
    "other_kind",
    "already_used",
    "address",
    "switched_off",
    "private",
    "taken",
}


@pytest.fixture
def pigeon(monkeypatch: pytest.MonkeyPatch, settings: Any) -> Pigeon:
    return keep(monkeypatch, settings)


def url(act: str = "", **more: Any) -> str:
    return reverse(f"console:channel{'_' + act if act else ''}", kwargs={"kind": "pigeon", **more})


def page(client: Client) -> str:
    return client.get(url()).content.decode()


def connect(client: Client, **given: str) -> str:
    return client.post(url("connect"), {"ring": "123456", **given}, follow=True).content.decode()


@pytest.fixture
def connected(owner_client: Client, shop: Shop, pigeon: Pigeon) -> Connection:
    connect(owner_client)
    return Connection.objects.get(shop=shop, kind="pigeon")


def test_the_steps_come_before_the_form_and_what_we_make_is_not_asked(owner_client: Client, pigeon: Pigeon) -> None:
    body = page(owner_client)
    assert body.index("연결하는 순서") < body.index("받은 값을 여기에 붙여 넣어 주세요") < body.index("발가락지 번호")
    assert "봉인" not in body


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("123456", "모양이 맞아요"),
        (" 123456 ", "모양이 맞아요"),
        ("98765", "이렇게 생긴 값이에요: 123456"),
        ("", ""),
        ("x" * 100_000, "이렇게 생긴"),
        ("\0", "이렇게 생긴"),
    ],
)
def test_a_pasted_value_is_looked_at_at_once_and_never_sent_back(
    owner_client: Client, pigeon: Pigeon, value: str, words: str
) -> None:
    answer = owner_client.post(url("field", name="ring"), {"ring": value}, headers=HTMX)

    body = answer.content.decode()
    assert answer.status_code == 200 and words in body
    assert words or not body.strip()
    assert value.strip() in ("", "123456") or value not in body
    assert not Connection.objects.exists()


@pytest.mark.parametrize("name", ["seal", "nothing", "setup"])
def test_only_fields_to_fill_in_are_looked_at(owner_client: Client, pigeon: Pigeon, name: str) -> None:
    assert owner_client.post(url("field", name=name), {name: "x"}).status_code == 404


def test_connecting_asks_the_platform_stores_and_says_that_the_address_is_registered(
    owner_client: Client, pigeon: Pigeon
) -> None:
    body = connect(owner_client, loft="옥상")

    assert len(pigeon.told) == 1
    assert "연결 주소는 저희가 등록했고" in body and "비둘기 123456" in body
    assert "위 순서를 마친 뒤" not in body


@pytest.mark.parametrize(("ring", "words"), [("000000", "이 값으로는 들어갈 수 없어요"), ("12", "이렇게 생긴 값")])
def test_what_is_wrong_is_said_at_its_field_and_the_fields_stay_as_they_are(
    owner_client: Client, pigeon: Pigeon, ring: str, words: str
) -> None:
    answer = owner_client.post(url("connect"), {"ring": ring, "loft": "옥상"}, headers=HTMX)

    body = answer.content.decode()
    assert answer.status_code == 422 and "<input" not in body
    said = body.split('id="said-ring"')[1].split("</div>")[0]
    assert words in said and 'hx-swap-oob="innerHTML"' in said
    assert not Connection.objects.exists()


def test_without_scripts_what_is_no_secret_is_kept_and_the_secret_is_not_sent_back(
    owner_client: Client, pigeon: Pigeon
) -> None:
    answer = owner_client.post(url("connect"), {"ring": "000000", "loft": "옥상", "grain": "yes"})

    body = answer.content.decode()
    assert answer.status_code == 422 and 'value="옥상"' in body and 'value="000000"' not in body
    assert body.split('value="yes"')[1].split(">")[0].strip().startswith("id=") and "checked" in body
    assert 'aria-invalid="true"' in body


def test_a_platform_that_is_down_says_so_over_the_form(owner_client: Client, pigeon: Pigeon) -> None:
    pigeon.says["check"] = TryAgain("busy")
    body = owner_client.post(url("connect"), {"ring": "123456"}, headers=HTMX).content.decode()

    assert "지금은 그곳이 바빠서" in body.split('id="said-ring"')[0]


def test_an_account_of_another_shop_is_refused_in_words(
    owner_client: Client, stranger_client: Client, pigeon: Pigeon
) -> None:
    pigeon.account_of = lambda secrets: "the one pigeon"  # type: ignore[method-assign]
    connect(stranger_client)
    answer = owner_client.post(url("connect"), {"ring": "123456"}, headers=HTMX)

    assert answer.status_code == 422 and "다른 가게에 연결되어 있어요" in answer.content.decode()
    assert Connection.objects.count() == 1


def test_what_fails_after_connecting_leaves_one_thing_to_do(owner_client: Client, shop: Shop, pigeon: Pigeon) -> None:
    pigeon.says["install"] = NotAccepted("switched_off", detail="<b>off</b>")
    body = connect(owner_client)
    assert "한 가지만 더 하면 돼요" in body and "다시 확인하기" in body and "연결을 마쳐 주세요" in body
    assert "&lt;b&gt;off&lt;/b&gt;" in body
    assert "아직이에요" in owner_client.post(url("setup"), follow=True).content.decode()

    pigeon.says.clear()
    body = owner_client.post(url("setup"), follow=True).content.decode()
    assert "한 가지만 더" not in body and "첫 메시지를 기다려요" in body


def test_another_programs_account_is_taken_over_after_a_question(owner_client: Client, pigeon: Pigeon) -> None:
    pigeon.where = "other"
    body = connect(owner_client)
    assert "답지기로 바꾸기" in body and pigeon.told == []
    owner_client.post(url("setup"))
    assert pigeon.told == []
    owner_client.post(url("setup"), {"take_over": "1"})
    assert len(pigeon.told) == 1


def test_on_a_computer_at_home_the_page_says_what_that_means(
    owner_client: Client, pigeon: Pigeon, settings: Any
) -> None:
    settings.BASE_URL = "http://localhost:8000"
    body = connect(owner_client)
    assert "이 컴퓨터에서만 열려서" in body and pigeon.told == []


def test_where_we_fetch_the_messages_the_page_says_so(owner_client: Client, pigeon: Pigeon, settings: Any) -> None:
    settings.BASE_URL, pigeon.every = "http://localhost:8000", 1
    assert "저희가 직접 가져와요" in connect(owner_client)


def test_a_secret_is_changed_by_pasting_a_new_one_and_stays_when_left_blank(
    owner_client: Client, connected: Connection
) -> None:
    owner_client.post(url("connect"), {"ring": "", "loft": "뒷문", "grain": "yes"})
    connected.refresh_from_db()
    assert unseal(connected.sealed) | {"ring": "123456", "loft": "뒷문", "grain": "yes"} == unseal(connected.sealed)
    body = connect(owner_client, ring="654321")
    connected.refresh_from_db()
    assert unseal(connected.sealed)["old_ring"] == "123456"
    assert "654321" not in body.replace("비둘기 654321", "")


def test_disconnecting_takes_our_address_off_and_keeps_the_talks(
    owner_client: Client, shop: Shop, connected: Connection, pigeon: Pigeon, now: datetime
) -> None:
    talk = Conversation.objects.create(shop=shop, connection=connected, customer="c", last_at=now)
    assert "나눈 대화는 그대로 남아요" in page(owner_client)
    body = owner_client.post(url("disconnect"), follow=True).content.decode()
    connected.refresh_from_db()
    assert connected.ended_at and connected.sealed == "" and len(pigeon.removed) == 1
    assert "연결을 끊었어요" in body
    assert Conversation.objects.filter(pk=talk.pk).exists()
    assert "연결하는 순서" in page(owner_client) and owner_client.post(url("pause")).status_code == 404
    assert "첫 메시지를 기다려요" in connect(owner_client)


def test_trouble_is_said_with_one_thing_to_do_and_cleared_by_the_seller(
    owner_client: Client, connected: Connection, now: datetime
) -> None:
    trouble.stop(connected, "quota", now=now)
    body = page(owner_client)
    assert "지금은 답을 보내지 못하고 있어요" in body and "다 썼어요" in body and "확인이 필요해요" in body
    assert "고쳤어요, 다시 보내기" in body
    body = owner_client.post(url("mended"), follow=True).content.decode()
    connected.refresh_from_db()
    assert connected.trouble == "" and "지금은 답을 보내지 못하고" not in body


def test_a_new_value_mends_the_trouble(owner_client: Client, connected: Connection, now: datetime) -> None:
    trouble.stop(connected, "token", now=now)
    connect(owner_client, ring="654321")
    connected.refresh_from_db()
    assert connected.trouble == ""


def test_values_that_cannot_be_opened_are_said_and_kept(
    owner_client: Client, connected: Connection, settings: Any
) -> None:
    settings.ENCRYPTION_KEYS = ["u0eMgjh3eDLFbGoIgOs5yrKQEJ3qnRw9mt41Lt77AAY="]
    before = connected.sealed
    answer = owner_client.post(url("connect"), {"ring": "123456"}, headers=HTMX)
    assert answer.status_code == 422 and "열 수 없어요" in answer.content.decode()
    assert "열 수 없어요" in owner_client.post(url("setup"), follow=True).content.decode()
    connected.refresh_from_db()
    assert connected.sealed == before
    owner_client.post(url("disconnect"))
    assert "첫 메시지를 기다려요" in connect(owner_client)


@pytest.mark.parametrize("code", sorted(CODES))
def test_every_reason_is_said_with_one_thing_to_do(code: str) -> None:
    said = setup_words.said("pigeon", code)
    assert said.what.endswith(".") and said.do.endswith(".")
    assert code == "fault" or said != setup_words.said("pigeon", "fault")


def test_a_code_nobody_wrote_down_still_has_words() -> None:
    assert setup_words.said("pigeon", "odd") == setup_words.said("pigeon", "fault")


@pytest.mark.parametrize(
    ("act", "more"), [("", {}), ("connect", {}), ("field", {"name": "ring"}), ("setup", {}), ("disconnect", {})]
)
def test_who_answers_customers_does_not_connect_messengers(
    client: Client, shop: Shop, pigeon: Pigeon, act: str, more: dict[str, str]
) -> None:
    agent = User.objects.create_user("agent@example.com")
    Membership.objects.create(shop=shop, user=agent, role=Membership.Role.AGENT)
    client.force_login(agent, backend="django.contrib.auth.backends.ModelBackend")
    assert client.post(url(act, **more), {"ring": "123456"}).status_code == 403
    assert not Connection.objects.exists()


def test_an_address_the_seller_has_to_enter_is_shown_in_the_open_steps(owner_client: Client, pigeon: Pigeon) -> None:
    pigeon.where = "unknown"
    body = connect(owner_client)
    assert "저희가 등록했고" not in body and "위 순서를 마친 뒤" in body
    assert body.split('id="guide"')[1].split(">")[0].strip() == "open"
    assert body.index('id="guide"') < body.index('id="check"')


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("shop@naver.com", "네이버 메일이네요. 아래에는 순서대로 만든 앱 비밀번호를"),
        ("shop@gmail.com", "지메일이네요"),
        ("shop@nate.com", "나머지는 저희가 채울게요"),
        ("shop@example.com", "서버 이름 두 개를"),
        ("shop@outlook.com", "앱 비밀번호를 쓸 수 있는 메일"),
        ("shop.naver.com", "메일 주소 모양이 아니에요"),
    ],
)
def test_a_mail_address_tells_what_its_company_wants(owner_client: Client, address: str, words: str) -> None:
    answer = owner_client.post(reverse("console:channel_field", args=["email", "address"]), {"address": address})
    assert words in answer.content.decode()
