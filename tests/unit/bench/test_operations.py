"""The pages that are measured, against the store's schema and the floor's."""

import orjson
import pytest
from graphql import GraphQLEnumType, GraphQLSchema, parse, validate

from bench.cases.floor.app import build_schema as build_floor
from bench.operations import FOLDER, NAMES, SORTS, read_document, read_operations, read_queries
from schema.schema import build_schema


@pytest.fixture(scope="module")
def store() -> GraphQLSchema:
    return build_schema()._schema


@pytest.fixture(scope="module")
def floor() -> GraphQLSchema:
    return build_floor()._schema


def test_every_document_is_measured() -> None:
    documents = {path.stem for path in FOLDER.glob("*.graphql")}

    assert documents == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_store_takes_the_operation(store: GraphQLSchema, name: str) -> None:
    errors = validate(store, parse(read_document(name)))

    assert errors == []


@pytest.mark.parametrize("name", NAMES)
def test_floor_takes_the_operation(floor: GraphQLSchema, name: str) -> None:
    errors = validate(floor, parse(read_document(name)))

    assert errors == []


def test_sorts_are_those_of_the_store(store: GraphQLSchema) -> None:
    sorts = store.type_map["ProductSort"]

    assert isinstance(sorts, GraphQLEnumType)
    assert set(SORTS) == set(sorts.values)


def test_queries_are_more_than_the_engine_remembers() -> None:
    queries = read_queries()

    assert len(queries) >= 100
    assert len(set(queries)) == len(queries)
    assert all(query.strip() == query and query for query in queries)


def test_bodies_differ_in_their_variables_only() -> None:
    operation = read_operations(["one", "two"])["product"]

    bodies = [orjson.loads(body) for body in operation.graphql_bodies()]
    plain = [orjson.loads(body) for body in operation.plain_bodies()]

    assert [body["variables"] for body in bodies] == plain == [{"slug": "one"}, {"slug": "two"}]
    assert {body["query"] for body in bodies} == {operation.document}
    assert not any(b"\n" in body for body in operation.graphql_bodies())
