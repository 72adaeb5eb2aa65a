"""The edits whose evidence is asked for, and the time it takes. Needs a database with the demo shop in it."""

from __future__ import annotations

import gc
import re
import time
from typing import Any

from django.test import Client

from autoresponder.console.rule_form import blank, initial_of
from autoresponder.rules.models import Rule
from autoresponder.shops.models import Shop, User

COUNT = re.compile(r"(?:지난 30일|최근) [\d,]+건 중 <b>[\d,]+건</b>")


def edits(shop: Shop) -> dict[str, tuple[str, dict[str, Any]]]:
    """What is done -> the rule it is done to ("new" is none yet) and the values of the editor's fields."""
    rule = Rule.objects.kept().get(shop=shop, key="delivery-fee")
    old, new = initial_of(rule), {**blank(), "texts": ["네, 돼요."]}
    words = old["any_words"]
    return {
        "a word added": (rule.key, {**old, "any_words": [*words, "얼마"]}),
        "its main word removed": (rule.key, {**old, "any_words": words[1:]}),
        "another answer": (rule.key, {**old, "texts": ["택배비는 물건마다 달라요."]}),
        "a rule for closed hours only": (rule.key, {**old, "when": "closed"}),
        "a new rule": ("new", {**new, "any_words": ["선물 포장", "포장"]}),
        "a new rule of common words": (
            "new",
            {**new, "any_words": ["배송", "언제", "있나요", "주세요"], "first": True},
        ),
    }


def run(rounds: int) -> dict[str, dict[str, Any]]:
    """For each edit what the box says, and how many milliseconds on the wall and of CPU it took, round by round."""
    shop, client = Shop.objects.get(slug="demo"), Client(headers={"host": "localhost"})
    client.force_login(User.objects.get(), backend="django.contrib.auth.backends.ModelBackend")
    found: dict[str, dict[str, Any]] = {}
    # As the web server begins (config/wsgi.py).
    gc.freeze()
    for number in range(rounds + 1):
        for name, (key, values) in edits(shop).items():
            wall, cpu = time.perf_counter(), time.process_time()
            answer = client.post(f"/rules/{key}/evidence/", fields(values))
            wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
            told = COUNT.search(" ".join(answer.content.decode().split()))
            if told is None:
                raise SystemExit(f"no evidence of {name}")
            # The first round loads what a process keeps from then on.
            if number:
                one = found.setdefault(name, {"told": re.sub("<.*?>", "", told[0]), "wall": [], "cpu": []})
                one["wall"].append(wall * 1e3)
                one["cpu"].append(cpu * 1e3)
    return found


def fields(values: dict[str, Any]) -> dict[str, Any]:
    """The editor's values as its form sends them."""
    sent = {name: ", ".join(value) if name.endswith("_words") else value for name, value in values.items()}
    buttons = sent.pop("buttons")
    rows = {f"buttons_{part}": [button[part] for button in buttons] for part in ("label", "say")}
    return {name: value for name, value in {**sent, **rows}.items() if value not in (None, False)}
