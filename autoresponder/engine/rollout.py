"""Who gets the new version first: a share of the customers, always the same ones, and all of them as it grows."""

from __future__ import annotations

from hashlib import sha256

WHOLE = 10_000


def bucket(salt: str, customer: str) -> int:
    """0 to 9,999, evenly spread, always the same for the same customer of the same rollout."""
    digest = sha256(f"{salt}\n{customer}".encode("utf-8", "surrogatepass")).digest()
    return int.from_bytes(digest[:8], "big") % WHOLE


def is_among(salt: str, customer: str, share: int) -> bool:
    """Whether the customer belongs to the first `share` of 10,000. Whoever did at a smaller share still does."""
    return bucket(salt, customer) < share
