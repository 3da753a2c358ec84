"""Whatever the schema, the operation and the resolvers: compiled answers are graphql-core's."""

import gc
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.compiled.compare import check
from tests.compiled.made import World, schemas
from tests.compiled.made_operations import operations

# graphql-core itself leaves some coroutines unawaited when it cancels what stands beside an error.
pytestmark = [
    pytest.mark.filterwarnings("ignore:coroutine .* was never awaited:RuntimeWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


@pytest.fixture(autouse=True)
def _found_at_once() -> Iterator[None]:
    """They are collected here, where they are expected, and not in somebody else's test."""
    yield
    gc.collect()


SMALL = st.sampled_from([0, 0, 3, 10, 30])
SLOW = (HealthCheck.too_slow, HealthCheck.data_too_large)


@given(data=st.data(), seed=st.integers(0, 2**32), errors=SMALL, nulls=SMALL, wrong=SMALL)
@settings(max_examples=60, deadline=None, suppress_health_check=SLOW)
async def test_answers_given_at_once(data: st.DataObject, seed: int, errors: int, nulls: int, wrong: int) -> None:
    schema = data.draw(schemas())

    await check(
        schema,
        data.draw(operations(schema)),
        variables={"t": data.draw(st.booleans()), "x": 5},
        context=lambda: World(seed, errors=errors, nulls=nulls, wrong=wrong),
    )


@given(data=st.data(), seed=st.integers(0, 2**32), errors=SMALL, nulls=SMALL, late=st.sampled_from([10, 50, 100]))
@settings(max_examples=100, deadline=None, suppress_health_check=SLOW)
async def test_answers_given_later(data: st.DataObject, seed: int, errors: int, nulls: int, late: int) -> None:
    schema = data.draw(schemas())

    await check(
        schema,
        data.draw(operations(schema)),
        variables={"t": data.draw(st.booleans()), "f": data.draw(st.booleans()), "y": "b"},
        context=lambda: World(seed, errors=errors, nulls=nulls, wrong=errors // 3, late=late),
    )
