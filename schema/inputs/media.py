"""How pictures are wanted."""

import strawberry

from core.media import Fit, ImageFormat
from schema.describe import describe_enum

describe_enum(
    Fit,
    name="ImageFit",
    description="How a picture fits into the size asked for.",
    meanings={
        Fit.COVER: "Fill the box and cut off what is outside.",
        Fit.CONTAIN: "Show all of the picture inside the box.",
    },
)
describe_enum(
    ImageFormat,
    name="ImageFormat",
    description="The file format of a picture.",
    meanings={
        ImageFormat.AVIF: "AVIF.",
        ImageFormat.WEBP: "WebP.",
        ImageFormat.JPEG: "JPEG.",
        ImageFormat.PNG: "PNG.",
    },
)


@strawberry.input(
    description="The size and format to deliver a picture in. Without a format the browser's best is used."
)
class ImageTransformInput:
    width: int | None = strawberry.field(default=None, description="Width in pixels, 1 to 2048.")
    height: int | None = strawberry.field(default=None, description="Height in pixels, 1 to 2048.")
    fit: Fit = strawberry.field(default=Fit.COVER, description="How to fit it into the box.")
    format: ImageFormat | None = strawberry.field(default=None, description="The file format.")
