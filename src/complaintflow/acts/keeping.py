"""Acts of keeping what was promised, and of ending."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

import attrs

from complaintflow._evidence import Said, Told
from complaintflow._evidence._values import as_decimal, currency_problems, money_problems
from complaintflow._ledger import Asked, Ledger
from complaintflow.acts._act import Act, Kept, Round, act
from complaintflow.acts._satisfaction import BOTH

_OUTCOMES = {
    "settled": "it is the last promise outstanding",
    "outstanding": "other promises are still outstanding",
}


def _settling(ledger: Ledger, promise_id: str) -> str:
    for promise in ledger.promises:
        if promise.state == "open" and promise.id != promise_id:
            return "outstanding"
    return "settled"


@act(outcomes=_OUTCOMES, public=["promise"])
class KeepPromise(Act):
    """Do what was promised."""

    promise: str
    """The promise's id, as in `ledger.promises`."""
    proof: str | None = None
    """What shows that it was kept. None: nothing was written down."""

    def read_outcome(self, ledger: Ledger) -> str:
        """Tell whether others are still outstanding."""
        return _settling(ledger, self.promise)

    @classmethod
    def rounds(cls, outcome: str | None, ledger: Ledger) -> tuple[Round, ...]:
        """Return each promise outstanding, to settle them all; one to come where there is none."""
        if outcome != "settled" or not ledger.outstanding:
            return ((),)
        return tuple((("promise", promise.id),) for promise in ledger.outstanding)

    def write(self, ledger: Ledger, entry: Kept) -> Ledger:
        """Settle the promise: kept, or kept late, and then the breach stays."""
        promise = ledger.promise(self.promise)
        if promise is None:
            return ledger
        late = entry.at > promise.due or promise.breached_at is not None
        return ledger.settle_promise(
            self.promise,
            "kept_late" if late else "kept",
            breached_at=entry.at if late else None,
        )


@act(speaker="customer", outcomes=_OUTCOMES, public=["promise"])
class ReleasePromise(Act):
    """The customer no longer asks for it."""

    promise: str
    """The promise's id, as in `ledger.promises`."""
    words: Told | None = None
    """What they said. None: not written down."""

    def read_outcome(self, ledger: Ledger) -> str:
        """Tell whether others are still outstanding."""
        return _settling(ledger, self.promise)

    def write(self, ledger: Ledger, entry: Kept) -> Ledger:
        """Settle the promise: released."""
        return ledger.release((self.promise,)).hear(self.words)


@act(outcomes=_OUTCOMES, public=["promise"])
class BreakPromise(Act):
    """Say that it will not be done. A second person has to allow it, and the breach stays."""

    promise: str
    """The promise's id, as in `ledger.promises`."""
    reason: Said
    """Why, as told to the customer."""

    def read_outcome(self, ledger: Ledger) -> str:
        """Tell whether others are still outstanding."""
        return _settling(ledger, self.promise)

    def write(self, ledger: Ledger, entry: Kept) -> Ledger:
        """Settle the promise: broken."""
        return ledger.settle_promise(self.promise, "broken", breached_at=entry.at)


SETTLING = (KeepPromise.trigger, ReleasePromise.trigger, BreakPromise.trigger)
"""The acts that end a promise."""


@act(
    outcomes={
        "satisfied": "the problem is resolved and the customer is pleased",
        "not_satisfied": "the problem is not resolved, or the customer is not pleased",
        "unanswered": "no answer yet",
    },
    awaits="customer",
    public=["channel"],
)
class FollowUp(Act):
    """Ask the customer, later, whether it is resolved and they are pleased."""

    words: Said
    """What is asked."""
    resolved: bool | None = None
    """Whether the problem is resolved. None: not answered yet."""
    pleased: bool | None = None
    """Whether the customer is pleased. None: not answered yet, or not asked."""
    channel: str | None = None
    """How the customer was reached: phone, e-mail, ... None: not recorded."""

    def read_outcome(self, ledger: Ledger) -> str:
        """Tell by both answers: one no is enough for a no."""
        return BOTH.of(self)

    def write(self, ledger: Ledger, entry: Kept) -> Ledger:
        """Keep the open question where it was not answered at once."""
        spoken = self.resolved is not None or self.pleased is not None
        if spoken:
            ledger = ledger.but(attempts=0)
        if entry.outcome != "unanswered":  # as the method reads it
            return ledger
        asked = Asked(
            f"q{entry.version}",
            self.words,
            "follow_up",
            resolved=self.resolved,
            pleased=self.pleased,
        )
        return ledger.but(questions=ledger.ask_question(asked))


@act
class FollowUpNotApplicable(Act):
    """Say why nobody follows up (000-50)."""

    reason: str
    """Why it is not applicable."""


@act
class Thank(Act):
    """Thank the customer for the opportunity to make things right (001-72)."""

    words: Said
    """What is said to the customer."""


@act
class AssurePrevention(Act):
    """Assure the customer that you do your best to prevent it from happening again (001-73)."""

    words: Said
    """What is said to the customer."""
    preventive_action: str | None = None
    """What is done about it. None: not recorded."""


@act
class Learn(Act):
    """Record what the company will do better (003-60). There is no field for blame (003-61)."""

    improvement: str
    """What will be better, looking forward."""


@act(
    outcomes={
        "resolved": "the complaint is resolved",
        "unconfirmed": "the customer could not be reached to confirm it",
    },
    public=["currency"],
)
class Close(Act):
    """End the case."""

    outcome: Literal["resolved", "unconfirmed"] = "resolved"
    """How it ends."""
    retained: Literal["yes", "no", "unknown"] | None = None
    """Whether the customer stays (003-03). None: not recorded."""
    cost: Decimal | None = attrs.field(default=None, converter=as_decimal)
    """What it cost the company. None: not recorded."""
    currency: str | None = None
    """ISO 4217 code of the cost."""

    if TYPE_CHECKING:  # what `cost` is converted from is known while running alone

        def __init__(
            self,
            outcome: Literal["resolved", "unconfirmed"] = "resolved",
            retained: Literal["yes", "no", "unknown"] | None = None,
            cost: Decimal | str | int | None = None,
            currency: str | None = None,
        ) -> None: ...

    def problems(self) -> Iterator[str]:
        """Yield what is wrong with the values taken together."""
        if self.cost == 0:  # it may have cost nothing, in any currency or none
            yield from currency_problems(self.currency)
            return
        for problem in money_problems(self.cost, self.currency):
            yield problem.replace("amount", "cost")

    def read_outcome(self, ledger: Ledger) -> str:
        """Return what the evidence says."""
        return self.outcome

    def write(self, ledger: Ledger, entry: Kept) -> Ledger:
        """Keep whether the customer stays."""
        return ledger if self.retained is None else ledger.but(retained=self.retained)


@act
class Reopen(Act):
    """Begin again: the customer is not satisfied. Every duty is fresh."""

    reason: str
    """Why it is reopened."""
    words: Told | None = None
    """What the customer said. None: not written down."""

    def write(self, ledger: Ledger, entry: Kept) -> Ledger:
        """Keep the customer's words; the new cycle has cleared the rest."""
        return ledger if self.words is None else ledger.hear(self.words)
