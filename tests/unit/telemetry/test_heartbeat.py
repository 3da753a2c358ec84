"""A worker whose loop hangs is not alive."""

from core.telemetry.heartbeat import Heartbeat


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_loop_that_does_not_come_back_hangs() -> None:
    clock = Clock()
    heartbeat = Heartbeat(clock)

    clock.now = 16.0

    assert not heartbeat.is_alive()


def test_each_beat_makes_it_alive_again() -> None:
    clock = Clock()
    heartbeat = Heartbeat(clock)
    clock.now = 16.0

    heartbeat.beat()

    assert heartbeat.is_alive()
