"""A rule that answers only in the night, on days off, or in a window of its own."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import reverse

from autoresponder.console.preview import context_of
from autoresponder.console.rule_form import RuleForm, initial_of
from autoresponder.console.window_form import window_initial
from autoresponder.rules.draft import document_of, rule_document
from autoresponder.rules.models import Rule
from autoresponder.shops.models import Shop
from tests.console.test_rules import TYPED

MARCH = {
    "window_first": "2026-03-01",
    "window_last": "2026-03-07",
    "window_days": ["5", "6"],
    "window_time": "오후 6시~2시",
}
STORED = {"weekdays": [5, 6], "start": 1080, "end": 120, "first": "2026-03-01", "last": "2026-03-07"}


def saved(client: Client, **fields: object) -> Rule:
    assert client.post(reverse("console:rule_new"), {**TYPED, **fields}).status_code == 302
    rule = Rule.objects.order_by("-id").first()
    assert rule
    return rule


def test_a_window_is_stored_and_stands_in_the_form_again(owner_client: Client, shop: Shop) -> None:
    rule = saved(owner_client, when="night", **MARCH)
    assert (rule.when, rule.window) == ("night", STORED)
    body = owner_client.get(reverse("console:rule", args=[rule.key])).content.decode()
    assert 'value="18:00~다음날 02:00"' in body and 'value="2026-03-01"' in body
    again = RuleForm({**TYPED, **MARCH, "window_time": window_initial(rule.window)["window_time"]})
    assert again.is_valid() and again.document()["window"] == STORED


def test_a_rule_without_a_window_is_published_as_before_there_were_any(owner_client: Client, shop: Shop) -> None:
    rule = saved(owner_client)
    assert rule.window is None and "window" not in rule_document(rule)
    assert initial_of(rule)["window_days"] == []


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"window_time": "언젠가"}, "시간을 읽지 못했어요"),
        ({"window_first": "2026-03-07", "window_last": "2026-03-01"}, "마지막 날이 첫날보다 앞이에요"),
        ({"window_first": "언젠가"}, "window_first"),
    ],
)
def test_what_does_not_fit_is_told_and_kept(
    owner_client: Client, shop: Shop, fields: dict[str, str], told: str
) -> None:
    response = owner_client.post(reverse("console:rule_new"), {**TYPED, **fields})
    body = response.content.decode()
    assert response.status_code == 422 and told in body
    assert all(f'value="{text}"' in body for text in fields.values())


def test_all_days_and_all_hours_are_no_window(owner_client: Client, shop: Shop) -> None:
    assert saved(owner_client, window_days=[*"0123456"], window_time="24시간").window is None


def test_the_list_says_when_and_that_a_campaign_has_ended(owner_client: Client, shop: Shop) -> None:
    saved(owner_client, when="open", **{**MARCH, "window_first": "2020-03-01", "window_last": "2020-03-07"})
    body = owner_client.get(reverse("console:rules")).content.decode()
    assert "영업 중에만 · 3월 1일 (일)~3월 7일 (토) 주말 18:00~다음날 02:00" in body
    assert "기간이 끝났어요" in body


def test_the_preview_answers_in_the_window_and_says_why_not_outside(shop: Shop) -> None:
    data = QueryDict(mutable=True)
    data.update(
        {**TYPED, "layers": "slip", "preview_of": "rule", "preview_rule": "new", "preview_said": "주차 되나요?"}
    )
    data.update({"window_first": "2026-12-01", "window_last": "2026-12-07", "preview_scene": "at"})
    now = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)

    def last_bubble(when: str) -> object:
        data["preview_at"] = when
        return context_of(shop, data, now=now)["bubbles"][-1]

    assert "건물 뒤" in last_bubble("12월 3일 오후 3시").text  # type: ignore[attr-defined]
    assert any("아직 시작하지 않은" in line for line in last_bubble("11월 26일 오후 3시").why)  # type: ignore[attr-defined]
    assert any("기간이 끝난" in line for line in last_bubble("12월 9일 오후 3시").why)  # type: ignore[attr-defined]


def test_a_window_comes_with_the_draft(owner_client: Client, shop: Shop) -> None:
    rule = saved(owner_client, **MARCH)
    rules = {one["key"]: one for one in document_of(shop)["rules"]}
    assert rules[rule.key]["window"] == STORED and date.fromisoformat(rules[rule.key]["window"]["last"])
