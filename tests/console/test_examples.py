"""지키는 예문: kept from the log, a try or a file; named on the publish sheet when they break; the team's thumbs."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from autoresponder.connections.models import Connection
from autoresponder.inbox.models import Message
from autoresponder.rules import draft, examples, release
from autoresponder.rules.models import Example, Opinion, Release, Version
from autoresponder.shops.models import Membership, Shop
from tests.console.talking import say
from tests.insights.workbooks import workbook

HTMX = {"HX-Request": "true"}


def kept() -> list[tuple[str, str]]:
    return [(one.text, one.expected) for one in Example.objects.all()]


def hidden(body: str, name: str) -> str:
    found = re.search(rf'name="{name}"\s+value="([^"]*)"', body)
    assert found, name
    return found[1]


def publish(client: Client, **more: Any) -> Any:
    seen = hidden(client.get("/releases/").content.decode(), "seen")
    return client.post(reverse("console:publish"), {"seen": seen, **more})


@pytest.fixture
def broken(shop: Shop, published: Version, now: datetime) -> Example:
    """A published shop whose draft no longer answers a kept sentence as it should."""
    example = examples.keep(shop, "배송비 얼마예요", "r-fee", by=None, now=now)
    draft.set_enabled(shop, "r-fee", False)
    return example


def test_from_the_log_with_one_tap(
    owner_client: Client, published: Version, webchat: Connection, now: datetime
) -> None:
    for text in ("배송비 얼마예요", "오늘 날씨 어때요", "상담원 불러 주세요"):
        say(webchat, text, now=now, customer=text)
    body = owner_client.get("/log/?period=all").content.decode()
    rows = re.findall(r'name="sentence"\s+value="([^"]+)"\s*/?>\s*<input[^>]+name="expected"\s+value="([^"]+)"', body)
    assert sorted(rows) == [
        ("배송비 얼마예요", "r-fee"),
        ("상담원 불러 주세요", "r-person"),
        ("오늘 날씨 어때요", "none"),
    ]
    for sentence, expected in rows:
        answer = owner_client.post("/examples/add/", {"sentence": sentence, "expected": expected}, headers=HTMX)
        assert "예문으로 지키고 있어요" in answer.content.decode()
    assert sorted(kept()) == sorted(rows)


def test_an_agent_reads_the_log_and_keeps_nothing(
    owner_client: Client, published: Version, webchat: Connection, now: datetime
) -> None:
    say(webchat, "배송비 얼마예요", now=now)
    Membership.objects.update(role="agent")
    assert "예문으로 지키기" not in owner_client.get("/log/?period=all").content.decode()
    assert owner_client.post("/examples/add/", {"sentence": "a", "expected": "none"}).status_code == 403


def test_from_a_try_as_it_was_answered(owner_client: Client, shop: Shop) -> None:
    body = owner_client.post("/try/", {"text": "배송비 얼마예요"}).content.decode()
    fields = {name: hidden(body, name) for name in ("sentence", "expected")}
    assert fields == {"sentence": "배송비 얼마예요", "expected": "r-fee"}
    assert owner_client.post("/examples/add/", fields).status_code == 302
    assert kept() == [("배송비 얼마예요", "r-fee")]


def test_from_a_file_named_or_as_it_is_answered_now(owner_client: Client, shop: Shop) -> None:
    rows = "배송비 얼마예요,배송비 안내\n언제 와요,\n너무 화나요,사람\n포장 예뻐요,없음\n"
    file = SimpleUploadedFile("my.csv", rows.encode("cp949"))
    owner_client.post("/examples/file/", {"file": file})
    assert kept() == [
        ("배송비 얼마예요", "r-fee"),
        ("언제 와요", "r-delivery"),
        ("너무 화나요", "person"),
        ("포장 예뻐요", "none"),
    ]


def test_from_a_workbook(owner_client: Client, shop: Shop) -> None:
    file = SimpleUploadedFile("my.xlsx", workbook([["배송비 얼마예요", "배송비 안내"], ["너무 화나요", "사람"]]))
    owner_client.post("/examples/file/", {"file": file})
    assert kept() == [("배송비 얼마예요", "r-fee"), ("너무 화나요", "person")]


def test_a_line_with_an_unknown_rule_is_left_out_and_said(owner_client: Client, shop: Shop) -> None:
    rows = "text,rule\n배송비 얼마예요,없는 규칙\n언제 와요,배송 일정\n"
    answer = owner_client.post("/examples/file/", {"file": SimpleUploadedFile("my.csv", rows.encode())}, follow=True)
    assert "예문 1개를 지켜 둘게요. 1개는 규칙 이름을 찾지 못했거나" in answer.content.decode()
    assert kept() == [("언제 와요", "r-delivery")]


@pytest.mark.parametrize("data", [b"", b"\xff\xfe\x00\x00\xff", b'"open', "가,나".encode()])
def test_no_file_is_a_fault_of_ours(owner_client: Client, shop: Shop, data: bytes) -> None:
    answer = owner_client.post("/examples/file/", {"file": SimpleUploadedFile("my.csv", data)})
    assert answer.status_code in (302, 422)


def test_the_page_shows_what_the_draft_breaks_first(
    owner_client: Client, broken: Example, shop: Shop, now: datetime
) -> None:
    examples.keep(shop, "반품하고 싶어요", "r-return", by=None, now=now)
    body = owner_client.get("/examples/").content.decode()
    assert body.index("지금 고치는 답변으로는 1개가") < body.index("그대로 답하는 예문 1개")
    assert "‘배송비 안내’ 규칙으로 답해요" in body and "‘배송 일정’ 규칙으로 답해요" in body
    of_rule = owner_client.get("/examples/?rule=r-return&brief=1", headers=HTMX).content.decode()
    assert "반품하고 싶어요" in of_rule and "배송비" not in of_rule
    assert owner_client.get("/examples/?rule=r-nobody").status_code == 404


def test_edit_delete_and_undo(owner_client: Client, broken: Example) -> None:
    assert 'id="sentence-edit"' in owner_client.get(f"/examples/?edit={broken.pk}").content.decode()
    address = reverse("console:example_edit", args=[broken.pk])
    refused = owner_client.post(address, {"sentence": " ", "expected": "none"})
    assert refused.status_code == 422 and "지킬 말을 적어 주세요" in refused.content.decode()
    owner_client.post(address, {"sentence": "배송비는요?", "expected": "r-delivery"})
    assert kept() == [("배송비는요?", "r-delivery")]
    gone = owner_client.post(reverse("console:example_delete", args=[broken.pk]), follow=True).content.decode()
    assert kept() == []
    undo = re.search(r"/examples/undo/[^\"&]+/", gone)
    assert undo
    owner_client.post(undo[0])
    assert kept() == [("배송비는요?", "r-delivery")]
    assert owner_client.post("/examples/undo/forged/").status_code == 400


def test_a_broken_sentence_stops_the_publish_by_name(owner_client: Client, broken: Example, shop: Shop) -> None:
    refused = publish(owner_client, note="행사 시작")
    body = refused.content.decode()
    assert refused.status_code == 422 and "지키기로 한 예문 1개의 답이" in body and "“배송비 얼마예요”" in body
    assert 'value="행사 시작"' in body and "아직 게시하지 않았어요" in body and "autofocus" in body
    assert release.stable_of(shop).number == 1  # type: ignore[union-attr]
    assert kept() == [("배송비 얼마예요", "r-fee")]


def test_every_broken_sentence_needs_a_tick_of_its_own(
    owner_client: Client, broken: Example, shop: Shop, now: datetime
) -> None:
    other = examples.keep(shop, "택배비 알려 주세요", "r-fee", by=None, now=now)
    half = publish(owner_client, known=[broken.pk])
    assert half.status_code == 422 and release.stable_of(shop).number == 1  # type: ignore[union-attr]
    assert f'value="{broken.pk}" checked' in " ".join(half.content.decode().split())
    assert publish(owner_client, known=[broken.pk, other.pk], drop=[other.pk]).status_code == 302
    assert release.stable_of(shop).number == 2  # type: ignore[union-attr]
    assert kept() == [("배송비 얼마예요", "r-delivery")]


def test_a_try_for_some_customers_is_held_to_the_same(owner_client: Client, broken: Example) -> None:
    assert publish(owner_client, audience="500").status_code == 422
    assert Release.objects.get().candidate is None
    assert publish(owner_client, audience="500", known=[broken.pk]).status_code == 302
    assert Release.objects.get().share == 500


def test_a_thumb_on_a_try_is_listed_with_its_rule(owner_client: Client, shop: Shop) -> None:
    body = owner_client.post("/try/", {"text": "배송비 얼마예요"}).content.decode()
    told = hidden(body, "told")
    answer = owner_client.post(
        "/opinions/try/", {"told": told, "liked": "0", "remark": "제주도도 알려 줘요"}, headers=HTMX
    )
    assert "의견을 남겼어요" in answer.content.decode()
    (opinion,) = Opinion.objects.all()
    assert (opinion.liked, opinion.rule, opinion.text, opinion.book) == (False, "r-fee", "배송비 얼마예요", "draft")
    listed = owner_client.get("/opinions/?liked=0").content.decode()
    assert "제주도도 알려 줘요" in listed and reverse("console:rule", args=["r-fee"]) in listed
    assert owner_client.post("/opinions/try/", {"told": "forged", "liked": "1"}).status_code == 400


def test_an_agent_likes_or_dislikes_a_real_answer(
    owner_client: Client, published: Version, webchat: Connection, now: datetime
) -> None:
    message = say(webchat, "배송비 얼마예요", now=now)
    Membership.objects.update(role="agent")
    address = reverse("console:opinion_message", args=[message.pk])
    assert address in owner_client.get(reverse("console:conversation", args=[message.conversation_id])).content.decode()
    owner_client.post(address, {"liked": "1", "remark": "좋은데\n길어요"}, headers=HTMX)
    assert Message.objects.values_list("liked", "remark").get() == (True, "좋은데 길어요")
    assert "좋은데 길어요" in owner_client.get("/opinions/").content.decode()
    assert "좋은데 길어요" not in owner_client.get("/opinions/?liked=0").content.decode()


def test_nobody_judges_another_shops_answers(
    stranger_client: Client, published: Version, webchat: Connection, now: datetime
) -> None:
    message = say(webchat, "배송비 얼마예요", now=now)
    assert (
        stranger_client.post(reverse("console:opinion_message", args=[message.pk]), {"liked": "0"}).status_code == 404
    )
