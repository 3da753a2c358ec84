"""Functions made of generated source: what is in their text, and what comes of names that Python would misread."""

from types import SimpleNamespace
from typing import Any

import pytest
import strawberry
from graphql import ExecutionResult, parse
from graphql.execution import execute_sync

from compiled import CompiledExecutor, generated
from compiled.generated import MOST_FIELDS, Reading, generate

ASKED: Any = None


@strawberry.type
class Node:
    name: str
    nodes: list["Node"]


def reading(key: str, attribute: str, *, ready: type | None = str) -> Reading:
    return Reading(key, attribute, None, ready, None, lambda _class: None, lambda _class: lambda value, _asked: value)


def test_the_text_is_the_same_whatever_the_response_keys_are(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    compiled_as = generated._code

    def noting(source: str) -> Any:
        seen.append(source)
        return compiled_as(source)

    monkeypatch.setattr(generated, "_code", noting)
    evil = 'x"}; raise SystemExit #'

    first = generate([reading("title", "title")], lambda _looked: None)
    second = generate([reading(evil, "title")], lambda _looked: None)

    assert seen[0] == seen[1]
    source = SimpleNamespace(title="Lamp")
    assert first(source, ASKED) == {"title": "Lamp"}
    assert second(source, ASKED) == {evil: "Lamp"}


@pytest.mark.parametrize("name", ["class", "ﬁnish", "finiſh", "two words", "a.b", "v0", "asked", "source", "type"])
def test_attributes_of_any_name_are_read(name: str) -> None:
    other = SimpleNamespace(**{"finish": "another", "b": "inner"})
    source = SimpleNamespace(**{"finish": "another", "a": other, name: "this"})
    expected = "inner" if name == "a.b" else "this"

    convert = generate([reading("key", name)], lambda _looked: None)

    assert convert(source, ASKED) == {"key": expected}


def test_what_was_looked_up_is_handed_over_when_a_later_field_fails() -> None:
    handed: list[tuple[Any, ...]] = []

    def fail(_source: Any, _asked: Any) -> Any:
        raise ValueError("no answer")

    readings = [
        reading("a", "a")._replace(attribute=None, look=lambda _source, _asked: "found"),
        reading("b", "b")._replace(attribute=None, look=fail),
        reading("c", "c")._replace(attribute=None, look=lambda _source, _asked: "never"),
    ]
    convert = generate(readings, handed.append)

    with pytest.raises(ValueError, match="no answer"):
        convert(SimpleNamespace(), ASKED)

    assert handed == [("found", None, None)]


@pytest.mark.parametrize("count", [1, MOST_FIELDS, MOST_FIELDS + 1])
def test_selections_of_any_size_are_answered(count: int) -> None:
    schema = strawberry.Schema(Node)._schema
    document = parse("{ nodes { " + " ".join(f"field{number}: name" for number in range(count)) + " } }")
    tree = Node(name="root", nodes=[Node(name="leaf", nodes=[])])

    def run(**manner: Any) -> ExecutionResult:
        return execute_sync(schema, document, tree, **manner)

    assert run(executor_class=CompiledExecutor) == run()


def test_nested_selections_are_no_deeper_in_the_text() -> None:
    depth = 60
    tree = Node(name="leaf", nodes=[])
    for _ in range(depth):
        tree = Node(name="inner", nodes=[tree])
    schema = strawberry.Schema(Node)._schema
    document = parse("{ " + "nodes { name " * depth + "} " * depth + "}")

    def run(**manner: Any) -> ExecutionResult:
        return execute_sync(schema, document, tree, **manner)

    assert run(executor_class=CompiledExecutor) == run()
