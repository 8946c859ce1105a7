"""
The six steps (document 003): listen, acknowledge, empathise, ask, offer, and learn.

The document numbers five steps and announces six. The sixth is inferred from its opening question
and its closing paragraph, and can be chosen.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

from complaintflow._deadlines import TimeLimit, spans
from complaintflow._invariants import Invariant
from complaintflow._language import LanguageRule
from complaintflow._method import Edge, Method, Outcome, Rule, State, stays
from complaintflow._requirements import (
    Advised,
    Fact,
    Requirement,
    attempts_made,
    fills,
    offer_in_time,
    releases_are_open,
    remedies_ahead,
    takes_up_the_account,
    wish_sorted,
    within_authority,
)
from complaintflow._time import Within
from complaintflow.acts import (
    Accept,
    AcceptAsk,
    AcknowledgeProblem,
    Apologize,
    AskExpectation,
    Assure,
    Close,
    Counter,
    DeclareDeadlock,
    Decline,
    Empathize,
    FollowUp,
    Learn,
    Listen,
    Offer,
)
from complaintflow.methods import _wording, invariants
from complaintflow.methods.common import (
    NOT_SATISFIED,
    REOPENING,
    answers,
    approval,
    check_settings,
    common_edges,
    exits,
    promises,
    remarks,
    reminded,
    reminders,
    retained_recorded,
    strictly,
)

SOURCE = "003_437c3cb06d5720e4.txt"

FACTS = (
    Fact("heard", "{customer} has not been heard", cites=["003-10", "003-11", "003-12"]),
    Fact("recognised", "the problem is not recognised", cites=["003-12", "003-20"]),
    Fact("apologized", "no apology is recorded", cites="003-22"),
    Fact("process_promised", "no fair solution has been promised", cites="003-23"),
    Fact("empathy_shown", "no empathy shown", cites="003-30"),
    Fact("expectation_known", "what {customer} expects is unknown", cites=["003-42", "003-44"]),
    Fact("ask_open", "{customer} has named no wish that could be accepted", cites="003-51"),
    Fact("offered", "nothing has been offered", cites="003-50"),
    Fact("offer_open", "no offer stands", cites="003-50"),
    Fact("agreed", "nothing is agreed", cites="003-52"),
    Fact("promises_settled", "not everything that was promised is settled", cites="editorial"),
    Fact("lesson_recorded", "no improvement is recorded", cites="003-60"),
    Fact("followed_up", "{customer} has not said that it is resolved", cites="editorial"),
)

TOGETHER = ("heard", "recognised", "empathy_shown", "expectation_known")
"""What comes before any offer: the first four steps."""

STATES = (
    State("received", "the customer is to be listened to", 1, waits_for="customer", cites="003-10"),
    State("heard", "the problem is to be acknowledged", 2, cites="003-20"),
    State("acknowledged", "issue and concern are to be reflected back", 3, cites="003-30"),
    State(
        "empathized",
        "the customer is to be asked what they expect",
        4,
        waits_for="customer",
        cites="003-40",
    ),
    State("consulted", "a resolution is to be offered", 5, cites="003-50"),
    State("negotiating", "an agreement is being sought", 5, waits_for="customer", cites="003-52"),
    State("agreed", "what was agreed is to be done", 6, inferred=True, cites="003-01"),
    State("closed", "it is resolved", final=True, waits_for="nobody"),
    State("withdrawn", "the customer took it back", final=True, waits_for="nobody"),
    State("deadlocked", "no agreement was found", final=True, waits_for="nobody", cites="003-52"),
    State("lapsed", "the customer fell silent", final=True, waits_for="nobody"),
)

WORKING = tuple(state.name for state in STATES if not state.final)
WAITING = tuple(state.name for state in STATES if state.waits_for == "customer")
ENDED = tuple(state.name for state in STATES if state.final)
AFTER_HEARING = WORKING[1:]
AFTER_RECOGNITION = WORKING[2:]
AFTER_EMPATHY = WORKING[3:6]

HELD_BY_CONSTRUCTION = {
    "003-01": "five numbered steps and an inferred sixth: the state `agreed` says so",
    "003-02": "the document's opening question is answered by its last paragraph: see 003-60",
    "003-14": "no time limit ends listening, and none can be set on it",
    "003-15": "`Listen.notes` is optional",
    "003-62": "an attitude; nothing to enforce",
    "003-43": "an attitude; nothing to enforce",
}


def six_steps(
    *,
    sixth: Literal["learn", "follow_up"] | None = "learn",
    strict: bool = False,
    attempts: int = 3,
    second_person: bool = True,
    promises_within: Within = Within(14, "days"),
    first_response: Within | None = None,
    remind_before: Within | Sequence[Within] | None = None,
    language: bool = True,
) -> Method:
    """
    Return the six steps of document 003 as a method.

    Args:
        sixth: what the sixth step is. The document announces six and numbers five. `learn`: an
            improvement is recorded before the close, as its ending asks (003-60). `follow_up`:
            the customer is asked whether it is resolved, as the other documents have it. None:
            there is no sixth step.

        strict: what the document recommends is demanded. False: doing without is a warning.

        attempts: how often a silent customer is to be tried before the case may lapse.

        second_person: whoever asks for approval cannot give it.

        promises_within: until when a promise is due that names no time itself.

        first_response: how soon somebody should listen. None: the document gives no number, and
            no time limit runs.

        remind_before: how long before a promise or a time limit is due to remind its owner: a
            span or several. None: nobody is reminded.

        language: read what is said, and warn (003-12, 003-13, 003-21, 003-23, 003-61).

    Raises:
        MethodError: a setting is none of the ones above.
    """
    settings = {
        "sixth": sixth,
        "strict": strict,
        "attempts": attempts,
        "second_person": second_person,
        "promises_within": promises_within,
        "first_response": first_response,
        "remind_before": reminders(remind_before),
        "language": language,
    }
    check_settings("six_steps", **settings)
    rules = (
        *_conversation(language=language),
        *_resolution(second_person=second_person),
        *_ending(sixth, attempts),
        *remarks(),
        *exits(attempts),
    )
    return Method(
        name="six_steps",
        version="1",
        title="The six steps",
        source=SOURCE,
        initial="received",
        states=STATES,
        facts=[f for f in FACTS if f.name in _facts_for(sixth)],
        rules=strictly(rules) if strict else rules,
        edges=_edges(sixth),
        waivable=_facts_for(sixth) & {"apologized", "process_promised", *_SIXTH.values()},
        limits=reminded(_first_response(first_response), remind_before),
        promises_within=promises_within,
        promise_reminders=spans(remind_before),
        language=_language(sixth) if language else (),
        settings=settings,
        notes=HELD_BY_CONSTRUCTION,
        invariants=_invariants(sixth, strict=strict),
    )


_SIXTH = {"learn": "lesson_recorded", "follow_up": "followed_up"}


def _language(sixth: str | None) -> tuple[LanguageRule, ...]:
    return tuple(rule for rule in _wording.SIX_STEPS if sixth == "learn" or rule.code != "blame")


def _invariants(sixth: str | None, *, strict: bool) -> Iterator[Invariant]:
    yield from invariants.SIX_STEPS
    if strict:
        yield from invariants.SIX_STEPS_STRICTLY
    if sixth == "follow_up":
        yield from invariants.FOLLOWED_UP
    if sixth == "learn" and strict:
        yield invariants.LEARNT


def _facts_for(sixth: str | None) -> frozenset[str]:
    others = {fact for step, fact in _SIXTH.items() if step != sixth}
    return frozenset(fact.name for fact in FACTS) - others


def _conversation(*, language: bool) -> tuple[Rule, ...]:
    return (
        Rule(
            Listen,
            outcomes=[Outcome("finished", establishes="heard")],
            cites=["003-10", "003-11"],
        ),
        Rule(
            AcknowledgeProblem,
            needs=[
                "heard",
                *([Advised(_problem_named())] if language else []),
            ],
            establishes="recognised",
            cites="003-20",
        ),
        Rule(Apologize, needs=["heard"], establishes="apologized", cites="003-22"),
        Rule(Assure, needs=["heard"], establishes="process_promised", cites="003-23"),
        Rule(
            Empathize,
            needs=[
                "heard",
                "recognised",
                fills(
                    "issue",
                    "concern",
                    code="reflects_back",
                    text="say which issue and which concern the words reflect back",
                    cites=["003-30"],
                ),
                Advised(
                    fills(
                        "impact",
                        code="impact_named",
                        text="what it did to {customer}'s experience is not said",
                        cites=["003-31"],
                    )
                ),
                Advised("apologized"),
                Advised("process_promised"),
            ],
            establishes="empathy_shown",
            cites=["003-30", "003-31"],
        ),
        Rule(
            AskExpectation,
            needs=["heard", "recognised", "empathy_shown"],
            outcomes=[
                Outcome(
                    "answered",
                    needs=[Advised(wish_sorted(cites=["003-41"]))],
                    establishes=["expectation_known", "ask_open"],
                ),
                Outcome("unknown", establishes="expectation_known", clears="ask_open"),
            ],
            cites=["003-40", "003-41"],
        ),
        answers(
            Outcome("expectation", establishes=["expectation_known", "ask_open"]),
            Outcome("no_expectation", establishes="expectation_known", clears="ask_open"),
        ),
    )


def _problem_named() -> Requirement:
    return takes_up_the_account(
        code="problem_named",
        text="the words take up nothing of what {customer} said",
        cites=["003-20", "003-21"],
    )


def _resolution(*, second_person: bool) -> tuple[Rule, ...]:
    may_offer = within_authority(cites=["003-54"])
    return (
        Rule(
            Offer,
            needs=[
                *TOGETHER,
                may_offer,
                remedies_ahead(),
                Advised(
                    fills(
                        "customer_need",
                        "company_constraint",
                        code="needs_weighed",
                        text="what {customer} needs and what binds the company is not said",
                        cites=["003-53"],
                    )
                ),
            ],
            establishes=["offered", "offer_open"],
            cites=["003-50", "003-52"],
            notify=[("offer_made", "customer")],
        ),
        Rule(
            AcceptAsk,
            needs=[*TOGETHER, "ask_open", may_offer, remedies_ahead()],
            establishes="agreed",
            clears=["ask_open", "offer_open", "promises_settled"],
            cites="003-51",
            notify=[("agreed", "customer"), ("agreed", "owner")],
        ),
        Rule(
            Accept,
            needs=["offer_open", offer_in_time()],
            establishes="agreed",
            clears=["ask_open", "offer_open", "promises_settled"],
            cites="003-52",
            notify=[("agreed", "customer"), ("agreed", "owner")],
        ),
        Rule(
            Counter,
            needs=["expectation_known"],
            establishes="ask_open",
            clears="offer_open",
            cites="003-52",
            notify=[("countered", "owner")],
        ),
        Rule(
            Decline,
            needs=["offer_open"],
            clears="offer_open",
            in_way=False,
            cites="003-52",
            notify=[("declined", "owner")],
        ),
        Rule(
            DeclareDeadlock,
            needs=[*TOGETHER, "offered", releases_are_open()],
            in_way=False,
            cites="003-52",
            notify=[("deadlocked", "customer"), ("deadlocked", "owner")],
        ),
        *approval(second_person=second_person, cites=["003-54"]),
        *promises(),
    )


def _closed(sixth: str | None, attempts: int) -> tuple[Outcome, ...]:
    """Return how a case can be closed: unconfirmed only where somebody should have confirmed it."""
    if sixth != "follow_up":
        return (Outcome("resolved"),)
    tried = attempts_made(attempts, cites=["editorial"])
    return (Outcome("resolved", needs=["followed_up"]), Outcome("unconfirmed", needs=[tried]))


def _ending(sixth: str | None, attempts: int) -> tuple[Rule, ...]:
    return (
        *_sixth_step(sixth),
        Rule(
            Close,
            needs=[
                "agreed",
                "promises_settled",
                *([Advised("lesson_recorded")] if sixth == "learn" else []),
                Advised(retained_recorded(cites=["003-03", "003-55"])),
                Advised(
                    fills(
                        "cost",
                        code="cost_recorded",
                        text="what it cost the company is not recorded",
                        cites=["003-55"],
                    )
                ),
            ],
            outcomes=_closed(sixth, attempts),
            in_way=False,
            notify=[("closed", "customer")],
        ),
        REOPENING,
    )


def _sixth_step(sixth: str | None) -> tuple[Rule, ...]:
    if sixth == "learn":
        return (Rule(Learn, establishes="lesson_recorded", cites=["003-60", "003-61"]),)
    if sixth == "follow_up":
        return (
            Rule(
                FollowUp,
                needs=["agreed", "promises_settled"],
                outcomes=[
                    Outcome("satisfied", establishes="followed_up"),
                    NOT_SATISFIED,
                ],
                cites="editorial",
            ),
        )
    return ()


def _edges(sixth: str | None) -> tuple[Edge, ...]:
    main_road = (
        Edge("received", "listen", "heard", outcome="finished"),
        Edge(WORKING, "listen"),
        Edge("heard", "acknowledge_problem", "acknowledged"),
        *stays(AFTER_RECOGNITION, AcknowledgeProblem),
        *stays(AFTER_HEARING, Apologize, Assure),
        Edge("acknowledged", "empathize", "empathized"),
        *stays(WORKING[3:], Empathize),
        Edge("empathized", "ask_expectation", "consulted", outcome="answered"),
        Edge("empathized", "ask_expectation", "consulted", outcome="unknown"),
        *stays(AFTER_EMPATHY, AskExpectation),
        Edge("empathized", "answer", "consulted", outcome="expectation"),
        Edge("empathized", "answer", "consulted", outcome="no_expectation"),
        Edge(WORKING, "answer"),
        Edge(("consulted", "negotiating"), "offer", "negotiating"),
        Edge(("consulted", "negotiating"), "counter", "negotiating"),
        Edge(("consulted", "negotiating"), "accept_ask", "agreed"),
        Edge("negotiating", "accept", "agreed"),
        Edge("negotiating", "decline"),
        Edge("negotiating", "declare_deadlock", "deadlocked"),
        Edge("agreed", "close", "closed", outcome="resolved"),
    )
    sixth_step = {
        "learn": stays(("agreed", "closed"), Learn),
        "follow_up": (
            Edge("agreed", "follow_up", "received", outcome="not_satisfied"),
            Edge("agreed", "follow_up"),
            Edge("agreed", "close", "closed", outcome="unconfirmed"),
        ),
    }
    return (
        *main_road,
        *sixth_step.get(sixth or "", ()),
        Edge(("agreed", *ENDED), "reopen", "received"),
        *common_edges(initial="received", working=WORKING, waiting=WAITING, ended=ENDED),
    )


def _first_response(within: Within | None) -> tuple[TimeLimit, ...]:
    if within is None:
        return ()
    return (
        TimeLimit(
            "first_response",
            "nobody has listened in time",
            within,
            starts=["open"],
            ends=["listen"],
        ),
    )
