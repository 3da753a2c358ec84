"""BlurHash (github.com/woltapp/blurhash) of a picture, for what a page shows before the picture has come."""

import math
from collections.abc import Sequence
from functools import cache

from PIL import Image

from demo.pictures.address import Picture
from demo.pictures.pen import ACCENTS

_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz#$%*+,-.:;=?@[]^_{|}~"
_COLUMNS, _ROWS = 4, 3
_SAMPLES = 8
_LINEAR = [v / 255 / 12.92 if v <= 10 else ((v / 255 + 0.055) / 1.055) ** 2.4 for v in range(256)]
_WAVES = [[math.cos(math.pi * n * (i + 0.5) / _SAMPLES) for i in range(_SAMPLES)] for n in range(_COLUMNS)]


def placeholder(picture: Picture) -> str:
    """The hash of a picture: 4 x 3 components, drawn at 32 pixels; equal drawings are computed once."""
    return _of_drawing(picture._replace(brand="", style=picture.style % len(ACCENTS) if picture.view == 2 else 0))


@cache
def _of_drawing(picture: Picture) -> str:
    return blurhash(picture.draw(32))


def blurhash(image: Image.Image) -> str:
    """The hash of any RGB image, from its 8 x 8 average."""
    bands = image.convert("RGB").resize((_SAMPLES, _SAMPLES), Image.Resampling.BOX).split()
    factors = list(zip(*(_transform([_LINEAR[value] for value in band.tobytes()]) for band in bands), strict=True))
    largest = max(abs(part) for factor in factors[1:] for part in factor)
    quantum = max(0, min(82, math.floor(largest * 166 - 0.5)))
    scale = (quantum + 1) / 166
    average = sum(_srgb(part) << shift for part, shift in zip(factors[0], (16, 8, 0), strict=True))
    text = _digits((_COLUMNS - 1) + (_ROWS - 1) * 9, 1) + _digits(quantum, 1) + _digits(average, 4)
    for factor in factors[1:]:
        red, green, blue = (_step(part / scale) for part in factor)
        text += _digits(red * 361 + green * 19 + blue, 2)
    return text


def _transform(values: Sequence[float]) -> list[float]:
    """Cosine components of one band, row by row: first along x, then along y."""
    rows = [values[start : start + _SAMPLES] for start in range(0, _SAMPLES * _SAMPLES, _SAMPLES)]
    across = [[sum(map(float.__mul__, row, wave)) for row in rows] for wave in _WAVES]
    parts = []
    for vertical in range(_ROWS):
        for horizontal in range(_COLUMNS):
            whole = sum(map(float.__mul__, across[horizontal], _WAVES[vertical])) / _SAMPLES**2
            parts.append(whole if horizontal == vertical == 0 else 2 * whole)
    return parts


def _srgb(value: float) -> int:
    held = max(0.0, min(1.0, value))
    return round(255 * (held * 12.92 if held <= 0.0031308 else 1.055 * held ** (1 / 2.4) - 0.055))


def _step(value: float) -> int:
    return max(0, min(18, math.floor(math.copysign(math.sqrt(abs(value)), value) * 9 + 9.5)))


def _digits(value: int, length: int) -> str:
    return "".join(_ALPHABET[value // 83**place % 83] for place in reversed(range(length)))
