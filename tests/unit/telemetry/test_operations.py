"""Names of operations as labels stay few, whatever clients send."""

from core.telemetry.operations import OTHER, UNNAMED, OperationNames


def test_a_name_has_a_label_when_it_was_seen_often() -> None:
    names = OperationNames(often=3)

    labels = [names.label("Product") for _ in range(4)]

    assert labels == [OTHER, OTHER, "Product", "Product"]


def test_trusted_names_have_labels_at_once() -> None:
    names = OperationNames(["Product"])

    assert names.label("Product") == "Product"


def test_operations_without_a_name_share_one() -> None:
    names = OperationNames()

    assert names.label(None) == UNNAMED


def test_made_up_names_make_no_more_labels_than_there_is_room_for() -> None:
    names = OperationNames(["Product"], most=5, often=2)

    labels = {names.label(f"Made{number}") for number in range(10_000) for _ in range(3)}

    assert len(labels - {OTHER}) == 5
    assert names.label("Product") == "Product"


def test_what_is_counted_is_bounded_too() -> None:
    names = OperationNames(often=20)

    for number in range(5_000):
        names.label(f"Made{number}")

    assert len(names._seen) == 1_000


def test_very_long_names_have_no_label() -> None:
    names = OperationNames(often=1)

    assert names.label("A" * 101) == OTHER
