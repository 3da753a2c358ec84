"""Long documents are worked on beside the event loop, one at a time, and once each."""

import asyncio
import threading

from web.limits.aside import SHORT_CHARACTERS, Known

LONG = "x" * (SHORT_CHARACTERS + 1)


def _named(_text: str) -> tuple[str, object]:
    return threading.current_thread().name, object()


async def test_only_long_ones_leave_the_event_loop() -> None:
    known = Known(_named, most=10, longest=10_000)

    (short, _), (long, _) = await known.get_aside("short"), await known.get_aside(LONG)

    assert short == threading.current_thread().name
    assert long != short


async def test_what_many_ask_for_is_made_once() -> None:
    known = Known(_named, most=10, longest=10_000)

    made = await asyncio.gather(*(known.get_aside(LONG) for _ in range(10)))

    assert len(set(made)) == 1
    assert known.get(LONG) is made[0]


async def test_what_is_too_long_or_too_long_ago_is_made_again() -> None:
    known = Known(_named, most=2, longest=10)

    first = {text: known.get(text) for text in ("a", LONG, "b", "c")}

    assert known.get("c") is first["c"]
    assert known.get("a") is not first["a"]
    assert known.get(LONG) is not first[LONG]
