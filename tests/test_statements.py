"""What a message costs the database, for every messenger that calls us."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from autoresponder import channels
from autoresponder.connections.connect import connect, path_of
from autoresponder.rules.models import Version
from autoresponder.shops.models import Shop
from tests.bench.messengers import KINDS, body_of, headers_of, values_of

# Naver's recorded message has no id, so the same again is another message.
WITHOUT_ID = {"navertalk"}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kind", KINDS)
def test_a_warm_message_costs_at_most_six_statements_and_its_repeat_four(
    client: Client, shop: Shop, published: Version, kind: str
) -> None:
    names = {field.name for field in channels.get(kind).fields}
    given = {name: value for name, value in values_of(kind).items() if name in names}
    path = path_of(connect(shop, kind, given))

    def ask(number: int) -> int:
        """200 apart it is the same customer."""
        body = body_of(kind, number)
        headers = dict(headers_of(kind, body, number))
        return client.post(path, body, content_type="application/json", headers=headers).status_code

    assert ask(200) == ask(400) == 200
    with CaptureQueriesContext(connection) as warm:
        ask(600)
    with CaptureQueriesContext(connection) as repeated:
        ask(600)

    assert len(warm) <= 6, [query["sql"] for query in warm]
    assert kind in WITHOUT_ID or len(repeated) <= 4, [query["sql"] for query in repeated]
