"""About who may."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

import attrs

from complaintflow._actors import Actor
from complaintflow._evidence import Remedy
from complaintflow._evidence._values import Remedies
from complaintflow._ledger import Approval
from complaintflow._requirements._base import Question, Requirement, holds, listed
from complaintflow._requirements._made import maker
from complaintflow.errors import Step, Way


def totals(remedies: Iterable[Remedy]) -> dict[str, Decimal]:
    """Return the sums of money in remedies, by currency."""
    sums: dict[str, Decimal] = {}
    for remedy in remedies:
        if remedy.amount is not None and remedy.currency is not None:
            before = sums.get(remedy.currency)
            sums[remedy.currency] = remedy.amount if before is None else before + remedy.amount
    return sums


def _above_limits(by: Actor, remedies: Iterable[Remedy]) -> bool:
    if by.limits is None:
        return False
    return any(not by.may_offer(amount, currency) for currency, amount in totals(remedies).items())


def _covers(approval: Approval, remedies: Iterable[Remedy]) -> bool:
    allowed = totals(approval.remedies)
    return bool(approval.granted) and all(
        amount <= allowed.get(currency, 0) for currency, amount in totals(remedies).items()
    )


def _approval_steps(
    evidence: tuple[tuple[str, object], ...],
    pending: str | None,
    says: str = "ask for exactly this",
) -> Way:
    ask = Step("request_approval", None, says, "agent", evidence)
    grant = Step(
        "approve",
        None,
        "allowed by somebody else, whose own limit covers it",
        "colleague",
        (("request", pending),) if pending else (),
        depends_on="a colleague",
    )
    return (grant,) if pending else (ask, grant)


@maker({"remedies": Remedies})
def within_authority(*, cites: Iterable[str] = ()) -> Requirement:
    """Require that the remedies are within the actor's limits, or approved in this cycle."""

    def met(question: Question) -> bool:
        if question.by.limits is None:
            return True
        remedies = question.act.remedies
        return not _above_limits(question.by, remedies) or any(
            _covers(approval, remedies) for approval in question.ledger.approvals
        )

    def steps(question: Question) -> Way | None:
        if question.act is None:
            return _approval_steps((), None, "ask for what is to be offered")
        asked = question.act.remedies
        pending = next(
            (
                a.id
                for a in question.ledger.approvals
                if a.granted is None and _covers(attrs.evolve(a, granted=True), asked)
            ),
            None,
        )
        return _approval_steps((("remedies", asked),), pending)

    return Requirement(
        "within_authority",
        "it is above the limit of whoever offers it, and nobody has approved it",
        met,
        cites=cites,
        reads=["evidence", "ledger", "authority"],
        satisfied_by=("request_approval", "approve"),
        standing=holds,
        steps=steps,
    )


@maker({"promise": str | None})
def break_approved(*, cites: Iterable[str] = ()) -> Requirement:
    """Require that a second person allowed this promise to be broken."""

    def met(question: Question) -> bool:
        promise = question.act.promise
        return any(a.granted and a.promise == promise for a in question.ledger.approvals)

    def steps(question: Question) -> Way | None:
        if question.act is None:
            owed = question.ledger.outstanding
            named = (("promise", owed[0].id),) if len(owed) == 1 else ()
            return _approval_steps(named, None, "ask for the promise to be broken")
        promise = question.act.promise
        pending = next(
            (a.id for a in question.ledger.approvals if a.promise == promise and a.granted is None),
            None,
        )
        return _approval_steps((("promise", promise),), pending)

    return Requirement(
        "break_approved",
        "nobody else has allowed the promise to be broken",
        met,
        cites=cites,
        reads=["evidence", "ledger"],
        satisfied_by=("request_approval", "approve"),
        standing=lambda q: any(a.granted and a.promise for a in q.ledger.approvals),
        steps=steps,
    )


@maker({"request": str | None})
def approval_open() -> Requirement:
    """Require that there is an undecided request, and that the act names it or none."""

    def met(question: Question) -> bool:
        request = question.ledger.approval(question.act.request)
        return request is not None and request.granted is None

    def tell(question: Question) -> str:
        undecided = listed(a.id for a in question.ledger.approvals if a.granted is None)
        named = getattr(question.act, "request", None)
        if named is None:
            return "no request for approval is undecided"
        return f"'{named}' is no undecided request for approval; undecided: {undecided}"

    return Requirement(
        "approval_open",
        "which request for approval is it about?",
        met,
        reads=["evidence", "ledger"],
        satisfied_by=("request_approval",),
        standing=lambda q: q.ledger.approval(None) is not None,
        tell=tell,
    )


@maker({"request": str | None})
def approver_is_another(*, for_offers: bool = True, cites: Iterable[str] = ()) -> Requirement:
    """
    Require that whoever approves is not whoever asked.

    Args:
        for_offers: offers need a second person, too. False: only breaking a promise does.

        cites: the clauses it stands on.
    """

    def met(question: Question) -> bool:
        request = question.ledger.approval(question.act.request)
        return request is None or is_another(request, question.by)

    def is_another(request: Approval, by: Actor) -> bool:
        if request.promise is None and not for_offers:
            return True
        return request.requested_by != by.id

    def standing(question: Question) -> bool:
        undecided = [a for a in question.ledger.approvals if a.granted is None]
        return not undecided or any(is_another(a, question.by) for a in undecided)

    return Requirement(
        "approver_is_another",
        "whoever asks for approval cannot give it: somebody else has to",
        met,
        cites=cites,
        reads=["evidence", "ledger", "authority"],
        standing=standing,
    )


@maker({"request": str | None})
def approver_may(*, cites: Iterable[str] = ()) -> Requirement:
    """Require that what is approved is within the approver's own limits."""

    def met(question: Question) -> bool:
        request = question.ledger.approval(question.act.request)
        return request is None or not _above_limits(question.by, request.remedies)

    return Requirement(
        "approver_may",
        "it is above the approver's own limit",
        met,
        cites=cites,
        reads=["evidence", "ledger", "authority"],
        standing=holds,
    )


@maker({"to": str})
def another_owner(*, cites: Iterable[str] = ()) -> Requirement:
    """Require that a case is handed to somebody else than who has it (002-34)."""
    return Requirement(
        "another_owner",
        "it is theirs already: hand it to somebody else",
        lambda q: q.act.to != q.ledger.owner,
        cites=cites,
        reads=["evidence", "ledger"],
        tell=lambda q: f"{q.ledger.owner} has it already: hand it to somebody else",
    )


@maker({})
def listens_to_one(*, cites: Iterable[str] = ()) -> Requirement:
    """Require that whoever listens listens to nobody else meanwhile, as the host knows (000-21)."""
    return Requirement(
        "listens_to_one",
        "finish listening to the other customer first",
        lambda q: not q.by.listens_elsewhere,
        cites=cites,
        reads=["authority"],
        waits=lambda _: None,
    )


@maker({"promise": str | None})
def promise_to_break() -> Requirement:
    """Require that a promise somebody asks to be allowed to break is outstanding."""

    def met(question: Question) -> bool:
        wanted = question.act.promise
        return wanted is None or any(p.id == wanted for p in question.ledger.outstanding)

    def tell(question: Question) -> str:
        outstanding = listed(p.id for p in question.ledger.outstanding)
        wanted = question.act.promise
        return f"'{wanted}' is no outstanding promise; outstanding: {outstanding}"

    return Requirement(
        "promise_to_break",
        "the promise to be broken must be outstanding",
        met,
        reads=["evidence", "ledger"],
        standing=holds,
        tell=tell,
    )


@maker({})
def taken_before(*, cites: Iterable[str]) -> Requirement:
    """Require that somebody has taken the case, or was handed it, in whatever cycle (002-34)."""
    return Requirement(
        "taken_before",
        "nobody has taken responsibility that could be handed over",
        lambda q: q.ledger.taken,
        cites=cites,
        reads=["ledger"],
        satisfied_by=("take_ownership",),
    )


@maker({})
def owner_stays(*, fact: str = "owned", cites: Iterable[str]) -> Requirement:
    """
    Require that nobody else has taken the case, or was handed it, in whatever cycle (002-34).

    Args:
        fact: a fact that says so, too; it holds for its cycle.

        cites: the clauses it stands on.
    """
    return Requirement(
        "owner_stays",
        "somebody else has taken responsibility, and has to hand over",
        lambda q: q.ledger.owner == q.by.id or not (q.ledger.taken or fact in q.case.facts),
        cites=cites,
        reads=["facts", "ledger", "authority"],
        satisfied_by=("hand_over",),
        steps=lambda q: (Step("hand_over", evidence=(("to", q.by.id),)),),
    )
