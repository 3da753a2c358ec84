"""The rules of facets that all engines share. They live with the port, since Postgres searches too."""

from ports.facets import Counts, arranged, most_frequent, without_own_choices

__all__ = ["Counts", "arranged", "most_frequent", "without_own_choices"]
