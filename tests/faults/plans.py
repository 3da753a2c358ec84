"""What happens in a history: who shops for what and how, and what breaks when. It follows from the seed alone."""

import random
from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

SHELVES = 6
_MOST_SHOPPERS = 5
_MOST_FAULTS = 3
_KILLED_AT_A_POINT = 0.3
# Shoppers come in the first half of this time, and things break in all of it.
_WINDOW_MS = 1_500


class Pays(StrEnum):
    """With what an order is paid."""

    CARD = "card"
    GIFT_CARD = "gift_card"
    CREDIT = "credit"
    CASH = "cash"
    GIFT_CARD_AND_CARD = "gift_card_and_card"
    CREDIT_AND_CARD = "credit_and_card"


class Card(StrEnum):
    """What the card's bank will do."""

    GOOD = "good"
    REFUSED = "refused"
    SECURE = "secure"  # asks the shopper, who agrees
    SECURE_REFUSED = "secure_refused"  # the shopper agrees, the bank does not
    SECURE_DENIED = "secure_denied"  # the shopper is not who he should be
    SECURE_LEFT = "secure_left"  # the shopper goes away


class ShopperPlan(NamedTuple):
    """One shopper. `wanted` has shelves (numbers of variants) and units; on shelf 0 there are few.

    `clicks` are completions at once with one key, `devices` further ones at once with keys of their own. Who `leaves`
    never completes; who `retries` pays again after a refusal, with a good card.
    """

    starts_ms: int
    wanted: Sequence[tuple[int, int]]
    pays: Pays
    card: Card
    clicks: int
    devices: int
    leaves: bool
    retries: bool
    cancels: bool
    extends: bool
    has_coupon: bool
    signs_in: bool

    @property
    def with_card(self) -> bool:
        return self.pays in (Pays.CARD, Pays.GIFT_CARD_AND_CARD, Pays.CREDIT_AND_CARD)


class Target(StrEnum):
    """What a fault happens to."""

    WEB_A = "web-a"
    WEB_B = "web-b"
    WORKER = "worker"
    POSTGRES = "postgres"
    VALKEY = "valkey"
    PAYMENTS = "payments"


class Kind(StrEnum):
    """What happens. The first four are for processes and servers, the others for connections."""

    KILL = "kill"
    PAUSE = "pause"
    LEAVE = "leave"  # it is told to stop, as by a new release; no plan has it by chance
    LATE = "late"  # holds and checkouts run out now
    CUT = "cut"
    REFUSE = "refuse"
    DELAY = "delay"
    STALL = "stall"
    LOSE_REQUEST = "lose_request"
    LOSE_ANSWER = "lose_answer"
    DOUBLE = "double"


PROCESSES = (Target.WEB_A, Target.WEB_B, Target.WORKER)
CONNECTIONS = (Target.POSTGRES, Target.VALKEY, Target.PAYMENTS)
_OF_PROCESSES = (Kind.KILL, Kind.KILL, Kind.PAUSE)
_OF_CONNECTIONS = (Kind.CUT, Kind.REFUSE, Kind.DELAY, Kind.STALL, Kind.LOSE_REQUEST, Kind.LOSE_ANSWER)


class Fault(NamedTuple):
    """Something breaks at a time and is whole again `lasts_ms` later. `size` is of the kind: pieces, milliseconds."""

    at_ms: int
    target: Target
    kind: Kind
    lasts_ms: int
    size: int


class Post(StrEnum):
    """What becomes of the provider's webhooks."""

    USUAL = "usual"
    DOUBLED = "doubled"
    REVERSED = "reversed"
    LOST = "lost"
    LATE = "late"  # an hour: signed anew as a provider does, and once as it was
    FORGED = "forged"  # each is followed by one that says the same of others, signed by somebody else


class History(NamedTuple):
    """One plan. `kill_at` is a named point in the code: each process dies where it first comes there."""

    number: int
    shoppers: Sequence[ShopperPlan]
    faults: Sequence[Fault]
    post: Post
    kill_at: str | None = None


def plan(seed: int, number: int, points: Sequence[str]) -> History:
    """History `number` of a seed; `points` are the names of places to die at."""
    source = random.Random(f"{seed}/{number}")
    shoppers = [_shopper(source) for _ in range(source.randint(1, _MOST_SHOPPERS))]
    faults = sorted(_fault(source) for _ in range(source.randint(0, _MOST_FAULTS)))
    post = source.choice([*Post])
    kill_at = source.choice(points) if source.random() < _KILLED_AT_A_POINT else None
    return History(number, shoppers, faults, post, kill_at)


def _shopper(source: random.Random) -> ShopperPlan:
    shelves = source.sample(range(SHELVES), source.randint(1, 3))
    pays = source.choices([*Pays], weights=[8, 1, 1, 1, 3, 2])[0]
    signs_in = pays in (Pays.CREDIT, Pays.CREDIT_AND_CARD) or source.random() < 0.3
    return ShopperPlan(
        starts_ms=source.randrange(_WINDOW_MS // 2),
        wanted=[(shelf, source.randint(1, 2)) for shelf in shelves],
        pays=pays,
        card=source.choices([*Card], weights=[6, 2, 2, 1, 1, 1])[0],
        clicks=source.choice((1, 1, 2, 3)),
        devices=source.choice((0, 0, 0, 1)),
        leaves=source.random() < 0.1,
        retries=source.random() < 0.7,
        cancels=source.random() < 0.15,
        extends=source.random() < 0.2,
        has_coupon=source.random() < 0.4,
        signs_in=signs_in,
    )


def _fault(source: random.Random) -> Fault:
    at_ms, lasts_ms = source.randrange(_WINDOW_MS), source.randint(100, 1_500)
    group = source.random()
    if group < 0.25:
        return Fault(at_ms, source.choice(PROCESSES), source.choice(_OF_PROCESSES), lasts_ms, 0)
    if group < 0.35:
        return Fault(at_ms, source.choice((Target.POSTGRES, Target.VALKEY)), Kind.KILL, lasts_ms, 0)
    if group < 0.45:
        return Fault(at_ms, Target.POSTGRES, Kind.LATE, 0, 0)
    target = source.choice(CONNECTIONS)
    kinds = (*_OF_CONNECTIONS, Kind.DOUBLE) if target is Target.PAYMENTS else _OF_CONNECTIONS
    kind = source.choice(kinds)
    size = source.randint(5, 120) if kind is Kind.DELAY else source.randrange(40)
    return Fault(at_ms, target, kind, lasts_ms, size)
