"""The letter that confirms an order. A job writes it, so that a mail server that is down delays it and nothing else."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import structlog

from core.money import Money
from core.settings import Settings
from ports.mail import Letter, Mailer, Undeliverable
from services import jobs
from services.jobs import Job
from services.orders.queries import find_lines, find_orders
from services.orders.records import OrderLineRecord, OrderRecord
from services.unit_of_work import UnitOfWork

JOB = "orders.mail"
_TEXT = """\
Hello,

thank you for your order {number}.

{lines}

{totals}

This page shows where it is:

{link}
"""

log = structlog.get_logger(__name__)


async def enqueue_confirmation(unit: UnitOfWork, order_id: UUID) -> None:
    """Have the order confirmed to its buyer; for whoever places it, which happens once."""
    await jobs.enqueue(unit, JOB, {"order": order_id})


def mail_job(mailer: Mailer, settings: Settings) -> Job:
    """The kind of job that sends these letters."""

    async def send(unit: UnitOfWork, payload: Mapping[str, Any]) -> None:  # the payload is any JSON
        order_id = UUID(payload["order"])
        session = unit.session
        order = (await find_orders(session, [order_id])).get(order_id)
        if order is None:
            return
        lines = (await find_lines(session, [order_id])).get(order_id, ())
        try:
            await mailer.send(write(order, lines, link_base=settings.mail.link_base))
        except Undeliverable:
            log.info("letter_undeliverable", order=str(order_id))

    return Job(JOB, send)


def write(order: OrderRecord, lines: Sequence[OrderLineRecord], *, link_base: str) -> Letter:
    """The letter: what was bought, what it cost, and where to look, with the key that a guest needs for that."""
    # What is behind "#" is sent to no server, so it is in no log.
    link = f"{link_base.rstrip('/')}/orders/{order.number}#key={order.access_key}"
    bought = "\n".join(f"{line.quantity} x {line.title}: {line.total.formatted()}" for line in lines)
    text = _TEXT.format(number=order.number, lines=bought, totals=_totals(order), link=link)
    return Letter(f"{JOB}.{order.id}", order.email, f"Your order {order.number}", text)


def _totals(order: OrderRecord) -> str:
    parts: Sequence[tuple[str, Money]] = (
        ("Delivery", order.delivery),
        ("Tax", order.added_tax),
        ("Total", order.total),
        ("Tax within", order.included_tax),
    )
    return "\n".join(
        f"{name}: {amount.formatted()}" for name, amount in parts if amount.amount_minor or name == "Total"
    )
