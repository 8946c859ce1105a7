"""About what is on the table: offers, questions, plans, issues."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Literal

from complaintflow._evidence import PlanItem, Remedy
from complaintflow._requirements._base import Question, Requirement, holds, listed
from complaintflow._requirements._made import maker
from complaintflow._requirements.authority import totals
from complaintflow.errors import Step


@maker({})
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


@maker({})
def offer_answered(*, cites: Iterable[str] = ()) -> Requirement:
    """Require that no offer waits for the customer, who could accept it now."""

    def met(question: Question) -> bool:
        offer = question.ledger.offer
        accepting = [rule for rule in question.method.rules if rule.trigger == "accept"]
        if offer is None or not accepting:
            return True
        facts = {need for need in accepting[0].needs if isinstance(need, str)}
        in_time = offer.expires is None or question.at <= offer.expires
        return not in_time or not facts <= question.case.facts

    return Requirement(
        "offer_answered",
        "{customer} has not answered the offer",
        met,
        cites=cites,
        reads=["facts", "ledger", "time"],
        satisfied_by=("accept", "decline", "counter"),
        opened_by=("decline", "counter"),  # what was accepted is a promise
    )


@maker({})
def plan_answered(*, cites: Iterable[str] = ()) -> Requirement:
    """
    Require that no plan waits for one side, after the other has agreed to it.

    A plan that nobody has agreed to binds nobody; one that both have agreed to is a matter of its
    promises.
    """

    def met(question: Question) -> bool:
        plan = question.ledger.plan
        return plan is None or (plan.customer_agreed_at is None) == (plan.company_agreed_at is None)

    return Requirement(
        "plan_answered",
        "one side has agreed to the plan, and the other one has not answered",
        met,
        cites=cites,
        reads=["ledger"],
        satisfied_by=("propose_plan",),
    )


@maker({"to": str | None})
def question_open() -> Requirement:
    """Require that there is a question without an answer, and that the act names it or none."""

    def met(question: Question) -> bool:
        asked = question.ledger.question(question.act.to)
        return asked is not None and asked.answer is None

    def tell(question: Question) -> str:
        unanswered = listed(q.id for q in question.ledger.questions if q.answer is None)
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
        opened_by=(
            "ask_question/unanswered",
            "ask_expectation/unanswered",
            "reiterate/unconfirmed",
            "follow_up/unanswered",
        ),
        standing=lambda q: q.ledger.question(None) is not None,
        tell=tell,
    )


_NOTHING_ASKED = {
    "expectation": "no question about what {customer} expects is waiting for an answer",
    "understanding": "no question is waiting for an answer",
    "anything_else": "no question whether there is anything else is waiting for an answer",
    "restatement": "no restatement is waiting to be confirmed",
    "follow_up": "no follow-up is waiting for an answer",
}


@maker({})
def question_about(about: str, *, asked_by: str) -> Requirement:
    """
    Require that a question of one kind waits for its answer.

    An answer reads its outcome off the question it answers, so this is never a reason to refuse
    one; it tells which answers can come now.

    Args:
        about: the kind, as in `Asked.about`.

        asked_by: `trigger/outcome` of the act that leaves such a question open.
    """
    return Requirement(
        f"{about}_asked",
        _NOTHING_ASKED.get(about, "no such question is waiting for an answer"),
        holds,
        reads=["evidence", "ledger"],
        satisfied_by=[asked_by.partition("/")[0]],
        opened_by=[asked_by],
        standing=lambda q: any(a.answer is None and a.about == about for a in q.ledger.questions),
    )


@maker({"issue": str | None})
def issue_known() -> Requirement:
    """Require that the act names an issue that has no action yet."""

    def met(question: Question) -> bool:
        return any(i.id == question.act.issue and not i.settled for i in question.ledger.issues)

    def tell(question: Question) -> str:
        open_issues = listed(i.id for i in question.ledger.issues if not i.settled)
        if question.act is None:
            return "no open issue is noted"
        return f"'{question.act.issue}' is no open issue; open issues: {open_issues}"

    return Requirement(
        "issue_known",
        "which issue is it about?",
        met,
        reads=["evidence", "ledger"],
        satisfied_by=("note_issue",),
        standing=lambda q: any(not i.settled for i in q.ledger.issues),
        tell=tell,
    )


@maker({})
def primary_named(*, cites: Iterable[str]) -> Requirement:
    """Require that one issue is marked as the primary one (000-31)."""
    return Requirement(
        "primary_named",
        "no issue is marked as the main one",
        lambda q: any(issue.primary for issue in q.ledger.issues),
        cites=cites,
        reads=["ledger"],
        satisfied_by=("note_issue",),
        opened_by=("note_issue/primary",),  # not by noting just any
        steps=lambda _: (
            Step(
                "note_issue", None, "the issue that is the main one", evidence=(("primary", True),)
            ),
        ),
    )


@maker({})
def not_agreed_yet(who: Literal["customer", "company"], *, cites: Iterable[str]) -> Requirement:
    """Require that one side has not agreed to the plan on the table yet (001-51)."""
    field = f"{who}_agreed_at"
    return Requirement(
        f"{who}_not_agreed",
        f"the {who} has agreed to this plan before",
        lambda q: q.ledger.plan is None or getattr(q.ledger.plan, field) is None,
        cites=cites,
        reads=["ledger"],
        satisfied_by=("propose_plan", "amend_plan"),
    )


@maker({})
def plan_ahead(*, cites: Iterable[str]) -> Requirement:
    """Require that no line of the plan on the table is overdue (001-52)."""
    return Requirement(
        "plan_ahead",
        "a line of this plan is overdue before both have agreed to it",
        lambda q: q.ledger.plan is None or all(item.due >= q.at for item in q.ledger.plan.items),
        cites=cites,
        reads=["ledger", "time"],
        satisfied_by=("propose_plan", "amend_plan"),
    )


@maker({})
def challenges_of_both(*, cites: Iterable[str]) -> Requirement:
    """Require that a challenge of each side is noted (001-50)."""

    def met(question: Question) -> bool:
        return {issue.whose for issue in question.ledger.issues} >= {"customer", "company"}

    return Requirement(
        "challenges_of_both",
        "the challenges of both sides are not noted",
        met,
        cites=cites,
        reads=["ledger"],
        satisfied_by=("note_issue",),
        steps=lambda q: tuple(
            Step("note_issue", None, f"a challenge of the {whose}", evidence=(("whose", whose),))
            for whose in ("customer", "company")
            if whose not in {issue.whose for issue in q.ledger.issues}
        ),
    )


def _list_read(given: Mapping[str, Any]) -> dict[str, object]:
    name = given.get("lines", "remedies")
    return {name: Sequence[PlanItem] if name == "items" else Sequence[Remedy]}


@maker(_list_read)
def pressing_first(*, lines: str = "remedies", cites: Iterable[str]) -> Requirement:
    """
    Require a proposal for every pressing issue before a long-term one is proposed (001-48).

    Args:
        lines: the field in which the act has its proposals: `remedies`, or the `items` of a plan.

        cites: the clauses it stands on.
    """

    def waiting(question: Question) -> list[str]:
        ledger = question.ledger
        answered = {r.issue for p in ledger.proposals for r in p.remedies}
        answered |= {issue for issue, _ in _lines(question, lines)}
        if ledger.plan is not None:
            answered |= ledger.plan.issues
        return [
            f"{issue.id} ({issue.text})"
            for issue in ledger.issues
            if issue.urgency == "pressing" and not issue.settled and issue.id not in answered
        ]

    def met(question: Question) -> bool:
        later = {i.id for i in question.ledger.issues if i.urgency == "long_term"}
        proposed = _lines(question, lines)
        long_term = any(urgency == "long_term" or issue in later for issue, urgency in proposed)
        return not long_term or not waiting(question)

    return Requirement(
        "pressing_first",
        "what is pressing comes first: name a remedy for each pressing issue",
        met,
        cites=cites,
        reads=["evidence", "ledger"],
        tell=lambda q: f"what is pressing comes first; without a proposal: {listed(waiting(q))}",
    )


@maker({"items": Sequence[PlanItem]})
def issues_noted(*, cites: Iterable[str]) -> Requirement:
    """Require that the issues that the lines of a plan are for are on record (001-50)."""

    def unknown(question: Question) -> list[str]:
        known = {issue.id for issue in question.ledger.issues}
        named = (issue for issue, _ in _lines(question, "items") if issue is not None)
        return sorted({*named} - known)

    def tell(question: Question) -> str:
        known = listed(issue.id for issue in question.ledger.issues)
        return f"no such issues are noted: {listed(unknown(question))}; noted: {known}"

    return Requirement(
        "issues_noted",
        "a line of a plan is for an issue that is noted, or for the complaint as a whole",
        lambda q: not unknown(q),
        cites=cites,
        reads=["evidence", "ledger"],
        tell=tell,
    )


def _lines(question: Question, field: str) -> list[tuple[str | None, str | None]]:
    """Return what an act proposes, line by line: for which issue, and how urgent it is."""
    lines: list[tuple[str | None, str | None]] = []
    for each in getattr(question.act, field):
        if isinstance(each, PlanItem):
            lines.append((each.about, None if each.remedy is None else each.remedy.urgency))
        else:
            lines.append((each.issue, each.urgency))
    return lines


@maker({"covers": Sequence[str]})
def covers_mistakes(*, cites: Iterable[str]) -> Requirement:
    """Require that an apology covers each known mistake, and no other (001-32, 001-33)."""

    def tell(question: Question) -> str:
        covered = question.act.covers
        mistakes = question.ledger.mistakes
        left = [f"{m.id} ({m.text})" for m in mistakes if m.id not in covered]
        known = {mistake.id for mistake in mistakes}
        unknown = [repr(each) for each in covered if each not in known]
        told = [f"the apology does not cover {listed(left)}"] if left else []
        if unknown:
            told.append(
                f"{listed(unknown)} is no known mistake; where none is known, the apology is for "
                "the inconvenience and covers none"
            )
        return "; ".join(told)

    return Requirement(
        "covers_mistakes",
        "the apology must cover each known mistake; where none is known, the inconvenience",
        lambda q: {mistake.id for mistake in q.ledger.mistakes} == set(q.act.covers),
        cites=cites,
        reads=["evidence", "ledger"],
        tell=tell,
    )


@maker({"remedies": Sequence[Remedy]})
def below_the_ask(*, cites: Iterable[str]) -> Requirement:
    """Require that a counter-offer works down from what was asked, by currency (002-51)."""
    return Requirement(
        "below_the_ask",
        "the offer is more than {customer} asked for",
        _is_within_the_ask,
        cites=cites,
        reads=["evidence", "ledger"],
    )


@maker({"remedies": Sequence[Remedy]})
def meets_the_ask(*, cites: Iterable[str]) -> Requirement:
    """
    Require that a wish is agreed to as it is: no less of any currency, and every kind (002-42).

    Compared with what the customer named last, as far as it was sorted.
    """

    def met(question: Question) -> bool:
        kinds, sums = wish(question)
        given = totals(question.act.remedies)
        return kinds <= {remedy.kind for remedy in question.act.remedies} and all(
            given.get(currency, 0) >= amount for currency, amount in sums.items()
        )

    def wish(question: Question) -> tuple[set[str], dict[str, Decimal]]:
        last = question.ledger.ask
        if last is not None:
            return {remedy.kind for remedy in last.remedies}, totals(last.remedies)
        expected = question.ledger.expectation
        kind = None if expected is None else expected.kind
        return set() if kind is None else {kind}, _asked(question)

    def tell(question: Question) -> str:
        kinds, sums = wish(question)
        wished = listed([*sorted(kinds), *(f"{sums[currency]} {currency}" for currency in sums)])
        return f"{{customer}} asked for {wished}; agree to all of it, or make an offer"

    return Requirement(
        "meets_the_ask",
        "it is not all that {customer} asked for; agree to all of it, or make an offer",
        met,
        cites=cites,
        reads=["evidence", "ledger"],
        tell=tell,
    )


@maker({"remedies": Sequence[Remedy]})
def not_rising(*, cites: Iterable[str]) -> Requirement:
    """Require that what the customer asks for does not rise, currency by currency (002-51)."""
    return Requirement(
        "not_rising",
        "{customer} asks for more than before",
        _is_within_the_ask,
        cites=cites,
        reads=["evidence", "ledger"],
    )


def _is_within_the_ask(question: Question) -> bool:
    """Return whether what an act names is no more than what was asked for, by currency."""
    asked = _asked(question)
    return all(
        currency not in asked or amount <= asked[currency]
        for currency, amount in totals(question.act.remedies).items()
    )


def _asked(question: Question) -> dict[str, Decimal]:
    """Return the sums the customer asked for last; nothing where they named none."""
    if question.ledger.ask is not None and question.ledger.ask.remedies:
        return totals(question.ledger.ask.remedies)
    wish = question.ledger.expectation
    if wish is None or wish.amount is None or wish.currency is None:
        return {}
    return {wish.currency: wish.amount}
