"""The indexes behind the aliases: made, swapped and removed."""

from opensearchpy import AsyncOpenSearch
from opensearchpy.exceptions import RequestError

from adapters.search.opensearch.layout import ADDED, LOADED, Json, complete_name, index_body, physical_name
from core.profile import search_call
from ports.search import LAYOUT

_FIRST = "initial"
# Seconds. Making and swapping an index waits for the cluster's state, which a search's timeout is too short for.
PATIENCE = 60.0


class Generations:
    def __init__(self, client: AsyncOpenSearch, alias: str, *, shards: int, replicas: str) -> None:
        self._client = client
        self._alias = alias
        self._building = f"{alias}--building"
        self._complete = complete_name(alias)
        self._extended: set[str] = set()
        self._shards = shards
        self._replicas = replicas

    async def current(self) -> str | None:
        """The index that is searched."""
        return (await self._behind())[0]

    async def targets(self) -> list[str]:
        """The indexes that a change goes to; the first one is made if there is none."""
        live, building = await self._behind()
        if live is None:
            live = physical_name(self._alias, _FIRST)
            await self._create(live, {self._alias: {}, self._complete: {}}, loading=False)
        targets = [live] if building is None else [live, building]
        for index in targets:
            await self._extend(index)
        return targets

    async def begin(self, generation: str) -> str | None:
        """The index to fill; what an interrupted rebuild left if it had the same name. None if it is live already."""
        wanted = physical_name(self._alias, generation)
        live, building = await self._behind()
        if live == wanted:
            return None
        if building == wanted and not await self._lacks_fields(wanted):
            return wanted
        if building is not None:
            await self._remove(building)
        await self._create(wanted, {self._building: {}}, loading=True)
        return wanted

    async def swap(self, filled: str) -> None:
        """Search what was filled, and remove what was live before, in one step of the cluster."""
        live = await self.current()
        with search_call("put_settings"):
            await self._client.indices.put_settings(index=filled, body=LOADED, params={"request_timeout": PATIENCE})
        with search_call("refresh"):
            await self._client.indices.refresh(index=filled, params={"request_timeout": PATIENCE})
        actions: list[Json] = [
            {"remove": {"index": filled, "alias": self._building}},
            {"add": {"index": filled, "alias": self._alias}},
            {"add": {"index": filled, "alias": self._complete}},
        ]
        if live is not None:
            actions.append({"remove_index": {"index": live}})
        with search_call("update_aliases"):
            await self._client.indices.update_aliases(body={"actions": actions}, params={"request_timeout": PATIENCE})

    async def is_outdated(self) -> bool:
        """Whether an older release has made the live index."""
        live = await self.current()
        return live is not None and await self._lacks_fields(live)

    async def _lacks_fields(self, index: str) -> bool:
        with search_call("get_mapping"):
            found = await self._client.indices.get_mapping(index=index, params={"request_timeout": PATIENCE})
        return bool(found[index]["mappings"].get("_meta", {}).get("layout", 1) < LAYOUT)

    async def _extend(self, index: str) -> None:
        """Let an older release's index take this one's documents."""
        if index not in self._extended:
            body = {"properties": ADDED}
            with search_call("put_mapping"):
                await self._client.indices.put_mapping(index=index, body=body, params={"request_timeout": PATIENCE})
            self._extended.add(index)

    async def _behind(self) -> tuple[str | None, str | None]:
        """The live index and the one being built."""
        # Not `indices.get_alias`, which answers 404 when one of the two is missing.
        with search_call("aliases"):
            found = await self._client.cat.aliases(
                name=f"{self._alias},{self._building}",
                params={"format": "json", "h": "alias,index", "request_timeout": PATIENCE},
            )
        by_alias = {entry["alias"]: entry["index"] for entry in found}
        return by_alias.get(self._alias), by_alias.get(self._building)

    async def _create(self, index: str, aliases: Json, *, loading: bool) -> None:
        with search_call("info"):
            about = await self._client.info(params={"request_timeout": PATIENCE})
        definition = index_body(
            server_major=int(about["version"]["number"].partition(".")[0]),
            shards=self._shards,
            replicas=self._replicas,
            aliases=aliases,
            loading=loading,
        )
        try:
            with search_call("create"):
                await self._client.indices.create(index=index, body=definition, params={"request_timeout": PATIENCE})
        except RequestError as error:
            if error.error != "resource_already_exists_exception":
                raise

    async def _remove(self, index: str) -> None:
        with search_call("delete"):
            await self._client.indices.delete(
                index=index, params={"request_timeout": PATIENCE, "ignore_unavailable": "true"}
            )
