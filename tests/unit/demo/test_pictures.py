"""Drawings and their placeholders."""

import pytest
from PIL import Image

from demo.palette import COLOR_BY_SLUG
from demo.pictures import Picture, find, placeholder
from demo.pictures.blurhash import blurhash
from demo.pictures.pen import SHAPES


@pytest.mark.parametrize("shape", sorted(SHAPES))
@pytest.mark.parametrize("view", [1, 2, 3])
def test_every_silhouette_can_be_drawn(shape: str, view: int) -> None:
    picture = Picture("electronics", shape, "navy", "quellaro", 3, view)

    image = picture.draw(64)

    assert image.size == (64, 64)
    assert image.mode == "RGB"
    assert len(image.getcolors(64 * 64) or []) > 100


def test_the_same_picture_has_the_same_pixels() -> None:
    picture = Picture("fashion", "sneaker", "red", "strideon", 5, 2)

    first, second = picture.draw(120), picture.draw(120)

    assert first.tobytes() == second.tobytes()


def test_color_changes_the_picture_and_the_placeholder() -> None:
    red, navy = (Picture("fashion", "tee", color, "alderwick", 1, 1) for color in ("red", "navy"))

    assert red.draw(48).tobytes() != navy.draw(48).tobytes()
    assert placeholder(red) != placeholder(navy)


def test_a_path_leads_back_to_its_picture() -> None:
    picture = Picture("home-kitchen", "coffee_maker", "ice-blue", "fennimore-vale", 11, 3)

    found = find(picture.path)

    assert found == picture
    assert picture.color in COLOR_BY_SLUG


@pytest.mark.parametrize(
    "path",
    [
        "",
        "demo",
        "demo/electronics/laptop/navy/quellaro/3-4",
        "demo/electronics/laptop/navy/quellaro/12-1",
        "demo/electronics/laptop/navy/quellaro/03-1",
        "demo/electronics/laptop/mauve/quellaro/3-1",
        "demo/electronics/abacus/navy/quellaro/3-1",
        "demo/electronics/laptop/navy/nobody/3-1",
        "demo/nowhere/laptop/navy/quellaro/3-1",
        "demo/electronics/laptop/navy/quellaro/3-1/",
        "demo/electronics/laptop/navy/quellaro/3-1\n",
        "../demo/electronics/laptop/navy/quellaro/3-1",
    ],
)
def test_other_paths_lead_nowhere(path: str) -> None:
    assert find(path) is None


def test_the_hash_of_one_color_is_that_color() -> None:
    image = Image.new("RGB", (32, 32), (255, 0, 0))

    text = blurhash(image)

    # Size flag for 4 x 3, least quantum, then the average in base 83, then no waves at all.
    assert text[0] == "L"
    assert text[2:6] == "TI:j"
    assert len(text) == 28
