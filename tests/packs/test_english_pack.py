"""The English online shop: which rule answers, and when nobody does."""

from __future__ import annotations

from functools import cache

import pytest

from autoresponder import packs
from autoresponder.engine.compile import Compiled, compile_book
from autoresponder.engine.decide import decide
from autoresponder.engine.document import load
from autoresponder.engine.evaluate import ALWAYS, MOMENT
from autoresponder.engine.facts import examples
from autoresponder.engine.hours import state
from autoresponder.engine.types import Decision, Incoming, Outcome, Reply, Talk
from autoresponder.engine.variables import fill

ENGLISH = {"language": "en"}

# Rule key -> sentences it must answer; "" for those that no rule may answer.
ANSWERED = {
    "person": [
        "I'd rather talk on the phone",
        "can I talk to you on the phone?",
        "give me your manager",
        "is there a human here",
    ],
    "angry": ["what a rip off", "you stole my money", "worst shop I have ever bought from"],
    "defect": [
        "two of the glasses were smashed",
        "You sent me only three of four",
        "the handle snapped off after two days",
        "two of the glasses are broken, what now?",
        "I received the wrong parts, please check",
        "It's the wrong model",
    ],
    "gift": ["can you wrap it as a present?", "please include a birthday message"],
    "return-fee": ["do I pay for sending it back or is return shipping free?", "who pays return postage"],
    "delivery-fee": ["postage costs?", "How much is shipping to the islands?", "is delivery free if I spend 50"],
    "refund": ["How soon will I be refunded", "I want my money back", "do refunds go back to the same card?"],
    "account": ["reset my password", "how do I unsubscribe from your newsletter?"],
    "order-change": ["change my delivery address please", "I typed the wrong postcode for my order, please fix it"],
    "cancel": [
        "cancel",
        "Is it too late to cancel order 1182?",
        "ordered the same thing twice by accident, please stop it",
    ],
    "reservation": ["can I reschedule my appointment", "I'd like to book a fitting for Friday"],
    "payment": [
        "can I pay with paypal",
        "please send me the invoice for order 77",
        "why does my card keep getting declined?",
    ],
    "tracking": [
        "where's my parcel??",
        "hi, any news on order 48213?",
        "Has the lamp been dispatched? I ordered it on Monday",
    ],
    "exchange": ["can you swap the red for the green", "need the next size up, this is too small"],
    "return": ["How do I send back a jumper that I don't like? I want to return it", "want to return two candles"],
    "discount": ["student discount?", "is the 10% code still valid"],
    "stock": ["is the oak shelf still available?", "how many do you have left", "will there be a restock"],
    "location": ["where exactly are you", "can I pick up from you", "is there parking nearby"],
    "hours": ["are you open tomorrow", "what time do you shut today", "opening hours?"],
    "size": ["what size would fit a 7 year old", "does it come up small", "sizing help please"],
    "delivery-time": ["will it get here before christmas", "when do you ship", "how long does postage take to France?"],
    "product-info": ["is this real leather?", "can it go in the microwave?", "any nuts in the granola?"],
    "price": ["what does this cost", "how much for two?"],
    "hello": ["hello :)", "good afternoon"],
    "thanks": ["thanks a lot!", "thank you for your help"],
    "": [
        "refund came through in a day, very impressed",
        "I sized up and it's just right",
        "I had a question about sizing and they answered within minutes",
        "I can't return to my old life",
        "he broke my heart",
        "waiting for a package is the best part of my week",
        "exchange was no trouble at all",
        "The parcel came in three days, every size they had was in stock and the gift box made it special",
        "The cake was moist and arrived cold, well packed",
        "Postage was quick and the fit is lovely",
        "Superb quality for the price, love it",
        "My daughter sleeps with it every night",
        "we changed trains twice and she returned the books on Monday",
        "I did my tax return this morning",
        "he was an exchange student with us for a year",
        "the stock market fell again this week they said",
        "how do I boil an egg",
        "what's the capital of Peru?",
        "do you believe in ghosts?",
        "see you tomorrow",
    ],
}


@cache
def compiled() -> Compiled:
    return compile_book(load(packs.document("online-shop-en")))


def decision(text: str) -> Decision:
    return decide(compiled(), ALWAYS, Talk(), Incoming("", "", text), now=MOMENT, values=examples() | ENGLISH)


def replies() -> list[Reply]:
    book = compiled().book
    return [book.away.reply, book.fallback.reply, *(reply for rule in book.rules for reply in rule.replies)]


def buttons() -> list[str]:
    return sorted({button.say or button.label for reply in replies() for button in reply.buttons})


@pytest.mark.parametrize(("key", "text"), [(key, text) for key, texts in ANSWERED.items() for text in texts])
def test_the_right_rule_answers(key: str, text: str) -> None:
    found = decision(text)
    assert "".join(found.rules[:1]) == key, found.trace


@pytest.mark.parametrize("text", buttons())
def test_every_button_leads_to_an_answer(text: str) -> None:
    assert decision(text).outcome in (Outcome.ANSWERED, Outcome.HANDED_OFF)


def test_every_rule_is_tried_above() -> None:
    assert {rule.key for rule in compiled().rules} == ANSWERED.keys() - {""}


def test_british_and_american_spellings_are_read_alike() -> None:
    assert (
        decision("I cancelled it, which colour is left?").rules == decision("I canceled it, which color is left?").rules
    )


def test_a_shop_that_filled_in_nothing_yet_still_answers_everything() -> None:
    said = [fill(it.text, ALWAYS, state(ALWAYS, MOMENT), now=MOMENT, values=ENGLISH) for it in replies()]
    assert all(said)
    assert not [text for text in said if "{" in text]
