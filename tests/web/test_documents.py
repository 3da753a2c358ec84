"""Documents by id: those that clients have sent before, and those that an operator trusts."""

import threading
from itertools import count

import httpx
import orjson
import pytest
from graphql import ASTValidationRule

from tests.factories.sse import STREAM
from tests.factories.web import NEW, OLD, persisted, serving, trusted
from tests.fixtures.shop import Shop
from web.execution import CACHED_CHARACTERS, CACHED_DOCUMENTS
from web.limits.aside import SHORT_CHARACTERS

# Each is a text that nobody has sent before, so that no other test has had it kept.
_NUMBERS = count(1)
LISTING = "query Listing { products(first: 2) { edges { node { title } } } }"


def new_text(*, characters: int = 0) -> str:
    return f"{{ __typename }} # {next(_NUMBERS)}{'x' * characters}"


def code_of(response: httpx.Response) -> str:
    (error,) = response.json()["errors"]
    code: str = error["extensions"]["code"]
    return code


@pytest.mark.parametrize(("accept", "status"), [(OLD, 200), (NEW, 400)])
async def test_what_nobody_has_sent_is_not_found_as_clients_of_apollo_expect(
    shop: Shop, accept: str, status: int
) -> None:
    async with serving(shop) as site:
        response = await site.post(persisted(new_text()), headers={"accept": accept})

    assert response.status_code == status
    assert response.headers["cache-control"] == "no-store"
    assert response.json() == {
        "errors": [{"message": "PersistedQueryNotFound", "extensions": {"code": "PERSISTED_QUERY_NOT_FOUND"}}]
    }


async def test_what_was_sent_once_is_known_to_all_processes(shop: Shop) -> None:
    text = new_text()
    async with serving(shop) as one, serving(shop) as other:
        first = await one.post(persisted(text, query=text))
        here = await one.post(persisted(text))
        there = await other.post(persisted(text))
        by_id = await other.post({"documentId": f"sha256:{trusted(text)[0].id}"})

    assert [one.json() for one in (first, here, there, by_id)] == [{"data": {"__typename": "Query"}}] * 4


async def test_a_get_names_its_document_and_is_kept_by_caches(shop: Shop) -> None:
    extensions = orjson.dumps(persisted(LISTING)["extensions"]).decode()
    async with serving(shop) as site:
        await site.client.get("/graphql", params={"query": LISTING, "extensions": extensions})

        by_hash = await site.client.get("/graphql", params={"extensions": extensions})
        by_id = await site.client.get("/graphql", params={"documentId": f"sha256:{trusted(LISTING)[0].id}"})

    assert len(by_id.json()["data"]["products"]["edges"]) == 2
    assert by_hash.headers["cache-control"] == by_id.headers["cache-control"]
    assert by_id.headers["cache-control"].startswith("public, max-age=")
    assert (site.answers.counts.made, site.answers.counts.local) == (1, 2)


async def test_a_text_that_is_not_of_its_hash_is_refused_and_not_kept(shop: Shop) -> None:
    text, other = new_text(), new_text()
    async with serving(shop) as site:
        response = await site.post(persisted(text, query=other))
        after = await site.post(persisted(text))

    assert (response.status_code, code_of(response)) == (400, "PERSISTED_QUERY_HASH_MISMATCH")
    assert code_of(after) == "PERSISTED_QUERY_NOT_FOUND"


@pytest.mark.parametrize("text", ["{ nothing }", "{", "{ __typename } #" + "x" * CACHED_CHARACTERS])
async def test_what_is_not_valid_or_long_is_not_kept(shop: Shop, text: str) -> None:
    async with serving(shop) as site:
        await site.post(persisted(text, query=text))
        after = await site.post(persisted(text))

    assert code_of(after) == "PERSISTED_QUERY_NOT_FOUND"


async def test_a_long_one_that_comes_with_its_hash_is_validated_beside_the_event_loop(shop: Shop) -> None:
    text, threads = new_text(characters=SHORT_CHARACTERS), set[str]()

    class NoteThread(ASTValidationRule):
        def enter_document(self, *_others: object) -> None:
            threads.add(threading.current_thread().name)

    async with serving(shop) as site:
        site.executor.rules.append(NoteThread)
        response = await site.post(persisted(text, query=text))

    assert response.json() == {"data": {"__typename": "Query"}}
    assert threads
    assert threading.current_thread().name not in threads


async def test_no_more_are_kept_than_there_are_places(shop: Shop) -> None:
    texts = [new_text() for _ in range(20)]
    async with serving(shop, automatic=3) as one, serving(shop, automatic=3) as other:
        for text in texts:
            await one.post(persisted(text, query=text))
        here = [await one.post(persisted(text)) for text in texts]
        there = [await other.post(persisted(text)) for text in texts]

    assert sum("data" in answer.json() for answer in there) <= 3
    assert sum("data" in answer.json() for answer in here) <= 6
    assert "data" in there[-1].json()


async def test_clients_are_told_where_nothing_is_kept(shop: Shop) -> None:
    text = new_text()
    async with serving(shop, automatic=0) as site:
        sent = await site.post(persisted(text, query=text))
        after = await site.post(persisted(text))

    assert sent.json() == {"data": {"__typename": "Query"}}
    assert after.json()["errors"][0]["message"] == "PersistedQueryNotSupported"
    assert code_of(after) == "PERSISTED_QUERY_NOT_SUPPORTED"


async def test_where_only_trusted_documents_are_executed_all_others_are_refused(shop: Shop) -> None:
    text, other = new_text(), new_text()
    async with serving(shop, trust=(text,), only_trusted=True) as site:
        by_id = await site.post({"documentId": trusted(text)[0].id})
        by_text = await site.post({"query": text})
        refused = await site.post({"query": other})
        sent = await site.post(persisted(other, query=other))
        unknown = await site.post(persisted(other))

    assert by_id.json() == by_text.json() == {"data": {"__typename": "Query"}}
    assert [(one.status_code, code_of(one)) for one in (refused, sent)] == [(403, "DOCUMENT_NOT_TRUSTED")] * 2
    assert code_of(unknown) == "PERSISTED_QUERY_NOT_FOUND"


async def test_mutations_by_id_need_a_post(shop: Shop) -> None:
    text = "mutation { logout(input: {}) { userErrors { code } } }"
    async with serving(shop, trust=(text,)) as site:
        response = await site.client.get("/graphql", params={"documentId": trusted(text)[0].id})

    assert (response.status_code, code_of(response), response.headers["allow"]) == (405, "METHOD_NOT_ALLOWED", "POST")


async def test_a_stream_tells_of_an_unknown_document_as_its_only_event(shop: Shop) -> None:
    async with serving(shop) as site:
        response = await site.post(persisted(new_text()), headers=STREAM)

    assert response.status_code == 200
    assert response.headers["content-type"].startswith("text/event-stream")
    assert "PERSISTED_QUERY_NOT_FOUND" in response.text


async def test_trusted_documents_stay_prepared_whatever_else_is_sent(shop: Shop) -> None:
    text = new_text()
    async with serving(shop, trust=(text,)) as site:
        prepared = site.executor.prepare(text)
        for _ in range(CACHED_DOCUMENTS + 1):
            site.executor.prepare(new_text())

        assert site.executor.prepare(text) is prepared
