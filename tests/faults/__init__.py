"""Histories of shoppers, kills and broken connections, after which money, stock and orders must agree.

`python -m tests.faults` plays as many as are wanted; docs/faults.md says what is tried and what must hold.
"""
