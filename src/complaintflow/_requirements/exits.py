"""About exits, exceptions, and what time brings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from complaintflow._requirements._base import Question, Requirement, holds, listed
from complaintflow._requirements._made import maker
from complaintflow.errors import Step, Way


@maker({})
def attempts_made(wanted: int, *, cites: Iterable[str] = ()) -> Requirement:
    """Require that the customer was tried in vain so many times since their last word."""

    def tell(question: Question) -> str:
        return (
            f"{{customer}} has not been tried often enough since their last word: "
            f"{question.ledger.attempts} of {wanted} attempts"
        )

    def steps(question: Question) -> Way:
        missing = wanted - question.ledger.attempts
        return (Step("not_reached", None, "try to reach the customer"),) * missing

    return Requirement(
        "attempts_made",
        f"{{customer}} has not been tried {wanted} times since their last word",
        lambda q: q.ledger.attempts >= wanted,
        cites=cites,
        reads=["ledger"],
        satisfied_by=("not_reached",),
        steps=steps,
        tell=tell,
    )


@maker({"into": str})
def another_case(*, cites: Iterable[str] = ()) -> Requirement:
    """Require that a case is merged into another one."""
    return Requirement(
        "another_case",
        "a case cannot go on in itself: name the other one",
        lambda q: q.act.into != q.case.id,
        cites=cites,
        reads=["evidence"],
    )


@maker({"requirement": str})
def may_be_waived() -> Requirement:
    """Require that the method allows this requirement to be waived, and the actor may."""

    def why_not(question: Question) -> Iterator[str]:
        code, method, may = question.act.requirement, question.method, question.by.may
        if code not in method.waivable:
            allowed = listed(sorted(method.waivable))
            yield f"'{code}' cannot be waived in {method.name}; what can: {allowed}"
        if may is not None and f"waive:{code}" not in may:
            yield f"{question.by.id} may not waive '{code}'; ask somebody who may"

    return Requirement(
        "may_be_waived",
        "which requirement is to be waived?",
        lambda q: not any(why_not(q)),
        reads=["evidence", "authority"],
        standing=lambda q: bool(q.method.waivable),
        tell=lambda q: "; ".join(why_not(q)) if q.act else "this method allows no waiver",
    )


@maker({"entry": int})
def entry_exists() -> Requirement:
    """Require that the act names an entry of the case."""

    def tell(question: Question) -> str:
        return f"there is no entry {question.act.entry}; there are 1 to {question.case.version}"

    return Requirement(
        "entry_exists",
        "which entry is it about?",
        lambda q: 1 <= q.act.entry <= q.case.version,
        reads=["evidence", "ledger"],
        standing=holds,
        tell=tell,
    )


@maker({"deadline": str, "promise": str | None})
def deadline_passed() -> Requirement:
    """Require that the act names a deadline that is running and has passed, not recorded before."""

    def met(question: Question) -> bool:
        act, ledger = question.act, question.ledger
        if act.promise is not None:
            promise = ledger.promise(act.promise)
            return (
                act.deadline == "promise"
                and promise is not None
                and promise.state == "open"
                and promise.breached_at is None
                and promise.due < question.at
            )
        return any(d.code == act.deadline and d.has_passed(question.at) for d in ledger.deadlines)

    def standing(question: Question) -> bool:
        return any(deadline.has_passed(question.at) for deadline in question.case.deadlines)

    return Requirement(
        "deadline_passed",
        "no such deadline has passed, or it is recorded already",
        met,
        reads=["evidence", "ledger", "time"],
        standing=standing,
    )


@maker({"deadline": str, "promise": str | None})
def deadline_near() -> Requirement:
    """Require that a reminder of the deadline the act names is to be given, and was not."""

    def met(question: Question) -> bool:
        act = question.act
        return any(
            (d.code, d.about) == (act.deadline, act.promise) and d.is_near(question.at)
            for d in question.case.deadlines
        )

    def standing(question: Question) -> bool:
        return any(deadline.is_near(question.at) for deadline in question.case.deadlines)

    return Requirement(
        "deadline_near",
        "there is nothing to remind of now, or it was done already",
        met,
        reads=["evidence", "ledger", "time"],
        standing=standing,
    )
