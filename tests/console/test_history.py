"""The page that brings in talks from elsewhere, asked as a browser would."""

from __future__ import annotations

import html
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from autoresponder.insights import runs
from autoresponder.insights.imported.keep import Said, customers_in, keep
from autoresponder.insights.models import History, Replay
from autoresponder.rules.models import Version
from autoresponder.shops.models import Membership, Shop, User
from tests.insights.test_imported_read import ANDROID, SHEET, WINDOWS
from tests.insights.workbooks import workbook

pytestmark = pytest.mark.django_db
PAGE = "/replay/history/"
HTMX = {"HX-Request": "true"}


def sent(client: Client, *files: str | bytes, **fields: str) -> Any:
    data = [one if isinstance(one, bytes) else one.encode() for one in files]
    uploaded = [SimpleUploadedFile(f"대화{number}.txt", one) for number, one in enumerate(data)]
    return client.post(PAGE, {"file": uploaded, "do": "look", **fields}, headers=HTMX)


def text_of(response: Any) -> str:
    return html.unescape(" ".join(response.content.decode().split()))


def tried(client: Client, *files: str, **fields: str) -> Any:
    """Looks first, then goes on with the name of what was shown."""
    seen = sent(client, *files).context["seen"]
    return sent(client, *files, do="try", seen=seen, **fields)


class TestLooking:
    def test_what_was_read_is_shown_and_nothing_is_stored(self, shop: Shop, owner_client: Client) -> None:
        answer = sent(owner_client, WINDOWS, SHEET)
        page = text_of(answer)

        assert "손님 말 4건 · 손님 3명 · 2026년 11월 24일~11월 25일" in page
        assert "배송비 얼마예요?" in page and "3,000원이에요." in page
        assert answer.context["shops_name"] == "오후의 서랍"
        assert "사진이나 이모티콘 1건은 뺐어요." in page
        assert "날짜를 알아볼 수 없는 1건은" in page
        assert not History.objects.exists()

    def test_the_shops_name_may_be_another(self, shop: Shop, owner_client: Client) -> None:
        seen = sent(owner_client, ANDROID).context["seen"]

        again = sent(owner_client, ANDROID, do="again", seen=seen, shop="홍길동")

        assert [one.text for one in again.context["first"]] == ["3,000원이에요."]
        nobody = sent(owner_client, ANDROID, do="again", seen=seen, shop="")
        assert "손님 2명" in nobody.context["about"]

    def test_a_workbook_is_read_like_any_sheet(self, shop: Shop, owner_client: Client) -> None:
        rows = [
            ["문의내용", "작성자", "문의일시", "답변내용"],
            ["배송 언제 와요?\n급해요", "홍길동", datetime(2026, 11, 25, 15, 12), "내일 가요"],  # noqa: DTZ001
            ["반품 되나요?", "성춘향", datetime(2026, 11, 26, 9, 0), None],  # noqa: DTZ001
        ]
        # Made once: a workbook carries the second in which it was made.
        book = workbook(rows)
        answer = sent(owner_client, book, ANDROID)

        assert "손님 말 3건 · 손님 3명 · 2026년 11월 25일~11월 26일" in text_of(answer)
        first = answer.context["first"][0]
        assert (first.text, first.answer) == ("배송 언제 와요?\n급해요", "내일 가요")
        seen = answer.context["seen"]
        assert sent(owner_client, book, ANDROID, do="try", seen=seen).headers["HX-Redirect"]
        assert History.objects.get().messages == 3

    def test_columns_are_asked_for_where_they_are_unsure(self, shop: Shop, owner_client: Client) -> None:
        sheet = "2026-11-25,길동,메모,반품 되나요\n2026-11-25,춘향,메모,교환 되나요\n"
        looked = sent(owner_client, sheet)
        assert "칸 이름을 알아보지 못했어요" in text_of(looked)

        chosen = {"column_text": "3", "column_at": "0", "column_who": "1", "column_answer": "2"}
        again = sent(owner_client, sheet, do="again", seen=looked.context["seen"], **chosen)

        assert [(one.text, one.answer) for one in again.context["first"]] == [
            ("반품 되나요", "메모"),
            ("교환 되나요", "메모"),
        ]

    @pytest.mark.parametrize("wrong", ["-1", "999999999", "x", "٣", "99"])
    def test_columns_that_are_not_there_find_nothing_or_are_passed_over(
        self, shop: Shop, owner_client: Client, wrong: str
    ) -> None:
        seen = sent(owner_client, SHEET).context["seen"]

        answer = sent(owner_client, SHEET, do="again", seen=seen, column_text=wrong, shop="없는 사람")

        assert answer.status_code in (200, 422)


class TestRefusing:
    @pytest.mark.parametrize(
        ("data", "words"),
        [
            (b"\xff\x00", "대화0.txt: 읽을 수 없는 파일이에요."),
            (b"PK\x03\x04\xff\x00", "대화0.txt: 엑셀 파일이 온전하지 않아요."),
            ('문의내용\n배송\n"반품\n'.encode(), "대화0.txt: 3번째 줄부터 읽을 수 없어요."),
            (("안녕\n" + "말" * 200_001).encode(), "대화0.txt: 2번째 줄이 너무 길어요."),
            (b"\n \n", "손님 말을 찾지 못했어요."),
            (b"", "비어 있는 파일이에요."),
        ],
    )
    def test_a_file_that_cannot_be_used_is_said_with_its_line(
        self, shop: Shop, owner_client: Client, data: bytes, words: str
    ) -> None:
        answer = sent(owner_client, data, typed="배송 언제 와요") if data.strip() else sent(owner_client, data)

        assert answer.status_code == 422
        assert words in text_of(answer)
        assert not History.objects.exists()

    def test_what_was_pasted_stays(self, shop: Shop, owner_client: Client) -> None:
        bad = SimpleUploadedFile("a.txt", b"\xff\xff\xff")
        answer = owner_client.post(PAGE, {"file": bad, "typed": "배송 <언제> 와요", "do": "look"})

        assert answer.status_code == 422
        assert "배송 <언제> 와요</textarea>" in text_of(answer)

    def test_nothing_at_all_and_too_many_files(self, shop: Shop, owner_client: Client) -> None:
        assert "파일을 고르거나 손님 말을 붙여넣어 주세요." in text_of(sent(owner_client))
        assert sent(owner_client, *["배송"] * 100).status_code == 200

    @pytest.mark.parametrize("count", [101, 102, 300])
    def test_too_many_files_are_said_and_what_was_pasted_stays(
        self, shop: Shop, owner_client: Client, count: int
    ) -> None:
        files = [SimpleUploadedFile(f"{number}.txt", b"a") for number in range(count)]
        answer = owner_client.post(PAGE, {"typed": "배송 언제 와요", "do": "look", "file": files})

        assert answer.status_code == 422
        assert "한 번에 파일 100개, 모두 합쳐 20MB까지 읽어요." in text_of(answer)
        assert "배송 언제 와요</textarea>" in text_of(answer)

    def test_too_large_together(self, shop: Shop, owner_client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("autoresponder.console.history_form.MOST_BYTES", 30)

        assert "모두 합쳐 20MB까지" in text_of(sent(owner_client, "배송 언제 와요", "반품 되나요"))

    def test_other_files_than_those_shown_are_shown_first(self, shop: Shop, owner_client: Client) -> None:
        seen = sent(owner_client, ANDROID).context["seen"]

        answer = sent(owner_client, SHEET, do="try", seen=seen, shop="홍길동", column_text="0")

        assert "이렇게 읽었어요" in text_of(answer)
        assert answer.context["first"][0].text == "언제 와요?"
        assert not History.objects.exists()


class TestTrying:
    def test_it_is_kept_without_names_and_tried_in_the_background(
        self, shop: Shop, published: Version, owner_client: Client
    ) -> None:
        chat = WINDOWS + "[홍길동] [오후 4:00] 저는 홍길동이고 010-1234-5678이에요. 기프트카드 되나요?\n"
        answer = tried(owner_client, chat, book="1")
        run = Replay.objects.get()

        assert answer.headers["HX-Redirect"] == f"/replay/{run.pk}/"
        assert run.history is not None and run.document == published.document
        stored = str(list(customers_in(run.history)))
        assert "홍길동" not in stored and "5678" not in stored
        assert "손님 1이고 ***이에요" in stored
        assert "곧 시작해요" in owner_client.get(f"/replay/{run.pk}/").content.decode()

        runs.work(timezone.now)
        page = text_of(owner_client.get(f"/replay/{run.pk}/"))

        assert "2건 중 1건(50%)에 대신 답해요" in page
        assert "<mark>배송비</mark> 얼마예요?" in page
        assert "3,000원이에요." in page and "배송비는 3,000원이고 5만원부터 무료예요." in page
        assert "/rules/new/?keyword=" in page
        assert "지금 정해 둔 영업시간으로 따졌어요" in page
        listed = text_of(owner_client.get("/replay/"))
        assert "2건 중 1건에 답해요" in listed and "손님 말 2건 · 손님 1명" in listed

    def test_it_is_nowhere_in_the_shops_own_numbers(self, shop: Shop, published: Version, owner_client: Client) -> None:
        tried(owner_client, WINDOWS)
        runs.work(timezone.now)

        assert owner_client.get("/").context["counts"].messages == 0
        assert "배송비 얼마예요?" not in owner_client.get("/log/").content.decode()

    def test_pasted_lines_say_that_the_hours_are_unknown(self, shop: Shop, owner_client: Client) -> None:
        typed = "배송비 얼마예요?\n고래는 왜 울어요"
        seen = sent(owner_client, typed=typed).context["seen"]
        sent(owner_client, typed=typed, do="try", seen=seen)
        runs.work(timezone.now)

        assert "모두 영업 중에 온 것으로 봤어요" in text_of(owner_client.get(f"/replay/{Replay.objects.get().pk}/"))

    def test_it_is_tried_again_and_deleted_in_one_tap(self, shop: Shop, owner_client: Client) -> None:
        history = keep(shop, [Said(1, "", "배송비 얼마예요?", "")], channel="", now=timezone.now())
        assert "손님 말 1건" in owner_client.get(PAGE).content.decode()

        again = owner_client.post(f"{PAGE}{history.pk}/try/", {"book": "draft"})
        assert again.headers["Location"] == f"/replay/{Replay.objects.get().pk}/"

        gone = owner_client.post(f"{PAGE}{history.pk}/delete/", follow=True)
        assert "가져온 대화와 그 결과를 지웠어요." in gone.content.decode()
        assert not History.objects.exists() and not Replay.objects.exists()

    def test_a_rule_begins_with_the_sentence_and_the_shops_answer(self, shop: Shop, owner_client: Client) -> None:
        said = [Said(1, "", "기프트카드 되나요?", "네, <결제 화면>에서 고르시면 돼요.")]
        history = keep(shop, said, channel="", now=timezone.now())
        owner_client.post(f"{PAGE}{history.pk}/try/")
        runs.work(timezone.now)
        page = owner_client.get(f"/replay/{Replay.objects.get().pk}/")

        editor = text_of(owner_client.get(page.context["missed"][0].url))

        assert "기프트카드 되나요?" in editor
        assert "네, <결제 화면>에서 고르시면 돼요.</textarea>" in editor

    def test_strangers_and_agents_see_nothing(
        self, shop: Shop, owner: User, owner_client: Client, stranger_client: Client
    ) -> None:
        history = keep(shop, [Said(1, "", "비밀 이야기", "")], channel="", now=timezone.now() - timedelta(days=1))
        for act in ("try", "delete"):
            assert stranger_client.post(f"{PAGE}{history.pk}/{act}/").status_code == 404
        assert "손님 말 1건" not in stranger_client.get(PAGE).content.decode()

        Membership.objects.filter(user=owner).update(role=Membership.Role.AGENT)
        assert owner_client.get(PAGE).status_code == 403
        assert sent(owner_client, ANDROID).status_code == 403
        assert History.objects.count() == 1
