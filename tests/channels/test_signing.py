"""Standard Webhooks, cross-checked with the vectors of the specification and the reference library."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from autoresponder.channels import signing
from autoresponder.channels.base import Request
from autoresponder.channels.errors import BadSignature
from tests.channels.contract import NOW, folder, property_test

SECRET = "whsec_" + base64.b64encode(bytes(range(32))).decode()
VECTORS: list[dict[str, Any]] = json.loads((folder("webhook") / "vectors.json").read_text())["cases"]


def request(signature: str, *, body: bytes = b"{}", now: datetime = NOW, **changed: str) -> Request:
    headers = {"webhook-id": "msg_1", "webhook-timestamp": str(int(NOW.timestamp())), "webhook-signature": signature}
    headers |= {name.replace("_", "-"): value for name, value in changed.items()}
    return Request("POST", headers, body, now)


def good_signature(secret: str = SECRET, body: bytes = b"{}") -> str:
    return signing.sign(secret, "msg_1", str(int(NOW.timestamp())), body)


def refuses(asked: Request, secret: str = SECRET) -> None:
    with pytest.raises(BadSignature):
        signing.verify(asked, {"secret": secret})


@pytest.mark.parametrize("case", VECTORS, ids=lambda case: case["webhook-id"])
def test_the_vectors_of_the_specification(case: dict[str, Any]) -> None:
    stamp, body = case["webhook-timestamp"], case["body_raw"].encode()
    assert signing.sign(case["secret"], case["webhook-id"], stamp, body) == case["webhook-signature"]
    headers = {name: value for name, value in case.items() if name.startswith("webhook-")}
    at = datetime.fromtimestamp(int(stamp), UTC)
    for seconds in (-300, 0, 300):
        asked = Request("POST", headers, body, at + timedelta(seconds=seconds))
        assert signing.verify(asked, {"secret": case["secret"]}) == case["webhook-id"]
    for seconds in (-301, 301):
        refuses(Request("POST", headers, body, at + timedelta(seconds=seconds)), case["secret"])
    refuses(Request("POST", {**headers, "webhook-id": "other"}, body, at), case["secret"])
    refuses(Request("POST", headers, body + b" ", at), case["secret"])


@property_test
@given(key=st.binary(min_size=24, max_size=64), body=st.text(max_size=80), number=st.integers(0, 10**9))
def test_the_reference_library_and_we_agree(key: bytes, body: str, number: int) -> None:
    secret, now = "whsec_" + base64.b64encode(key).decode(), datetime.now(UTC)
    theirs = Webhook(secret).sign(f"msg_{number}", now, body)
    stamp = str(int(now.timestamp()))
    assert signing.sign(secret, f"msg_{number}", stamp, body.encode()) == theirs
    headers = {"webhook-id": f"msg_{number}", "webhook-timestamp": stamp, "webhook-signature": theirs}
    Webhook(secret).verify(
        json_body := json.dumps(body),
        headers | {"webhook-signature": signing.sign(secret, f"msg_{number}", stamp, json_body.encode())},
    )
    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(json_body + " ", headers)


@pytest.mark.parametrize("wrap", ["{0}", "v1,AAAA {0}", "{0} v1,AAAA", "v1a,AAAA  {0}\t v2,x", "junk , ,, {0} {0}"])
def test_one_right_signature_of_several_is_enough(wrap: str) -> None:
    signing.verify(request(wrap.format(good_signature())), {"secret": SECRET})


@pytest.mark.parametrize("version", ["v2", "v1a", "V1", "", "v11"])
def test_only_version_one_counts(version: str) -> None:
    refuses(request(version + good_signature()[2:]))


@pytest.mark.parametrize("size", [0, 2, 23, 65])
def test_a_key_of_the_wrong_size_proves_nothing(size: int) -> None:
    secret = "whsec_" + base64.b64encode(b"k" * size).decode()
    with pytest.raises(ValueError, match="24 to 64"):
        signing.sign(secret, "msg_1", "1", b"{}")
    refuses(request(good_signature()), secret)


@pytest.mark.parametrize("secret", ["whsec_***", "whsec_열쇠", "열쇠", "whsec_", "\udcff", SECRET + "="])
def test_a_secret_that_is_no_key_fails_closed(secret: str) -> None:
    refuses(request(good_signature()), secret)


@pytest.mark.parametrize(
    "stamp", ["", "nan", "-1", "1e9", " 1795395600", "١٧٩٥", "9" * 5_000, "1795395600.0", "0x1", "\x00", "\udcff"]
)
def test_an_odd_timestamp_is_refused(stamp: str) -> None:
    refuses(request(good_signature(), webhook_timestamp=stamp))


@pytest.mark.parametrize("message_id", ["", "한글", "\x00", "\udcff", "a\nb"])
def test_an_odd_id_is_refused_even_when_it_is_signed(message_id: str) -> None:
    stamp = str(int(NOW.timestamp()))
    refuses(request(signing.sign(SECRET, message_id, stamp, b"{}"), webhook_id=message_id))


@property_test
@given(junk=st.text(alphabet=st.characters(), max_size=60))
def test_no_header_junk_breaks_it(junk: str) -> None:
    asked = request("v1,AAAA")
    for name in asked.headers:
        with pytest.raises(BadSignature):
            signing.verify(
                replace(asked, headers={**asked.headers, name: junk}), {"secret": SECRET, "old_secret": junk}
            )
