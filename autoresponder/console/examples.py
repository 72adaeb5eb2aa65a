"""예문: sentences that must go on being answered as they are, kept from a try, from the log or from a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.core import signing
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from autoresponder.console import example_words
from autoresponder.console.evaluate import known_names
from autoresponder.console.examples_form import ExamplesForm, Line
from autoresponder.console.log import number
from autoresponder.console.shell import page, redirect_to, toast, wants_fragment
from autoresponder.engine.book import Book
from autoresponder.engine.text import fold
from autoresponder.rules import draft
from autoresponder.rules import examples as keeping
from autoresponder.rules.examples import NONE, PERSON, TEXT_LENGTH
from autoresponder.rules.models import Example
from autoresponder.shops.access import Role, ShopRequest, shop_required
from autoresponder.shops.values import values_of

SALT = "console.examples"
# A customer who writes meanwhile waits no longer than for so many rows.
CHUNK = 200
# What a line of a file may say in place of a rule's name.
PEOPLE = ("사람", "상담원", "person")


@shop_required(Role.MANAGER)
@require_GET
def examples(request: ShopRequest) -> HttpResponse:
    """All of them on the draft, or those of one rule (`rule`); by htmx only the list."""
    return _page(request)


@shop_required(Role.MANAGER)
@require_POST
def example_add(request: ShopRequest) -> HttpResponse:
    """Keeps `sentence` with what is `expected`. By htmx the button that was pressed becomes a word of thanks."""
    text, expected = _sentence(request), request.POST.get("expected", "")
    if wrong := _wrong(text) or _keep(request, text, expected):
        if wants_fragment(request):
            toast(request, wrong)
            return page(request, "examples", "_not_kept.html", {"text": text, "expected": expected})
        return _page(request, typed=text, chosen=expected, wrong=wrong, status=422)
    toast(request, _("예문으로 지켜 둘게요. 게시할 때마다 이대로 답하는지 확인해요."))
    if wants_fragment(request):
        return page(request, "examples", "_is_kept.html")
    return redirect_to(request, reverse("console:examples"))


@shop_required(Role.MANAGER)
@require_POST
def examples_file(request: ShopRequest) -> HttpResponse:
    """Keeps every line of a text or a file; a line that names nothing is kept as the draft answers it now."""
    book = draft.book_of(request.shop)
    known = {**{fold(name).flat: (PERSON,) for name in PEOPLE}, **known_names(book)}
    form = ExamplesForm(request.POST, request.FILES, known=known)
    if not form.is_valid():
        return _page(request, form=form, status=422)
    kept, unknown = _keep_lines(request, book, form.cleaned_data["lines"], known)
    said = ngettext("예문 %(n)d개를 지켜 둘게요.", "예문 %(n)d개를 지켜 둘게요.", kept) % {"n": kept}
    if unknown:
        left = ngettext(
            "%(n)d개는 규칙 이름을 찾지 못했거나 너무 길거나 자리가 없어 뺐어요.",
            "%(n)d개는 규칙 이름을 찾지 못했거나 너무 길거나 자리가 없어 뺐어요.",
            unknown,
        )
        said = f"{said} {left % {'n': unknown}}"
    toast(request, said)
    return redirect_to(request, reverse("console:examples"))


@shop_required(Role.MANAGER)
@require_POST
def example_edit(request: ShopRequest, pk: int) -> HttpResponse:
    example = get_object_or_404(Example, pk=pk, shop=request.shop)
    text = _sentence(request)
    wrong = _wrong(text)
    if not wrong:
        try:
            keeping.change(example, text, request.POST.get("expected", ""))
        except keeping.UnknownExpectation:
            wrong = _unknown()
    if wrong:
        return _page(request, editing=pk, edited=text, edit_wrong=wrong, status=422)
    toast(request, _("예문을 고쳤어요."))
    return redirect_to(request, reverse("console:examples"))


@shop_required(Role.MANAGER)
@require_POST
def example_delete(request: ShopRequest, pk: int) -> HttpResponse:
    gone = get_object_or_404(Example, pk=pk, shop=request.shop)
    sealed = signing.dumps([gone.text, gone.expected], salt=SALT, compress=True)
    gone.delete()
    toast(request, _("예문을 지웠어요."), undo_url=reverse("console:example_undo", args=[sealed]))
    return redirect_to(request, reverse("console:examples"))


@shop_required(Role.MANAGER)
@require_POST
def example_undo(request: ShopRequest, sealed: str) -> HttpResponse:
    try:
        text, expected = signing.loads(sealed, salt=SALT)
    except signing.BadSignature:
        return HttpResponse(status=400)
    toast(request, _keep(request, text, expected) or _("예문을 되살렸어요."))
    return redirect_to(request, reverse("console:examples"))


def _page(request: ShopRequest, *, status: int = 200, **more: Any) -> HttpResponse:
    shop, of = request.shop, request.GET.get("rule", "")
    document = draft.document_of(shop)
    tried = keeping.try_all(shop, document)
    if of:
        tried = [one for one in tried if of in (one.example.rule, one.example.expected)]
    kept = example_words.rows(shop, document, tried)
    names = example_words.names_of(shop, document)
    if of and of not in names:
        raise Http404
    context = {
        "red": [row for row in kept if not row.holds],
        "green": [row for row in kept if row.holds],
        "choices": example_words.choices(shop),
        "of": of,
        "of_name": names.get(of, ""),
        "most": TEXT_LENGTH,
        "editing": number(request.GET.get("edit", "")),
        "form": ExamplesForm(known=()),
        **more,
    }
    return page(request, "examples", "_brief.html" if "brief" in request.GET else "_list.html", context, status=status)


def _sentence(request: ShopRequest) -> str:
    return request.POST.get("sentence", "").replace("\0", "").strip()


def _wrong(text: str) -> str:
    if not text:
        return _("지킬 말을 적어 주세요.")
    return _("예문은 %(n)d자까지 적을 수 있어요.") % {"n": TEXT_LENGTH} if len(text) > TEXT_LENGTH else ""


def _unknown() -> str:
    return _("그사이 없어진 규칙이에요. 어떻게 답해야 하는지 다시 골라 주세요.")


def _keep(request: ShopRequest, text: str, expected: str) -> str:
    """Keeps it and gives "", or says why not."""
    try:
        keeping.keep(request.shop, text, expected, by=request.user, now=timezone.now())
    except keeping.UnknownExpectation:
        return _unknown()
    except keeping.TooMany:
        return _("예문은 %(n)d개까지 지킬 수 있어요. 안 쓰는 것을 지운 뒤에 더해 주세요.") % {"n": keeping.MOST}
    return ""


def _keep_lines(
    request: ShopRequest, book: Book, lines: Sequence[Line], known: Mapping[str, Sequence[str]]
) -> tuple[int, int]:
    """How many were kept, and how many could not be."""
    asked = [Example(text=line.text) for line in lines]
    judged = keeping.judge(book, asked, values=values_of(request.shop))
    wanted = [
        (line.text, _expected(line, known) or ("" if line.expected else tried.now))
        for line, tried in zip(lines, judged, strict=True)
    ]
    done = 0
    for first in range(0, len(wanted), CHUNK):
        with transaction.atomic():
            for text, expected in wanted[first : first + CHUNK]:
                done += not _wrong(text) and bool(expected) and not _keep(request, text, expected)
    return done, len(wanted) - done


def _expected(line: Line, known: Mapping[str, Sequence[str]]) -> str:
    """The first rule a line names, or what else it names; "" for a name nobody goes by."""
    for name in line.expected:
        keys = known.get(fold(name).flat)
        if keys is not None:
            return keys[0] if keys else NONE
    return ""


urlpatterns = [
    path("examples/", examples, name="examples"),
    path("examples/add/", example_add, name="example_add"),
    path("examples/file/", examples_file, name="examples_file"),
    path("examples/<int:pk>/", example_edit, name="example_edit"),
    path("examples/<int:pk>/delete/", example_delete, name="example_delete"),
    path("examples/undo/<str:sealed>/", example_undo, name="example_undo"),
]
