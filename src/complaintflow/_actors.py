"""Who acts: a person or a program, of a kind, with what it may do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, Literal, get_args

from attrs import field, frozen

from complaintflow._evidence._checks import text_problem
from complaintflow._evidence._values import currency_problems
from complaintflow._value import Value
from complaintflow.errors import EvidenceError

Kind = Literal["human", "bot", "customer", "system"]

KINDS: tuple[Kind, ...] = get_args(Kind)

SYSTEM_ID = "system"


class Amounts(Mapping[str, Decimal]):
    """Amounts of money by currency, which nobody changes; equal to any mapping of the same."""

    __slots__ = ("_amounts",)

    def __init__(self, amounts: Mapping[str, Decimal]) -> None:
        self._amounts = dict(amounts)

    def __getitem__(self, currency: str) -> Decimal:
        return self._amounts[currency]

    def __iter__(self) -> Iterator[str]:
        return iter(self._amounts)

    def __len__(self) -> int:
        return len(self._amounts)

    def __repr__(self) -> str:
        return repr(self._amounts)


def _limits(value: Mapping[str, Any] | None) -> Mapping[str, Decimal] | None:
    if not isinstance(value, Mapping) or isinstance(value, Amounts):
        return value
    limits = {}
    for currency, amount in value.items():
        try:
            limits[currency] = Decimal(str(amount))
        except InvalidOperation:
            limits[currency] = Decimal("NaN")
    return Amounts(limits)


def _is_limit(currency: object, most: Decimal) -> bool:
    is_code = isinstance(currency, str) and not any(currency_problems(currency))
    return is_code and most.is_finite() and most >= 0


def _set(value: Iterable[str] | str | None) -> frozenset[str] | None:
    if isinstance(value, str):
        return frozenset((value,))
    try:
        return frozenset(value) if isinstance(value, Iterable) else value
    except TypeError:  # what has no hash is left for the check
        return value  # type: ignore[return-value]


@frozen(eq=False, repr=False)
class Actor(Value):
    """
    Who records an act.

    Resolved by the desk from the plain name a host gives, through its Authority port.
    """

    id: str
    """The host's own name for it."""

    kind: Kind = "human"
    """
    A human, a bot, a customer, or the system that keeps the time.

    The names of customers are personal data and go with an erasure; those of the others stay. A
    customer is whoever speaks for that side, a relative say: nobody compares its id with the case,
    so the host sees to it that customers reach their own cases only, and says what they may.
    """

    limits: Mapping[str, Decimal] | None = field(default=None, converter=_limits, hash=False)
    """
    The most it may offer without approval, by currency; a currency not named allows nothing.

    A copy of what was given, which cannot be changed. None: no limit. Limits are the host's own
    business and stand in no text a customer sees.
    """

    may: frozenset[str] | None = field(default=None, converter=_set)
    """
    The triggers it may record. None: everything. A name that no act has allows nothing.

    A waiver takes both `waive` and `waive:CODE`. What belongs to no method has names as well:
    `open`, `erase`, `change_method`, and `release` for notifications that were put aside.
    """

    listens_elsewhere: bool = False
    """True: it is listening to another customer just now, as far as the host knows (000-21)."""

    def __attrs_post_init__(self) -> None:
        problems = []
        if text_problem(self.id):
            problems.append(f"id must be a name, not {self.id!r:.40}")
        if self.kind not in KINDS:
            problems.append(f"kind must be one of {', '.join(KINDS)}, not {self.kind!r:.40}")
        if self.limits is not None and not (
            isinstance(self.limits, Mapping)
            and all(_is_limit(currency, most) for currency, most in self.limits.items())
        ):
            problems.append("limits must map currencies to amounts, such as {'EUR': '50'}")
        if self.may is not None and not (
            isinstance(self.may, frozenset) and all(isinstance(name, str) for name in self.may)
        ):
            problems.append(f"may must hold the names of triggers, not {self.may!r:.40}")
        if problems:
            raise EvidenceError("actor", tuple(problems))

    def may_offer(self, amount: Decimal, currency: str) -> bool:
        """
        Return whether an amount is within its own limits.

        Raises:
            EvidenceError: *amount* is no number, or *currency* no text.
        """
        is_amount = isinstance(amount, int) or (isinstance(amount, Decimal) and amount.is_finite())
        if not is_amount or not isinstance(currency, str):
            told = f"it may offer amounts, such as Decimal(40), 'EUR', not {amount!r}, {currency!r}"
            raise EvidenceError("actor", (told,))
        return self.limits is None or amount <= self.limits.get(currency, 0)


SYSTEM = Actor(SYSTEM_ID, "system")
"""The system itself, which records that deadlines have passed."""
