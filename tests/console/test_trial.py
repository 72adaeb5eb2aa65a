"""일부 고객에게 먼저: who gets a publish, the two columns, widening, taking back, testers and the home screen."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from autoresponder.connections import find
from autoresponder.connections.models import Connection
from autoresponder.console.moments import say_day
from autoresponder.engine.rollout import is_among
from autoresponder.engine.types import Incoming
from autoresponder.inbox import outbox
from autoresponder.inbox.models import Conversation, Delivery, Message
from autoresponder.inbox.receive import receive
from autoresponder.insights import trial
from autoresponder.insights.rollout import Customer, Numbers, arm
from autoresponder.insights.trial import numbers
from autoresponder.insights.watch import watch
from autoresponder.rules import draft, live, release, rollout
from autoresponder.rules.models import Release, ReleaseEvent, Rule, Version
from autoresponder.rules.plan import Plan, plan_of
from autoresponder.shops.models import Membership, Shop, User
from tests.console.talking import say
from tests.fixtures import PASSWORD

pytestmark = pytest.mark.django_db(transaction=True)

URL = "/releases/"


def edit(shop: Shop, answer: str = "배송비는 무료예요.", **more: Any) -> None:
    number = Rule.objects.get(shop=shop, key="r-fee").edit_number
    fields = {"replies": [{"text": answer, "buttons": []}], **more}
    draft.edit_rule(shop, "r-fee", fields, edit_number=number)


def publish(client: Client, **more: Any) -> Any:
    return client.post(reverse("console:publish"), {"seen": client.get(URL).context["seen"], **more}, follow=True)


def pointer(shop: Shop) -> Release:
    return Release.objects.select_related("stable", "candidate").get(shop=shop)


@pytest.fixture
def tried(shop: Shop, published: Version) -> Version:
    """A second version with another answer, for one customer of twenty, begun a day ago."""
    edit(shop)
    return rollout.try_out(shop, share=500, by=None, now=timezone.now() - timedelta(days=1))


def customers(shop: Shop, *, among: bool, count: int, salt: str = "") -> list[str]:
    salt = salt or pointer(shop).salt
    names = (f"person-{number}" for number in range(100_000))
    return list(islice((name for name in names if is_among(salt, name, 500) is among), count))


class TestPublishing:
    @pytest.mark.parametrize(("audience", "words"), [("0", "테스트 고객"), ("500", "손님 5%"), ("2000", "손님 20%")])
    def test_some_get_it_first(
        self, owner_client: Client, owner: User, published: Version, shop: Shop, audience: str, words: str
    ) -> None:
        edit(shop)
        body = publish(owner_client, audience=audience, note="무료 배송").content.decode()

        held = pointer(shop)
        assert held.stable == published and held.candidate and held.share == int(audience)
        assert (held.candidate.note, held.candidate.author) == ("무료 배송", owner)
        assert f"게시했어요. {words}부터 새 답변을 받아요." in body
        assert "다른 손님은 지금 버전 1의 답변을 받아요" in body
        assert "게시되지 않은 변경" not in body and "게시하면 바뀌는 것" not in body

    def test_the_plan_is_what_was_chosen(self, owner_client: Client, published: Version, shop: Shop) -> None:
        edit(shop)
        publish(owner_client, audience="0", stop="on", bound="5", weeks="2", alone="on")

        plan = plan_of(pointer(shop).plan, since=timezone.now())
        assert (plan.bound, plan.weeks, plan.alone) == (5, 2, True)

    def test_without_a_tick_nothing_stops_or_grows_by_itself(
        self, owner_client: Client, published: Version, shop: Shop
    ) -> None:
        edit(shop)
        publish(owner_client, audience="500", bound="5", weeks="0")

        plan = plan_of(pointer(shop).plan, since=timezone.now())
        assert (plan.bound, plan.weeks, plan.alone) == (0, 0, False)

    @pytest.mark.parametrize("wrong", [{"audience": "9999"}, {"audience": "x"}, {"bound": "-1"}, {"weeks": "²"}])
    def test_a_choice_that_is_none_is_refused_and_the_note_kept(
        self, owner_client: Client, published: Version, shop: Shop, wrong: dict[str, str]
    ) -> None:
        edit(shop)
        response = publish(owner_client, **{"audience": "500", "note": "메모는 남아요", **wrong})

        assert response.status_code == 422
        assert "메모는 남아요" in response.content.decode()
        assert pointer(shop).candidate is None

    def test_a_first_version_goes_to_all(self, owner_client: Client, shop: Shop) -> None:
        assert 'name="audience"' not in owner_client.get(URL).content.decode()
        body = publish(owner_client, audience="500").content.decode()
        assert "첫 게시는 모든 손님에게 나가요" in body
        assert not Release.objects.exists()

    def test_what_stops_a_publish_stops_a_try(self, owner_client: Client, published: Version, shop: Shop) -> None:
        edit(shop, "{배송가격}원")
        response = publish(owner_client, audience="500")
        assert response.status_code == 422
        assert pointer(shop).candidate is None


class TestPlanned:
    """What the choices of the sheet come to, in dates, before anything is published."""

    @pytest.mark.parametrize(
        ("chosen", "steps", "told"),
        [
            ({"audience": "0", "weeks": "1"}, [("0", 0), ("500", 7), ("10000", 14)], "늘리기 전까지는 그대로"),
            ({"audience": "0", "weeks": "2", "alone": "on"}, [("0", 0), ("500", 7), ("10000", 21)], "저절로 늘려요"),
            ({"audience": "500", "weeks": "1"}, [("500", 0), ("10000", 7)], "테스트 고객만 받는 한 주 없이"),
            ({"audience": "2000", "weeks": "2"}, [("2000", 0), ("10000", 14)], "테스트 고객만 받는 한 주 없이"),
        ],
    )
    def test_each_step_has_its_day(
        self, owner_client: Client, shop: Shop, chosen: dict[str, str], steps: list[tuple[str, int]], told: str
    ) -> None:
        answer = owner_client.get("/releases/plan/", chosen)
        names = {"0": "테스트 고객", "500": "손님 5%", "2000": "손님 20%", "10000": "모든 손님"}
        today = timezone.now().astimezone(ZoneInfo(shop.timezone)).date()
        days = [say_day(today + timedelta(days=after), today=today) if after else "오늘" for _share, after in steps]
        assert answer.context["planned"].steps == [
            (day, names[share]) for day, (share, _after) in zip(days, steps, strict=True)
        ]
        assert told in answer.content.decode()

    @pytest.mark.parametrize(
        "chosen", [{}, {"audience": "500", "weeks": "0"}, {"audience": "10000", "weeks": "1"}, {"audience": "x"}]
    )
    def test_without_dates_nothing_is_told(self, owner_client: Client, chosen: dict[str, str]) -> None:
        answer = owner_client.get("/releases/plan/", chosen)
        assert answer.status_code == 200 and answer.content.decode().strip() == ""

    def test_a_refused_sheet_still_tells_it(self, owner_client: Client, published: Version, shop: Shop) -> None:
        edit(shop)
        refused = publish(owner_client, audience="500", weeks="1", note="가" * 201)
        assert "테스트 고객만 받는 한 주 없이" in refused.content.decode()


class TestChecks:
    def test_what_is_fine_is_said(self, owner_client: Client, published: Version, shop: Shop) -> None:
        edit(shop)
        looked = owner_client.get(URL).context["looked"]
        assert {check.tone for check in looked.checks} == {"good"}
        assert len(looked.checks) == 6

    def test_red_yellow_and_green_each_with_its_way_out(
        self, owner_client: Client, published: Version, shop: Shop
    ) -> None:
        edit(shop, "{배송가격}원")
        Rule.objects.filter(key="r-return").update(window={"first": "2020-01-01", "last": "2020-01-31"})
        page = owner_client.get(URL)

        found = {check.tone: check for check in page.context["looked"].checks}
        assert (found["danger"].where, found["danger"].fix) == ("배송비 안내", "고치기")
        assert (found["wait"].where, found["wait"].fix) == ("반품 안내", "고치기")
        assert found["wait"].url == reverse("console:rule", args=["r-return"])
        assert "정한 기간이 끝나서 더는 답하지 않아요." in page.content.decode()


class TestTheCard:
    def test_it_widens_and_becomes_what_all_get(self, owner_client: Client, tried: Version, shop: Shop) -> None:
        url = reverse("console:release_widen")
        body = owner_client.post(url, {"share": "2000", "seen": "2"}, follow=True).content.decode()
        assert "이제 손님 20%가 새 답변을 받아요" in body and pointer(shop).share == 2_000

        body = owner_client.post(url, {"share": "10000", "seen": "2"}, follow=True).content.decode()
        assert "손님은 지금 버전 2의 답변을 받아요" in body
        assert release.stable_of(shop) == tried

    def test_one_tap_takes_it_back_and_a_second_does_no_harm(
        self, owner_client: Client, published: Version, tried: Version, shop: Shop
    ) -> None:
        url = reverse("console:release_withdraw")
        body = owner_client.post(url, {"seen": "2"}, follow=True).content.decode()
        assert "거두었어요. 모든 손님이 다시 쓰던 답변을 받아요." in body
        assert "게시하면 바뀌는 것 1건" in body, "what was edited is still there"
        again = owner_client.post(url, {"seen": "2"}, follow=True).content.decode()
        assert "이미 거두었거나" in again
        assert "시험만 하고 거둔 버전" in again
        assert [event.action for event in ReleaseEvent.objects.all()] == ["withdraw", "try", "publish"]

    @pytest.mark.parametrize(
        "posted", [{}, {"share": "x", "seen": "²"}, {"share": "100", "seen": "2"}, {"share": "2000", "seen": "1"}]
    )
    def test_a_tap_on_an_old_page_changes_nothing(
        self, owner_client: Client, tried: Version, shop: Shop, posted: dict[str, str]
    ) -> None:
        body = owner_client.post(reverse("console:release_widen"), posted, follow=True).content.decode()
        assert "그사이 달라진 것이 있어요" in body
        assert (pointer(shop).candidate, pointer(shop).share) == (tried, 500)

    def test_editing_meanwhile_is_told(self, owner_client: Client, tried: Version, shop: Shop) -> None:
        assert "아직 아무에게도 나가지 않아요" not in owner_client.get(URL).content.decode()
        edit(shop, "배송비는 2,000원이에요.")
        body = owner_client.get(URL).content.decode()
        assert "그 뒤에 고친 내용은 아직 아무에게도 나가지 않아요" in body and "게시하면 바뀌는 것 1건" in body

    def test_a_person_who_only_answers_customers_may_not(self, client: Client, tried: Version, shop: Shop) -> None:
        agent = User.objects.create_user("agent@example.com", PASSWORD)
        Membership.objects.create(shop=shop, user=agent, role=Membership.Role.AGENT)
        client.force_login(agent, backend="django.contrib.auth.backends.ModelBackend")
        for name in ("release_widen", "release_withdraw"):
            assert client.post(reverse(f"console:{name}"), {"seen": "2", "share": "2000"}).status_code == 403
        assert pointer(shop).candidate == tried


@pytest.mark.both
class TestNumbers:
    def test_each_customer_counts_on_the_side_of_the_version_they_get(
        self, owner_client: Client, kakao: Connection, tried: Version, shop: Shop
    ) -> None:
        now = timezone.now()
        for name in customers(shop, among=True, count=3):
            say(kakao, "배송비 얼마예요", now=now, customer=name)
        for name in customers(shop, among=False, count=4):
            say(kakao, "배송비 얼마예요", now=now, customer=name)
            say(kakao, "주차 되나요", now=now, customer=name)

        found = numbers(pointer(shop))
        assert (found.stable.customers, found.stable.messages) == (4, 8)
        assert (found.candidate.customers, found.candidate.messages) == (3, 3)
        assert found.stable.parts["answered"].share == 0.5 and found.candidate.parts["answered"].share == 1
        body = owner_client.get(URL).content.decode()
        assert "아직 판단하기에 적어요 (n=3)" in body and "50%" in body and "100%" in body

    @pytest.mark.parametrize(("share", "tempting"), [(0.9, False), (0.5, True)])
    def test_a_version_that_does_worse_is_not_the_green_button(
        self, owner_client: Client, tried: Version, monkeypatch: pytest.MonkeyPatch, share: float, tempting: bool
    ) -> None:
        stable = arm([Customer(1, answered=int(at < share * 1_000)) for at in range(1_000)])
        candidate = arm([Customer(1, answered=at % 2) for at in range(1_000)])
        monkeypatch.setattr(trial, "numbers", lambda release: Numbers(stable, candidate))
        body = " ".join(owner_client.get(URL).content.decode().split())
        assert ('class="btn primary block" name="share"' in body) is tempting
        assert ("줄었어요" in body) is not tempting
        assert "1,000명" in body

    def test_who_came_over_as_it_grew_is_no_stable_customer_any_more(
        self, kakao: Connection, tried: Version, shop: Shop
    ) -> None:
        salt, now = pointer(shop).salt, timezone.now()
        names = [name for name in customers(shop, among=False, count=200) if is_among(salt, name, 2_000)][:2]
        for name in names:
            say(kakao, "배송비 얼마예요", now=now, customer=name)
        assert numbers(pointer(shop)).stable.customers == 2
        rollout.widen(shop, 2_000, seen=2, by=None, now=now)
        say(kakao, "배송비 얼마예요", now=now + timedelta(hours=1), customer=names[0])

        found = numbers(pointer(shop))
        assert (found.stable.customers, found.candidate.customers) == (0, 1)

    def test_tests_testers_and_talks_with_a_person_do_not_count(
        self, kakao: Connection, tried: Version, shop: Shop
    ) -> None:
        now = timezone.now()
        one, other, third = customers(shop, among=True, count=3)
        say(kakao, "상담원", now=now, customer=one)
        say(kakao, "배송비 얼마예요", now=now, customer=one)
        say(kakao, "배송비 얼마예요", now=now, customer=other, test=True)
        say(kakao, "배송비 얼마예요", now=now, customer=third)
        Conversation.objects.filter(customer=third).update(tester=True)

        found = numbers(pointer(shop)).candidate
        assert (found.customers, found.messages, found.parts["handed_off"].messages) == (1, 1, 1)

    def test_before_the_try_nothing_counts(self, kakao: Connection, published: Version, shop: Shop) -> None:
        now = timezone.now()
        say(kakao, "배송비 얼마예요", now=now - timedelta(hours=2))
        edit(shop)
        rollout.try_out(shop, share=0, by=None, now=now)
        assert numbers(pointer(shop)).stable.customers == 0

    def test_upset_customers_and_thumbs_are_counted(
        self, owner_client: Client, kakao: Connection, published: Version, shop: Shop
    ) -> None:
        Rule.objects.filter(key="r-person").update(intent="angry")
        edit(shop)
        rollout.try_out(shop, share=500, by=None, now=timezone.now())
        upset, glad = customers(shop, among=True, count=2)
        say(kakao, "상담원 바꿔요", now=timezone.now(), customer=upset)
        message = say(kakao, "배송비 얼마예요", now=timezone.now(), customer=glad)
        Message.objects.filter(pk=message.pk).update(liked=True)

        parts = numbers(pointer(shop)).candidate.parts
        assert parts["complained"].messages == 1 and parts["liked"].share == 1
        body = owner_client.get(URL).content.decode()
        assert "화난 손님" in body and "‘좋아요’" in body

    def test_only_testers_are_shown_but_not_judged(
        self, owner_client: Client, kakao: Connection, published: Version, shop: Shop
    ) -> None:
        edit(shop)
        rollout.try_out(shop, share=0, by=None, now=timezone.now())
        say(kakao, "안녕하세요", now=timezone.now(), customer="me")
        Conversation.objects.filter(customer="me").update(tester=True)
        message = say(kakao, "배송비 얼마예요", now=timezone.now(), customer="me")

        assert message.version and message.version.number == 2
        assert numbers(pointer(shop)).candidate.customers == 1
        body = owner_client.get(URL).content.decode()
        assert "테스트 고객만 받는 동안에는" in body and "아직 판단하기에 적어요" not in body


@pytest.mark.both
class TestDelivery:
    """The outbox sends what the candidate answered, and not what was taken back before it went out."""

    def ask(self, webchat: Connection, customer: str) -> Delivery:
        line = find.by_token(webchat.kind, webchat.token)
        assert line is not None
        received = receive(line, Incoming("", customer, "배송비 얼마예요?"), now=timezone.now())
        return Delivery.objects.get(message_id=received.message_id)

    def sent(self, delivery: Delivery) -> tuple[str, str]:
        outbox.drain(timezone.now)
        delivery.refresh_from_db()
        return delivery.state, delivery.error

    def test_an_answer_of_the_candidate_goes_out(self, webchat: Connection, tried: Version, shop: Shop) -> None:
        (customer,) = customers(shop, among=True, count=1)
        delivery = self.ask(webchat, customer)
        assert delivery.message and delivery.message.version == tried
        assert self.sent(delivery) == ("sent", "")

    def test_also_by_a_process_that_has_not_heard_of_the_try(
        self, webchat: Connection, published: Version, shop: Shop
    ) -> None:
        old = live.lineup(shop.pk)
        edit(shop)
        rollout.try_out(shop, share=500, by=None, now=timezone.now())
        delivery = self.ask(webchat, customers(shop, among=True, count=1)[0])
        with live._lock:
            live._live[shop.pk] = old
        assert self.sent(delivery) == ("sent", "")

    def test_an_answer_that_was_taken_back_does_not_even_if_another_is_tried(
        self, webchat: Connection, tried: Version, shop: Shop
    ) -> None:
        delivery = self.ask(webchat, customers(shop, among=True, count=1)[0])
        edit(shop, "배송비는 1,000원이에요.")
        rollout.try_out(shop, share=500, by=None, now=timezone.now())
        assert self.sent(delivery) == ("superseded", "rolled_back")

    def test_a_stable_answer_goes_out_while_another_is_tried(
        self, webchat: Connection, tried: Version, shop: Shop
    ) -> None:
        delivery = self.ask(webchat, customers(shop, among=False, count=1)[0])
        assert self.sent(delivery) == ("sent", "")


class TestTesters:
    def test_a_talk_is_made_a_testers_and_back(
        self, owner_client: Client, kakao: Connection, published: Version
    ) -> None:
        talk = say(kakao, "저예요", now=timezone.now()).conversation
        page = reverse("console:conversation", args=[talk.pk])
        url = reverse("console:conversation_tester", args=[talk.pk])
        assert "테스트 고객으로 정하기" in owner_client.get(page).content.decode()

        body = owner_client.post(url, {"on": "1"}, follow=True).content.decode()
        assert "테스트 고객에서 빼기" in body
        listed = owner_client.get(URL).context["testers"]
        assert [each.id for each in listed] == [talk.pk]
        owner_client.post(url, {"on": "0", "list": "1"})
        talk.refresh_from_db()
        assert not talk.tester

    def test_another_shops_talk_is_not_found(
        self, stranger_client: Client, kakao: Connection, published: Version
    ) -> None:
        talk = say(kakao, "저예요", now=timezone.now()).conversation
        assert (
            stranger_client.post(reverse("console:conversation_tester", args=[talk.pk]), {"on": "1"}).status_code == 404
        )
        talk.refresh_from_db()
        assert not talk.tester


def harmed(shop: Shop, kakao: Connection, now: datetime) -> None:
    """Sixty customers on either side; of those who try, nearly all had to be handed over."""
    held = pointer(shop)
    for among, version, outcome in ((True, held.candidate, "handed_off"), (False, held.stable, "answered")):
        for name in customers(shop, among=among, count=60):
            talk = Conversation.objects.create(shop=shop, connection=kakao, customer=name, last_at=now)
            Message.objects.create(
                shop=shop,
                connection=kakao,
                conversation=talk,
                event_id=name,
                text="배송비",
                at=now,
                outcome=outcome,
                version=version,
            )


@pytest.mark.both
class TestWatching:
    def begin(self, shop: Shop, since: datetime, share: int = 500, **plan: Any) -> None:
        edit(shop)
        rollout.try_out(shop, share=share, by=None, now=since, plan=Plan(since, **plan))

    def test_harm_brings_all_back_and_tells_the_owner(
        self, owner_client: Client, kakao: Connection, published: Version, shop: Shop, now: datetime
    ) -> None:
        now = timezone.now()
        self.begin(shop, now - timedelta(hours=1), bound=10)
        harmed(shop, kakao, now)
        assert "늘었어요 (n=60)" in owner_client.get(URL).content.decode()
        watch(now)

        found = live.lineup(shop.pk)
        assert found and found.candidate is None and found.stable.version_id == published.pk
        event = ReleaseEvent.objects.filter(shop=shop)[0]
        assert (event.action, event.by, event.note) == ("halt", None, "handed_off 100")
        (told,) = mail.outbox
        assert told.to == ["owner@example.com"] and "새 답변을 거두었어요" in told.subject
        assert "사람에게 넘기는 비율이 100%p 늘었어요" in told.body and "/releases/" in told.body
        body = owner_client.get("/").content.decode()
        assert "새 답변(버전 2)을 저절로 거두었어요" in body and "사람에게 넘기는 비율이 100%p 늘었어요" in body

    def test_without_a_bound_nothing_is_taken_back(
        self, owner: User, kakao: Connection, published: Version, shop: Shop
    ) -> None:
        now = timezone.now()
        self.begin(shop, now - timedelta(hours=1))
        harmed(shop, kakao, now)
        watch(now)
        assert pointer(shop).candidate and not mail.outbox

    def test_when_it_is_time_the_owner_is_told_once_and_nothing_grows(
        self, owner_client: Client, published: Version, shop: Shop
    ) -> None:
        now = timezone.now()
        self.begin(shop, now - timedelta(days=7, hours=1), 0, weeks=1)
        for _ in range(3):
            watch(now)

        assert len(mail.outbox) == 1 and "늘릴 때가 됐어요" in mail.outbox[0].subject
        assert pointer(shop).share == 0
        assert "손님 5%에게 늘릴 때가 됐어요" in owner_client.get("/").content.decode()
        assert "손님 5%에게 늘릴 때가" in owner_client.get(URL).content.decode()

    def test_by_itself_it_goes_all_the_way(self, owner: User, published: Version, shop: Shop) -> None:
        start = timezone.now()
        self.begin(shop, start, 0, weeks=2, alone=True)
        watch(start + timedelta(days=6))
        assert pointer(shop).share == 0
        watch(start + timedelta(days=7))
        assert pointer(shop).share == 500
        watch(start + timedelta(days=20))
        assert pointer(shop).candidate
        watch(start + timedelta(days=21))
        held = pointer(shop)
        assert held.stable.number == 2 and held.candidate is None
        assert len(mail.outbox) == 2

    def test_one_that_fails_costs_the_others_nothing(
        self, owner: User, published: Version, shop: Shop, caplog: pytest.LogCaptureFixture
    ) -> None:
        broken = Shop.objects.create(slug="broken", name="먼저 보는 가게")
        version = Version.objects.create(shop=broken, number=1, document={}, created_at=timezone.now())
        other = Version.objects.create(shop=broken, number=2, document={}, created_at=timezone.now())
        Release.objects.create(shop=broken, stable=version, candidate=other, candidate_at=timezone.now(), share=500)
        start = timezone.now()
        self.begin(shop, start, 0, weeks=1, alone=True)
        Release.objects.filter(shop=shop).update(id=Release.objects.get(shop=broken).pk + 1)
        watch(start + timedelta(days=7))
        assert pointer(shop).share == 500
        assert "could not be looked at" in caplog.text

    def test_the_home_screen_tells_of_a_try(self, owner_client: Client, tried: Version) -> None:
        assert "손님 5%에게 새 답변(버전 2)을 먼저 내보내는 중" in owner_client.get("/").content.decode()
