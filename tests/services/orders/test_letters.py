"""The letter that confirms an order: once, to its buyer, with what was bought and where to look."""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson
import sqlalchemy as sa

from core.ids import new_id
from core.settings import Settings
from services.orders import mail_job
from services.unit_of_work import Database
from tests.factories.mail import Postbox
from tests.factories.orders import save_goods, save_placed

SETTINGS = Settings()


# Payloads are any JSON, hence Any, here and below.
async def _waiting(database: Database) -> Sequence[Mapping[str, Any]]:
    async with database.read() as session:
        return [orjson.loads(text) for text in await session.scalars(sa.text("SELECT payload FROM pgqueuer"))]


async def _send(database: Database, mailbox: Postbox, payload: Mapping[str, Any]) -> None:
    async with database.unit() as unit:
        await mail_job(mailbox, SETTINGS).run(unit, payload)


async def test_a_placed_order_is_confirmed_to_its_buyer(database: Database) -> None:
    mailbox = Postbox()
    order = await save_placed(database, await save_goods(database))

    (payload,) = await _waiting(database)
    await _send(database, mailbox, payload)

    (letter,) = mailbox.letters
    assert payload == {"order": str(order.id)}
    assert letter.to == "Ann@example.com"
    assert letter.subject == f"Your order {order.number}"
    assert "2 x A boot: $30.00\n1 x A lace: $9.00\n\nDelivery: $4.99\nTax: $3.12\nTotal: $47.11\n" in letter.text
    assert f"http://127.0.0.1:8000/orders/{order.number}#key={order.access_key}" in letter.text


async def test_a_letter_that_is_sent_again_is_the_same_one(database: Database) -> None:
    mailbox = Postbox()
    await save_placed(database, await save_goods(database))
    (payload,) = await _waiting(database)

    await _send(database, mailbox, payload)
    await _send(database, mailbox, payload)

    assert mailbox.letters[0] == mailbox.letters[1]


async def test_an_address_that_takes_no_letters_is_no_failure(database: Database) -> None:
    mailbox = Postbox(refused={"Ann@example.com"})
    await save_placed(database, await save_goods(database))
    (payload,) = await _waiting(database)

    await _send(database, mailbox, payload)
    await _send(database, mailbox, {"order": str(new_id())})

    assert mailbox.letters == []
