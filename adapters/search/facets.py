"""The rules of facets that all engines share; Postgres, which searches too, is no adapter, so they live with the port."""

from ports.facets import Counts, arranged, most_frequent, without_own_choices

__all__ = ["Counts", "arranged", "most_frequent", "without_own_choices"]
