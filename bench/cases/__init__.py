"""What is measured side by side: the store itself, hand-written endpoints above it, naive resolvers below it."""

from bench.cases.registry import CASE_NAMES, CASES, CEILING, ENGINE, FLOOR, OURS, PLAIN, Case

__all__ = ["CASES", "CASE_NAMES", "CEILING", "ENGINE", "FLOOR", "OURS", "PLAIN", "Case"]
