"""The colors that demo products come in, by the name a shopper reads, and their values for drawing."""

import re

COLORS: dict[str, str] = {
    "Black": "#26282c",
    "Graphite": "#4a4f57",
    "Slate": "#66727f",
    "Silver": "#c3c8ce",
    "White": "#f4f4f1",
    "Ivory": "#efe7d6",
    "Sand": "#d9c6a5",
    "Oatmeal": "#d6cbb8",
    "Camel": "#b98a57",
    "Tan": "#c79a6b",
    "Walnut": "#6f4a32",
    "Oak": "#c49a64",
    "Espresso": "#43302a",
    "Terracotta": "#c0664a",
    "Rust": "#a6492b",
    "Copper": "#b8734a",
    "Gold": "#d2aa4f",
    "Mustard": "#d3a12f",
    "Yellow": "#f0c93c",
    "Orange": "#e8792f",
    "Coral": "#ee7d68",
    "Red": "#c8323a",
    "Burgundy": "#7a2337",
    "Rose": "#d98c97",
    "Blush": "#eec4bd",
    "Pink": "#ec86ab",
    "Plum": "#6c3a63",
    "Lilac": "#b7a3d6",
    "Lavender": "#cdbfe6",
    "Navy": "#25365a",
    "Cobalt": "#2b57b8",
    "Denim": "#4a6a94",
    "Sky": "#8fbfe6",
    "Ice Blue": "#cfe3ee",
    "Teal": "#1f7f83",
    "Mint": "#a9dcc3",
    "Sage": "#9db092",
    "Olive": "#6f7443",
    "Forest": "#2d5a41",
    "Green": "#3f9a57",
    "Lime": "#a8cf45",
    "Natural": "#dcc7a0",
}

PALETTES: dict[str, tuple[str, ...]] = {
    "tech": ("Black", "Silver", "White", "Navy", "Sand", "Sage"),
    "bright": ("Red", "Cobalt", "Yellow", "Green", "Orange", "Teal", "Pink"),
    "apparel": ("Black", "Navy", "Oatmeal", "Olive", "Burgundy", "White", "Slate", "Rust"),
    "soft": ("Ivory", "Blush", "Sage", "Sky", "Lavender", "Oatmeal"),
    "leather": ("Black", "Tan", "Espresso", "Burgundy", "Camel"),
    "wood": ("Oak", "Walnut", "Espresso", "White"),
    "home": ("Ivory", "Slate", "Sage", "Terracotta", "Navy", "Mustard", "Sand"),
    "kitchen": ("Black", "White", "Red", "Mint", "Silver", "Ivory"),
    "outdoor": ("Forest", "Orange", "Slate", "Teal", "Sand", "Cobalt"),
    "metal": ("Gold", "Silver", "Copper"),
    "kids": ("Sky", "Pink", "Mint", "Yellow", "Lilac", "Coral"),
    "denim": ("Denim", "Navy", "Black", "Sky"),
    "ink": ("Black", "Cobalt", "Red", "Green"),
}


def slug_of(text: str) -> str:
    """Lower-case words joined by hyphens: "Ice Blue" is ice-blue."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower().replace("'", "")).strip("-")


COLOR_BY_SLUG: dict[str, str] = {slug_of(name): value for name, value in COLORS.items()}
