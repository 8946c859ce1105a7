"""
The complaints that every contender handles: plain data, and no library.

No two are alike, so that nobody gains by remembering a text from one complaint to the next.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import product

from attrs import frozen

ACTS = (
    "listen",
    "acknowledge_problem",
    "empathize",
    "ask_expectation",
    "offer",
    "accept",
    "keep_promise",
    "learn",
    "close",
)
"""The acts of a whole life, after the complaint has arrived."""

LIMIT = Decimal(100)
"""The most that whoever records may offer without asking."""

_THINGS = (
    "teapot",
    "lamp",
    "bicycle",
    "winter coat",
    "garden table",
    "camera",
    "rucksack",
    "kettle",
)
_FLAWS = (
    "cracked",
    "in the wrong colour",
    "without its lid",
    "two weeks late",
    "scratched",
    "used",
)
_REASONS = (
    "my mother's birthday",
    "our anniversary",
    "the move",
    "a trip",
    "the first day of work",
)
_BEGINNING = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


@frozen
class Story:
    """One complaint from its first word to its last, as people would put it."""

    id: str
    customer: str
    complaint: str
    account: str
    acknowledgement: str
    sympathy: str
    issue: str
    concern: str
    impact: str
    question: str
    wish: str
    kind: str
    amount: Decimal
    offer: str
    need: str
    constraint: str
    acceptance: str
    proof: str
    improvement: str
    moments: tuple[datetime, ...]
    """When it arrives, and when each act is recorded."""

    @property
    def said(self) -> str:
        """Everything that the agent says to the customer."""
        return f"{self.acknowledgement}\n{self.sympathy}\n{self.question}\n{self.offer}"


def stories(count: int) -> list[Story]:
    """Return so many complaints, each with texts of its own."""
    kinds = list(product(_THINGS, _FLAWS, _REASONS))
    return [_story(number, *kinds[number % len(kinds)]) for number in range(count)]


def _story(number: int, thing: str, flaw: str, reason: str) -> Story:
    order = f"order {20_000 + 7 * number}"
    start = _BEGINNING + timedelta(minutes=13 * number)
    return Story(
        id=f"ticket-{10_000 + number}",
        customer=f"customer-{number}",
        complaint=f"The {thing} of {order} arrived {flaw}. I need it for {reason}. What now?",
        account=(
            f"I ordered the {thing} three weeks ago, {order}, and it came {flaw}. It was meant "
            f"for {reason}, and I told your colleague so on the phone. Nobody has called me back "
            "since, and I have had to explain it from the beginning each time."
        ),
        acknowledgement=(
            f"Thank you for telling us. Your {thing} arrived {flaw}, and on top of that nobody "
            f"called you back about {order}. That should not have happened."
        ),
        sympathy=(
            f"So you were left with a {thing} that arrived {flaw} just before {reason}, and had to "
            "chase us for an answer. I would be upset in your place, too."
        ),
        issue=f"the {thing} arrived {flaw}",
        concern=f"nothing suitable for {reason}",
        impact=f"had to explain {order} three times",
        question=f"What would put this right for you, with {reason} in mind?",
        wish=f"I would like my money for {order} back, and somebody who answers.",
        kind="refund",
        amount=Decimal(20 + number % 60) + Decimal("0.95"),
        offer=f"We would give you back what the {thing} cost, today. Would that be all right?",
        need=f"something for {reason}",
        constraint=f"no other {thing} in stock",
        acceptance=f"Yes, that would help, then I can buy another {thing}.",
        proof=f"bank transfer {900_000 + number}",
        improvement=f"a {thing} is checked before it is packed",
        moments=tuple(start + timedelta(hours=hour) for hour in range(len(ACTS) + 1)),
    )
