"""The values that acts share: moods, sums of money, remedies, wishes, lines of a plan."""

from __future__ import annotations

import re
import typing
from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Annotated, Literal

import attrs

from complaintflow._evidence._annotations import NotEmpty, Said, Told
from complaintflow._evidence._freezing import evidence

Mood = Literal["calm", "discontent", "upset", "angry", "hostile"]
"""How the customer feels, from calm to hostile (001-02)."""

MOODS: tuple[Mood, ...] = typing.get_args(Mood)
"""The moods in order, calmest first."""


def as_decimal(value: object) -> object:
    """Take a text or a whole number for a decimal; leave anything else for the check."""
    # Floats are left for the check to refuse: 0.1 + 0.2 is no amount of money.
    if isinstance(value, str) or type(value) is int:
        try:
            return Decimal(value)
        except InvalidOperation:
            return value
    return value


def money_problems(amount: Decimal | None, currency: str | None) -> Iterator[str]:
    """Yield what is wrong with a sum of money; nothing where both parts are None."""
    if (amount is None) != (currency is None):
        yield "amount and currency come together: '40.00', 'EUR'"
    if amount is not None and amount <= 0:
        yield f"amount must be more than nothing, not {amount}"
    yield from currency_problems(currency)


def currency_problems(currency: str | None) -> Iterator[str]:
    """Yield what is wrong with a currency; nothing where it is None."""
    if currency is not None and not re.fullmatch("[A-Z]{3}", currency):
        yield f"currency must be a code of three capitals such as 'EUR', not {currency!r}"


@evidence(public=["kind", "currency", "issue"])
class Remedy:
    """
    One thing the company would do, or give, to put it right.

    There is no closed list of kinds (000-41); `replacement`, `refund` and `discount` are the ones
    document 003 names (003-51).
    """

    kind: str
    """What it is, in a word or two."""
    amount: Decimal | None = attrs.field(default=None, converter=as_decimal)
    """How much money it is worth. None: it is no sum of money."""
    currency: str | None = None
    """ISO 4217 code of the amount."""
    details: str | None = None
    """What exactly, where the kind does not say it."""
    who: str | None = None
    """Who will do it. None: the owner of the case."""
    due: datetime | None = None
    """Until when it will be done. None: within the time the method sets."""
    terms: str | None = None
    """Conditions that come with it. None: there are none."""
    issue: str | None = None
    """The id of the issue it is for. None: the complaint as a whole."""
    urgency: Literal["pressing", "long_term"] | None = None
    """Whether it relieves what is pressing, or helps in the long run. None: not sorted."""
    redresses: Literal["time_lost", "broken_product", "other"] | None = None
    """What it compensates (002-52). None: not said."""

    if TYPE_CHECKING:  # what `amount` is converted from is known while running alone

        def __init__(  # noqa: PLR0917
            self,
            kind: str,
            amount: Decimal | str | int | None = None,
            currency: str | None = None,
            details: str | None = None,
            who: str | None = None,
            due: datetime | None = None,
            terms: str | None = None,
            issue: str | None = None,
            urgency: Literal["pressing", "long_term"] | None = None,
            redresses: Literal["time_lost", "broken_product", "other"] | None = None,
        ) -> None: ...

    def problems(self) -> Iterator[str]:
        """Yield what is wrong with the values taken together."""
        yield from money_problems(self.amount, self.currency)

    def __str__(self) -> str:
        money = f" of {self.amount:f} {self.currency}" if self.amount is not None else ""
        return f"{self.kind}{money}" + (f" ({self.details})" if self.details else "")


@evidence(public=["kind", "currency"])
class Expectation:
    """What the customer would like to happen, or that they do not know (003-41)."""

    words: Told | None = None
    """The wish in the customer's words. None only where it is unknown."""
    kind: str | None = None
    """What kind of remedy it amounts to. None: it was not sorted into one."""
    amount: Decimal | None = attrs.field(default=None, converter=as_decimal)
    """How much money is asked for. None: no sum was named."""
    currency: str | None = None
    """ISO 4217 code of the amount."""
    unknown: bool = False
    """True: the customer was asked and does not know, or names no wish."""

    if TYPE_CHECKING:

        def __init__(
            self,
            words: Told | None = None,
            kind: str | None = None,
            amount: Decimal | str | int | None = None,
            currency: str | None = None,
            unknown: bool = False,  # noqa: FBT001, FBT002
        ) -> None: ...

    def problems(self) -> Iterator[str]:
        """Yield what is wrong with the values taken together."""
        if self.unknown and (self.words, self.kind, self.amount) != (None, None, None):
            yield "an unknown expectation has no words, kind or amount; leave out those, or unknown"
        if not self.unknown and self.words is None:
            yield "say the wish in words, or unknown=True where the customer does not know"
        yield from money_problems(self.amount, self.currency)


@evidence(public=["issue"])
class PlanItem:
    """One line of a plan: what will be done, by whom, and until when (001-52)."""

    what: Said
    """What exactly will be done, as the customer reads it."""
    who: str
    """Who will do it."""
    due: datetime
    """Until when."""
    issue: str | None = None
    """The id of the issue it is for. None: the complaint as a whole."""
    remedy: Remedy | None = None
    """The remedy it carries out, where one was discussed. None: it is none."""

    @property
    def about(self) -> str | None:
        """The id of the issue it is for, as it says itself or its remedy does. None: of none."""
        return self.issue or (None if self.remedy is None else self.remedy.issue)

    def __str__(self) -> str:
        return self.what


PlanItems = Annotated[Sequence[PlanItem], NotEmpty()]
"""At least one line of a plan."""

Remedies = Annotated[Sequence[Remedy], NotEmpty()]
"""At least one remedy."""

DONT_KNOW = Expectation(unknown=True)
"""The customer was asked, and names no wish."""


def as_expectation(value: object) -> object:
    """Take a plain text for the wish it words."""
    if isinstance(value, str) and value.strip():
        return Expectation(words=value)
    return value
