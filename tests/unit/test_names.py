"""Which texts can be read by people."""

import pytest

from core.names import is_readable


@pytest.mark.parametrize(
    "text",
    [
        "Garden",
        " Garden ",
        "Ågård & søn, 2. sal",
        "שלום",
        "قائمتي",
        "हिन्दी",
        "می\u200cخواهم",
        "\U0001f469\u200d\U0001f469\u200d\U0001f467",
        "1\ufe0f\u20e3",
        "\u200bGarden",
        "…",
    ],
)
def test_readable(text: str) -> None:
    assert is_readable(text, most=50)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "\u3000\u00a0",
        "\u200b",
        "\u200d\u200d",
        "\u2060 \ufeff",
        "\u00ad",
        "\u034f\ufe0f",
        "\u2028",
        "\u3164",
        "\u2800",
        "\U000e0041",
        "a\0b",
        "a\nb",
        "\ud800",
        *(f"Gar{sign}den" for sign in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"),
        "x" * 51,
    ],
)
def test_not_readable(text: str) -> None:
    assert not is_readable(text, most=50)
