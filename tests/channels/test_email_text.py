"""What of a mail the rules see: letters as they were meant, and only what the customer wrote now."""

from __future__ import annotations

import base64
import time

import pytest

from autoresponder.channels.mail import charsets, text
from autoresponder.channels.mail.html import text_of
from autoresponder.channels.mail.quotes import own_words
from tests.channels.mails import letter

MINE = "감사합니다. 그럼 교환은요?"
# What mail programs put under an answer (or over it), in Korean and English.
QUOTES = {
    "marks": f"{MINE}\n\n> 내일 도착 예정입니다.\n> 배송비 3,000원",
    "marks without blanks": f"{MINE}\n>내일 도착 예정입니다.\n>>배송비",
    "gmail ko": f"{MINE}\n\n2026년 11월 22일 (일) 오전 10:05, Sample Shop <shop@example.com>님이 작성:\n\n> 배송비",
    "gmail ko folded": f"{MINE}\n\n2026년 11월 22일 (일) 오전 10:05, Shop\n<shop@example.com>님이 작성:\n\n> 배송비",
    "gmail en": f"{MINE}\n\nOn Sun, Nov 22, 2026 at 10:05 AM Sample Shop <shop@example.com> wrote:\n\n> 배송비",
    "gmail en folded": f"{MINE}\n\nOn Sun, Nov 22, 2026 at 10:05 AM Shop <\nshop@example.com> wrote:\n\n> 배송비",
    "gmail without marks": f"{MINE}\n\nOn Sun, Nov 22, 2026 at 10:05 AM Sample Shop wrote:\n\n배송비는 3,000원",
    "apple ko": f"{MINE}\n\n2026. 11. 22. 오전 10:05, Sample Shop <shop@example.com> 작성:\n\n배송비",
    "apple en": f"{MINE}\n\nOn Nov 22, 2026, at 10:05, Sample Shop <shop@example.com> wrote:\n> 배송비",
    "thunderbird ko": f"{MINE}\n\n2026-11-22 오전 10:05에 Sample Shop 이(가) 쓴 글:\n> 배송비",
    "outlook en": f"{MINE}\n\nFrom: Sample Shop <shop@example.com>\nSent: Sunday\nTo: A\nSubject: x\n\n배송비",
    "outlook ko": f"{MINE}\n\n보낸 사람: Sample Shop <shop@example.com>\n보낸 날짜: 2026년\n제목: x\n\n배송비",
    "outlook ko, bold": f"{MINE}\n\n________________________________\n*보낸사람:* Sample Shop\n*날짜:* 2026\n\n배송비",
    "outlook rule": f"{MINE}\n\n-----Original Message-----\nFrom: Sample Shop\n배송비",
    "naver": f'{MINE}\n\n-----Original Message-----\nFrom: "가게"<shop@example.com>\nSent: 2026-11-22\n배송비',
    "korean rule": f"{MINE}\n\n----- 원본 메시지 -----\n보낸사람 : 가게\n배송비",
    "daum": f"{MINE}\n\n---------[ 받은 메일 내용 ]----------\n제목 : x\n배송비",
    "forwarded": f"{MINE}\n\n---------- Forwarded message ---------\nFrom: A\n배송비",
    "apple forward": f"{MINE}\n\nBegin forwarded message:\n\nFrom: A\n배송비",
    "signature": f"{MINE}\n\n-- \n홍길동 드림\n배송비 010-0000-0000",
    "iphone ko": f"{MINE}\n\n나의 iPhone에서 보냄\n\n2026. 11. 22. 오전 10:05, Sample 작성:\n\n> 배송비",
    "iphone en": f"{MINE}\n\nSent from my iPhone\n\nOn Nov 22, 2026, at 10:05, Sample Shop wrote:\n> 배송비",
    "galaxy": f"{MINE}\n\n내 Galaxy에서 보냄\n\n-------- 원본 메일 --------\n보낸사람: 가게\n배송비",
    "below the quote": f"2026년 11월 22일 (일) 오전 10:05, Sample Shop님이 작성:\n> 배송비\n\n{MINE}",
    "windows line ends": f"{MINE}\r\n\r\n> 배송비\r\n",
}


@pytest.mark.parametrize("mail", QUOTES.values(), ids=QUOTES)
def test_only_what_was_written_now_is_read(mail: str) -> None:
    assert own_words(mail) == MINE
    assert text.words(letter(mail, In_Reply_To="<a@b>")) == MINE


HTML = {
    "gmail": f'<div dir="ltr">{MINE}</div><div class="gmail_quote"><div class="gmail_attr">On x wrote:</div>배송비',
    "outlook": f'<p>{MINE}</p><div id="divRplyFwdMsg"><b>From:</b> Shop</div><div>배송비</div>',
    "outlook web": f'<div>{MINE}</div><div id="x_appendonsend"></div><hr>배송비',
    "apple": f'{MINE}<br><blockquote type="cite"><div>배송비</div></blockquote>',
    "thunderbird": f'<p>{MINE}</p><div class="moz-cite-prefix">2026 쓴 글:</div><blockquote>배송비</blockquote>',
    "yahoo": f'<div>{MINE}</div><div id="yahoo_quoted_1" class="yahoo_quoted"><div>배송비</div></div>',
    "naver": f"<div>{MINE}</div><div><br></div>-----Original Message-----<br><b>From:</b> 가게<br><p>배송비</p>",
    "styles": f"<head><title>배송비</title><style>.배송비{{}}</style></head><body>{MINE}<script>배송비</script></body>",
    "comments": f"<!-- 배송비 --><![if mso]>{MINE}<![endif]><!-- 배송비",
    "nested": f"{MINE}<blockquote>배송비<blockquote>배송비</blockquote>배송비</blockquote>",
}


@pytest.mark.parametrize("mail", HTML.values(), ids=HTML)
def test_html_is_read_without_what_it_quotes(mail: str) -> None:
    assert text.words(letter(mail, Content_Type="text/html; charset=utf-8", In_Reply_To="<a@b>")) == MINE


@pytest.mark.parametrize(
    "mail",
    [
        "보낸 사람: 제가 보낸 게 맞나요?\n답 주세요",
        "On Monday I wrote: nothing",
        "2026년 신상 목록에 쓴 글: 어디 있나요\n그리고 재고 있나요?",
        "-- 급해요! --\n언제 오나요?",
        "From: 서울\nTo 부산이면 얼마예요?",
        "iPhone 케이스 있나요? 지금 iPhone에서 보내요",
        "가격이 1 > 2 인가요?",
    ],
)
def test_what_only_looks_like_a_quote_stays(mail: str) -> None:
    assert own_words(mail) == mail


def test_html_becomes_lines() -> None:
    html = "<p>안녕 <b>하세</b>요&nbsp;&lt;3</p><ul><li>하나<li>둘</ul>1 &amp; 2<br>1 < 2"
    assert [line for line in text_of(html).split("\n") if line] == ["안녕 하세요 <3", "하나", "둘", "1 & 2", "1 < 2"]


def test_subject_and_body_of_a_new_mail_and_only_the_body_of_an_answer() -> None:
    assert text.words(letter("언제 오나요?")) == "배송 문의\n언제 오나요?"
    assert text.words(letter("언제 오나요?", Subject="Re: 배송비")) == "언제 오나요?"
    assert text.words(letter("이거요", Subject="Fwd: 배송비")) == "배송비\n이거요"
    assert text.words(letter("> 배송비", Subject="Re: 반품", In_Reply_To="<a@b>")) == "반품"


def test_the_plain_part_is_read_and_attachments_are_not() -> None:
    body = (
        '--b\nContent-Type: multipart/alternative; boundary="c"\n\n--c\nContent-Type: text/plain; charset=utf-8\n\n글\n'
        "--c\nContent-Type: text/html; charset=utf-8\n\n<p>꾸민 글</p>\n--c--\n"
        "--b\nContent-Type: text/plain\nContent-Disposition: attachment; filename=a.txt\n\n첨부\n--b--\n"
    )
    assert text.words(letter(body, Content_Type='multipart/mixed; boundary="b"', Subject=None)) == "글"


def test_a_mail_cut_off_in_its_picture_keeps_its_words() -> None:
    body = "--b\nContent-Type: text/plain; charset=utf-8\n\n깨져서 왔어요\n--b\nContent-Type: image/jpeg\n\n/9j/4AAQ"
    assert text.words(letter(body, Content_Type='multipart/mixed; boundary="b"', Subject=None)) == "깨져서 왔어요"


@pytest.mark.parametrize(
    "label", ["ks_c_5601-1987", "euc-kr", "EUC-KR", '"ksc5601"', "korean", "iso-ir-149", "cp949", "ms949"]
)
def test_korean_mail_says_euc_kr_and_means_cp949(label: str) -> None:
    mail = letter("뷁똠방 문의".encode("cp949"), Content_Type=f"text/plain; charset={label}", Subject=None)
    assert text.words(mail) == "뷁똠방 문의"


def test_a_korean_label_is_believed_even_where_the_bytes_would_be_utf_8_too() -> None:
    assert "짜".encode("cp949").decode("utf-8") != "짜"
    assert charsets.decoded("짜".encode("cp949"), "euc-kr") == "짜"
    assert charsets.decoded("짜".encode(), "something") == "짜"


def test_the_codec_table_of_python_is_left_alone() -> None:
    with pytest.raises(UnicodeDecodeError):
        "뷁".encode("cp949").decode("euc-kr")


def test_headers_in_every_dress() -> None:
    b64 = base64.b64encode("뷁똠방 문의".encode("cp949")).decode()
    assert letter(Subject=f"=?ks_c_5601-1987?B?{b64}?=").subject == "뷁똠방 문의"
    assert letter(Subject="=?utf-8?q?=EB=B0=B0?=\r\n =?utf-8?q?=EC=86=A1?=").subject == "배송"
    # One syllable torn between two encoded words.
    assert letter(Subject="=?utf-8?q?=EB=B0?= =?utf-8?q?=B0?=").subject == "배"
    assert letter(Subject="배송 문의").subject == "배송 문의"
    assert charsets.header("배송".encode("cp949").decode("ascii", "surrogateescape")) == "배송"
    assert charsets.header("=?utf-8?b?broken*?= x") != ""
    assert (
        letter("안녕".encode("iso2022_kr"), Content_Type="text/plain; charset=iso-2022-kr", Subject=None)
        .body("text/plain")
        .strip()
        == "안녕"
    )


def test_mails_made_to_be_slow_are_read_quickly() -> None:
    size = 120_000
    started = time.process_time()
    for junk in ("<a", "<!--", "<div class='", "&", "<blockquote>", "<p>", "<div class=" + "class=" * 50):
        text_of(junk * (size // len(junk)))
    for line in (
        "On 2026 " * 40,
        "2026-" * 70,
        "From: a",
        " iphone" * 50,
        " " * 390 + "x",
        "-" * 399,
        "On " + "작성" * 150,
    ):
        own_words(f"{line}\n" * (size // (len(line) + 1)))
    assert time.process_time() - started < 5
