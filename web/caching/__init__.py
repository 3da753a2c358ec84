"""Answers to anonymous reads, kept until what they show changes or their time is over."""

from web.caching.changes import Changes
from web.caching.front import Front, Reception
from web.caching.headers import cached_response
from web.caching.keeping import Keeper
from web.caching.policy import Hint, Policies, Policy
from web.caching.responses import Answered, Executed, ResponseCache

__all__ = [
    "Answered",
    "Changes",
    "Executed",
    "Front",
    "Hint",
    "Keeper",
    "Policies",
    "Policy",
    "Reception",
    "ResponseCache",
    "cached_response",
]
