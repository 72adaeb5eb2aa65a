"""The web chat as a customer meets it: the hosted page, and the window that /widget.js opens on another site."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection as database
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from autoresponder import widget
from autoresponder.connections import find
from autoresponder.connections.models import Connection
from autoresponder.inbox import outbox
from autoresponder.inbox.models import Message
from autoresponder.rules.models import Version
from autoresponder.shops.models import Shop
from tests.conftest import DESKTOP, PHONE
from tests.fixtures import ALWAYS, hours

FEE = "배송비는 3,000원이고 5만원부터 무료예요."
Open = Callable[..., Page]


@pytest.fixture
def chat(transactional_db: None, shop: Shop, webchat: Connection, published: Version) -> Shop:
    """The real clock runs in these tests, so the shop never closes."""
    Shop.objects.filter(pk=shop.pk).update(hours=hours(ALWAYS, ""))
    find.forget()
    widget._posts.clear()
    return shop


@pytest.fixture
def worker(chat: Shop) -> Iterator[None]:
    """Delivers all the time, as the worker does."""
    over = threading.Event()

    def run() -> None:
        while not over.wait(0.1):
            outbox.drain(timezone.now)
        database.close()

    thread = threading.Thread(target=run)
    thread.start()
    yield
    over.set()
    thread.join()


def texts(page: Page) -> list[str]:
    return page.locator(".bubble").all_inner_texts()


def write(page: Page, text: str) -> None:
    page.get_by_label("보낼 말").fill(text)
    page.keyboard.press("Enter")


@pytest.mark.usefixtures("worker")
class TestTalk:
    def test_with_the_keyboard_alone(self, browser_page: Open) -> None:
        page = browser_page()
        page.goto("/chat/demo/")
        for _ in range(3):
            page.keyboard.press("Tab")
        expect(page.get_by_label("보낼 말")).to_be_focused()
        page.keyboard.type("배송비가")
        page.keyboard.press("Shift+Enter")
        page.keyboard.type("얼마예요?")
        page.keyboard.press("Enter")
        expect(page.get_by_text(FEE)).to_be_visible()
        assert texts(page) == ["배송비가\n얼마예요?", FEE]
        expect(page.get_by_label("보낼 말")).to_be_focused()
        assert page.get_by_label("보낼 말").input_value() == ""

    def test_a_reload_keeps_the_conversation(self, browser_page: Open) -> None:
        page = browser_page()
        page.goto("/chat/demo/")
        write(page, "배송비")
        expect(page.get_by_text(FEE)).to_be_visible()
        page.reload()
        expect(page.get_by_text(FEE)).to_be_visible()
        assert texts(page) == ["배송비", FEE]

    def test_history_is_drawn_before_the_log_speaks(self, browser_page: Open) -> None:
        page = browser_page()
        page.goto("/chat/demo/")
        write(page, "배송비")
        expect(page.get_by_text(FEE)).to_be_visible()
        held: list[Any] = []
        page.route("**/messages*", lambda route: held.append(route))
        page.reload()
        log = page.get_by_role("log")
        expect(log).to_have_attribute("aria-live", "off")
        page.wait_for_timeout(200)
        assert log.get_attribute("aria-live") == "off"
        held[0].continue_()
        page.unroute("**/messages*")
        expect(log).to_have_attribute("aria-live", "polite")
        assert texts(page) == ["배송비", FEE]

    def test_written_while_the_history_still_loads_it_stands_there_once(self, browser_page: Open) -> None:
        page = browser_page()
        held: list[Any] = []
        page.route("**/messages*", lambda route: held.append(route))
        page.goto("/chat/demo/")
        write(page, "배송비")
        expect(page.get_by_text("보내는 중")).to_be_visible()
        for route in list(held):
            route.continue_()
        page.unroute("**/messages*")
        expect(page.get_by_text(FEE)).to_be_visible()
        assert texts(page) == ["배송비", FEE]

    def test_a_quick_reply_speaks_once(self, browser_page: Open) -> None:
        page = browser_page()
        page.goto("/chat/demo/")
        write(page, "뜻 모를 말")
        choice = page.locator(".quick").get_by_role("button", name="상담원 연결")
        choice.click()
        expect(choice).to_be_disabled()
        expect(page.get_by_text("담당자에게 전해 드렸어요")).to_be_visible()
        assert texts(page)[2] == "상담원"

    def test_a_person_can_always_be_called(self, browser_page: Open) -> None:
        page = browser_page()
        page.goto("/chat/demo/")
        page.get_by_role("button", name="상담원 연결").click()
        expect(page.get_by_text("담당자에게 전해 드렸어요")).to_be_visible()

    def test_a_second_tab_shows_the_same_talk(self, browser_page: Open) -> None:
        page = browser_page()
        page.goto("/chat/demo/")
        write(page, "배송비")
        expect(page.get_by_text(FEE)).to_be_visible()
        second = page.context.new_page()
        second.goto("/chat/demo/")
        expect(second.get_by_text(FEE)).to_be_visible()
        write(second, "반품")
        expect(second.get_by_text("받으신 날부터")).to_be_visible()
        page.bring_to_front()
        expect(page.get_by_text("받으신 날부터")).to_be_visible()
        assert texts(page) == texts(second)

    def test_two_quick_messages_both_get_their_answer_in_order(self, browser_page: Open) -> None:
        page = browser_page()
        page.goto("/chat/demo/")
        write(page, "배송비")
        write(page, "반품")
        expect(page.locator(".bubble")).to_have_count(4)
        assert [text for text in texts(page) if text in ("배송비", "반품")] == ["배송비", "반품"]
        assert Message.objects.count() == 2


@pytest.mark.usefixtures("worker")
class TestTrouble:
    def test_written_offline_it_is_sent_once_when_the_line_is_back(self, browser_page: Open) -> None:
        page = browser_page()
        page.goto("/chat/demo/")
        expect(page.get_by_role("log")).to_have_attribute("aria-live", "polite")
        page.context.set_offline(True)
        write(page, "배송비")
        expect(page.get_by_text("인터넷 연결이 끊겼어요")).to_be_visible()
        expect(page.get_by_text("보내는 중")).to_be_visible()
        assert not Message.objects.exists()
        page.context.set_offline(False)
        expect(page.get_by_text(FEE)).to_be_visible()
        expect(page.get_by_text("인터넷 연결이 끊겼어요")).not_to_be_visible()
        assert Message.objects.count() == 1 and texts(page) == ["배송비", FEE]

    def test_a_message_waiting_in_a_tab_survives_its_reload(self, browser_page: Open) -> None:
        page = browser_page()
        page.goto("/chat/demo/")
        expect(page.get_by_role("log")).to_have_attribute("aria-live", "polite")
        page.route("**/messages", lambda route: None)
        write(page, "배송비")
        expect(page.get_by_text("보내는 중")).to_be_visible()
        page.unroute("**/messages")
        page.reload()
        expect(page.get_by_text(FEE)).to_be_visible()
        assert Message.objects.count() == 1 and texts(page) == ["배송비", FEE]

    def test_enter_belongs_to_the_input_method_while_a_syllable_is_made(self, browser_page: Open) -> None:
        page = browser_page()
        page.goto("/chat/demo/")
        field = page.get_by_label("보낼 말")
        field.fill("배송")
        for composing in ({"isComposing": True}, {"keyCode": 229}):
            field.dispatch_event("keydown", {"key": "Enter", "bubbles": True, "cancelable": True, **composing})
        assert field.input_value() == "배송" and texts(page) == []
        field.press("Enter")
        assert texts(page) == ["배송"]

    def test_words_are_never_markup_and_only_safe_links_are_links(self, browser_page: Open) -> None:
        page = browser_page()
        page.goto("/chat/demo/")
        text = "<img src=x onerror=alert(1)> https://shop.example/a?b=1. javascript:alert(1) http://x.example"
        write(page, text)
        assert texts(page) == [text]
        links = page.locator(".bubble a")
        expect(links).to_have_count(1)
        expect(links).to_have_attribute("href", "https://shop.example/a?b=1")
        expect(links).to_have_attribute("rel", "noopener noreferrer nofollow")


class TestRefusal:
    """A refused request shows in the browser's console, so these look at the page through a plain context."""

    @pytest.fixture
    def page(self, browser: Any, live_server: LiveServer, chat: Shop) -> Iterator[Page]:
        context = browser.new_context(base_url=live_server.url, viewport=PHONE, locale="ko-KR")
        context.set_default_timeout(10_000)
        page = context.new_page()
        page.clock.install()
        page.goto("/chat/demo/")
        page.clock.run_for(500)
        expect(page.get_by_role("log")).to_have_attribute("aria-live", "polite")
        yield page
        context.close()

    def test_after_five_retries_a_button_sends_it_with_the_same_id(self, page: Page) -> None:
        sent: list[str] = []

        def down(route: Any) -> None:
            if route.request.method == "POST":
                sent.append(route.request.post_data_json["client_message_id"])
                return route.fulfill(status=503)
            return route.continue_()

        page.route("**/messages*", down)
        write(page, "배송비")
        for number, seconds in enumerate((1, 2, 5, 10, 30), start=1):
            wait_until(page, lambda number=number: len(sent) == number)
            page.clock.run_for(seconds * 1000)
        expect(page.locator(".said.me .by")).to_have_text("보내지 못했어요")
        expect(page.get_by_role("alert")).to_have_text("보내지 못했어요")
        assert len(sent) == 6 and len(set(sent)) == 1
        page.unroute("**/messages*")
        page.get_by_role("button", name="다시 보내기").click()
        expect(page.get_by_role("button", name="다시 보내기")).to_have_count(0)
        wait_until(page, Message.objects.exists)
        assert Message.objects.get().event_id.endswith(sent[0])
        expect(page.get_by_role("alert")).to_be_empty()

    def test_a_refusal_shows_its_reason_and_is_not_tried_again(self, page: Page) -> None:
        posts: list[str] = []
        page.route(
            "**/messages",
            lambda route: (posts.append("x"), route.fulfill(status=422, json={"error": "내용을 적어 주세요."})),
        )
        write(page, "배송비")
        expect(page.locator(".said.me .by")).to_have_text("내용을 적어 주세요.")
        page.clock.run_for(60_000)
        assert len(posts) == 1

    def test_a_lost_answer_makes_no_second_message(self, page: Page) -> None:
        posts: list[str] = []

        def lose_the_first(route: Any) -> None:
            if route.request.method != "POST":
                return route.continue_()
            posts.append(route.request.post_data)
            if len(posts) > 1:
                return route.continue_()
            route.fetch()
            return route.abort()

        page.route("**/messages*", lose_the_first)
        write(page, "배송비")
        wait_until(page, lambda: len(posts) == 1)
        for _ in range(10):
            page.clock.run_for(1_000)
            page.context.request.get("/widget.js")
        expect(page.locator(".said.me time")).to_be_visible()
        assert Message.objects.count() == 1 and texts(page) == ["배송비"]

    def test_too_many_messages_wait_as_long_as_the_server_says(self, page: Page) -> None:
        posts: list[str] = []

        def slow_down(route: Any) -> None:
            if route.request.method == "POST":
                posts.append("x")
                if len(posts) == 1:
                    return route.fulfill(status=429, headers={"Retry-After": "15"})
            return route.continue_()

        page.route("**/messages*", slow_down)
        write(page, "배송비")
        wait_until(page, lambda: len(posts) == 1)
        page.clock.run_for(14_000)
        assert len(posts) == 1
        page.clock.run_for(2_000)
        wait_until(page, Message.objects.exists)


def wait_until(page: Page, true: Callable[[], bool], seconds: float = 5) -> None:
    for _ in range(int(seconds / 0.05)):
        if true():
            return
        page.evaluate("() => new Promise((done) => requestAnimationFrame(done))")
        page.context.request.get("/widget.js")
    raise AssertionError("it never came true")


@pytest.fixture
def site(tmp_path: Path, live_server: LiveServer) -> Iterator[Callable[..., str]]:
    """A seller's own site: another host than ours (127.0.0.1, not localhost) with a strict policy of its own."""
    ours = live_server.url

    class Site(SimpleHTTPRequestHandler):
        def end_headers(self) -> None:
            policy = f"default-src 'none'; img-src data:; script-src {ours}; frame-src {ours}"
            self.send_header("Content-Security-Policy", policy)
            super().end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Site, directory=str(tmp_path)))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()

    def publish(*, tags: int = 1, language: str = "ko") -> str:
        tag = f'<script src="{ours}/widget.js" data-shop="demo" async></script>'
        (tmp_path / "index.html").write_text(
            f'<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>My shop</title>'
            f'<link rel="icon" href="data:,"></head><body><main><h1>My shop</h1></main>{tag * tags}</body></html>'
        )
        return f"http://127.0.0.1:{server.server_port}/index.html"

    yield publish
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.usefixtures("worker")
class TestOnASellersSite:
    def open_chat(self, page: Page, address: str) -> Any:
        page.goto(address)
        page.get_by_role("button", name="문의하기").click()
        frame = page.frame_locator("iframe")
        expect(frame.get_by_role("log")).to_have_attribute("aria-live", "polite")
        return frame

    def test_it_answers_and_remembers_the_visitor(self, browser_page: Open, site: Callable[..., str]) -> None:
        page = browser_page(DESKTOP)
        frame = self.open_chat(page, site())
        expect(frame.get_by_label("보낼 말")).to_be_focused()
        page.keyboard.type("배송비")
        page.keyboard.press("Enter")
        expect(frame.get_by_text(FEE)).to_be_visible()
        kept = page.evaluate("localStorage.getItem('dapjigi:demo')")
        assert len(kept) == 64 and page.context.cookies() == []
        again = self.open_chat(page, page.url)
        expect(again.get_by_text(FEE)).to_be_visible()

    def test_nothing_is_asked_or_kept_before_the_first_opening(
        self, browser_page: Open, site: Callable[..., str], live_server: LiveServer
    ) -> None:
        page = browser_page(DESKTOP)
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto(site())
        expect(page.get_by_role("button", name="문의하기")).to_be_visible()
        assert [url for url in asked if url.startswith(live_server.url)] == [f"{live_server.url}/widget.js"]
        assert page.evaluate("localStorage.length") == 0
        assert page.locator("iframe").count() == 0

    @pytest.mark.parametrize("viewport", [PHONE, DESKTOP])
    def test_escape_closes_it_and_focus_comes_back(
        self, browser_page: Open, site: Callable[..., str], viewport: dict[str, int]
    ) -> None:
        page = browser_page(viewport)
        frame = self.open_chat(page, site())
        launcher = page.locator("#dapjigi-chat .open")
        expect(launcher).to_have_attribute("aria-expanded", "true")
        expect(page.get_by_role("dialog", name="문의 채팅")).to_be_visible()
        frame.get_by_label("보낼 말").focus()
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_have_count(0)
        expect(launcher).to_be_focused()
        expect(launcher).to_have_attribute("aria-expanded", "false")
        page.keyboard.press("Enter")
        page.get_by_role("button", name="채팅 닫기").click()
        expect(launcher).to_be_focused()

    def test_a_phone_gets_the_whole_screen(self, browser_page: Open, site: Callable[..., str]) -> None:
        page = browser_page(PHONE)
        self.open_chat(page, site())
        assert page.locator("iframe").bounding_box() == {"x": 0, "y": 0, **PHONE}

    def test_an_answer_that_comes_while_it_is_closed_is_told_in_words(
        self, browser_page: Open, site: Callable[..., str]
    ) -> None:
        page = browser_page(DESKTOP)
        frame = self.open_chat(page, site())
        frame.get_by_label("보낼 말").fill("배송비")
        frame.get_by_label("보낼 말").press("Enter")
        frame.get_by_label("보낼 말").press("Escape")
        launcher = page.get_by_role("button", name="새 메시지 1개")
        expect(launcher).to_be_visible()
        launcher.click()
        expect(frame.get_by_text(FEE)).to_be_visible()
        expect(page.get_by_role("button", name="새 메시지")).to_have_count(0)

    def test_two_tags_make_one_button_and_the_page_chooses_the_language(
        self, browser_page: Open, site: Callable[..., str]
    ) -> None:
        page = browser_page(DESKTOP)
        page.goto(site(tags=2, language="en"))
        expect(page.get_by_role("button", name="Chat with us")).to_have_count(1)
        page.wait_for_load_state("networkidle")
        assert page.locator("#dapjigi-chat").count() == 1

    def test_a_strangers_messages_are_not_heard(self, browser_page: Open, site: Callable[..., str]) -> None:
        page = browser_page(DESKTOP)
        self.open_chat(page, site())
        page.evaluate("""() => postMessage('dapjigi:{"type":"close"}', '*')""")
        page.wait_for_timeout(200)
        expect(page.get_by_role("dialog", name="문의 채팅")).to_be_visible()

    def test_the_frame_talks_only_to_the_origin_it_was_made_for(
        self, browser: Any, site: Callable[..., str], live_server: LiveServer
    ) -> None:
        context = browser.new_context()
        page = context.new_page()
        page.goto(site())
        heard = page.evaluate(
            """(src) => new Promise((done) => {
                const heard = [];
                addEventListener("message", (event) => heard.push(event.data));
                const frame = document.createElement("iframe");
                frame.onload = () => {
                    const visitor = JSON.stringify({ type: "visitor", visitor: "a".repeat(64) });
                    frame.contentWindow.postMessage("dapjigi:" + visitor, "*");
                    setTimeout(() => done(heard), 500);
                };
                frame.src = src;
                document.body.append(frame);
            })""",
            f"{live_server.url}/chat/demo/?frame=1#{quote('https://other.example', safe='')}",
        )
        assert heard == []
        expect(page.frame_locator("iframe").get_by_role("log")).to_have_attribute("aria-live", "off")
        context.close()


@pytest.mark.usefixtures("worker")
class TestForEverybody:
    @pytest.mark.parametrize("language", ["ko", "en"])
    @pytest.mark.parametrize("scheme", ["light", "dark"])
    @pytest.mark.parametrize("viewport", [PHONE, DESKTOP])
    def test_the_page_has_no_barrier(
        self, browser_page: Open, axe: Callable[[Page], None], chat: Shop, viewport: Any, scheme: str, language: str
    ) -> None:
        Shop.objects.update(language=language)
        find.forget()
        page = browser_page(viewport, color_scheme=scheme)
        page.goto("/chat/demo/")
        page.locator("#text").fill("뜻 모를 말 https://shop.example/a")
        page.locator("#text").press("Enter")
        expect(page.locator(".quick button")).to_be_enabled()
        axe(page)

    @pytest.mark.parametrize("scheme", ["light", "dark"])
    def test_the_window_on_a_sellers_site_has_no_barrier(
        self, browser_page: Open, axe: Callable[[Page], None], site: Callable[..., str], scheme: str
    ) -> None:
        page = browser_page(DESKTOP, color_scheme=scheme)
        TestOnASellersSite().open_chat(page, site())
        axe(page)
