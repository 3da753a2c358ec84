"""Slow operations are logged, and never so many that the log is what makes them slow."""

from structlog.testing import capture_logs

from core.telemetry_settings import SlowSettings
from web.observing import SlowLog


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_only_so_many_in_a_minute_and_then_how_many_were_left_out() -> None:
    clock = Clock()
    slow = SlowLog(SlowSettings(operation_seconds=1.0, most_per_minute=2), clock=clock)

    with capture_logs() as logs:
        for _ in range(5):
            slow.note(1.5, operation="Product")
        clock.now = 61.0
        slow.note(1.5, operation="Product")

    assert [line["left_out"] for line in logs] == [0, 0, 3]


def test_what_is_quick_is_not_slow() -> None:
    slow = SlowLog(SlowSettings(operation_seconds=1.0))

    assert not slow.is_slow(0.99)
