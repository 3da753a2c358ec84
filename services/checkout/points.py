"""Places at which a process may be killed, named for tests that do it: a crash anywhere must leave nothing wrong.

`reached` does nothing. With EMPORIUM_TEST_KILL_AT=<name> in the environment of a process that runs in development, the
process kills itself there, as `kill -9` would; `<name>:<n>` at the n-th time.
"""

import os
import signal
from enum import StrEnum
from itertools import count

_VARIABLE = "EMPORIUM_TEST_KILL_AT"


class Point(StrEnum):
    """Before or after what a crash could tear apart."""

    CREATE_HELD = "create.held"  # units are held, nothing is committed
    CREATE_COMMITTED = "create.committed"
    COMPLETE_CLAIMED = "complete.claimed"  # the key is taken, nothing is committed
    COMPLETE_ORDERED = "complete.ordered"  # the order is made, nothing is committed
    COMPLETE_BEGUN = "complete.begun"  # order and attempts are committed, the provider knows nothing
    COMPLETE_CALLED = "complete.called"  # the provider has answered, nobody has written it down
    COMPLETE_RECORDED = "complete.recorded"  # the answer is written, nothing is committed
    COMPLETE_SETTLED = "complete.settled"  # the outcome is committed, the cart still has the lines
    COMPLETE_CLEARED = "complete.cleared"  # the cart is cleared, nobody has written it down
    SETTLE_GIVEN_BACK = "settle.given_back"  # money is on its way back, nothing is committed
    SETTLE_CONFIRMED = "settle.confirmed"  # units are taken, nothing is committed
    SETTLE_PLACED = "settle.placed"  # the order is placed, nothing is committed
    CHECK_CLAIMED = "check.claimed"  # a worker has taken an attempt to ask for
    CHECK_ASKED = "check.asked"  # the provider has answered to the worker
    EXPIRE_CLAIMED = "expire.claimed"  # a worker has taken a checkout whose time is over
    EXPIRE_CANCELLED = "expire.cancelled"  # the intent is cancelled, the checkout is not ended
    EXPIRE_RELEASED = "expire.released"  # units are given back, nothing is committed
    CANCEL_MOVED = "cancel.moved"  # the order is cancelled, nothing is committed
    CANCEL_COMMITTED = "cancel.committed"  # the order is cancelled, refunds wait
    WEBHOOK_TAKEN = "webhook.taken"  # a worker has taken an event, nothing is committed
    WEBHOOK_RECORDED = "webhook.recorded"  # what it says is written, nothing is committed
    REFUND_WORKED = "refund.worked"  # refunds are asked for, their orders are not settled


_times = count(1)


def reached(point: Point) -> None:
    """Go on, unless a test wants the process dead here."""
    wanted = os.environ.get(_VARIABLE)
    if wanted is None or os.environ.get("EMPORIUM_MODE", "development") != "development":
        return
    name, _, number = wanted.partition(":")
    if name == point.value and next(_times) >= int(number or 1):
        os.kill(os.getpid(), signal.SIGKILL)
