"""Settings of search and ranking. Part of `core.settings.Settings`."""

from typing import Annotated, Literal

from pydantic import Field

from core.setting_types import Concern


class SearchSettings(Concern):
    """Search and ranking."""

    index_name: str = Field("products", description="Name of the search index (an alias in OpenSearch).")
    shards: Annotated[int, Field(ge=1, le=1024)] = Field(
        1, description="Primary shards of the next index that is built in OpenSearch (`emporium search reindex`)."
    )
    replicas: Annotated[str, Field(pattern=r"^\d+-(\d+|all)$")] = Field(
        "0-1", description="Fewest and most copies of each shard, as far as there are nodes: `1-2`, `0-all`."
    )
    timeout_seconds: float = Field(
        2.0, description="Longest wait for OpenSearch before search degrades; tantivy, in process, is waited for."
    )
    retry_seconds: float = Field(2.0, description="After a failure, time until the engine is asked again.")
    out_of_stock: Literal["sink", "hide", "keep"] = Field(
        "sink", description="What relevance does with products that are out of stock."
    )
