"""One message and one consumer: handled once, or parked with the reason.

This is a process: each message has a unit of its own, and what is parked has another one after that was rolled back.
"""

import asyncio
from enum import Enum
from uuid import NAMESPACE_URL, UUID, uuid5

import structlog

from core.problems import Rejected, Unavailable
from ports.broker import Delivery
from services.messaging import inbox
from services.messaging.envelope import BadEnvelope, Envelope, read_envelope
from services.messaging.parking import BAD_ENVELOPE, FAILED, NEWER_VERSION, WAITS, Parking, park
from services.messaging.records import Consumer
from services.unit_of_work import Database

# What may pass by itself, a deadlock say, is tried again after these pauses, while messages behind it wait.
_PAUSES_SECONDS = (0.2, 1.0)
_STATEMENT_TIMEOUT = "57014"

log = structlog.get_logger(__name__)


class Handled(Enum):
    """What became of a message."""

    DONE = "done"
    SEEN = "seen"  # handled before
    PASSED = "passed"  # of a type that the consumer does not hear
    PARKED = "parked"


async def handle(database: Database, consumer: Consumer, delivery: Delivery) -> Handled:
    """Handle a message that came; returns after the commit. Raises `Unavailable`, and then nothing has happened."""
    message_id = identify(delivery)
    try:
        envelope = read_envelope(delivery.body, id=message_id, key=delivery.key)
    except BadEnvelope as error:
        return await _park(database, _parking(consumer, delivery, message_id, BAD_ENVELOPE, str(error)))
    newest = consumer.versions.get(envelope.type)
    if newest is None:
        return Handled.PASSED
    if envelope.schema_version > newest:
        return await _park(database, _parked(consumer, delivery, envelope, NEWER_VERSION, too_new(envelope, newest)))
    attempts = 0
    while True:
        attempts += 1
        try:
            return await _once(database, consumer, delivery, envelope)
        except Rejected as refusal:
            reason, text = refusal.problems[0].code, describe_refusal(refusal)
            return await _park(database, _parked(consumer, delivery, envelope, reason, text, attempts=attempts))
        except Exception as error:
            if isinstance(error, Unavailable) and not _took_too_long(error):
                raise
            if attempts > len(_PAUSES_SECONDS):
                log.error("message_parked", consumer=consumer.name, type=envelope.type, exc_info=error)
                text = describe_failure(error)
                return await _park(database, _parked(consumer, delivery, envelope, FAILED, text, attempts=attempts))
            await asyncio.sleep(_PAUSES_SECONDS[attempts - 1])


def identify(delivery: Delivery) -> UUID:
    """The message's id, or one made from its place and content where the sender gave none: the same in each repetition
    by the broker, and another one for another message at the same place of an emptied broker."""
    return delivery.id or uuid5(uuid5(NAMESPACE_URL, delivery.place), delivery.body.hex())


async def _once(database: Database, consumer: Consumer, delivery: Delivery, envelope: Envelope) -> Handled:
    async with database.unit() as unit:
        key = envelope.key if consumer.in_order else None
        claim = await inbox.claim(unit, consumer.name, envelope.id, key=key)
        if not claim.is_first:
            return Handled.SEEN
        if claim.waits:
            text = "An earlier message with this key is parked."
            await park(unit, _parked(consumer, delivery, envelope, WAITS, text, attempts=0))
            return Handled.PARKED
        await consumer.handle(unit, envelope)
    return Handled.DONE


async def _park(database: Database, parking: Parking) -> Handled:
    async with database.unit() as unit:
        if not (await inbox.claim(unit, parking.consumer, parking.message_id)).is_first:
            return Handled.SEEN
        await park(unit, parking)
    log.warning("message_parked", consumer=parking.consumer, type=parking.type, reason=parking.reason)
    return Handled.PARKED


def _parked(
    consumer: Consumer, delivery: Delivery, envelope: Envelope, reason: str, error: str, *, attempts: int = 1
) -> Parking:
    parking = _parking(consumer, delivery, envelope.id, reason, error)
    return parking._replace(type=envelope.type, key=envelope.key, attempts=attempts)


def _parking(consumer: Consumer, delivery: Delivery, message_id: UUID, reason: str, error: str) -> Parking:
    """Without the type and the key, which only an envelope has."""
    return Parking(consumer.name, message_id, delivery.topic, None, None, delivery.body, reason, error)


def _took_too_long(error: BaseException | None) -> bool:
    """Whether a statement of the handler was cancelled for its length: the server is there, and the next try may end
    in the same way."""
    while error is not None:
        if getattr(getattr(error, "orig", None), "sqlstate", None) == _STATEMENT_TIMEOUT:
            return True
        error = error.__cause__
    return False


def too_new(envelope: Envelope, newest: int) -> str:
    """Why a message of a newer schema version is not handled."""
    return (
        f"Version {envelope.schema_version} of {envelope.type} is newer than {newest}, the newest that is understood."
    )


def describe_refusal(refusal: Rejected) -> str:
    """All problems, with where in the payload they are."""
    return " ".join(f"{'.'.join(one.path)}: {one.message}" if one.path else one.message for one in refusal.problems)


def describe_failure(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"
