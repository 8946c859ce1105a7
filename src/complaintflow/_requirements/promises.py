"""About promises."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from complaintflow._requirements._base import Question, Requirement, holds, listed
from complaintflow._requirements._made import maker
from complaintflow._time import Within
from complaintflow.acts.keeping import SETTLING


@maker({"promise": str})
def promise_open() -> Requirement:
    """Require that the act names a promise that is outstanding."""

    def tell(question: Question) -> str:
        open_now = listed(p.id for p in question.ledger.outstanding)
        if question.act is None:
            return "no promise is outstanding"
        return f"'{question.act.promise}' is no outstanding promise; outstanding: {open_now}"

    def met(question: Question) -> bool:
        promise = question.ledger.promise(question.act.promise)
        return promise is not None and promise.state == "open"

    return Requirement(
        "promise_open",
        "which outstanding promise is it about?",
        met,
        reads=["evidence", "ledger"],
        satisfied_by=("accept", "accept_ask", "agree_plan", "confirm_plan"),
        opened_by=("accept", "accept_ask", "agree_plan/both", "confirm_plan/both"),
        standing=lambda q: bool(q.ledger.outstanding),
        tell=tell,
    )


@maker({"releases": Sequence[str]})
def releases_are_open() -> Requirement:
    """Require that every promise an exit releases is outstanding."""

    def unknown(question: Question) -> tuple[str, ...]:
        known = {p.id for p in question.ledger.outstanding}
        return tuple(r for r in question.act.releases if r not in known)

    def tell(question: Question) -> str:
        outstanding = listed(p.id for p in question.ledger.outstanding)
        return f"no outstanding promises: {listed(unknown(question))}; outstanding: {outstanding}"

    return Requirement(
        "releases_open",
        "which outstanding promises does it release?",
        lambda q: not unknown(q),
        reads=["evidence", "ledger"],
        standing=holds,
        tell=tell,
    )


@maker({})
def nothing_outstanding(*, cites: Iterable[str] = ()) -> Requirement:
    """Require that no promise is outstanding: each is kept, released or broken."""

    def tell(question: Question) -> str:
        owed = listed(f"{p.id} ({p.what})" for p in question.ledger.outstanding)
        return f"what was promised is still owed: {owed}"

    return Requirement(
        "nothing_outstanding",
        "what was promised is still owed",
        lambda q: not q.ledger.outstanding,
        cites=cites,
        reads=["ledger"],
        satisfied_by=SETTLING,
        opened_by=[f"{trigger}/settled" for trigger in SETTLING],
        tell=tell,
    )


@maker({})
def not_too_early(window: Within, *, cites: Iterable[str]) -> Requirement:
    """
    Require that some time has passed since the settlement and the last promise due (002-61).

    Counted from the later of the two.
    """

    def opens(question: Question) -> datetime | None:
        agreed_at = question.ledger.agreed_at
        if agreed_at is None:
            return None
        last = max([agreed_at, *(p.due for p in question.ledger.awaited)])
        return window.after(last, question.calendar)

    def met(question: Question) -> bool:
        start = opens(question)
        return start is None or question.at >= start

    def tell(question: Question) -> str:
        start = opens(question)
        return f"it is too early: not before {start:%Y-%m-%d %H:%M} UTC" if start else "too early"

    return Requirement(
        "not_too_early",
        f"it is too early: not before {window} after the settlement and its last promise",
        met,
        cites=cites,
        reads=["ledger", "time"],
        waits=opens,
        tell=tell,
    )
