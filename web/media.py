"""Pictures over HTTP: `GET /media/{path}?w=&h=&fit=cover|contain&format=webp|avif|png|jpeg&q=`.

Pictures are drawn when they are asked for and kept on disk. Drawing and encoding run in threads, once per picture
however many ask at the same time.
"""

import asyncio
import hashlib
import io
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple, Protocol

import PIL
from PIL import Image
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from core.media import Fit, ImageFormat, snap
from core.problems import BadInput
from demo import pictures
from web.media_cache import MediaCache
from web.problems import problem

# To be raised when drawings change, so that caches everywhere let go of the old ones.
DRAWING_VERSION = 1
NATURAL_SIDE = 1200
CACHE_LIMIT_BYTES = 256 * 1024 * 1024
_THREADS = 2
_DEFAULT_QUALITY: Mapping[ImageFormat, int] = {
    ImageFormat.WEBP: 80,
    ImageFormat.AVIF: 60,
    ImageFormat.JPEG: 80,
    ImageFormat.PNG: 100,
}
_QUALITY_STEP = 10
_YEAR = "public, max-age=31536000, immutable"
_DAY = "public, max-age=86400"


class Drawing(Protocol):
    """A picture that can be drawn as a square of any size; `path` names it for ever."""

    @property
    def path(self) -> str: ...

    def draw(self, side: int) -> Image.Image: ...


Finder = Callable[[str], Drawing | None]


class _Order(NamedTuple):
    """What is asked for, sizes in pixels; `format` None leaves the choice to the Accept header."""

    width: int | None
    height: int | None
    fit: Fit
    format: ImageFormat | None
    quality: int | None


def media_routes(data_dir: Path, *, find: Finder = pictures.find) -> list[Route]:
    """The route of pictures. They are cached below `data_dir`/media-cache; `find` knows which pictures there are."""
    desk = _Desk(MediaCache(data_dir / "media-cache", limit_bytes=CACHE_LIMIT_BYTES))

    async def serve(request: Request) -> Response:
        try:
            order = _read_order(request.query_params)
        except BadInput as error:
            return problem(400, error.code, error.message)
        # In a thread, for the first question may have to read the catalog's plan.
        drawing = await asyncio.to_thread(find, request.path_params["path"])
        if drawing is None:
            return problem(404, "MEDIA_NOT_FOUND", "There is no picture at this address.")
        return await desk.answer(request, drawing, order)

    return [Route("/media/{path:path}", serve, methods=["GET", "HEAD"], name="media")]


class _Desk:
    """Answers with a picture: from the client's cache, from ours, or drawn."""

    def __init__(self, cache: MediaCache) -> None:
        self._cache = cache
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="media")
        self._drawing: dict[str, asyncio.Future[bytes]] = {}

    async def answer(self, request: Request, drawing: Drawing, order: _Order) -> Response:
        chosen = order.format or negotiate(request.headers.get("accept"))
        quality = order.quality or _DEFAULT_QUALITY[chosen]
        final = order._replace(format=chosen, quality=0 if chosen is ImageFormat.PNG else quality)
        key = hashlib.blake2b(
            repr((DRAWING_VERSION, PIL.__version__, drawing.path, *final)).encode(), digest_size=20
        ).hexdigest()
        headers = {"ETag": f'"{key}"', "Cache-Control": _YEAR if order.format else _DAY}
        if order.format is None:
            headers["Vary"] = "Accept"
        if _is_known(request.headers.get("if-none-match"), key):
            return Response(status_code=304, headers=headers)
        data = await self._once(key, lambda: _render(drawing, final, chosen, quality))
        media_type = f"image/{chosen}"
        if request.method == "HEAD":
            return Response(headers={**headers, "Content-Length": str(len(data))}, media_type=media_type)
        return Response(data, headers=headers, media_type=media_type)

    async def _once(self, key: str, render: Callable[[], bytes]) -> bytes:
        """The picture's bytes; those who ask while it is made wait for the same work, and leaving does not stop it."""
        running = self._drawing.get(key)
        if running is None:
            running = asyncio.get_running_loop().run_in_executor(self._threads, self._load, key, render)
            self._drawing[key] = running
            running.add_done_callback(lambda done: self._forget(key, done))
        return await asyncio.shield(running)

    def _forget(self, key: str, done: asyncio.Future[bytes]) -> None:
        del self._drawing[key]
        if not done.cancelled():
            done.exception()  # seen here too, in case that everyone who asked has left

    def _load(self, key: str, render: Callable[[], bytes]) -> bytes:
        kept = self._cache.read(key)
        if kept is not None:
            return kept
        data = render()
        self._cache.write(key, data)
        return data


def _render(drawing: Drawing, order: _Order, format: ImageFormat, quality: int) -> bytes:
    width, height = _size(order)
    image = drawing.draw(max(width, height))
    if width != height:
        left, top = (image.width - width) // 2, (image.height - height) // 2
        image = image.crop((left, top, left + width, top + height))
    file = io.BytesIO()
    match format:
        case ImageFormat.WEBP:
            image.save(file, "WEBP", quality=quality, method=2)
        case ImageFormat.AVIF:
            image.save(file, "AVIF", quality=quality, speed=9)
        case ImageFormat.JPEG:
            image.save(file, "JPEG", quality=quality, progressive=True)
        case ImageFormat.PNG:
            image.save(file, "PNG", compress_level=6)
    return file.getvalue()


def _size(order: _Order) -> tuple[int, int]:
    """Pixels to serve. Originals are square, so `contain` gives the square that fits into both sides."""
    width = order.width or order.height or NATURAL_SIDE
    height = order.height or width
    if order.fit is Fit.CONTAIN:
        width = height = min(width, height)
    return width, height


def negotiate(accept: str | None) -> ImageFormat:
    """The best format that the Accept header allows: webp and avif only if named, else jpeg or png.

    Of equals webp comes first: for flat drawings it is the smaller one.
    """
    weights: dict[str, float] = {}
    for part in (accept or "*/*").split(","):
        name, *parameters = (piece.strip().lower() for piece in part.split(";"))
        weights[name] = next((_weight(p[2:]) for p in parameters if p.startswith("q=")), 1.0)
    anything = weights.get("image/*", weights.get("*/*", 0.0))
    offers = (
        (weights.get("image/webp", 0.0), ImageFormat.WEBP),
        (weights.get("image/avif", 0.0), ImageFormat.AVIF),
        (weights.get("image/jpeg", anything), ImageFormat.JPEG),
        (weights.get("image/png", anything), ImageFormat.PNG),
    )
    best, chosen = max(offers, key=lambda offer: offer[0])
    return chosen if best > 0 else ImageFormat.JPEG


def _weight(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0


def _read_order(query: Mapping[str, str]) -> _Order:
    """The parameters; raises `BadInput` (BAD_MEDIA_SIZE, BAD_MEDIA_PARAMETER)."""
    width, height = snap(_whole(query, "w"), _whole(query, "h"))
    quality = _whole(query, "q")
    if quality is not None:
        if not 1 <= quality <= 100:
            raise BadInput("BAD_MEDIA_PARAMETER", f"`q` must be from 1 to 100; {quality} was given.")
        quality = -(-quality // _QUALITY_STEP) * _QUALITY_STEP
    fit, format = query.get("fit", Fit.COVER), query.get("format")
    if fit not in list(Fit):
        raise BadInput("BAD_MEDIA_PARAMETER", "`fit` must be cover or contain.")
    if format is not None and format not in list(ImageFormat):
        raise BadInput("BAD_MEDIA_PARAMETER", "`format` must be webp, avif, png or jpeg.")
    return _Order(width, height, Fit(fit), ImageFormat(format) if format else None, quality)


def _whole(query: Mapping[str, str], name: str) -> int | None:
    text = query.get(name)
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 6):
        raise BadInput("BAD_MEDIA_PARAMETER", f"`{name}` must be a whole number.")
    return int(text)


def _is_known(if_none_match: str | None, key: str) -> bool:
    if if_none_match is None:
        return False
    tags = [tag.strip().removeprefix("W/") for tag in if_none_match.split(",")]
    return "*" in tags or f'"{key}"' in tags
