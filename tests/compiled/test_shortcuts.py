"""Positions whose values are plain: when they are completed at once, and when by steps."""

from typing import Any

from graphql import Undefined

from compiled.plain import Shortcut


def test_a_position_rests_after_a_value_that_was_not_plain_and_then_goes_on() -> None:
    calls = 0

    def convert(value: str, _asked: object) -> str:
        nonlocal calls
        calls += 1
        if value == "odd":
            raise ValueError
        return value.upper()

    shortcut = Shortcut(lambda _class: convert)
    asked: Any = None

    before = [shortcut.take(value, asked) for value in ("a", "odd", "b")]
    while shortcut.take("c", asked) is Undefined:
        pass

    assert before == ["A", Undefined, Undefined]
    assert calls == 3


def test_a_class_is_decided_upon_once() -> None:
    asked = []

    def decide(class_: type) -> bool:
        asked.append(class_)
        return True

    shortcut = Shortcut(decide)
    run: Any = None
    taken = [shortcut.take(value, run) for value in (1, 2, "x", 3)]

    assert taken == [1, 2, "x", 3]
    assert asked == [int, str]
