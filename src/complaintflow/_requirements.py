"""
Requirements: named pure questions, asked before a step is taken.

The vocabulary is closed: a method picks from the makers below and gives them its own code,
sentence and sources. What a requirement reads is declared, so that it is known where its answer
can change.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from decimal import Decimal
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Literal

import attrs
from attrs import field, frozen

from complaintflow._actors import Actor
from complaintflow._evidence import Remedy
from complaintflow._ledger import Approval, Ledger
from complaintflow._time import Calendar
from complaintflow.errors import Step, Unmet, Way

if TYPE_CHECKING:
    from complaintflow._case import Case, Entry
    from complaintflow._method import Method

Reads = Literal["facts", "ledger", "evidence", "time", "authority"]


@attrs.define(eq=False)
class Question:
    """What a requirement is asked about: an act, on a case, at a time, by somebody."""

    method: Method
    case: Case
    act: Any
    """The act in question. None: what can be said without its evidence."""
    at: datetime
    by: Actor
    calendar: Calendar | None = None
    outcome: str | None = None
    """Which of its outcomes the act has, once it has been read."""
    path: Any = None
    """What the engine knows of that outcome."""
    entry: Entry | None = None
    """The answer, where it is yes."""

    @property
    def ledger(self) -> Ledger:
        """The ledger of the case."""
        return self.case.ledger


Met = Callable[[Question], bool]


def _tuple(value: Iterable[str] | str) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def _reads(value: Iterable[Reads]) -> frozenset[Reads]:
    return frozenset(value)


@frozen
class Requirement:
    """One named question, with its sentence for a no."""

    code: str
    """Its name in the method; `'within_authority'`."""

    text: str
    """What is missing when it is not met; `{customer}` stands for the customer's name."""

    met: Met = field(eq=False)
    """The question. Pure."""

    cites: tuple[str, ...] = field(default=(), converter=_tuple)
    """The clauses it stands on."""

    reads: frozenset[Reads] = field(default=frozenset(), converter=_reads)
    """What the answer can change with."""

    fact: str | None = None
    """The fact it asks for. None: it asks for something else."""

    should: bool = False
    """True: a no is a warning on the entry. False: a no is a refusal."""

    satisfied_by: tuple[str, ...] = field(default=(), converter=_tuple)
    """The triggers of the acts that could satisfy it."""

    opened_by: tuple[str, ...] = field(default=(), converter=_tuple)
    """
    The triggers, or `trigger/outcome`, after which its standing half can be taken to hold.

    Empty: those it is satisfied by.
    """

    standing: Met | None = field(default=None, eq=False)
    """The half that needs no evidence: *some* promise is open. None: there is no such half."""

    steps: Callable[[Question], Way | None] | None = field(default=None, eq=False)
    """The steps to a yes, for one that asks the ledger. None: it knows of none."""

    tell: Callable[[Question], str] | None = field(default=None, eq=False)
    """The sentence, where it depends on the case. None: `text` is the sentence."""

    @property
    def openers(self) -> tuple[str, ...]:
        """What makes its standing half hold."""
        return self.opened_by or self.satisfied_by

    def unmet(self, question: Question) -> Unmet:
        """Return the no as a refusal reports it."""
        text = self.text if self.tell is None else self.tell(question)
        return Unmet(
            self.code,
            text.replace("{customer}", question.case.customer),
            self.cites,
            self.satisfied_by,
        )


@frozen
class Fact:
    """What an act can establish: true or not, within a cycle."""

    name: str
    """One or more words in snake case; `'heard'`."""

    unmet: str
    """The sentence where it is missing; `'{customer} has not been heard'`."""

    cites: tuple[str, ...] = field(default=(), converter=_tuple)
    """The clauses that ask for it."""

    def needed(self, satisfied_by: tuple[str, ...]) -> Requirement:
        """Return the requirement that asks for this fact."""
        name = self.name
        return Requirement(
            code=name,
            text=self.unmet,
            met=lambda question: name in question.case.facts,
            cites=self.cites,
            reads=["facts"],
            fact=name,
            satisfied_by=satisfied_by,
        )


@frozen
class Advised:
    """A need that is recommended, not demanded: without it the entry carries a warning."""

    need: str | Requirement
    """A fact by name, or another requirement."""


# -- about the evidence -------------------------------------------------------------------------


def says(code: str, text: str, met: Callable[[Any], bool], *, cites: Iterable[str]) -> Requirement:
    """Require something of the act's own content."""
    return Requirement(code, text, lambda q: met(q.act), cites=cites, reads=["evidence"])


def fills(*names: str, code: str, text: str, cites: Iterable[str]) -> Requirement:
    """Require that optional fields of the act are filled."""
    first, *others = map(attrgetter, names)

    def met(act: Any) -> bool:
        return first(act) is not None and all(get(act) is not None for get in others)

    return says(code, text, met, cites=cites)


_WORD = re.compile(r"[^\W\d_]{4,}")
_COMMON_WORDS = (
    "about after again also because been before being could didn does doing done from have "
    "having here into just like made make many more much only other over really same should "
    "some still such than that their them then there these they this those told very want "
    "wanted wants were what when where which while will with would your yours "
)
_COMMON = frozenset(_COMMON_WORDS.split())


def _content_words(text: str) -> set[str]:
    return {word[:6] for word in _WORD.findall(text.lower()) if word not in _COMMON}


def takes_up_the_account(*, code: str, text: str, cites: Iterable[str]) -> Requirement:
    """Require that the words take up at least one word of what the customer said."""

    def met(question: Question) -> bool:
        said = set[str]()
        for name in question.act.spec.said:
            said |= _content_words(getattr(question.act, name) or "")
        return any(said & _content_words(account) for account in question.ledger.accounts)

    return Requirement(code, text, met, cites=cites, reads=["evidence", "ledger"])


# -- about promises -----------------------------------------------------------------------------


def _names(ids: Iterable[str]) -> str:
    return ", ".join(ids) or "none"


def promise_open() -> Requirement:
    """Require that the act names a promise that is outstanding."""

    def tell(question: Question) -> str:
        open_now = _names(p.id for p in question.ledger.outstanding)
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
        satisfied_by=("accept", "accept_ask"),
        standing=lambda q: bool(q.ledger.outstanding),
        tell=tell,
    )


def releases_are_open() -> Requirement:
    """Require that every promise an exit releases is outstanding."""

    def unknown(question: Question) -> tuple[str, ...]:
        known = {p.id for p in question.ledger.outstanding}
        return tuple(r for r in question.act.releases if r not in known)

    def tell(question: Question) -> str:
        outstanding = _names(p.id for p in question.ledger.outstanding)
        return f"no outstanding promises: {_names(unknown(question))}; outstanding: {outstanding}"

    return Requirement(
        "releases_open",
        "which outstanding promises does it release?",
        lambda q: not unknown(q),
        reads=["evidence", "ledger"],
        standing=lambda _: True,
        tell=tell,
    )


# -- about authority ----------------------------------------------------------------------------


def totals(remedies: Iterable[Remedy]) -> dict[str, Decimal]:
    """Return the sums of money in remedies, by currency."""
    sums: dict[str, Decimal] = {}
    for remedy in remedies:
        if remedy.amount is not None and remedy.currency is not None:
            sums[remedy.currency] = sums.get(remedy.currency, Decimal(0)) + remedy.amount
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


def _approval_steps(evidence: tuple[tuple[str, object], ...], pending: str | None) -> Way:
    ask = Step("request_approval", None, "ask for exactly this", "agent", evidence)
    grant = Step(
        "approve",
        None,
        "allowed by somebody else, whose own limit covers it",
        "colleague",
        (("request", pending),) if pending else (),
        depends_on="a colleague",
    )
    return (grant,) if pending else (ask, grant)


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
            return None
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
        "it is above the limit of whoever records it, and not approved",
        met,
        cites=cites,
        reads=["evidence", "ledger", "authority"],
        satisfied_by=("request_approval", "approve"),
        standing=lambda _: True,
        steps=steps,
    )


def break_approved(*, cites: Iterable[str] = ()) -> Requirement:
    """Require that a second person allowed this promise to be broken."""

    def met(question: Question) -> bool:
        promise = question.act.promise
        return any(a.granted and a.promise == promise for a in question.ledger.approvals)

    def steps(question: Question) -> Way | None:
        if question.act is None:
            return _approval_steps((), None)
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


def approval_open() -> Requirement:
    """Require that there is an undecided request, and that the act names it or none."""

    def met(question: Question) -> bool:
        request = question.ledger.approval(question.act.request)
        return request is not None and request.granted is None

    def tell(question: Question) -> str:
        undecided = _names(a.id for a in question.ledger.approvals if a.granted is None)
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


def approver_is_another(*, cites: Iterable[str] = ()) -> Requirement:
    """Require that whoever approves is not whoever asked."""

    def met(question: Question) -> bool:
        request = question.ledger.approval(question.act.request)
        return request is None or request.requested_by != question.by.id

    def standing(question: Question) -> bool:
        undecided = [a for a in question.ledger.approvals if a.granted is None]
        return not undecided or any(a.requested_by != question.by.id for a in undecided)

    return Requirement(
        "approver_is_another",
        "whoever asks for approval cannot give it",
        met,
        cites=cites,
        reads=["evidence", "ledger", "authority"],
        standing=standing,
    )


def approver_may(*, cites: Iterable[str] = ()) -> Requirement:
    """Require that what is approved is within the approver's own limits."""

    def met(question: Question) -> bool:
        request = question.ledger.approval(question.act.request)
        return request is None or not _above_limits(question.by, request.remedies)

    return Requirement(
        "approver_may",
        "it is above the limit of whoever approves it",
        met,
        cites=cites,
        reads=["evidence", "ledger", "authority"],
        standing=lambda _: True,
    )


# -- about what is on the table -----------------------------------------------------------------


def offer_in_time() -> Requirement:
    """Require that the offer that stands has not expired."""

    def met(question: Question) -> bool:
        offer = question.ledger.offer
        return offer is None or offer.expires is None or question.at <= offer.expires

    return Requirement(
        "offer_in_time",
        "the offer has expired",
        met,
        reads=["ledger", "time"],
        satisfied_by=("offer",),
        steps=lambda _: (Step("offer", None, "offer it again, or something else"),),
    )


def question_open() -> Requirement:
    """Require that there is a question without an answer, and that the act names it or none."""

    def met(question: Question) -> bool:
        asked = question.ledger.question(question.act.to)
        return asked is not None and asked.answer is None

    def tell(question: Question) -> str:
        unanswered = _names(q.id for q in question.ledger.questions if q.answer is None)
        named = getattr(question.act, "to", None)
        if named is None:
            return "no question is waiting for an answer"
        return f"'{named}' is no question without an answer; unanswered: {unanswered}"

    return Requirement(
        "question_open",
        "which question is it an answer to?",
        met,
        reads=["evidence", "ledger"],
        satisfied_by=("ask_question", "ask_expectation"),
        opened_by=("ask_question/unanswered", "ask_expectation/unanswered"),
        standing=lambda q: q.ledger.question(None) is not None,
        tell=tell,
    )


# -- about exits and exceptions -----------------------------------------------------------------


def attempts_made(wanted: int, *, cites: Iterable[str] = ()) -> Requirement:
    """Require that the customer was tried in vain so many times since their last word."""

    def tell(question: Question) -> str:
        return (
            f"{{customer}} was tried {question.ledger.attempts} of {wanted} times since their "
            "last word"
        )

    def steps(question: Question) -> Way:
        missing = wanted - question.ledger.attempts
        return (Step("not_reached", None, "try to reach the customer"),) * missing

    return Requirement(
        "attempts_made",
        f"the customer was not tried {wanted} times since their last word",
        lambda q: q.ledger.attempts >= wanted,
        cites=cites,
        reads=["ledger"],
        satisfied_by=("not_reached",),
        steps=steps,
        tell=tell,
    )


def may_be_waived() -> Requirement:
    """Require that the method allows this requirement to be waived, and the actor may."""

    def why_not(question: Question) -> Iterator[str]:
        code, method, may = question.act.requirement, question.method, question.by.may
        if code not in method.waivable:
            allowed = _names(sorted(method.waivable))
            yield f"'{code}' cannot be waived in {method.name}; what can: {allowed}"
        if may is not None and f"waive:{code}" not in may:
            yield f"{question.by.id} may not waive '{code}'"

    return Requirement(
        "may_be_waived",
        "which requirement is to be waived?",
        lambda q: not any(why_not(q)),
        reads=["evidence", "authority"],
        standing=lambda q: bool(q.method.waivable),
        tell=lambda q: "; ".join(why_not(q)) if q.act else "this method allows no waiver",
    )


def entry_exists() -> Requirement:
    """Require that the act names an entry of the case."""

    def tell(question: Question) -> str:
        return f"there is no entry {question.act.entry}; there are 1 to {question.case.version}"

    return Requirement(
        "entry_exists",
        "which entry is it about?",
        lambda q: 1 <= q.act.entry <= q.case.version,
        reads=["evidence", "ledger"],
        standing=lambda _: True,
        tell=tell,
    )


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
        return any(d.code == act.deadline and d.due < question.at for d in ledger.deadlines)

    def standing(question: Question) -> bool:
        return any(deadline.due < question.at for deadline in question.case.deadlines)

    return Requirement(
        "deadline_passed",
        "no such deadline has passed, or it is recorded already",
        met,
        reads=["evidence", "ledger", "time"],
        standing=standing,
    )
