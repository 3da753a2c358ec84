"""What attempts are counted under."""

from collections.abc import Sequence

import pytest

from core.problems import Rejected, Unavailable
from ports.throttle import Slowed
from services.accounts.problems import TooManyAttempts
from services.accounts.slowing import LETTER, PASSWORD, REFRESH, REGISTER, SIGN_IN, Doorkeeper, Kind, origin_of


class _Scripted:
    """A throttle that lets everything wait for as long as it is told to."""

    def __init__(self, wait: float = 0) -> None:
        self.wait, self.is_down = wait, False
        self.attempted: list[list[str]] = []
        self.forgotten: list[str] = []

    async def attempt(self, keys: Sequence[tuple[str, Slowed]]) -> float:
        self._answer()
        self.attempted.append([key for key, _ in keys])
        return self.wait

    async def forget(self, key: str) -> None:
        self._answer()
        self.forgotten.append(key)

    async def close(self) -> None: ...

    def _answer(self) -> None:
        if self.is_down:
            raise Unavailable("throttle")


@pytest.mark.parametrize(
    ("address", "origin"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::"),
        ("fe80::1%eth0", "fe80::"),
    ],
)
def test_what_counts_as_one_address(address: str, origin: str) -> None:
    assert origin_of(address) == origin


def test_what_is_no_address_counts_by_itself() -> None:
    assert origin_of("unix:") == origin_of("unix:") != origin_of("x" * 10_000)
    assert len(origin_of("x" * 10_000)) < 100


async def test_counts_by_account_and_by_address() -> None:
    throttle = _Scripted()

    await Doorkeeper(throttle, "192.0.2.7").attempt(SIGN_IN, "digest")
    await Doorkeeper(throttle, None).attempt(SIGN_IN, "digest")
    await Doorkeeper(throttle, "192.0.2.7").attempt(REGISTER)

    assert throttle.attempted == [
        ["sign-in:account:digest", "sign-in:address:192.0.2.7"],
        ["sign-in:account:digest"],
        ["register:address:192.0.2.7"],
    ]


async def test_says_how_long_to_wait_in_whole_seconds() -> None:
    with pytest.raises(Rejected) as refusal:
        await Doorkeeper(_Scripted(wait=2.1), "192.0.2.7").attempt(SIGN_IN, "digest")

    (problem,) = refusal.value.problems
    assert isinstance(problem, TooManyAttempts)
    assert problem.retry_after_seconds == 3


async def test_what_cannot_be_counted_is_refused_but_what_is_done_is_not() -> None:
    throttle = _Scripted()
    throttle.is_down = True
    doorkeeper = Doorkeeper(throttle, "192.0.2.7")

    with pytest.raises(Unavailable):
        await doorkeeper.attempt(SIGN_IN, "digest")
    await doorkeeper.forget_account(SIGN_IN, "digest")
    await doorkeeper.forget_address(REFRESH)

    assert throttle.forgotten == []


async def test_forgets_the_account_and_not_the_address() -> None:
    throttle = _Scripted()

    await Doorkeeper(throttle, "192.0.2.7").forget_account(SIGN_IN, "digest")

    assert throttle.forgotten == ["sign-in:account:digest"]


async def test_nobody_is_slowed_without_a_throttle() -> None:
    for _ in range(100):
        await Doorkeeper(None, "192.0.2.7").attempt(SIGN_IN, "digest")


@pytest.mark.parametrize("kind", [SIGN_IN, LETTER, PASSWORD, REGISTER, REFRESH])
def test_nobody_waits_for_more_than_a_quarter_of_an_hour(kind: Kind) -> None:
    assert all(slowed is None or slowed.longest_seconds <= 900 for slowed in (kind.account, kind.address))
