"""게시: the list of changes in words, publishing, what stops it, and the way back."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from autoresponder.connections.connect import connect
from autoresponder.connections.find import by_slug
from autoresponder.connections.models import Connection
from autoresponder.console.change_words import Line, minutes, tell
from autoresponder.engine.types import Incoming
from autoresponder.inbox.receive import receive
from autoresponder.rules import draft, release
from autoresponder.rules.models import Rule, Version
from autoresponder.shops.models import Shop, User

URL = "/releases/"


def seen(client: Client) -> str:
    found = re.search(r'name="seen" value="(\w+)"', client.get(URL).content.decode())
    assert found
    return found[1]


def publish(client: Client, **more: Any) -> Any:
    return client.post(reverse("console:publish"), {"seen": seen(client), **more}, follow=True)


def edit(shop: Shop, key: str, **fields: Any) -> Rule:
    rule = Rule.objects.get(shop=shop, key=key)
    return draft.edit_rule(shop, key, fields, edit_number=rule.edit_number)


def changed(shop: Shop) -> Any:
    return [tell(change) for change in release.changes(shop)]


def test_a_new_shop_is_told_that_customers_get_nothing_yet(owner_client: Client, shop: Shop) -> None:
    body = owner_client.get(URL).content.decode()
    assert "아직 손님에게 나가는 답변이 없어요" in body and "게시하면 바뀌는 것 11건" in body
    assert "배송비는 3,000원이고" in body and "부재중 인사" in body


def test_publishing_gives_customers_the_draft_and_says_so(owner_client: Client, owner: User, shop: Shop) -> None:
    body = publish(owner_client, note="  첫  게시 ").content.decode()
    version = release.stable_of(shop)
    assert version and (version.number, version.note, version.author) == (1, "첫 게시", owner)
    assert "게시했어요. 지금부터 손님은 새 답변을 받아요." in body
    assert "손님은 지금 버전 1의 답변을 받아요" in body and "게시되지 않은 변경" not in body
    assert "첫 게시" in body and "하늘" in body


def test_an_edit_is_shown_before_and_after(owner_client: Client, published: Version, shop: Shop) -> None:
    edit(
        shop,
        "r-fee",
        replies=[{"text": "배송비는 3,500원이에요.", "buttons": [{"label": "주문 조회", "say": ""}]}],
        groups=[{"mode": "any", "words": ["배송비"]}, {"mode": "none", "words": ["반품"]}],
        when="closed",
        cooldown_minutes=120,
        channels=["kakao"],
    )
    (told,) = changed(shop)
    assert (told.badge, told.title, told.rule) == ("고침", "배송비 안내", "r-fee")
    assert set(told.lines) == {
        Line("이 말 중 하나라도 있으면", "‘택배비’", "", words=True),
        Line("이 말이 있으면 빼요", "", "‘반품’", words=True),
        Line("이렇게 답해요", "배송비는 3,000원이고 5만원부터 무료예요.", "배송비는 3,500원이에요.\n[주문 조회]"),
        Line("언제", "항상", "쉬는 시간에만"),
        Line("메신저", "모든 메신저", "카카오톡"),
        Line("같은 손님에게", "물을 때마다 답해요", "2시간 안에는 다시 답하지 않아요"),
    }
    body = owner_client.get(URL).content.decode()
    assert "배송비는 3,500원이에요." in body and reverse("console:rule", args=["r-fee"]) in body


def test_of_a_reworded_answer_the_differing_words_stand_out(
    owner_client: Client, published: Version, shop: Shop
) -> None:
    (reply,) = shop.rules.get(key="r-fee").replies
    edit(shop, "r-fee", replies=[{**reply, "text": f"{reply['text']} 고맙습니다."}])
    body = owner_client.get(URL).content.decode()
    assert "무료예요. <mark>고맙습니다.</mark>" in body and "<del>" not in body

    edit(shop, "r-fee", replies=[{**reply, "text": reply["text"].replace("3,000원이고", "3,500원이고")}])
    body = owner_client.get(URL).content.decode()
    assert "<mark>3,000원이고</mark>" in body and "<mark>3,500원이고</mark>" in body


def test_of_a_long_list_of_keywords_only_the_new_word_is_shown(
    owner_client: Client, published: Version, shop: Shop
) -> None:
    many = [f"낱말{n}" for n in range(40)]
    edit(shop, "r-fee", groups=[{"mode": "any", "words": many}, {"mode": "any", "words": ["얼마", "가격"]}])
    release.publish(shop, by=None, now=timezone.now())
    edit(shop, "r-fee", groups=[{"mode": "any", "words": [*many, "소포"]}, {"mode": "any", "words": ["가격"]}])

    (told,) = changed(shop)
    assert told.lines == (
        Line("이 말 중 하나라도 있으면", "", "‘소포’", words=True),
        Line("그리고 이 말 중 하나도 있으면", "‘얼마’", "", words=True),
    )
    body = owner_client.get(URL).content.decode()
    assert "더한 말</span>" in body and "<ins>‘소포’</ins>" in body


def test_an_edit_of_nothing_but_the_order_of_keywords_is_told_too(published: Version, shop: Shop) -> None:
    edit(shop, "r-fee", groups=[{"mode": "any", "words": ["택배비", "배송비"]}])
    (told,) = changed(shop)
    assert told.lines == (Line("이 말 중 하나라도 있으면", "‘배송비’, ‘택배비’", "‘택배비’, ‘배송비’"),)


def test_of_long_texts_the_part_that_differs_is_shown(published: Version, shop: Shop) -> None:
    before, after = ([{"text": "가" * 500 + end + "나" * 300, "buttons": []}] for end in ("3,000원", "3,500원"))
    edit(shop, "r-fee", replies=before)
    release.publish(shop, by=None, now=timezone.now())
    edit(shop, "r-fee", replies=after)

    ((line,),) = [told.lines for told in changed(shop)]
    assert line.label == "이렇게 답해요" and "3,000원" in line.before and "3,500원" in line.after
    assert line.before.startswith("…가") and line.before.endswith("나…") and len(line.after) < 200


def test_what_a_rule_understands_is_compared_too(published: Version, shop: Shop) -> None:
    edit(shop, "r-fee", manner="asked", without=["slip"])
    (told,) = changed(shop)
    assert set(told.lines) == {
        Line("어떻게 말하면", "말이 나오기만 하면 답해요", "묻거나 부탁할 때만 답해요"),
        Line(
            "오타도 알아듣기",
            "흩어진 글자, 한/영 잘못 누름, 소리대로 쓴 말, 손가락이 미끄러진 오타",
            "흩어진 글자, 한/영 잘못 누름, 소리대로 쓴 말",
        ),
    }


def test_of_a_list_only_what_came_and_went_is_shown(published: Version, shop: Shop) -> None:
    texts = draft.texts_of(shop)
    more = {
        "aliases": [*texts.aliases[1:], {"written": "벳송", "meant": "배송"}],
        "ignored": [*texts.ignored, *(f"지나칠 말 {n}" for n in range(12))],
        "layers": ["jamo"],
        "ask_back": {"text": "", "buttons": []},
    }
    gone = texts.aliases[0]
    draft.edit_texts(shop, more, edit_number=texts.edit_number)

    told = {change.title: change for change in changed(shop)}
    assert told["다르게 적는 말"].lines == (
        Line("", f"‘{gone['written']} → {gone['meant']}’", "‘벳송 → 배송’", words=True),
    )
    assert "‘지나칠 말 9’ 외 2개" in told["규칙의 말로 보지 않는 말"].lines[0].after
    assert told["오타도 알아듣기"].lines[0].after == "흩어진 글자"
    assert told["되물을 때 하는 말"].lines[0].after == "되묻지 않아요"
    assert {change.screen for change in told.values()} == {"console:understanding"}


def test_every_kind_of_change_has_its_words(published: Version, shop: Shop, now: datetime) -> None:
    draft.set_enabled(shop, "r-return", False)
    draft.delete_rule(shop, "r-person", now=now)
    draft.order_rules(shop, ["r-delivery", "r-fee"])
    draft.create_rule(
        shop,
        {
            "name": "주차",
            "groups": [{"mode": "any", "words": ["주차"]}],
            "replies": [{"text": "건물 뒤", "buttons": []}],
        },
    )
    texts = draft.texts_of(shop)
    draft.edit_texts(shop, {"away": texts.away | {"every_minutes": 0}}, edit_number=texts.edit_number)
    told = {(change.badge, change.title) for change in changed(shop)}
    assert told == {
        ("끔", "반품 안내"),
        ("지움", "사람 부르기"),
        ("순서", "규칙을 살펴보는 순서를 바꿨어요"),
        ("새로", "주차"),
        ("고침", "부재중 인사"),
    }
    away = next(change for change in changed(shop) if change.screen)
    assert away.lines == (Line("얼마나 자주", "12시간에 한 번", "말할 때마다"),)


@pytest.mark.parametrize(("count", "words"), [(0, "0분"), (90, "90분"), (60, "1시간"), (1440, "1일"), (2880, "2일")])
def test_a_length_of_time_is_said_in_its_largest_whole_unit(count: int, words: str) -> None:
    assert minutes(count) == words


def test_a_problem_stops_publishing_and_points_at_its_rule(
    owner_client: Client, published: Version, shop: Shop
) -> None:
    edit(shop, "r-fee", replies=[{"text": "배송비는 {배송가격}이에요.", "buttons": []}])
    body = owner_client.get(URL).content.decode()
    assert "이것만 고치면 게시할 수 있어요" in body and "배송가격" in body
    assert f'href="{reverse("console:rule", args=["r-fee"])}"' in body
    assert "게시하기</button>" not in body
    shown = owner_client.get(URL).context["seen"]
    response = owner_client.post(reverse("console:publish"), {"seen": shown})
    assert response.status_code == 422
    assert release.stable_of(shop) == published


class TestLosses:
    """What a connected messenger would cut off stops publishing, and nothing is lost."""

    TOO_LONG = "카카오톡에서는 글이 너무 길어서 끝의 약 3,001자가 잘려요. 그만큼 줄여 주세요."

    def refused(self, client: Client) -> list[tuple[str, str, str]]:
        page = client.get(URL)
        response = client.post(reverse("console:publish"), {"seen": page.context["seen"], "note": "다듬기"})
        assert response.status_code == 422
        assert "이것만 고치면 게시할 수 있어요" in response.content.decode()
        assert "게시하기</button>" not in response.content.decode()
        assert response.context["note"] == "다듬기"
        assert page.context["obstacles"] == response.context["obstacles"]
        return [(place.where, place.url, place.sentence) for place in response.context["obstacles"]]

    def test_a_text_too_long_for_a_connected_messenger_stops_publishing(
        self, owner_client: Client, published: Version, shop: Shop, kakao: Connection
    ) -> None:
        edit(shop, "r-fee", replies=[{"text": "가" * 2000, "buttons": []}] * 3)

        assert self.refused(owner_client) == [("배송비 안내", reverse("console:rule", args=["r-fee"]), self.TOO_LONG)]
        assert release.stable_of(shop) == published
        assert Rule.objects.get(key="r-fee").replies[0]["text"] == "가" * 2000

    @pytest.mark.parametrize("connected", [(), ("webchat",)])
    def test_a_messenger_that_is_not_connected_or_can_show_it_stops_nothing(
        self, owner_client: Client, published: Version, shop: Shop, connected: tuple[str, ...]
    ) -> None:
        for kind in connected:
            connect(shop, kind)
        edit(shop, "r-fee", replies=[{"text": "가" * 2000, "buttons": []}] * 3)

        publish(owner_client)

        stable = release.stable_of(shop)
        assert stable and stable.number == 2

    def test_a_messenger_that_was_disconnected_stops_nothing(
        self, owner_client: Client, published: Version, shop: Shop, kakao: Connection, now: datetime
    ) -> None:
        Connection.objects.update(ended_at=now)
        edit(shop, "r-fee", replies=[{"text": "가" * 2000, "buttons": []}] * 3)

        assert owner_client.get(URL).context["obstacles"] == []

    def test_a_rule_of_other_messengers_or_switched_off_stops_nothing(
        self, owner_client: Client, published: Version, shop: Shop, kakao: Connection
    ) -> None:
        long = [{"text": "가" * 2000, "buttons": []}] * 3
        edit(shop, "r-fee", replies=long, channels=["webchat"])
        edit(shop, "r-return", replies=long, enabled=False)

        assert owner_client.get(URL).context["obstacles"] == []

    def test_what_is_filled_in_counts_as_it_is_read(
        self, owner_client: Client, published: Version, shop: Shop, kakao: Connection
    ) -> None:
        replies = [{"text": "가" * 1000 + "{가게이름}", "buttons": []}, {"text": "나" * 1990, "buttons": []}]
        edit(shop, "r-fee", replies=replies, when="open")
        assert owner_client.get(URL).context["obstacles"] == []

        Shop.objects.filter(pk=shop.pk).update(name="아주 긴 이름을 가진 우리 동네 작은 가게")
        assert [where for where, _url, _sentence in self.refused(owner_client)] == ["배송비 안내"]

    def test_the_words_of_a_button_are_told_by_its_name(
        self, owner_client: Client, published: Version, shop: Shop, kakao: Connection
    ) -> None:
        edit(shop, "r-fee", replies=[{"text": "네", "buttons": [{"label": "환불", "say": "가" * 160}]}])

        ((_where, _url, sentence),) = self.refused(owner_client)
        assert sentence == "카카오톡에서는 ‘환불’ 버튼을 눌러 보내는 말이 약 10자 넘쳐요. 그만큼 줄여 주세요."

    def test_an_answer_is_tried_with_the_greeting_before_it(
        self, owner_client: Client, published: Version, shop: Shop, kakao: Connection
    ) -> None:
        edit(shop, "r-fee", replies=[{"text": "가" * 1900, "buttons": []}])
        edit(shop, "r-return", replies=[{"text": "나" * 1900, "buttons": []}], when="open")
        texts = draft.texts_of(shop)
        away = texts.away | {"reply": {"text": "다" * 1900, "buttons": []}}
        draft.edit_texts(shop, {"away": away}, edit_number=texts.edit_number)

        ((where, _url, sentence),) = self.refused(owner_client)
        assert where == "배송비 안내"
        assert (
            sentence == "부재중 인사와 함께 나가면 카카오톡에서는 약 805자가 잘려요. 둘 중 하나를 그만큼 줄여 주세요."
        )

    def test_the_texts_of_the_shop_are_tried_too(
        self, owner_client: Client, published: Version, shop: Shop, kakao: Connection
    ) -> None:
        texts = draft.texts_of(shop)
        buttons = [{"label": "상담", "say": "가" * 151}]
        fallback = texts.fallback | {"reply": {"text": "네", "buttons": buttons}}
        closed = texts.hand_off | {"closed": {"text": "네", "buttons": buttons}}
        draft.edit_texts(shop, {"fallback": fallback, "hand_off": closed}, edit_number=texts.edit_number)

        places = [(where, url) for where, url, _sentence in self.refused(owner_client)]
        greetings = reverse("console:texts")
        assert places == [("기본 답변", greetings), ("사람에게 넘길 때 하는 말", greetings)]

    def test_nothing_to_publish_is_said_first(
        self, owner_client: Client, published: Version, shop: Shop, kakao: Connection
    ) -> None:
        edit(shop, "r-fee", replies=[{"text": "가" * 2000, "buttons": []}] * 3)
        release.publish(shop, by=None, now=timezone.now())

        shown = owner_client.get(URL).context
        body = owner_client.post(reverse("console:publish"), {"seen": shown["seen"]}, follow=True).content.decode()
        assert shown["obstacles"] == [] and "게시할 것이 없어요" in body


def test_what_someone_changed_meanwhile_is_not_published_unseen(
    owner_client: Client, published: Version, shop: Shop
) -> None:
    edit(shop, "r-fee", name="택배비 안내")
    looked_at = seen(owner_client)
    edit(shop, "r-return", name="반품·교환")
    response = owner_client.post(reverse("console:publish"), {"seen": looked_at, "note": "이름 정리"})
    body = response.content.decode()
    assert response.status_code == 422 and "살펴보시는 사이에 내용이 바뀌었어요" in body
    assert 'value="이름 정리"' in body and "반품·교환" in body
    assert release.stable_of(shop) == published


def test_publishing_twice_is_said_not_done(owner_client: Client, published: Version, shop: Shop) -> None:
    shown = owner_client.get(URL).context["seen"]
    body = owner_client.post(reverse("console:publish"), {"seen": shown}, follow=True).content.decode()
    assert "게시할 것이 없어요" in body and Version.objects.filter(shop=shop).count() == 1


def test_a_note_too_long_is_told_and_kept(owner_client: Client, shop: Shop) -> None:
    response = owner_client.post(reverse("console:publish"), {"seen": seen(owner_client), "note": "가" * 201})
    body = response.content.decode()
    assert response.status_code == 422 and "200자까지" in body and "가" * 201 in body
    assert release.stable_of(shop) is None


def second_version(shop: Shop, now: datetime) -> Version:
    edit(shop, "r-fee", replies=[{"text": "배송비는 무료예요.", "buttons": []}])
    return release.publish(shop, by=None, note="무료 배송", now=now)


def test_rolling_back_says_what_happens_and_acts_at_once(
    owner_client: Client, published: Version, webchat: Connection, shop: Shop, now: datetime
) -> None:
    second_version(shop, now)
    body = owner_client.get(URL).content.decode()
    assert "이전 버전으로 되돌릴까요?" in body and "고치고 있던 내용은 그대로 남아" in body
    response = owner_client.post(reverse("console:roll_back"), {"from": "2"}, follow=True)
    assert "되돌렸어요. 손님은 지금부터 버전 1의 답변을 받아요." in response.content.decode()
    line = by_slug("webchat", shop.slug)
    assert line
    receive(line, Incoming("e1", "c1", "배송비 얼마예요?"), now=now)
    body = owner_client.get(URL).content.decode()
    assert "손님은 지금 버전 1의 답변을 받아요" in body and "1번 답했어요" in body
    assert "게시하면 바뀌는 것 1건" in body, "the draft stays as it was"


def test_tapping_roll_back_twice_goes_back_once(
    owner_client: Client, published: Version, shop: Shop, now: datetime
) -> None:
    second_version(shop, now)
    edit(shop, "r-fee", name="배송비")
    release.publish(shop, by=None, now=now)
    for _tap in range(2):
        response = owner_client.post(reverse("console:roll_back"), {"from": "3"}, follow=True)
    stable = release.stable_of(shop)
    assert stable and stable.number == 2
    assert "그사이 쓰는 버전이 바뀌었어요" in response.content.decode()


def test_without_an_earlier_version_there_is_no_way_back(owner_client: Client, published: Version, shop: Shop) -> None:
    assert 'id="roll-back"' not in owner_client.get(URL).content.decode()
    response = owner_client.post(reverse("console:roll_back"), {"from": "1"}, follow=True)
    assert "되돌릴 이전 버전이 없어요" in response.content.decode()


def test_without_scripts_the_question_opens_by_a_link(owner_client: Client, published: Version, shop: Shop) -> None:
    second_version(shop, timezone.now())
    assert re.search(r'<dialog[^>]*id="roll-back"[^>]* open>', owner_client.get(URL + "?back=1").content.decode())


def test_many_versions_cost_no_more_queries(
    owner_client: Client, published: Version, shop: Shop, django_assert_max_num_queries: Any, now: datetime
) -> None:
    for number in range(8):
        edit(shop, "r-fee", name=f"배송비 {number}")
        release.publish(shop, by=None, now=now)
    with django_assert_max_num_queries(20):
        owner_client.get(URL)


@pytest.mark.parametrize("name", ["publish", "roll_back"])
def test_nobody_publishes_for_another_shop(
    client: Client, stranger_client: Client, shop: Shop, published: Version, name: str
) -> None:
    url = reverse(f"console:{name}")
    assert client.post(url).status_code == 302
    assert stranger_client.get(url).status_code == 405
    edit(shop, "r-fee", name="새 이름")
    stranger_client.post(url, {"seen": "x", "from": "1"})
    assert release.stable_of(shop) == published
