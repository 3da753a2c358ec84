"""Which documents are executed. Part of `core.settings.Settings`."""

from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, model_validator

from core.setting_types import Concern


class DocumentSettings(Concern):
    """Documents that clients name instead of sending them."""

    manifest: Path | None = Field(
        None,
        description="File with the trusted documents, as `emporium documents` or Apollo's tools write it, or a map of "
        "SHA-256 to text. They are checked at the start, and stay prepared.",
    )
    only_trusted: bool = Field(False, description="Execute the documents of the manifest alone, and refuse all others.")
    automatic: Annotated[int, Field(ge=0)] = Field(
        1_000,
        description="Documents that each process, and Redis, remember by their digest when a client has sent them "
        "(automatic persisted queries); 0 turns it off. None are remembered where only trusted ones are executed.",
    )

    @model_validator(mode="after")
    def _trusts_some(self) -> Self:
        if self.only_trusted and self.manifest is None:
            raise ValueError("Where only trusted documents are executed, a manifest must name them.")
        return self
