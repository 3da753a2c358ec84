"""Pictures in the graph."""

import strawberry

from resolvers.fields import variants as fields
from schema.base import field, id_of, resolved_by


@strawberry.type(description="A picture.")
class Media:
    id: strawberry.ID = id_of("Media")
    url: str = resolved_by(fields.transformed_url, description="Where to get the picture, in the size asked for.")
    alt: str = field("What the picture shows, for those who cannot see it.")
    width: int | None = field("Width of the original in pixels, if known.")
    height: int | None = field("Height of the original in pixels, if known.")
    placeholder: str | None = field("A BlurHash to show while the picture loads.")
