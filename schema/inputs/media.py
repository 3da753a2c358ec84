"""How pictures are wanted."""

from enum import StrEnum

import strawberry

from schema.describe import describe_enum


class ImageFit(StrEnum):
    """How a picture fits into the size asked for."""

    COVER = "cover"
    CONTAIN = "contain"


class ImageFormat(StrEnum):
    """The file formats that pictures are delivered in."""

    AVIF = "avif"
    WEBP = "webp"
    JPEG = "jpeg"
    PNG = "png"


describe_enum(
    ImageFit,
    name="ImageFit",
    description="How a picture fits into the size asked for.",
    meanings={
        ImageFit.COVER: "Fill the box and cut off what is outside.",
        ImageFit.CONTAIN: "Show all of the picture inside the box.",
    },
)
describe_enum(
    ImageFormat,
    name="ImageFormat",
    description="The file format of a picture.",
    meanings={
        ImageFormat.AVIF: "AVIF, the smallest.",
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
    fit: ImageFit = strawberry.field(default=ImageFit.COVER, description="How to fit it into the box.")
    format: ImageFormat | None = strawberry.field(default=None, description="The file format.")
