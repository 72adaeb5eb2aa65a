"""Sentences for the English online shop: the rule that must answer each, "" where none may."""

from __future__ import annotations

Table = dict[str, list[str]]

ENGLISH: Table = {
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

TABLES = {"online-shop-en": ENGLISH}
