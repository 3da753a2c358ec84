"""Idempotency keys of a batch of claims: a key that was used before gets the reservation of that time."""

from collections.abc import Sequence
from uuid import UUID

from core.problems import Problem, Rejected
from services import idempotency
from services.idempotency import Attempt, KeyReused
from services.inventory.reservations.claims import Claim
from services.inventory.reservations.queries import find_granted
from services.inventory.reservations.records import Granted, Refused
from services.unit_of_work import UnitOfWork

Outcomes = list[Granted | Refused | None]


class KeyedClaims:
    """The claims of a batch, the reservation that each would become, and who of them has the same key as another."""

    def __init__(self, claims: Sequence[Claim], ids: Sequence[UUID]) -> None:
        self.claims = claims
        self.ids = ids
        self._first: dict[tuple[str, str], int] = {}
        self._copies: dict[int, int] = {}

    async def claim(self, unit: UnitOfWork, outcomes: Outcomes) -> None:
        """Claim the keys of all claims without an outcome, and give those an outcome that need not be served."""
        for place, claim in enumerate(self.claims):
            if claim.attempt is not None and outcomes[place] is None:
                outcomes[place] = self._enter(place, claim.attempt)
        answers = {self._attempt(place): {"reservation": str(self.ids[place])} for place in self._first.values()}
        if not answers:
            return
        before = await idempotency.claim_many(unit, answers)
        granted = await find_granted(
            unit.session, [UUID(answer["reservation"]) for _, answer in before.values() if "reservation" in answer]
        )
        for key, (input_hash, answer) in before.items():
            place = self._first.pop(key)
            earlier = granted.get(UUID(answer["reservation"])) if "reservation" in answer else None
            if earlier is None or input_hash != self._attempt(place).input_hash:
                outcomes[place] = _reused()
            else:
                outcomes[place] = earlier._replace(is_repeat=True)

    def is_copy(self, place: int) -> bool:
        """Whether a claim before this one in the batch has the same key and input."""
        return place in self._copies

    async def give_back(self, unit: UnitOfWork, refused: Sequence[int]) -> None:
        """Give back the keys of claims that were refused: they may be tried again."""
        attempts = [attempt for place in refused if (attempt := self.claims[place].attempt) is not None]
        if attempts:
            await idempotency.forget_many(unit, attempts)

    def spread(self, outcomes: Outcomes) -> Sequence[Granted | Refused]:
        """All outcomes, those of copies included."""
        complete: list[Granted | Refused] = []
        for place, own in enumerate(outcomes):
            outcome = own if place not in self._copies else outcomes[self._copies[place]]
            if outcome is None:
                raise AssertionError("A claim was neither granted nor refused.")
            if place in self._copies and isinstance(outcome, Granted):
                outcome = outcome._replace(is_repeat=True)
            complete.append(outcome)
        return complete

    def _enter(self, place: int, attempt: Attempt) -> Refused | None:
        try:
            idempotency.check_key(attempt.key)
        except Rejected as refusal:
            return Refused(refusal.problems)
        first = self._first.setdefault((attempt.scope, attempt.key), place)
        if first == place:
            return None
        if self._attempt(first).input_hash != attempt.input_hash:
            return _reused()
        self._copies[place] = first
        return None

    def _attempt(self, place: int) -> Attempt:
        attempt = self.claims[place].attempt
        if attempt is None:
            raise AssertionError("Only claims with a key are entered.")
        return attempt


def _reused() -> Refused:
    message = "This key was used before, with another input."
    problems: Sequence[Problem] = (KeyReused(message=message, path=("idempotencyKey",)),)
    return Refused(problems)
