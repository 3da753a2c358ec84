"""The schemas of events in docs are what the code says, and their rules are kept."""

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar
from uuid import UUID

import orjson
import pytest

from cli.event_schemas import FOLDER, breaks, event_types, printed, schema_of
from core.settings import Settings
from services.consumers import consumers
from services.events import Event

DOCS = Path(__file__).parents[3] / "docs"


@dataclass(frozen=True, slots=True)
class Happened(Event):
    """Something for this test."""

    type: ClassVar[str] = "test.happened"
    number: int
    reason: str | None

    @property
    def key(self) -> UUID:
        return UUID(int=self.number)


@pytest.mark.parametrize("name", printed())
def test_files_are_what_the_code_says(name: str) -> None:
    assert (FOLDER / name).read_text(encoding="utf-8") == printed()[name], "run `emporium events schemas --write`"


def test_all_events_are_found_and_described() -> None:
    types = [event.type for event in event_types()]

    assert len(types) == len(set(types))
    assert {"catalog.product_changed", "inventory.stock_changed", "reviews.rating_changed"} <= set(types)
    page = (DOCS / "events.md").read_text(encoding="utf-8")
    assert [one for one in types if f"`{one}`" not in page] == []


def test_whatever_a_consumer_hears_has_a_schema_of_each_version() -> None:
    missing = [
        f"{type_}.v{version}.json"
        for consumer in consumers(Settings())
        for type_, newest in consumer.versions.items()
        for version in range(1, newest + 1)
        if not (FOLDER / f"{type_}.v{version}.json").exists()
    ]

    assert missing == []


def test_a_schema_says_each_field() -> None:
    payload = schema_of(Happened)["properties"]["payload"]

    assert payload == {
        "type": "object",
        "required": ["number", "reason"],
        "properties": {"number": {"type": "integer"}, "reason": {"anyOf": [{"type": "string"}, {"type": "null"}]}},
    }


def test_a_field_may_come_but_not_go_or_change() -> None:
    before = schema_of(Happened)
    more, less, other = (orjson.loads(orjson.dumps(before)) for _ in range(3))
    more["properties"]["payload"]["properties"]["colour"] = {"type": "string"}
    del less["properties"]["payload"]["properties"]["reason"]
    other["properties"]["payload"]["properties"]["number"] = {"type": "string"}

    found = [breaks(orjson.dumps(before).decode(), orjson.dumps(after).decode()) for after in (more, less, other)]

    assert found == [[], ["reason"], ["number"]]
