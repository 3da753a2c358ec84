"""Which passwords are taken, and what their hashes are."""

import asyncio
import threading
import time

import pytest
from argon2 import PasswordHasher, extract_parameters

from core.settings import AuthSettings
from services.accounts.passwords import Passwords, Verdict, check_password
from services.accounts.problems import Weakness, WeakPassword
from tests.factories.accounts import PASSWORD, cheap_hash, cheap_passwords


def _weakness(password: str, email: str | None = "ann.lee@example.com") -> Weakness | None:
    problems = check_password(password, email=email, path=("password",))
    assert all(isinstance(problem, WeakPassword) and problem.path == ("password",) for problem in problems)
    return problems[0].reason if problems and isinstance(problems[0], WeakPassword) else None


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("", Weakness.TOO_SHORT),
        ("1234567", Weakness.TOO_SHORT),
        ("e\u0301" * 7, Weakness.TOO_SHORT),
        ("x9" * 101, Weakness.TOO_LONG),
        ("x9" * 500_000, Weakness.TOO_LONG),
        ("password", Weakness.COMMON),
        ("PassWord", Weakness.COMMON),
        ("Password123!", Weakness.COMMON),
        ("\uff50\uff41\uff53\uff53\uff57\uff4f\uff52\uff44", Weakness.COMMON),
        ("12345678", Weakness.COMMON),
        ("87654321", Weakness.COMMON),
        ("abcdefghij", Weakness.COMMON),
        ("aaaaaaaaaa", Weakness.COMMON),
        ("Emporium2024", Weakness.COMMON),
        ("ann.lee@example.com", Weakness.LIKE_EMAIL),
        ("Ann.Lee1999", Weakness.LIKE_EMAIL),
    ],
)
def test_refuses_weak_passwords_with_the_reason(password: str, reason: Weakness) -> None:
    assert _weakness(password) is reason


@pytest.mark.parametrize(
    "password", [PASSWORD, "x9y" * 66, "Zq7!pw2k", "пароль-сложный", "  two words  ", "🦆🦉🐢🦀🐙🐝🦋🐌"]
)
def test_takes_others(password: str) -> None:
    assert _weakness(password) is None


async def test_a_hash_is_argon2id_with_three_passes_and_its_own_salt() -> None:
    passwords = cheap_passwords()

    one, other = await passwords.hash(PASSWORD), await passwords.hash(PASSWORD)

    assert one != other
    assert one.startswith("$argon2id$")
    found = extract_parameters(one)
    assert (found.time_cost, found.memory_cost, found.parallelism) == (3, 64, 1)


async def test_verifies_in_each_normal_form_and_nothing_else() -> None:
    passwords = cheap_passwords()
    kept = await passwords.hash("caf\u00e9 au lait")

    verdicts = [
        await passwords.verify(text, kept) for text in ("cafe\u0301 au lait", "cafe au lait", "", "x" * 2_000_000)
    ]

    assert verdicts == [Verdict(True), Verdict(False), Verdict(False), Verdict(False)]


@pytest.mark.parametrize("kept", [None, "", "no hash", "$argon2id$v=19$m=64,t=3,p=1$broken"])
async def test_what_is_no_hash_is_nobody_s(kept: str | None) -> None:
    assert await cheap_passwords().verify(PASSWORD, kept) == Verdict(False)


async def test_a_hash_with_other_parameters_is_made_anew() -> None:
    old = PasswordHasher(time_cost=1, memory_cost=32, parallelism=1).hash(PASSWORD)
    passwords = cheap_passwords()

    right, wrong = await passwords.verify(PASSWORD, old), await passwords.verify("wrong", old)

    assert right.better_hash is not None
    assert await passwords.verify(PASSWORD, right.better_hash) == Verdict(True)
    assert wrong == Verdict(False)


async def test_half_a_character_can_be_hashed() -> None:
    passwords = cheap_passwords()

    assert await passwords.verify("\ud800 and more", await passwords.hash("\ud800 and more")) == Verdict(True)


class _Watched(PasswordHasher):
    """Notes how many hash at once."""

    def __init__(self) -> None:
        super().__init__(time_cost=1, memory_cost=8, parallelism=1)
        self.lock, self.running, self.most = threading.Lock(), 0, 0

    def hash(self, password: str | bytes, *, salt: bytes | None = None) -> str:
        with self.lock:
            self.running += 1
            self.most = max(self.most, self.running)
        time.sleep(0.01)
        with self.lock:
            self.running -= 1
        return super().hash(password, salt=salt)


async def test_only_so_many_hash_at_once_and_others_go_on_meanwhile() -> None:
    hasher = _Watched()
    passwords = Passwords(hasher, at_once=2)
    ticks = 0

    async def tick() -> None:
        nonlocal ticks
        while True:
            await asyncio.sleep(0.001)
            ticks += 1

    ticking = asyncio.create_task(tick())
    await asyncio.gather(*(passwords.hash(PASSWORD) for _ in range(10)))
    ticking.cancel()

    assert hasher.most == 2
    assert ticks > 10


async def test_settings_decide_on_memory() -> None:
    kept = await Passwords.from_settings(AuthSettings(password_memory_kib=128)).hash(PASSWORD)

    assert extract_parameters(kept).memory_cost == 128
    assert (await cheap_passwords().verify(PASSWORD, cheap_hash())).better_hash is None
