"""An owner gives a new answer to some customers first, looks at both columns, widens it and takes it back."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from autoresponder.connections.models import Connection
from autoresponder.engine.rollout import is_among
from autoresponder.rules.models import Release, ReleaseEvent, Version
from autoresponder.shops.models import Shop
from tests.console.talking import say

pytestmark = pytest.mark.django_db(transaction=True)

OpenPage = Callable[..., Page]


def customers_write(webchat: Connection) -> None:
    """Six who try and nine who do not, all of them about the delivery fee."""
    salt = Release.objects.get().salt
    names = [f"person-{number}" for number in range(2_000)]
    among = [name for name in names if is_among(salt, name, 500)][:6]
    others = [name for name in names if not is_among(salt, name, 2_000)][:9]
    for name in (*among, *others):
        say(webchat, "배송비 얼마예요?", now=timezone.now(), customer=name)


def test_edit_try_look_widen_take_back(
    signed_in_page: OpenPage, published: Version, webchat: Connection, shop: Shop, axe: Callable[[Page], None]
) -> None:
    page = signed_in_page()
    page.goto("/rules/r-fee/")
    page.get_by_label("1번째 말풍선").fill("배송비는 무료예요.")
    page.get_by_role("button", name="저장하기").click()
    expect(page.get_by_text("저장했어요. 게시하면 손님에게 적용돼요.")).to_be_visible()
    page.goto("/releases/")
    expect(page.get_by_role("heading", name="게시하면 바뀌는 것 1건")).to_be_visible()
    expect(page.get_by_text("연결한 메신저에서 잘리는 답이 없어요.")).to_be_visible()
    expect(page.get_by_role("button", name="모든 손님에게 게시하기")).to_be_visible()
    expect(page.get_by_label("나빠지면 저절로 거두기")).to_be_hidden()
    page.get_by_label("손님 5%").check()
    expect(page.get_by_label("나빠지면 저절로 거두기")).to_be_checked()
    axe(page)
    page.get_by_role("button", name="손님 5%에게 먼저 게시하기").click()

    expect(page.get_by_role("status").filter(has_text="손님 5%부터 새 답변을 받아요")).to_be_visible()
    card = page.get_by_role("region", name="손님 5%에게 새 답변(버전 2)을 먼저 내보내는 중")
    expect(card).to_be_visible()
    customers_write(webchat)
    page.reload()
    columns = card.get_by_role("table", name="쓰던 버전과 새 버전 견주기")
    expect(columns.get_by_role("row", name="손님 수 9명 6명")).to_be_visible()
    expect(columns).to_contain_text("아직 판단하기에 적어요 (n=6)")
    axe(page)

    card.get_by_role("button", name="손님 20%에게 늘리기").click()
    card = page.get_by_role("region", name="손님 20%에게 새 답변(버전 2)을 먼저 내보내는 중")
    expect(card).to_contain_text("6명")
    card.get_by_role("button", name="바로 거두기").click()
    expect(page.get_by_role("status").filter(has_text="모든 손님이 다시 쓰던 답변을 받아요")).to_be_visible()
    expect(page.get_by_role("heading", name="손님은 지금 버전 1의 답변을 받아요")).to_be_visible()
    expect(page.get_by_role("heading", name="게시하면 바뀌는 것 1건")).to_be_visible()
    assert [event.action for event in ReleaseEvent.objects.order_by("pk")] == ["publish", "try", "widen", "withdraw"]


def test_a_talk_becomes_a_testers(signed_in_page: OpenPage, published: Version, webchat: Connection) -> None:
    message = say(webchat, "저예요", now=timezone.now())
    page = signed_in_page()
    page.goto(f"/inbox/{message.conversation_id}/")
    page.get_by_role("button", name="테스트 고객으로 정하기").click()
    expect(page.get_by_role("status")).to_contain_text("테스트 고객으로 정했어요")
    page.goto("/releases/")
    testers = page.get_by_role("region", name="테스트 고객")
    testers.get_by_role("button", name="빼기").click()
    expect(testers).to_contain_text("아직 아무도 없어요")
