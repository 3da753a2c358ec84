"""A pen for silhouettes: coordinates run from 0 to 100 whatever the picture's size, colors follow the product's."""

from collections.abc import Callable, Sequence
from functools import lru_cache

from PIL import Image, ImageColor, ImageDraw, ImageFont

Rgb = tuple[int, int, int]
Point = tuple[float, float]
Draw = Callable[["Pen"], None]

ACCENTS: tuple[str, ...] = ("#e8792f", "#2b8a8f", "#d2aa4f", "#c8323a", "#4f7ec4", "#7d8a5a")
SHAPES: dict[str, Draw] = {}
_LEAST_TEXT_PIXELS = 5
_CURVE_STEPS = 8


def shape(draw: Draw) -> Draw:
    """Register a silhouette under its function's name."""
    SHAPES[draw.__name__] = draw
    return draw


def rgb(text: str) -> Rgb:
    red, green, blue = ImageColor.getrgb(text)[:3]
    return red, green, blue


def mix(one: Rgb, other: Rgb, share: float) -> Rgb:
    """`one` with `share` (0 to 1) of `other` in it."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


@lru_cache(maxsize=64)
def font(pixels: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(pixels)


class Pen:
    """Draws on a transparent square. `zoom` and `centre` choose the part of the drawing that is seen."""

    def __init__(
        self, side: int, color: str, *, brand: str = "", style: int = 0, zoom: float = 1, centre: Point = (50, 50)
    ) -> None:
        self.image = Image.new("RGBA", (side, side), (0, 0, 0, 0))
        self._draw = ImageDraw.Draw(self.image)
        self._unit = side / 100 * zoom
        self._left, self._top = (side / 2 - part * self._unit for part in centre)
        self.brand, self.style = brand, style
        white, black = (255, 255, 255), (18, 20, 26)
        self.body = rgb(color)
        self.light, self.pale = mix(self.body, white, 0.3), mix(self.body, white, 0.62)
        self.dark, self.deep = mix(self.body, black, 0.28), mix(self.body, black, 0.55)
        self.accent = rgb(ACCENTS[style % len(ACCENTS)])
        self.metal, self.steel, self.ink, self.white = rgb("#c9ced4"), rgb("#8d959e"), rgb("#2a2e35"), rgb("#fbfaf7")
        self.wood, self.glass, self.screen, self.leaf = rgb("#b98d5e"), rgb("#d5e6ea"), rgb("#20242c"), rgb("#5f9a5b")

    def _points(self, points: Sequence[Point]) -> list[Point]:
        return [(self._left + x * self._unit, self._top + y * self._unit) for x, y in points]

    def _width(self, width: float) -> int:
        return max(1, round(width * self._unit))

    def polygon(self, points: Sequence[Point], fill: Rgb) -> None:
        self._draw.polygon(self._points(points), fill=fill)

    def blob(self, points: Sequence[Point], fill: Rgb) -> None:
        """A smooth closed outline through the points (Catmull-Rom)."""
        self._draw.polygon(self._points(_smooth(points)), fill=fill)

    # Coordinates read better by place than by name, hence the many positional arguments.
    def rounded(  # noqa: PLR0917
        self, x0: float, y0: float, x1: float, y1: float, radius: float, fill: Rgb
    ) -> None:
        self._draw.rounded_rectangle(self._points([(x0, y0), (x1, y1)]), radius * self._unit, fill=fill)

    def ellipse(self, x0: float, y0: float, x1: float, y1: float, fill: Rgb) -> None:
        self._draw.ellipse(self._points([(x0, y0), (x1, y1)]), fill=fill)

    def disc(self, x: float, y: float, radius: float, fill: Rgb) -> None:
        self.ellipse(x - radius, y - radius, x + radius, y + radius, fill)

    def ring(self, x: float, y: float, radius: float, width: float, fill: Rgb) -> None:
        box = self._points([(x - radius, y - radius), (x + radius, y + radius)])
        self._draw.ellipse(box, outline=fill, width=self._width(width))

    def arc(  # noqa: PLR0917
        self, x0: float, y0: float, x1: float, y1: float, start: float, end: float, width: float, fill: Rgb
    ) -> None:
        """Part of an ellipse's outline; angles in degrees, clockwise from three o'clock."""
        self._draw.arc(self._points([(x0, y0), (x1, y1)]), start, end, fill=fill, width=self._width(width))

    def line(self, points: Sequence[Point], width: float, fill: Rgb) -> None:
        """A line with round ends and joints."""
        placed = self._points(points)
        self._draw.line(placed, fill=fill, width=self._width(width), joint="curve")
        radius = width * self._unit / 2
        for x, y in (placed[0], placed[-1]):
            self._draw.ellipse([(x - radius, y - radius), (x + radius, y + radius)], fill=fill)

    def label(self, x: float, y: float, width: float, fill: Rgb, *, height: float = 5) -> None:
        """The brand's name, centred at a point, as high as fits `width`; left out where it would be unreadable."""
        text = self.brand.upper()
        pixels = int(min(height, width / max(len(text), 1) * 1.45) * self._unit)
        if text and pixels >= _LEAST_TEXT_PIXELS:
            self._draw.text(self._points([(x, y)])[0], text, fill=fill, font=font(pixels), anchor="mm")


def _smooth(points: Sequence[Point]) -> list[Point]:
    count = len(points)
    found: list[Point] = []
    for index in range(count):
        before, start, end, after = (points[(index + shift) % count] for shift in (-1, 0, 1, 2))
        for step in range(_CURVE_STEPS):
            t = step / _CURVE_STEPS
            x, y = (
                0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)
                for a, b, c, d in zip(before, start, end, after, strict=True)
            )
            found.append((x, y))
    return found
