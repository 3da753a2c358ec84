"""Names of operations as labels stay few, whatever clients send."""

from core.telemetry.operations import OTHER, UNNAMED, OperationNames


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def _pass_minutes(names: OperationNames, clock: Clock, minutes: int, **times: int) -> list[str]:
    """The names that have labels after so many minutes, in each of which names are seen so many times."""
    for _ in range(minutes):
        for name, often in times.items():
            for _ in range(often):
                names.label(name)
        clock.now += 60
    return [name for name in times if names.label(name) == name]


def test_a_name_has_a_label_when_it_was_seen_often_and_for_minutes() -> None:
    clock = Clock()
    names = OperationNames(often=20, clock=clock)

    labelled = [_pass_minutes(names, clock, 1, Product=4) for _ in range(6)]

    assert labelled == [[], [], [], [], ["Product"], ["Product"]]


def test_names_that_come_all_at_once_have_no_labels() -> None:
    clock = Clock()
    names = OperationNames(clock=clock)
    _pass_minutes(names, clock, 1, **{f"Made{number}": 100 for number in range(100)})

    labelled = _pass_minutes(names, clock, 1, **{f"Made{number}": 1 for number in range(100)})

    assert labelled == []


def test_made_up_names_take_no_labels_from_those_that_are_seen_more_often() -> None:
    clock = Clock()
    names = OperationNames(most=5, clock=clock)
    made_up = {f"Made{number}": 10 for number in range(100)}

    labelled = _pass_minutes(names, clock, 30, **made_up, Product=20, Search=15, Cart=11)

    assert len(labelled) == 5
    assert {"Product", "Search", "Cart"} <= set(labelled)


def test_what_fails_does_not_count() -> None:
    clock = Clock()
    names = OperationNames(often=1, clock=clock)

    for _ in range(10):
        names.label("Made", is_good=False)
        clock.now += 60

    assert names.label("Made") == OTHER


def test_where_only_trusted_names_are_executed_no_others_have_labels() -> None:
    clock = Clock()
    names = OperationNames(["Product"], clock=clock)
    names.trust(["Listing"], only=True)

    labelled = _pass_minutes(names, clock, 30, Product=1, Listing=1, Made=100)

    assert labelled == ["Product", "Listing"]


def test_trusted_names_have_labels_at_once() -> None:
    names = OperationNames(["Product"])

    assert names.label("Product") == "Product"


def test_operations_without_a_name_share_one() -> None:
    names = OperationNames()

    assert names.label(None) == UNNAMED


def test_made_up_names_make_no_more_labels_than_there_is_room_for() -> None:
    clock = Clock()
    names = OperationNames(["Product"], most=7, often=2, clock=clock)

    labelled = _pass_minutes(names, clock, 30, **{f"Made{number}": 3 for number in range(500)})

    assert len(labelled) == 7
    assert names.label("Product") == "Product"


def test_what_is_counted_is_bounded_too() -> None:
    names = OperationNames(often=20)

    for number in range(5_000):
        names.label(f"Made{number}")

    assert len(names._seen) == 1_000


def test_very_long_names_have_no_label() -> None:
    names = OperationNames(often=1)

    assert names.label("A" * 101) == OTHER
