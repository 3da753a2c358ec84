"""The time that is inside of an id."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from core.ids import made_at, new_id


def test_an_id_says_when_it_was_made() -> None:
    before = datetime.now(UTC)

    at = made_at(new_id())

    assert at is not None
    assert timedelta(seconds=-1) < at - before < timedelta(seconds=1)
    assert at.microsecond % 1000 == 0


def test_other_ids_say_nothing() -> None:
    beyond_all_times = UUID("ffffffff-ffff-7fff-bfff-ffffffffffff")

    assert made_at(uuid4()) is None
    assert made_at(UUID(int=0)) is None
    assert made_at(beyond_all_times) is None
