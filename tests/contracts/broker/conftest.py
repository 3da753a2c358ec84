"""Each broker in turn: streams in one Redis, streams in a cluster, Kafka."""

from collections.abc import AsyncIterator, Iterator

import pytest

from tests.contracts.broker.scene import Scene
from tests.fixtures.broker import PrivateValkey, running_valkey
from tests.fixtures.cache import own_all_slots


@pytest.fixture(scope="session")
def single_valkey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PrivateValkey]:
    with running_valkey(tmp_path_factory.mktemp("single")) as valkey:
        yield valkey


@pytest.fixture(scope="session")
def clustered_valkey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PrivateValkey]:
    """A server that is a whole cluster of itself."""
    with running_valkey(tmp_path_factory.mktemp("cluster"), clustered=True) as valkey:
        yield valkey


@pytest.fixture(params=["redis", "cluster", "kafka"])
def bare_scene(request: pytest.FixtureRequest) -> Scene:
    # Not async: pytest-asyncio sets up what `getfixturevalue` asks for only from outside of the loop.
    if request.param == "redis":
        return Scene("redis", request.getfixturevalue("single_valkey").url)
    if request.param == "cluster":
        address = request.getfixturevalue("clustered_valkey").url.removesuffix("/0")
        return Scene("cluster", address.replace("redis://", "redis+cluster://"))
    return Scene("kafka", request.getfixturevalue("kafka_servers"))


@pytest.fixture
async def scene(bare_scene: Scene) -> AsyncIterator[Scene]:
    """A server of each kind in turn; what the test has opened is closed."""
    if bare_scene.kind == "cluster":
        await own_all_slots(bare_scene.address.replace("redis+cluster", "redis"))
    yield bare_scene
    for broker in bare_scene.opened:
        await broker.close()
