"""버전: the list, what differs, and a book's way into the draft from a version or a file, and back again."""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from autoresponder.connections.models import Connection
from autoresponder.console.file_words import TEXT_FAULTS, WANTED, fault_words
from autoresponder.rules import draft, release, rollout, shelf
from autoresponder.rules.draft import document_of
from autoresponder.rules.interchange import LARGEST, Fault
from autoresponder.rules.models import Release, Rule, Shelved, Version
from autoresponder.shops.models import Shop, User
from tests.console.talking import say

URL = "/releases/versions/"


@pytest.fixture
def second(shop: Shop, owner: User, published: Version, now: datetime) -> Version:
    """A second version with another fee; the draft is as it was published."""
    draft.edit_rule(shop, "r-fee", {"replies": [{"text": "배송비는 무료예요.", "buttons": []}]}, edit_number=1)
    return release.publish(shop, by=owner, note="무료 배송", now=now)


def upload(client: Client, data: bytes | str, **more: Any) -> Any:
    file = SimpleUploadedFile("rules.json", data.encode() if isinstance(data, str) else data)
    return client.post(reverse("console:release_import"), {"file": file}, **more)


def exported(client: Client, of: str = "draft") -> str:
    return client.get(reverse("console:release_export", args=[of])).content.decode()


def answer_of(shop: Shop, key: str = "r-fee") -> str:
    return Rule.objects.kept().get(shop=shop, key=key).replies[0]["text"]  # type: ignore[no-any-return]


def test_each_version_is_listed_with_who_why_and_what_it_did(
    owner_client: Client, second: Version, published: Version, webchat: Connection, now: datetime
) -> None:
    say(webchat, "배송비 얼마예요", now=now)
    Release.objects.update(candidate=published, share=500)
    body = owner_client.get(URL).content.decode()
    first, older = " ".join(body.split()).split('<ol class="rows versions">')[1].split("<li>")[1:3]
    assert "버전 2" in first and "지금 쓰는 버전" in first and "무료 배송" in first and "하늘" in first
    assert "1번 답했어요" in first and "0번 답했어요" in older and "일부 고객에게 먼저" in older


def test_one_that_only_some_ever_got_says_so(
    owner_client: Client, shop: Shop, published: Version, now: datetime
) -> None:
    draft.edit_rule(shop, "r-fee", {"replies": [{"text": "배송비는 무료예요.", "buttons": []}]}, edit_number=1)
    tried = rollout.try_out(shop, share=500, by=None, now=now)
    assert "시험만 하고 거둔 버전" not in owner_client.get(URL).content.decode()
    rollout.withdraw(shop, seen=tried.number, by=None, now=now)
    body = owner_client.get(URL).content.decode()
    first, older = " ".join(body.split()).split('<ol class="rows versions">')[1].split("<li>")[1:3]
    assert "버전 2" in first and "시험만 하고 거둔 버전" in first and "시험만" not in older


def test_any_two_are_compared_both_ways(owner_client: Client, second: Version) -> None:
    body = owner_client.get(URL, {"from": "1", "to": "2"}).content.decode()
    assert "배송비는 <mark>3,000원이고 5만원부터</mark> 무료예요." in body.split("<del>")[1].split("</del>")[0]
    assert "배송비는 무료예요." in body.split("<ins>")[1]
    back = owner_client.get(URL, {"from": "2", "to": "1"}).content.decode()
    assert "<del>" not in back and "배송비는 <mark>3,000원이고 5만원부터</mark> 무료예요." in back.split("<ins>")[1]
    same = owner_client.get(URL, {"from": "2", "to": "draft"}).content.decode()
    assert "두 버전의 내용이 같아요" in same
    assert owner_client.get(URL, {"from": "9", "to": "draft"}).status_code == 404
    assert owner_client.get(URL, {"from": "x' --", "to": "draft"}).status_code == 404


def test_what_customers_get_is_what_the_draft_is_compared_with_at_first(
    owner_client: Client, second: Version, shop: Shop, now: datetime
) -> None:
    draft.edit_rule(shop, "r-fee", {"name": "새 이름"}, edit_number=2)
    rollout.try_out(shop, share=500, by=None, now=now)
    rollout.withdraw(shop, seen=3, by=None, now=now)
    body = " ".join(owner_client.get(URL).content.decode().split())
    chosen = re.findall(r'<option value="(\w+)" selected> ([^<]+?) </option>', body)
    assert chosen == [("2", "버전 2 · 지금 쓰는 버전 · 무료 배송"), ("draft", "고치고 있는 초안")]


def test_a_version_from_before_some_fields_is_not_all_different(owner_client: Client, published: Version) -> None:
    old = {name: value for name, value in published.document.items() if name not in ("aliases", "ignored", "layers")}
    Version.objects.filter(pk=published.pk).update(document={**old, "layers": published.document["layers"]})
    body = owner_client.get(URL, {"from": "1", "to": "1"}).content.decode()
    assert "두 버전의 내용이 같아요" in body


def test_a_version_comes_back_into_the_draft_and_the_draft_can_be_had_again(
    owner_client: Client, second: Version, shop: Shop
) -> None:
    draft.edit_rule(shop, "r-fee", {"name": "새 이름"}, edit_number=2)
    body = owner_client.post(reverse("console:release_restore", args=[1]), follow=True).content.decode()
    assert answer_of(shop) == "배송비는 3,000원이고 5만원부터 무료예요."
    assert release.stable_of(shop) == second
    undo = re.search(r"/releases/versions/take/\d+/", body)
    assert undo
    owner_client.post(undo[0])
    assert (Rule.objects.get(shop=shop, key="r-fee").name, answer_of(shop)) == ("새 이름", "배송비는 무료예요.")
    assert Shelved.objects.filter(why="before").count() == 1


def test_a_form_opened_before_the_draft_was_replaced_overwrites_nothing(
    owner_client: Client, second: Version, shop: Shop
) -> None:
    opened = Rule.objects.get(shop=shop, key="r-fee").edit_number
    owner_client.post(reverse("console:release_restore", args=[1]))
    with pytest.raises(draft.Stale):
        draft.edit_rule(shop, "r-fee", {"name": "옛 화면"}, edit_number=opened)
    texts = draft.texts_of(shop)
    with pytest.raises(draft.Stale):
        draft.edit_texts(shop, {"ignored": []}, edit_number=texts.edit_number - 1)


def test_out_as_a_file_and_in_again_changes_nothing(owner_client: Client, second: Version, shop: Shop) -> None:
    before = document_of(shop)
    text = exported(owner_client)
    assert list(json.loads(text))[:3] == ["docs", "schema", "rules"]
    body = upload(owner_client, text, follow=True).content.decode()
    assert "지금 초안과 내용이 같아요" in body
    assert document_of(shop) == before
    assert "배송비는 3,000원이고" in exported(owner_client, "1")
    assert owner_client.get(reverse("console:release_export", args=["7"])).status_code == 404


def test_a_file_is_shown_first_and_taken_when_confirmed(owner_client: Client, second: Version, shop: Shop) -> None:
    text = exported(owner_client).replace("배송비는 무료예요.", "배송비는 2,000원이에요.")
    body = upload(owner_client, text, follow=True).content.decode()
    assert "초안에서 바뀌는 것 1건" in body and "배송비는 <mark>2,000원이에요.</mark>" in body
    assert answer_of(shop) == "배송비는 무료예요."
    take = re.search(r"/releases/versions/take/\d+/", body)
    assert take
    assert "파일의 내용을 초안으로 가져왔어요" in owner_client.post(take[0], follow=True).content.decode()
    assert answer_of(shop) == "배송비는 2,000원이에요." and release.stable_of(shop) == second
    assert owner_client.post(take[0]).status_code == 404


def test_a_mistake_is_told_by_line_and_nothing_is_taken(owner_client: Client, second: Version, shop: Shop) -> None:
    before = document_of(shop)
    lines = exported(owner_client).split("\n")
    at = next(number for number, line in enumerate(lines) if '"택배비"' in line)
    lines[at] = lines[at].replace("택배비", " ")
    refused = upload(owner_client, "\n".join(lines))
    body = refused.content.decode()
    assert refused.status_code == 422 and f"{at + 1}번째 줄(배송비 안내): 키워드가 비어 있거나" in body
    assert "초안은 그대로예요" in body and document_of(shop) == before and not Shelved.objects.exists()


@pytest.mark.parametrize("data", [b"", b"\x00" * 50, b"\xff\xd8\xff\xe0JFIF", b"[" * 9999, b" " * (LARGEST + 1)])
def test_hostile_files_are_refused_in_words(owner_client: Client, published: Version, data: bytes) -> None:
    refused = upload(owner_client, data)
    assert refused.status_code == 422 and "가져오지 않았어요" in refused.content.decode()


def test_no_file_is_asked_for(owner_client: Client, published: Version) -> None:
    refused = owner_client.post(reverse("console:release_import"))
    assert refused.status_code == 422 and "답변 규칙 파일을 골라 주세요" in refused.content.decode()


def test_what_was_put_aside_is_gone_after_a_day(owner_client: Client, shop: Shop, published: Version) -> None:
    old = shelf.put_aside(shop, document_of(shop), shelf.BEFORE, by=None, now=timezone.now() - timedelta(hours=25))
    assert owner_client.post(reverse("console:release_take", args=[old.pk])).status_code == 404
    shelf.put_aside(shop, document_of(shop), shelf.BEFORE, by=None, now=timezone.now())
    assert not Shelved.objects.filter(pk=old.pk).exists()


def test_another_shops_books_are_out_of_reach(stranger_client: Client, shop: Shop, published: Version) -> None:
    kept = shelf.put_aside(shop, document_of(shop), shelf.IMPORT, by=None, now=timezone.now())
    assert stranger_client.get(reverse("console:release_import_look", args=[kept.pk])).status_code == 404
    assert stranger_client.post(reverse("console:release_take", args=[kept.pk])).status_code == 404
    assert stranger_client.get(reverse("console:release_export", args=["1"])).status_code == 404


def test_every_fault_has_words_of_its_own() -> None:
    params = {"name": "x", "found": "x", "at_most": 5, "choices": ["a"], "text": "t", "length": 9, "wanted": ""}
    said = {code: fault_words(Fault(3, code, "x", "규칙", params)) for code in TEXT_FAULTS}
    assert all(words.startswith("3번째 줄(규칙): ") and "{" not in words for words in said.values())
    for wanted, words in WANTED.items():
        fault = Fault(2, "wrong_type", "words", "", {"wanted": wanted})
        assert fault_words(fault) == f"2번째 줄: 키워드 — {words}"
