"""A process dies where a test wants it, and nowhere else."""

import signal
import subprocess
import sys

import pytest

from services.checkout.points import Point

SCRIPT = """
from services.checkout.points import Point, reached
reached(Point.COMPLETE_BEGUN)
reached(Point.COMPLETE_CALLED)
reached(Point.COMPLETE_CALLED)
print("alive")
"""


@pytest.mark.parametrize(
    ("environment", "code"),
    [
        ({}, 0),
        ({"EMPORIUM_TEST_KILL_AT": "complete.called"}, -signal.SIGKILL),
        ({"EMPORIUM_TEST_KILL_AT": "complete.called:2"}, -signal.SIGKILL),
        ({"EMPORIUM_TEST_KILL_AT": "complete.called:3"}, 0),
        ({"EMPORIUM_TEST_KILL_AT": "complete.settled"}, 0),
        ({"EMPORIUM_TEST_KILL_AT": "complete.called", "EMPORIUM_MODE": "production"}, 0),
    ],
)
def test_kills_the_own_process(environment: dict[str, str], code: int) -> None:
    done = subprocess.run([sys.executable, "-c", SCRIPT], env=environment, check=False, timeout=60)

    assert done.returncode == code


def test_there_are_enough_points() -> None:
    assert len(Point) >= 12
