"""Load, floors, ceilings and the report: how fast the store answers, as ratios within one run.

`python -m bench` measures all of it and writes docs/benchmarks.md. Nothing of the product imports this package.
"""
