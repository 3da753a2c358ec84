"""Addresses of pictures with a size and a format, for our own pictures; foreign addresses stay as they are."""

from enum import StrEnum
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from core.problems import BadInput

MEDIA_PREFIX = "/media/"
LARGEST_SIDE = 2048
# Sizes are snapped upward to these, so that clients of many widths share few pictures.
SIDES = (64, 96, 128, 192, 256, 320, 400, 480, 640, 800, 1000, 1200, 1600, LARGEST_SIDE)


class Fit(StrEnum):
    """`cover` fills width and height and crops; `contain` shows the whole picture within them."""

    COVER = "cover"
    CONTAIN = "contain"


class ImageFormat(StrEnum):
    WEBP = "webp"
    AVIF = "avif"
    PNG = "png"
    JPEG = "jpeg"


def snap(width: int | None, height: int | None) -> tuple[int | None, int | None]:
    """The size in pixels that is served: the longer side snapped upward to one of `SIDES`, the proportion kept.

    Raises `BadInput` (BAD_MEDIA_SIZE) outside of 1 to 2048.
    """
    given = [side for side in (width, height) if side is not None]
    for side in given:
        if not 1 <= side <= LARGEST_SIDE:
            raise BadInput("BAD_MEDIA_SIZE", f"Width and height must be from 1 to {LARGEST_SIDE}; {side} was given.")
    if not given:
        return None, None
    longer = max(given)
    served = next(side for side in SIDES if side >= longer)
    return (
        None if width is None else max(1, round(width * served / longer)),
        None if height is None else max(1, round(height * served / longer)),
    )


def media_url(
    url: str,
    *,
    width: int | None = None,
    height: int | None = None,
    fit: str | None = None,
    format: str | None = None,
) -> str:
    """The address of the picture at `url` in this size (pixels) and format.

    Paths below `/media/` get (or have replaced) the parameters `w`, `h`, `fit` and `format`; any other address is
    returned unchanged. `fit` and `format` are the values of `Fit` and `ImageFormat`. Raises `BadInput`
    (BAD_MEDIA_SIZE, BAD_MEDIA_PARAMETER).
    """
    if fit is not None and fit not in list(Fit):
        raise BadInput("BAD_MEDIA_PARAMETER", "`fit` must be cover or contain.")
    if format is not None and format not in list(ImageFormat):
        raise BadInput("BAD_MEDIA_PARAMETER", "`format` must be webp, avif, png or jpeg.")
    served_width, served_height = snap(width, height)
    if not url.startswith(MEDIA_PREFIX):
        return url
    parts = urlsplit(url)
    wanted = {"w": served_width, "h": served_height, "fit": fit, "format": format}
    query = {**dict(parse_qsl(parts.query)), **{key: str(value) for key, value in wanted.items() if value is not None}}
    return urlunsplit(parts._replace(query=urlencode(query)))
