"""Addresses of transformed pictures."""

import pytest

from core.media import SIDES, Fit, ImageFormat, media_url, snap
from core.problems import BadInput


def test_adds_the_wanted_parameters_to_our_own_paths() -> None:
    url = media_url("/media/demo/x/1-1", width=400, height=300, fit=Fit.COVER, format=ImageFormat.WEBP)

    assert url == "/media/demo/x/1-1?w=400&h=300&fit=cover&format=webp"


def test_snaps_the_longer_side_and_keeps_the_proportion() -> None:
    url = media_url("/media/demo/x/1-1", width=390, height=195)

    assert url == "/media/demo/x/1-1?w=400&h=200"


def test_replaces_parameters_that_are_already_there() -> None:
    url = media_url("/media/demo/x/1-1?w=64&format=png", width=128)

    assert url == "/media/demo/x/1-1?w=128&format=png"


def test_leaves_our_paths_alone_when_nothing_is_wanted() -> None:
    assert media_url("/media/demo/x/1-1") == "/media/demo/x/1-1"


@pytest.mark.parametrize("url", ["https://images.example.com/a.jpg?x=1", "//cdn.example.com/media/a", "/static/a.png"])
def test_leaves_foreign_addresses_alone(url: str) -> None:
    assert media_url(url, width=400, format=ImageFormat.AVIF) == url


@pytest.mark.parametrize("side", [0, -1, 2049])
def test_refuses_sizes_out_of_bounds(side: int) -> None:
    with pytest.raises(BadInput) as refusal:
        media_url("/media/demo/x/1-1", height=side)

    assert refusal.value.code == "BAD_MEDIA_SIZE"


def test_refuses_an_unknown_format() -> None:
    with pytest.raises(BadInput) as refusal:
        media_url("/media/demo/x/1-1", format="gif")

    assert refusal.value.code == "BAD_MEDIA_PARAMETER"


def test_every_size_snaps_to_a_listed_one_that_is_not_smaller() -> None:
    for side in range(1, 2049):
        served, _ = snap(side, None)

        assert served in SIDES
        assert served >= side
