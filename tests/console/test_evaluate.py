"""Many sentences against the draft at once: what was wrong, why, and where to mend it."""

from __future__ import annotations

import html
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from autoresponder import models
from autoresponder.rules.models import Rule, Version
from autoresponder.shops.models import Shop
from tests.insights.workbooks import locked, workbook


def answered(client: Client, typed: str = "", file: bytes | None = None) -> HttpResponse:
    fields: dict[str, object] = {"typed": typed}
    if file is not None:
        fields["file"] = SimpleUploadedFile("예문.csv", file, "text/csv")
    answer: HttpResponse = client.post(reverse("console:evaluate"), fields, headers={"HX-Request": "true"})
    return answer


def tried(client: Client, typed: str = "", file: bytes | None = None) -> str:
    answer = answered(client, typed, file)
    assert answer.status_code == 200
    return html.unescape(answer.content.decode())


def counts(page: str) -> dict[str, int]:
    """Words of the results -> how many."""
    return {name: int(count) for name, count in re.findall(r"<dt>(.+?)</dt>\s*<dd>(\d+)</dd>", page)}


def errors(answer: HttpResponse) -> str:
    assert answer.status_code == 422
    return " ".join(re.findall(r"<li>\s*<span>(.*?)</span>", answer.content.decode()))


def test_sentences_are_right_wrong_missed_or_rightly_left_alone(owner_client: Client) -> None:
    page = tried(
        owner_client,
        "배송비 얼마예요?, 배송비 안내\n"
        "택배비 언제 내요, 배송 일정\n"
        "물건이 안 와요, 배송 일정\n"
        "포장이 예뻐요, 없음\n"
        "반품하려다 말았어요, 없음\n",
    )

    assert counts(page) == {"다르게 답한 말": 2, "놓친 말": 1, "맞게 답한 말": 1, "답하지 않은 게 맞는 말": 1}
    assert "답을 적은 5개 중" in page


def test_what_was_missed_says_why_and_leads_to_the_rule_with_the_sentence(owner_client: Client) -> None:
    page = tried(owner_client, "물건이 안 와요, 배송 일정")

    assert "배송 일정: 이 규칙의 말이 들어 있지 않아요." in page
    assert f'href="{reverse("console:rule", args=["r-delivery"])}?keyword=%EB%AC%BC' in page
    assert "이 말로 규칙에 더하기" in page
    assert "‘배송 일정’ 규칙 열기" in page


def test_what_was_answered_by_another_rule_shows_its_words_and_leads_to_both(owner_client: Client) -> None:
    page = tried(owner_client, "택배비 언제 내요, 배송 일정")

    assert "<mark>택배비</mark> 언제 내요" in page
    assert "‘택배비’ 때문에 → 배송비 안내" in page
    assert f'href="{reverse("console:rule", args=["r-fee"])}"' in page
    assert f'href="{reverse("console:rule", args=["r-delivery"])}?keyword=' in page


def test_what_should_not_have_been_answered_offers_no_keyword(owner_client: Client) -> None:
    page = tried(owner_client, "반품하려다 말았어요, 없음")

    assert counts(page) == {"다르게 답한 말": 1}
    assert "?keyword=" not in page
    assert "‘반품 안내’ 규칙 열기" in page


def test_sentences_without_an_expected_rule_are_answered_or_not(owner_client: Client) -> None:
    page = tried(owner_client, "배송비 얼마예요?\n주차 되나요")

    assert counts(page) == {"못 알아들은 말": 1, "답한 말": 1}
    assert "답을 적지 않은 2개 중" in page
    assert f"{reverse('console:rule_new')}?keyword=" in page


@pytest.mark.parametrize(
    "line",
    [
        "안녕하세요, 택배비 얼마예요, 배송비 안내",
        "택배비 얼마예요\t배송비 안내",
        "택배비 얼마예요 ,  배송비안내 ",
        "택배비 얼마예요, delivery_fee",
        "택배비 얼마예요, 반품 안내|배송비 안내",
        "달나라 여행, 없음",
        "달나라 여행, other",
    ],
)
def test_what_is_expected_is_a_rule_an_intent_several_or_nothing(owner_client: Client, line: str) -> None:
    Rule.objects.filter(key="r-fee").update(intent="delivery_fee")

    page = tried(owner_client, line)

    assert "고칠 말이 없어요." in page
    assert "답을 적은 1개 중" in page


def test_a_sentence_keeps_its_own_commas(owner_client: Client) -> None:
    page = tried(owner_client, "안녕하세요, 반품 되나요")

    assert "안녕하세요, <mark>반품</mark> 되나요" in page
    assert "답을 적지 않은 1개 중" in page


def test_a_name_nobody_goes_by_is_said_and_a_rule_offered(owner_client: Client) -> None:
    page = tried(owner_client, "주차 되나요\t주차 안내")

    assert "‘주차 안내’ 규칙은 없어요." in page
    assert counts(page) == {"놓친 말": 1}
    assert f"{reverse('console:rule_new')}?keyword=" in page


def test_a_rule_that_is_switched_off_says_so(owner_client: Client) -> None:
    Rule.objects.filter(key="r-fee").update(enabled=False)

    assert "배송비 안내: 꺼 둔 규칙이에요." in tried(owner_client, "택배비 얼마예요, 배송비 안내")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949"])
@pytest.mark.parametrize("headings", ["", "text,intent\n", "문장,규칙\n", "번호,규칙,문장\n"])
def test_a_file_is_read_with_headings_and_without(owner_client: Client, headings: str, encoding: str) -> None:
    rows = [("배송비, 얼마예요?", "배송비 안내"), ("달나라 여행", "없음")]
    numbered = headings.startswith("번호")
    lines = [f'1,{rule},"{text}"' if numbered else f'"{text}",{rule}' for text, rule in rows]

    page = tried(owner_client, file=(headings + "\r\n".join(lines)).encode(encoding))

    assert counts(page) == {"맞게 답한 말": 1, "답하지 않은 게 맞는 말": 1}


@pytest.mark.parametrize(
    "rows",
    [
        [["배송비 얼마예요?", "배송비 안내", None], ["포장, 정말 예뻐요", "없음"], [None, None], ["반품, 되나요?"]],
        [["규칙", "문장"], ["배송비 안내", "배송비 얼마예요?"], ["없음", "포장, 정말 예뻐요"], ["", "반품, 되나요?"]],
    ],
)
def test_a_workbook_names_its_rules_in_a_column(owner_client: Client, rows: list[list[object]]) -> None:
    page = tried(owner_client, file=workbook(rows))

    assert counts(page) == {"맞게 답한 말": 1, "답하지 않은 게 맞는 말": 1, "답한 말": 1}


def test_what_was_pasted_and_the_file_are_tried_together(owner_client: Client) -> None:
    page = tried(owner_client, "배송비, 배송비 안내", file="반품,반품 안내".encode())

    assert counts(page) == {"맞게 답한 말": 2}


@pytest.mark.parametrize(
    ("file", "words"),
    [
        (b"", "비어 있는 파일이에요"),
        (b"PK\x03\x04\x00\xff\xff", "온전하지 않아요"),
        ("문장,규칙\n반품,반품 안내\n".encode("utf-16"), "엑셀 파일(.xlsx)이나"),
        (("말\n" * 2001).encode(), "2,000줄"),
        (("문장\n" + "말\n" * 2001).encode(), "2,000줄"),
        (b"a" * (1024 * 1024 + 1), "1MB"),
        (workbook([["말"]] * 2002), "2,000줄"),
        (workbook([["가" * 30_000]] * 40), "너무 많아요"),
        (workbook([]), "적힌 내용이 없어요"),
        (locked(), "암호가 걸린 엑셀 파일은 열 수 없어요. 암호를 풀고 저장해 주세요."),
        (('"' + "가" * 140_000).encode(), "큰따옴표"),
    ],
)
def test_a_file_that_cannot_be_used_is_said_and_what_was_pasted_stays(
    owner_client: Client, file: bytes, words: str
) -> None:
    answer = answered(owner_client, "배송비 얼마예요?", file)

    assert words in errors(answer)
    # htmx leaves the form alone; without JavaScript the page brings it back.
    plain = owner_client.post(
        reverse("console:evaluate"), {"typed": "배송비 얼마예요?", "file": SimpleUploadedFile("예문.csv", file)}
    )
    assert words in errors(plain)
    assert "배송비 얼마예요?</textarea>" in plain.content.decode()


@pytest.mark.parametrize("typed", ["", " \n\t\n"])
def test_nothing_to_try_is_said(owner_client: Client, typed: str) -> None:
    assert "시험할 말을 적거나 파일을 골라 주세요." in errors(answered(owner_client, typed))


def test_too_many_lines_are_refused_together_too(owner_client: Client) -> None:
    assert "2,000줄" in errors(answered(owner_client, "말\n" * 2001))
    assert "2,000줄" in errors(answered(owner_client, "말\n" * 1500, ("말\n" * 1500).encode()))


def test_a_long_list_shows_its_beginning_and_how_much_more_there_is(owner_client: Client) -> None:
    page = tried(owner_client, "달나라 여행\n" * 150)

    assert counts(page) == {"못 알아들은 말": 150}
    assert page.count("이 말로 규칙 만들기") == 100
    assert "이 밖에 50개가 더 있어요." in page


@pytest.mark.parametrize("typed", ["가" * 5000, "🙂🙂", "<b>배송비</b>", ",,,", "배송비,", "|, |", '"배송비'])
def test_odd_sentences_are_no_trouble(owner_client: Client, typed: str) -> None:
    assert 'id="found"' in tried(owner_client, typed)


def test_markup_in_a_sentence_stays_text(owner_client: Client) -> None:
    answer = answered(owner_client, "<script>달나라</script>\t<i>없는 규칙</i>")

    assert "<script>달나라" not in answer.content.decode()
    assert "<i>없는" not in answer.content.decode()


def test_a_shop_without_rules_can_try_too(owner_client: Client, shop: Shop) -> None:
    Rule.objects.all().delete()

    assert counts(tried(owner_client, "배송비 얼마예요?")) == {"못 알아들은 말": 1}


def test_nothing_is_written(owner_client: Client, published: Version) -> None:
    before = [list(getattr(models, name).objects.order_by("pk").values()) for name in models.__all__]
    tried(owner_client, "배송비 얼마예요?, 배송비 안내", file="반품".encode())

    assert [list(getattr(models, name).objects.order_by("pk").values()) for name in models.__all__] == before


def test_without_javascript_the_whole_page_comes_back(owner_client: Client) -> None:
    page = owner_client.post(reverse("console:evaluate"), {"typed": "배송비 얼마예요?"}).content.decode()

    assert "<html" in page
    assert "배송비 얼마예요?</textarea>" in page


def test_another_shop_tries_its_own_rules(stranger_client: Client, shop: Shop) -> None:
    assert counts(tried(stranger_client, "배송비 얼마예요?")) == {"못 알아들은 말": 1}


def test_the_simulator_leads_here(owner_client: Client) -> None:
    page = owner_client.get(reverse("console:simulator")).content.decode()

    assert f'href="{reverse("console:evaluate")}"' in page
