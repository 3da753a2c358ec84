"""The address of a picture below /media/: it names all that is drawn, so a picture needs no file and no lookup."""

import re
from functools import lru_cache
from typing import NamedTuple

from PIL import Image

from demo.assortment.plan import brand_names
from demo.palette import COLOR_BY_SLUG, slug_of
from demo.pictures import (
    shapes_accessories,
    shapes_care,
    shapes_home,
    shapes_kitchen,
    shapes_play,
    shapes_sport,
    shapes_tech,
    shapes_wear,
    shapes_work,
)
from demo.pictures.pen import SHAPES
from demo.pictures.studio import BACKDROPS, photograph

# Importing these modules registers their silhouettes.
SHAPE_MODULES = (
    shapes_accessories,
    shapes_care,
    shapes_home,
    shapes_kitchen,
    shapes_play,
    shapes_sport,
    shapes_tech,
    shapes_wear,
    shapes_work,
)
STYLES = 12
_PATH = re.compile(r"demo/([a-z-]+)/([a-z_]+)/([a-z-]+)/([a-z0-9-]+)/(\d{1,2})-([123])")


class Picture(NamedTuple):
    """`department`, `color` and `brand` are slugs; `style` varies details; `view` is 1 to 3."""

    department: str
    shape: str
    color: str
    brand: str
    style: int
    view: int

    @property
    def path(self) -> str:
        return f"demo/{self.department}/{self.shape}/{self.color}/{self.brand}/{self.style}-{self.view}"

    @property
    def url(self) -> str:
        return f"/media/{self.path}"

    def draw(self, side: int) -> Image.Image:
        """The picture as a square of `side` pixels, RGB; the same bytes for the same picture."""
        return photograph(
            SHAPES[self.shape],
            side=side,
            department=self.department,
            color=COLOR_BY_SLUG[self.color],
            brand=_brands().get(self.brand, ""),
            style=self.style,
            view=self.view,
        )


@lru_cache(maxsize=1)
def _brands() -> dict[str, str]:
    return {slug_of(name): name for name in brand_names()}


def find(path: str) -> Picture | None:
    """The picture at a path below /media/, or None if there is none: the number of pictures is finite."""
    match = _PATH.fullmatch(path)
    if match is None:
        return None
    department, shape, color, brand, style, view = match.groups()
    found = Picture(department, shape, color, brand, int(style), int(view))
    known = (
        department in BACKDROPS
        and shape in SHAPES
        and color in COLOR_BY_SLUG
        and brand in _brands()
        and found.style < STYLES
        and found.path == path
    )
    return found if known else None
