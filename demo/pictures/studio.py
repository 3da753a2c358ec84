"""The photo studio: a soft backdrop in the department's tone, a shadow below the product, light from above left."""

from functools import lru_cache

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from demo.pictures.pen import ACCENTS, Draw, Pen, Rgb, font, mix, rgb

# Two tones per department: behind the product at the top, and the floor.
BACKDROPS: dict[str, tuple[str, str]] = {
    "electronics": ("#f1f4f8", "#d3dce7"),
    "home-kitchen": ("#faf5ee", "#e8dccb"),
    "fashion": ("#f8f3f1", "#e5d9d5"),
    "sports-outdoors": ("#f0f6f4", "#cfe1dc"),
    "toys-games": ("#fff8e6", "#fbe4b4"),
    "beauty-care": ("#fdf3f4", "#f2dadd"),
    "garden-tools": ("#f3f7ec", "#d9e5c8"),
    "office-stationery": ("#f4f4f7", "#dcdde6"),
    "pets": ("#f2f6fb", "#d6e3ef"),
}
_SUPERSAMPLING = 2
_SMALLEST_WITH_TEXT = 96


def photograph(
    draw: Draw, *, side: int, department: str, color: str, brand: str = "", style: int = 0, view: int = 1
) -> Image.Image:
    """A square picture, RGB. Views: 1 the product as it stands, 2 tilted before a disc, 3 a close-up."""
    picture = _backdrop(side, department, disc=rgb(ACCENTS[style % len(ACCENTS)]) if view == 2 else None)
    zoom, centre = {1: (1.0, (50.0, 50.0)), 2: (0.9, (50.0, 50.0)), 3: (1.75, (46.0, 47.0))}[view]
    pen = Pen(side * _SUPERSAMPLING, color, brand=brand, style=style, zoom=zoom, centre=centre)
    draw(pen)
    product = pen.image.reduce(_SUPERSAMPLING)
    if view == 2:
        product = product.rotate(7, resample=Image.Resampling.BILINEAR)
    opacity = product.getchannel("A")
    if view != 3:
        _cast_shadow(picture, opacity, department)
    picture.paste(product, mask=opacity)
    glow, shade = _light(side)
    picture.paste((255, 255, 255), mask=ImageChops.multiply(opacity, glow))
    picture.paste((10, 12, 20), mask=ImageChops.multiply(opacity, shade))
    if brand and view != 3 and side >= _SMALLEST_WITH_TEXT:
        _sign(picture, brand, mix(rgb(BACKDROPS[department][1]), (30, 34, 44), 0.5))
    return picture


def _backdrop(side: int, department: str, *, disc: Rgb | None) -> Image.Image:
    top, floor = (rgb(tone) for tone in BACKDROPS[department])
    size = (side, side)
    fall = _ramp(side)
    picture = Image.composite(Image.new("RGB", size, floor), Image.new("RGB", size, top), fall)
    if disc is not None:
        mask = Image.new("L", size, 0)
        box = [side * 0.12, side * 0.10, side * 0.88, side * 0.86]
        ImageDraw.Draw(mask).ellipse(box, fill=255)
        picture.paste(mix(disc, top, 0.62), mask=mask.filter(ImageFilter.BoxBlur(1)))
    return picture


@lru_cache(maxsize=8)
def _ramp(side: int) -> Image.Image:
    """Dark towards the floor and a little towards the corners."""
    down = Image.linear_gradient("L")
    corners = Image.radial_gradient("L")
    return Image.blend(down, corners, 0.45).resize((side, side), Image.Resampling.BICUBIC)


@lru_cache(maxsize=8)
def _light(side: int) -> tuple[Image.Image, Image.Image]:
    """Masks of highlight (from above left) and of shade (towards below right)."""
    across = Image.linear_gradient("L").rotate(90)
    slope = Image.blend(Image.linear_gradient("L"), across, 0.55)
    shade = slope.point([max(0, round((value - 118) * 0.5)) for value in range(256)])
    glow = slope.point([max(0, round((122 - value) * 0.55)) for value in range(256)])
    size = (side, side)
    return glow.resize(size, Image.Resampling.BICUBIC), shade.resize(size, Image.Resampling.BICUBIC)


def _cast_shadow(picture: Image.Image, opacity: Image.Image, department: str) -> None:
    """A soft ellipse where the product meets the floor."""
    box = opacity.getbbox()
    if box is None:
        return
    side = picture.width
    left, _, right, bottom = (value * 100 / side for value in box)
    small = Image.new("L", (100, 100), 0)
    pen = ImageDraw.Draw(small)
    pen.ellipse([left - 1, bottom - 4, right + 3, bottom + 4], fill=80)
    pen.ellipse([left + 6, bottom - 2, right - 6, bottom + 2], fill=150)
    mask = small.filter(ImageFilter.GaussianBlur(2.4)).resize((side, side), Image.Resampling.BICUBIC)
    picture.paste(mix(rgb(BACKDROPS[department][1]), (24, 26, 34), 0.62), mask=mask)


def _sign(picture: Image.Image, brand: str, ink: Rgb) -> None:
    side = picture.width
    pen = ImageDraw.Draw(picture)
    letters = font(max(8, round(side * 0.026)))
    pen.text((side * 0.045, side * 0.955), " ".join(brand.upper()), fill=ink, font=letters, anchor="lm")
