"""
The ledger of a case: what is owed, asked, offered, promised, felt and waived.

A frozen value. Acts write in it through its verbs; each returns the next ledger and shares with
it whatever did not change.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

import attrs
from attrs import frozen

from complaintflow._deadlines import Breach, Deadline
from complaintflow._draft import draft_of
from complaintflow._evidence import Expectation, Mood, PlanItem, Remedy
from complaintflow._value import Value

REMEMBERED = 50
"""How many accounts, and how many questions that are settled, a case keeps beside its history."""

PromiseState = Literal["open", "kept", "kept_late", "released", "broken"]


@frozen(eq=False, repr=False)
class Issue(Value):
    """One thing the customer complains about, or a challenge one side faces."""

    id: str
    """What acts name it by; `'i1'`."""
    text: str
    """What it is about."""
    whose: Literal["customer", "company"] = "customer"
    """Who faces it."""
    urgency: Literal["pressing", "long_term"] | None = None
    """How soon it is to be dealt with. None: nobody has said."""
    primary: bool = False
    """True: it is what matters most."""
    settled: bool = False
    """True: an action or a solution with an outcome is recorded for it."""


@frozen(eq=False, repr=False)
class Proposal(Value):
    """An offer of the company, or a counter-offer or wish of the customer."""

    party: Literal["company", "customer"]
    """Who proposes it."""
    remedies: tuple[Remedy, ...]
    """What is proposed."""
    words: str
    """What was said with it."""
    entry: int
    """The version of the case whose entry made it."""
    expires: datetime | None = None
    """After this moment it cannot be accepted. None: it stands until it is answered."""


@frozen(eq=False, repr=False)
class Approval(Value):
    """A request that somebody else allows an offer above a limit, or a promise to be broken."""

    id: str
    """What acts name it by; `'a7'`."""
    requested_by: str
    """Who asks."""
    remedies: tuple[Remedy, ...] = ()
    """What is to be offered. Empty: it is about a promise."""
    promise: str | None = None
    """The id of the promise that is to be broken. None: it is about an offer."""
    granted: bool | None = None
    """None: not decided yet."""
    decided_by: str | None = None
    """Who has decided. None: nobody yet."""


@frozen(eq=False, repr=False)
class Asked(Value):
    """A question put to the customer."""

    id: str
    """What acts name it by; `'q4'`."""
    text: str
    """What was asked."""
    about: str
    """What the answer is for: `understanding`, `anything_else`, `expectation`, `restatement` or
    `follow_up`."""
    answer: str | None = None
    """None: not answered yet."""
    resolved: bool | None = None
    """Of a follow-up: whether the customer has said that it is resolved. None: not yet."""
    pleased: bool | None = None
    """Of a follow-up: whether the customer has said that they are pleased. None: not yet."""


@frozen(eq=False, repr=False)
class Mistake(Value):
    """A mistake of the company that is known."""

    id: str
    """What acts name it by; `'m1'`."""
    text: str
    """What went wrong."""


@frozen(eq=False, repr=False)
class Plan(Value):
    """A plan in writing, and who has agreed to it."""

    items: tuple[PlanItem, ...]
    """What it says is done, by whom and until when."""
    document: str
    """Where it is written, or the text itself."""
    amends: bool = False
    """True: it takes the place of a plan that was agreed."""
    promises: tuple[str, ...] = ()
    """What it promised, by id; of an amendment that waits for agreement: what it takes back."""
    issues: frozenset[str] = frozenset()
    """The issues that it, or a plan before it in this cycle, has a line for."""
    customer_agreed_at: datetime | None = None
    """When the customer agreed. None: not yet."""
    company_agreed_at: datetime | None = None
    """When the company agreed. None: not yet."""


@frozen(weakref_slot=False, eq=False, repr=False)
class Promise(Value):
    """Something the company has promised: what, who and until when."""

    id: str
    """What acts name it by; `'p1'`."""
    what: str
    """What is promised."""
    who: str
    """Who is to keep it."""
    due: datetime
    """Until when."""
    remedy: Remedy | None = None
    """The remedy that was agreed to. None: it is a line of a plan that carries none."""
    state: PromiseState = "open"
    """What became of it."""
    breached_at: datetime | None = None
    """When it was found to be overdue or broken; permanent. None: it never was."""
    reminders: tuple[datetime, ...] = ()
    """When to remind of it, soonest first."""
    reminded: int = 0
    """How many of the reminders were given, or have been overtaken by a later one."""

    @property
    def deadline(self) -> Deadline:
        """Until when it is to be kept, as a deadline."""
        text = f"the promise '{self.what}' is overdue"
        return Deadline("promise", self.due, text, self.id, self.reminders, self.reminded)

    def ended(self, state: PromiseState, breached_at: datetime | None = None) -> Promise:
        """Return it in another state. A breach once recorded stays."""
        return Promise(
            self.id,
            self.what,
            self.who,
            self.due,
            self.remedy,
            state,
            self.breached_at or breached_at,
            self.reminders,
            self.reminded,
        )


@frozen(slots=False, eq=False, repr=False)
class Ledger(Value):
    """Everything about a case that is not its state or its facts."""

    owner: str | None = None
    """Who is responsible for the case. None: nobody yet."""
    taken: bool = False
    """True: the owner, or one before, took the case or was handed it. False: they opened it."""
    mood: Mood | None = None
    """How the customer feels, as last noted. None: not noted in this cycle."""
    opening_mood: Mood | None = None
    """The first mood noted in this cycle."""
    willing: bool | None = None
    """Whether the customer is willing to work on a solution. None: not noted in this cycle."""
    rescheduled_mood: Mood | None = None
    """The mood when the talk was last put off. None: it was not put off, or is resumed."""
    accounts: tuple[str, ...] = ()
    """The customer's own words, oldest first: the first ones, and then the last fifty."""
    issues: tuple[Issue, ...] = ()
    """What the customer complains about, and the challenges, oldest first."""
    mistakes: tuple[Mistake, ...] = ()
    """The company's known mistakes, oldest first."""
    expectation: Expectation | None = None
    """What the customer expects. None: not asked or not answered in this cycle."""
    proposals: tuple[Proposal, ...] = ()
    """Offers and counter-offers of this cycle, oldest first."""
    approvals: tuple[Approval, ...] = ()
    """Requests for approval in this cycle, oldest first."""
    questions: tuple[Asked, ...] = ()
    """Questions of this cycle, oldest first: all that are open, and the last fifty others."""
    plan: Plan | None = None
    """The plan of this cycle. None: none was proposed."""
    agreed_at: datetime | None = None
    """When a settlement was agreed in this cycle. None: none was."""
    promises: tuple[Promise, ...] = ()
    """Every promise ever made on the case, oldest first."""
    deadlines: tuple[Deadline, ...] = ()
    """Time limits that are running; the deadlines of promises are read off the promises."""
    breaches: tuple[Breach, ...] = ()
    """Time limits that were not kept, oldest first; those of promises stand on the promises."""
    waived: frozenset[str] = frozenset()
    """Codes of requirements waived in this cycle."""
    attempts: int = 0
    """How often the customer was tried in vain since their last word."""
    lapsed: bool = False
    """True: the case was closed because the customer fell silent."""
    merged_into: str | None = None
    """The id of the case in which the complaint goes on. None: it goes on here."""
    retained: Literal["yes", "no", "unknown"] | None = None
    """Whether the customer stays. None: not recorded."""

    # -- questions ------------------------------------------------------------------------------

    @property
    def outstanding(self) -> tuple[Promise, ...]:
        """The promises that are neither kept, released nor broken, oldest first."""
        return tuple([p for p in self.promises if p.state == "open"])

    @property
    def awaited(self) -> tuple[Promise, ...]:
        """The promises that were not released and not broken, kept or not, oldest first."""
        return tuple([p for p in self.promises if p.state not in {"released", "broken"}])

    def promise(self, promise_id: str | None) -> Promise | None:
        """Return the promise with this id; None where there is none."""
        for promise in self.promises:
            if promise.id == promise_id:
                return promise
        return None

    @property
    def offer(self) -> Proposal | None:
        """The company's last offer in this cycle; None where it made none."""
        return self._last("company")

    @property
    def ask(self) -> Proposal | None:
        """The customer's last counter-offer in this cycle; None where they made none."""
        return self._last("customer")

    def _last(self, party: str) -> Proposal | None:
        for proposal in reversed(self.proposals):
            if proposal.party == party:
                return proposal
        return None

    def approval(self, approval_id: str | None) -> Approval | None:
        """Return the request with this id, or the latest undecided one for None."""
        if approval_id is None:
            return next((a for a in reversed(self.approvals) if a.granted is None), None)
        return next((a for a in self.approvals if a.id == approval_id), None)

    def question(self, question_id: str | None) -> Asked | None:
        """Return the question with this id, or the oldest unanswered one for None."""
        if question_id is None:
            return next((q for q in self.questions if q.answer is None), None)
        return next((q for q in self.questions if q.id == question_id), None)

    # -- verbs ----------------------------------------------------------------------------------

    def but(self, **changes: Any) -> Ledger:
        """Return the same ledger but for *changes*, at a fifth of the price of `attrs.evolve`."""
        # A ledger has a dictionary, unlike the other values, so that most of it can be copied
        # in one go; nothing else writes into it.
        ledger = object.__new__(Ledger)
        fields = ledger.__dict__
        fields.update(self.__dict__)
        fields.update(changes)
        return ledger

    def after_a_word(self) -> Ledger:
        """Return the same ledger as it is once the customer has said something."""
        return self.but(attempts=0) if self.attempts else self

    def for_new_cycle(self) -> Ledger:
        """Return what lives on when a case is reopened: the rest belonged to the cycle."""
        return Ledger(
            owner=self.owner,
            taken=self.taken,
            accounts=self.accounts,
            issues=tuple(attrs.evolve(issue, settled=False) for issue in self.issues),
            mistakes=self.mistakes,
            promises=self.promises,
            breaches=self.breaches,
            retained=self.retained,
        )

    def hear(self, words: str | None, **changes: Any) -> Ledger:
        """Add the customer's words, where there are any; they end the silence."""
        if words is None:
            return self.but(attempts=0, **changes)
        accounts = (*self.accounts, words)
        if len(accounts) > REMEMBERED + 1:
            accounts = accounts[:1] + accounts[-REMEMBERED:]
        return self.but(accounts=accounts, attempts=0, **changes)

    def ask_question(self, question: Asked) -> tuple[Asked, ...]:
        """Return the questions with one more; of those that are settled the oldest is forgotten."""
        questions = (*self.questions, question)
        if len(questions) > REMEMBERED:
            old = questions[:-REMEMBERED]
            return tuple(q for q in old if q.answer is None) + questions[-REMEMBERED:]
        return questions

    def feel(self, mood: Mood | None, **changes: Any) -> Ledger:
        """Note the mood; the first one of a cycle is its opening mood. None notes none."""
        if mood is None:
            return self.but(**changes) if changes else self
        return self.but(mood=mood, opening_mood=self.opening_mood or mood, **changes)

    def settle_promise(
        self, promise_id: str, state: PromiseState, *, breached_at: datetime | None = None
    ) -> Ledger:
        """Give a promise its end. A breach once recorded stays."""
        return self.but(
            promises=tuple(
                [p.ended(state, breached_at) if p.id == promise_id else p for p in self.promises]
            )
        )

    def breach(self, promise_id: str, at: datetime) -> Ledger:
        """Record that a promise is overdue. It stays open, and can still be kept: late."""
        return self.but(
            promises=tuple(
                [p.ended(p.state, at) if p.id == promise_id else p for p in self.promises]
            )
        )

    def late(self, since: Ledger, at: datetime) -> Ledger:
        """
        Record as breaches what *since*, the ledger before this step, owed and was ended too late.

        What has passed is a breach also where nobody had looked before it was done, or given up.
        """
        ledger = self
        if since.deadlines is not ledger.deadlines:
            gone = [d for d in since.deadlines if d.has_passed(at) and d not in ledger.deadlines]
            if gone:
                found = tuple([Breach(d.code, d.due, at, d.about) for d in gone])
                ledger = ledger.but(breaches=ledger.breaches + found)
        if since.promises is not ledger.promises:
            overdue = {p.id for p in since.outstanding if p.breached_at is None and p.due < at}
            for promise in ledger.promises:
                if promise.id in overdue and promise.state != "open":
                    ledger = ledger.breach(promise.id, at)
        return ledger

    def remind(self, code: str, about: str | None, at: datetime) -> Ledger:
        """Note that a reminder of a deadline was given, or of the promise it is about."""
        if about is None:
            return self.but(
                deadlines=tuple(
                    [d.reminded_by(at) if d.code == code else d for d in self.deadlines]
                )
            )
        return self.but(
            promises=tuple(
                [
                    attrs.evolve(p, reminded=p.deadline.reminded_by(at).reminded)
                    if p.id == about
                    else p
                    for p in self.promises
                ]
            )
        )

    def settle_issue(self, issue_id: str) -> Ledger:
        """Note that an issue has its action."""
        return self.but(
            issues=tuple(
                attrs.evolve(i, settled=True) if i.id == issue_id else i for i in self.issues
            )
        )

    def put_plan(
        self, items: tuple[PlanItem, ...], document: str, *, amends: bool = False
    ) -> Ledger:
        """
        Put a plan on the table; nobody has agreed to it yet.

        Where an amendment is changed, the plan that both agree to still replaces the first one.
        """
        issues = frozenset(each.about for each in items if each.about is not None)
        before = self.plan
        if before is None:
            return self.but(plan=Plan(items, document, amends, issues=issues))
        promises = before.promises if amends or before.amends else ()
        plan = Plan(items, document, amends or before.amends, promises, before.issues | issues)
        return self.but(plan=plan)

    def keep_plan(self, promises: tuple[Promise, ...], **agreed: Any) -> Ledger:
        """
        Note an agreement to the plan; with the second one come its *promises*.

        An amended plan then takes the place of what the old one still owed.
        """
        plan = attrs.evolve(self.plan, **agreed) if self.plan is not None else None
        ledger = self
        if promises and plan is not None:
            if plan.amends:
                replaced = (p.id for p in self.outstanding if p.id in plan.promises)
                ledger = self.release(tuple(replaced))
            plan = attrs.evolve(plan, promises=tuple(p.id for p in promises))
        return ledger.but(plan=plan, promises=(*ledger.promises, *promises), attempts=0)

    def release(self, promise_ids: tuple[str, ...]) -> Ledger:
        """End promises that the customer no longer asks for."""
        ledger = self
        for promise_id in promise_ids:
            ledger = ledger.settle_promise(promise_id, "released")
        return ledger

    def decide_approval(self, approval_id: str | None, *, granted: bool, by: str) -> Ledger:
        """Give a request for approval its answer."""
        request = self.approval(approval_id)
        return self.but(
            approvals=tuple(
                attrs.evolve(a, granted=granted, decided_by=by) if a is request else a
                for a in self.approvals
            )
        )

    def half_answer(self, question_id: str | None, words: str, **halves: bool | None) -> Ledger:
        """Keep what was said to a question that still waits for the rest of its answer."""
        told: dict[str, Any] = {name: half for name, half in halves.items() if half is not None}
        if not told:
            return self.hear(words)
        asked = self.question(question_id)
        questions = tuple(attrs.evolve(q, **told) if q is asked else q for q in self.questions)
        return self.hear(words, questions=questions)

    def answer_question(self, question_id: str | None, words: str, **changes: Any) -> Ledger:
        """Give a question its answer, and keep the words as the customer's."""
        asked = self.question(question_id)
        questions = tuple(
            attrs.evolve(q, answer=words) if q is asked else q for q in self.questions
        )
        return self.hear(words, questions=questions, **changes)


promise_draft = draft_of(Promise)

EMPTY = Ledger()
"""The ledger of a case that was just opened."""

__all__ = [
    "EMPTY",
    "Approval",
    "Asked",
    "Issue",
    "Ledger",
    "Promise",
    "Proposal",
]
