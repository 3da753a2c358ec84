"""Settings of what follows a change: events and jobs. Part of `core.settings.Settings`."""

from typing import Annotated

from pydantic import Field

from core.setting_types import Concern


class EventSettings(Concern):
    """The broker and what is kept."""

    topic_prefix: str = Field("emporium", description="Topics are this, a dot and the context: `emporium.inventory`.")
    partitions: Annotated[int, Field(ge=1, le=1024)] = Field(8, description="Partitions of each topic.")
    kept_days: Annotated[int, Field(ge=1)] = Field(
        7, description="Days that events are kept, for subscribers that resume and in Redis Streams."
    )
    receipts_topic: str = Field("supplier.receipts", description="Topic on which suppliers announce what they sent.")


class JobSettings(Concern):
    """Work that is done later."""

    at_once: Annotated[int, Field(ge=3, le=64)] = Field(
        4, description="Jobs that a worker process runs at once. All but one may write letters."
    )
    most_attempts: Annotated[int, Field(ge=1)] = Field(
        10, description="How often a job is tried before it stays as failed until somebody retries it."
    )
    retry_seconds: Annotated[float, Field(gt=0)] = Field(
        2.0, description="Pause after the first failure of a job; it doubles with each, up to five minutes."
    )
    takeover_seconds: Annotated[float, Field(gt=0)] = Field(
        25.0, description="A job whose worker has not been heard of for this long is taken over by another."
    )
