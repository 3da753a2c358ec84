"""From what a client asks for to a document that is ready to be executed, or to why it is not.

Ids come as `documentId` (GraphQL over HTTP, appendix on persisted documents) or as Apollo's `persistedQuery`
(apollographql.com/docs/apollo-server/performance/apq), whose clients know the messages and codes below by heart.
"""

from collections.abc import Sequence
from typing import NamedTuple

from graphql import OperationType

from web.asked import Asked, BadRequest, RefusedDocument
from web.authentication import Asker
from web.documents.automatic import AutomaticDocuments
from web.documents.manifest import Trusted, digest_of, is_digest
from web.execution import Executor, Prepared, operation_type


class Admitted(NamedTuple):
    """What is asked for, with its text; the document, or the errors that it is refused with; and which kind of
    operation would run, None if the document does not say."""

    asked: Asked
    prepared: Prepared
    kind: OperationType | None


class Documents:
    """Those that are `trusted`, and, unless only those may be executed, any others: given by their text, or by their
    digest if `automatic` has them."""

    def __init__(
        self,
        executor: Executor,
        *,
        trusted: Sequence[Trusted] = (),
        only_trusted: bool = False,
        automatic: AutomaticDocuments | None = None,
    ) -> None:
        self._executor = executor
        self._trusted = {one.id: one.text for one in trusted}
        self._texts = frozenset(self._trusted.values())
        self._only_trusted = only_trusted
        self._automatic = None if automatic is None or automatic.most == 0 or only_trusted else automatic

    async def admit(self, asked: Asked, asker: Asker) -> Admitted:
        """What is asked for, ready to be executed. Others do not wait for long documents.

        Raises `BadRequest`: PERSISTED_QUERY_NOT_FOUND, PERSISTED_QUERY_NOT_SUPPORTED, PERSISTED_QUERY_HASH_MISMATCH,
        DOCUMENT_NOT_TRUSTED, and what the caller may not have run.
        """
        found = await self._find(asked)
        prepared = await self._executor.prepare_aside(found.query)
        if asked.document_id is not None and asked.query and prepared.document is not None:
            await self._keep(asked.document_id, asked.query)
        kind = operation_type(prepared, asked.operation_name)
        if (refused := asker.refusal(kind)) is not None:
            raise BadRequest(403, refused.code, refused.message)
        return Admitted(found, prepared, kind)

    async def _find(self, asked: Asked) -> Asked:
        if asked.document_id is not None:
            asked = asked._replace(query=await self._text(asked.document_id, asked.query))
        if self._only_trusted and asked.query not in self._texts:
            raise RefusedDocument(403, "DOCUMENT_NOT_TRUSTED", "This is not one of the documents that are answered.")
        return asked

    async def _text(self, id: str, given: str) -> str:
        trusted = self._trusted.get(id)
        if given:
            if trusted != given and digest_of(given) != id:
                raise BadRequest(400, "PERSISTED_QUERY_HASH_MISMATCH", "provided sha does not match query")
            return given
        if trusted is None and self._automatic is not None and is_digest(id):
            trusted = await self._automatic.find(id)
        if trusted is None:
            raise self._unknown()
        return trusted

    async def _keep(self, id: str, given: str) -> None:
        if self._automatic is not None and id not in self._trusted:
            await self._automatic.keep(id, given)

    def _unknown(self) -> RefusedDocument:
        if self._automatic is None and not self._trusted:
            return RefusedDocument(400, "PERSISTED_QUERY_NOT_SUPPORTED", "PersistedQueryNotSupported")
        return RefusedDocument(400, "PERSISTED_QUERY_NOT_FOUND", "PersistedQueryNotFound")
