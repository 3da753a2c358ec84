"""Pictures over HTTP, through the real routes and a real folder."""

import asyncio
import io
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from PIL import Image
from starlette.applications import Starlette

from demo.pictures import Picture, find
from web.media import media_routes
from web.media_cache import MediaCache

URL = Picture("electronics", "laptop", "navy", "quellaro", 3, 1).url


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(Starlette(routes=media_routes(tmp_path)))
    async with httpx.AsyncClient(transport=transport, base_url="http://shop") as opened:
        yield opened


@pytest.mark.parametrize("format", ["webp", "avif", "png", "jpeg"])
async def test_serves_each_format(client: httpx.AsyncClient, format: str) -> None:
    response = await client.get(URL, params={"w": 96, "format": format})

    assert response.status_code == 200
    assert response.headers["content-type"] == f"image/{format}"
    assert response.headers["cache-control"] == "public, max-age=31536000, immutable"
    image = Image.open(io.BytesIO(response.content))
    assert image.format == format.upper()
    assert image.size == (96, 96)


@pytest.mark.parametrize(
    ("query", "size"),
    [
        ("", (1200, 1200)),
        ("w=1", (64, 64)),
        ("w=65", (96, 96)),
        ("h=100", (128, 128)),
        ("w=128&h=64", (128, 64)),
        ("w=120&h=60", (128, 64)),
        ("w=128&h=64&fit=contain", (64, 64)),
    ],
)
async def test_serves_the_size_asked_for(client: httpx.AsyncClient, query: str, size: tuple[int, int]) -> None:
    response = await client.get(f"{URL}?format=png&{query}")

    assert Image.open(io.BytesIO(response.content)).size == size


@pytest.mark.parametrize(
    ("accept", "served"),
    [
        ("image/avif,image/webp,image/apng,image/*,*/*;q=0.8", "image/webp"),
        ("image/avif,*/*;q=0.8", "image/avif"),
        ("image/webp;q=0.5,image/png", "image/png"),
        ("*/*", "image/jpeg"),
        ("text/html", "image/jpeg"),
        ("image/webp;q=0", "image/jpeg"),
        ("image/webp;q=nonsense", "image/jpeg"),
    ],
)
async def test_negotiates_the_format(client: httpx.AsyncClient, accept: str, served: str) -> None:
    response = await client.get(URL, params={"w": 64}, headers={"Accept": accept})

    assert response.headers["content-type"] == served
    assert response.headers["vary"] == "Accept"
    assert "immutable" not in response.headers["cache-control"]


async def test_answers_304_to_a_known_etag(client: httpx.AsyncClient) -> None:
    first = await client.get(URL, params={"w": 64, "format": "webp"})
    etag = first.headers["etag"]

    again = await client.get(URL, params={"w": 64, "format": "webp"}, headers={"If-None-Match": f'"x", {etag}'})
    other = await client.get(URL, params={"w": 96, "format": "webp"}, headers={"If-None-Match": etag})

    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == etag
    assert not etag.startswith("W/")
    assert other.status_code == 200


async def test_head_has_the_headers_of_get_and_no_body(client: httpx.AsyncClient) -> None:
    shown = await client.get(URL, params={"w": 64, "format": "png"})

    head = await client.head(URL, params={"w": 64, "format": "png"})

    assert head.status_code == 200
    assert head.content == b""
    for name in ("content-length", "content-type", "etag", "cache-control"):
        assert head.headers[name] == shown.headers[name]


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("w=0", "BAD_MEDIA_SIZE"),
        ("w=2049", "BAD_MEDIA_SIZE"),
        ("h=999999", "BAD_MEDIA_SIZE"),
        ("w=-5", "BAD_MEDIA_PARAMETER"),
        ("w=ten", "BAD_MEDIA_PARAMETER"),
        ("w=", "BAD_MEDIA_PARAMETER"),
        ("w=٣", "BAD_MEDIA_PARAMETER"),
        ("w=99999999999999999999", "BAD_MEDIA_PARAMETER"),
        ("fit=stretch", "BAD_MEDIA_PARAMETER"),
        ("format=gif", "BAD_MEDIA_PARAMETER"),
        ("q=0", "BAD_MEDIA_PARAMETER"),
        ("q=101", "BAD_MEDIA_PARAMETER"),
    ],
)
async def test_refuses_bad_parameters(client: httpx.AsyncClient, query: str, code: str) -> None:
    response = await client.get(f"{URL}?{query}")

    assert response.status_code == 400
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["code"] == code


@pytest.mark.parametrize(
    "path",
    [
        "/media/",
        "/media/unknown",
        "/media/demo/electronics/laptop/navy/nobody/3-1",
        "/media/..%2f..%2fetc%2fpasswd",
        "/media/demo/%2e%2e/%2e%2e/pyproject.toml",
        "/media/demo/electronics/laptop/navy/quellaro/3-1%00",
    ],
)
async def test_answers_404_elsewhere(client: httpx.AsyncClient, path: str, tmp_path: Path) -> None:
    response = await client.get(path)

    assert response.status_code == 404
    assert response.json()["code"] == "MEDIA_NOT_FOUND"
    assert not (tmp_path / "media-cache").exists()


class _CountedDrawing:
    """A real picture that counts how often it is drawn, and waits until it may go on."""

    def __init__(self) -> None:
        self.picture = Picture("pets", "bowl", "sage", "purrlow", 1, 1)
        self.drawn = 0
        self.may_draw = threading.Event()

    @property
    def path(self) -> str:
        return self.picture.path

    def draw(self, side: int) -> Image.Image:
        self.drawn += 1
        self.may_draw.wait(5)
        return self.picture.draw(side)


async def test_draws_once_for_all_who_ask_at_the_same_time(tmp_path: Path) -> None:
    drawing = _CountedDrawing()
    transport = httpx.ASGITransport(Starlette(routes=media_routes(tmp_path, find=lambda _: drawing)))

    async with httpx.AsyncClient(transport=transport, base_url="http://shop") as client:
        asked = [asyncio.create_task(client.get("/media/any?w=64&format=webp")) for _ in range(20)]
        await asyncio.sleep(0.05)
        asked[0].cancel()
        drawing.may_draw.set()
        answers = await asyncio.gather(*asked[1:])
        later = await client.get("/media/any?w=64&format=webp")

    assert drawing.drawn == 1
    assert {answer.content for answer in answers} == {later.content}


async def test_the_next_process_finds_the_picture_on_disk(tmp_path: Path) -> None:
    drawing = _CountedDrawing()
    drawing.may_draw.set()
    contents = []

    for _ in range(2):
        transport = httpx.ASGITransport(Starlette(routes=media_routes(tmp_path, find=lambda _: drawing)))
        async with httpx.AsyncClient(transport=transport, base_url="http://shop") as client:
            contents.append((await client.get("/media/any?w=64&format=webp")).content)

    assert drawing.drawn == 1
    assert contents[0] == contents[1]


async def test_serves_the_picture_when_the_disk_cannot_keep_it(tmp_path: Path) -> None:
    (tmp_path / "media-cache").write_text("a file where the folder should be")
    transport = httpx.ASGITransport(Starlette(routes=media_routes(tmp_path, find=find)))

    async with httpx.AsyncClient(transport=transport, base_url="http://shop") as client:
        response = await client.get(URL, params={"w": 64, "format": "webp"})

    assert response.status_code == 200


def test_the_cache_stays_below_its_limit(tmp_path: Path) -> None:
    cache = MediaCache(tmp_path, limit_bytes=10_000)

    for number in range(50):
        cache.write(f"{number:040x}", bytes(1000))

    kept = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in kept) <= 10_000
    assert cache.read(f"{49:040x}") == bytes(1000)
    assert not [path for path in kept if path.suffix == ".part"]
