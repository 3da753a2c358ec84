"""Sections of the report's file: those that were not measured this time stay as they are."""

from bench.document import keep, put

ORDER = ("Holds", "Matrix")
OLD = "# Benchmarks\n\nHow.\n\n## Listing\n\n| a |\n\n## Holds\n\nold holds\n\n## Matrix\n\nold matrix\n"


def test_section_replaces_the_one_of_its_title_and_no_other() -> None:
    found = put(OLD, "## Holds\n\nnew holds\n", ORDER)

    assert found == OLD.replace("old holds", "new holds")


def test_section_that_is_not_there_yet_comes_in_its_order() -> None:
    with_matrix = put("# Benchmarks\n\n## Listing\n\n| a |\n", "## Matrix\n\nmatrix\n", ORDER)

    found = put(with_matrix, "## Holds\n\nholds\n", ORDER)

    assert found == "# Benchmarks\n\n## Listing\n\n| a |\n\n## Holds\n\nholds\n\n## Matrix\n\nmatrix\n"


def test_fresh_report_keeps_the_old_sections_of_what_is_measured_alone() -> None:
    fresh = "# Benchmarks\n\nHow else.\n\n## Search\n\n| b |\n"

    found = keep(fresh, OLD, ORDER)

    assert found == fresh + "\n## Holds\n\nold holds\n\n## Matrix\n\nold matrix\n"


def test_fresh_report_needs_no_old_one() -> None:
    fresh = "# Benchmarks\n\n## Search\n\n| b |\n"

    found = keep(fresh, "# Benchmarks\n", ORDER)

    assert found == fresh


def test_headings_of_the_third_level_belong_to_their_section() -> None:
    old = "# Benchmarks\n\n## Holds\n\n### Matrix\n\nof holds\n"

    found = put(old, "## Holds\n\nnew\n", ORDER)

    assert found == "# Benchmarks\n\n## Holds\n\nnew\n"
