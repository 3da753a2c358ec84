"""A folder for embedded servers."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fixtures.embedded import servers_in


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder whose servers are ended whatever the test did; private, as one in somebody's home is."""
    with tempfile.TemporaryDirectory(prefix="emporium-servers-") as name:
        path = Path(name) / "data"
        yield path
        for process in servers_in(path):
            process.kill()
