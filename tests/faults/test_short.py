"""A few histories, and one for each named point at which every process is killed: what `python -m tests.faults` does.

The stage is opened once; a history whose rules are broken says which, and what happened.
"""

from collections.abc import AsyncIterator

import pytest

from services.checkout.points import Point
from tests.faults.invariants import compare
from tests.faults.plans import PROCESSES, Card, Fault, History, Kind, Pays, Post, ShopperPlan, Target, plan
from tests.faults.playing import play
from tests.faults.scene import Scene, opened_scene

SEED = 4
HISTORIES = 5
POINTS = [point.value for point in Point]
# After those of the seed, so that each history has shelves of its own.
_FIRST = 100


@pytest.fixture(scope="module")
async def scene(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Scene]:
    async with opened_scene(tmp_path_factory.mktemp("faults")) as scene:
        yield scene


def shopper(pays: Pays, card: Card = Card.GOOD, **changes: object) -> ShopperPlan:
    """One who buys a thing of which there is plenty."""
    plain = ShopperPlan(
        starts_ms=0,
        wanted=[(1, 1), (2, 2)],
        pays=pays,
        card=card,
        clicks=1,
        devices=0,
        leaves=False,
        retries=False,
        cancels=False,
        extends=False,
        has_coupon=True,
        signs_in=pays is Pays.CREDIT_AND_CARD,
    )
    return plain._replace(**changes)  # type: ignore[arg-type]  # tests change any part by name


# Together they come to every point: one is placed and cancelled, one refused, one needs the bank, one never answers it.
ALL_WAYS = (
    shopper(Pays.CARD, cancels=True, clicks=2),
    shopper(Pays.GIFT_CARD_AND_CARD, Card.REFUSED, retries=True),
    shopper(Pays.CREDIT_AND_CARD, Card.SECURE),
    shopper(Pays.CARD, Card.SECURE_LEFT),
)
# The provider is gone for longer than it is waited for, so that a worker has to ask; and for longer than shoppers need
# to come to pay on a slow machine, since one who comes when it is back is answered at once.
UNANSWERED = Fault(0, Target.PAYMENTS, Kind.STALL, 5_500, 0)


@pytest.mark.parametrize("number", range(HISTORIES))
async def test_whatever_happens_the_books_agree(scene: Scene, number: int) -> None:
    played = await play(scene, plan(SEED, number, POINTS), SEED)

    assert played.broken == {}, played


@pytest.mark.parametrize("point", POINTS)
async def test_killed_at_a_point_all_processes_leave_nothing_wrong(scene: Scene, point: str) -> None:
    # What a webhook has told, nobody asks for.
    faults, post = ([UNANSWERED], Post.LOST) if point.startswith("check.") else ([], Post.USUAL)
    history = History(_FIRST + POINTS.index(point), ALL_WAYS, faults, post, point)

    played = await play(scene, history, SEED)

    assert played.broken == {}, played
    assert played.deaths > 0


async def test_a_release_in_the_middle_of_checkouts_leaves_each_order_settled(scene: Scene) -> None:
    # The provider is slow, so that payments are under way whenever a process is told to stop.
    slow = Fault(0, Target.PAYMENTS, Kind.DELAY, 4_000, 150)
    leaving = [
        Fault(at_ms, target, Kind.LEAVE, 0, 0)
        for at_ms, target in ((700, Target.WEB_A), (1_400, Target.WORKER), (2_100, Target.WEB_B), (2_800, Target.WEB_A))
    ]
    shoppers = [shopper._replace(starts_ms=250 * number) for number, shopper in enumerate(2 * ALL_WAYS)]

    played = await play(scene, History(_FIRST - 1, shoppers, [slow, *leaving], Post.USUAL), SEED)

    assert played.broken == {}, played
    assert played.deaths >= len(PROCESSES)


async def test_comparing_the_store_with_its_provider_finds_nothing(scene: Scene) -> None:
    assert await compare(scene.database, scene.provider) == {}
