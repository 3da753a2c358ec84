"""Fields of every connection."""

from core.paging import Page


def page_info(root: Page[object]) -> Page[object]:
    return root
