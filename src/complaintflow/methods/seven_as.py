"""The seven A's (document 001): acknowledge, air, apologise, assure, agree, act, accomplish."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Literal

from complaintflow._deadlines import TimeLimit, spans
from complaintflow._method import Edge, Method, Outcome, Rule, State, stays
from complaintflow._requirements import (
    Advised,
    Fact,
    attempts_made,
    calm,
    calmer_than_when_put_off,
    challenges_of_both,
    covers_mistakes,
    fills,
    lines_ahead,
    not_agreed_yet,
    plan_ahead,
    pressing_first,
    releases_are_open,
    remedies_ahead,
    specific,
    talk_ahead,
    willing,
    within_authority,
)
from complaintflow._time import Within
from complaintflow.acts import (
    AcknowledgeFeelings,
    Act,
    AgreePlan,
    AmendPlan,
    Answer,
    Apologize,
    AskExpectation,
    Assure,
    AssurePrevention,
    Close,
    ConfirmChallenges,
    ConfirmPlan,
    Counter,
    DeclareDeadlock,
    FollowUp,
    Invite,
    Listen,
    NoteIssue,
    NoteMistake,
    Offer,
    ProposePlan,
    Reschedule,
    Resume,
    Thank,
    Verdict,
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
    strictly,
)

SOURCE = "001_101f6011115c6dfc.txt"

FACTS = (
    Fact("feelings_acknowledged", "{customer}'s feelings are not acknowledged", cites="001-10"),
    Fact("invited", "{customer} was not invited to say everything", cites="001-20"),
    Fact("heard", "{customer} has not been heard to the end", cites=["001-21", "001-22"]),
    Fact("apologized", "an apology for all that is known is missing", cites=["001-30", "001-32"]),
    Fact(
        "assured",
        "{customer} was not assured that their concerns will be addressed",
        cites="001-40",
    ),
    Fact("expectation_known", "what {customer} expects is unknown", cites="001-46"),
    Fact("offered", "it is not said what the company can provide", cites="001-46"),
    Fact(
        "challenges_clear", "the challenges that both sides face are not confirmed", cites="001-50"
    ),
    Fact("plan_proposed", "no plan is on the table", cites="001-51"),
    Fact("customer_agreed", "{customer} has not agreed to the plan", cites="001-51"),
    Fact("company_agreed", "the company has not agreed to the plan", cites="001-51"),
    Fact("plan_agreed", "the two sides have not agreed to a plan", cites=["001-51", "001-60"]),
    Fact(
        "promises_settled",
        "not everything that was promised is settled",
        cites=["001-70", "001-74"],
    ),
    Fact("checked_in", "{customer} has not said that they are satisfied", cites="001-71"),
    Fact("thanked", "{customer} was not thanked", cites="001-72"),
    Fact(
        "prevention_assured",
        "{customer} was not assured that you do your best to prevent it",
        cites="001-73",
    ),
)

BEFORE_SOLUTIONS = ("feelings_acknowledged", "heard", "apologized", "assured")
"""What comes before any solution: the first four A's, as far as they are not the discussion."""

TALK = (calm(cites="001-45"), willing(cites="001-45"))
"""What it takes to discuss solutions: somebody calm enough, and willing."""

STATES = (
    State(
        "received", "the customer's feelings are to be acknowledged", 1, cites=["001-04", "001-10"]
    ),
    State(
        "acknowledged",
        "the customer is to be invited, and heard to the end",
        2,
        waits_for="customer",
        cites="001-20",
    ),
    State("aired", "an apology is due", 3, cites="001-30"),
    State("apologized", "the customer is to be assured", 4, cites="001-40"),
    State("assured", "solutions are to be discussed", 4, waits_for="customer", cites="001-45"),
    State(
        "waiting",
        "the talk is put off until everyone is calmer",
        waits_for="customer",
        cites="001-43",
    ),
    State("planning", "both are to agree on a plan", 5, waits_for="customer", cites="001-51"),
    State("implementing", "the plan is to be carried out", 6, cites="001-60"),
    State("closed", "what was promised is accomplished", 7, final=True, waits_for="nobody"),
    State("withdrawn", "the customer took it back", final=True, waits_for="nobody"),
    State("deadlocked", "no agreement was found", final=True, waits_for="nobody"),
    State("lapsed", "the customer fell silent", final=True, waits_for="nobody"),
)

WORKING = tuple(state.name for state in STATES if not state.final)
WAITING = tuple(state.name for state in STATES if state.waits_for == "customer")
ENDED = tuple(state.name for state in STATES if state.final)
AFTER_AIRING = ("aired", "apologized", "assured", "planning", "implementing")
TALKING = ("assured", "planning")

SATISFIED = Verdict(yes="pleased", no=["pleased", "resolved"])
"""A check-in asks whether the customer is satisfied with the result, and nothing else (001-71)."""

HELD_BY_CONSTRUCTION = {
    "001-03": "no requirement but the calm before solutions reads the mood; the order is the same",
    "001-05": "`Mitigate` is possible in every open state, and is no remedy",
    "001-23": "language rules read the agent's words alone; `SuspendContact` is on the record",
    "001-31": "no requirement reads who was right",
    "001-53": "nothing but a plan that both agree to makes a promise",
}


ACCEPTED = {
    "stale_fact: close/resolved needs thanked": (
        "thanks are for the complaint: they hold when the plan is amended"
    ),
    "stale_fact: close/resolved needs prevention_assured": (
        "what prevents it hangs on the cause, and not on the plan for this customer"
    ),
}
"""What a check of the method finds, and why it is meant to be so."""


def seven_as(
    *,
    strict: bool = False,
    attempts: int = 3,
    second_person: bool = True,
    first_response: Within | None = None,
    stale_after: Within | None = None,
    remind_before: Within | Sequence[Within] | None = None,
    language: bool = True,
) -> Method:
    """
    Return the seven A's of document 001 as a method.

    Args:
        strict: what the document recommends is demanded. False: doing without is a warning.

        attempts: how often a silent customer is to be tried before the case may lapse, or be
            closed unconfirmed.

        second_person: whoever asks for approval cannot give it.

        first_response: how soon the feelings should be acknowledged (001-01). None: the document
            says "sooner rather than later" and gives no number, and no time limit runs.

        stale_after: how long nothing may happen on an open case (001-01). None: likewise.

        remind_before: how long before a promise (001-61) or a time limit is due to remind its
            owner: a span or several. None: nobody is reminded.

        language: read what is said, and warn.

    Raises:
        MethodError: a setting is none of the ones above.
    """
    settings = {
        "strict": strict,
        "attempts": attempts,
        "second_person": second_person,
        "first_response": first_response,
        "stale_after": stale_after,
        "remind_before": reminders(remind_before),
        "language": language,
    }
    check_settings("seven_as", **settings)
    rules = (
        *_hearing(),
        *_discussing(),
        *_planning(),
        *approval(second_person=second_person),
        *promises(cites=["001-60", "001-61", "001-74"]),
        *_accomplishing(attempts),
        *remarks(but=[NoteIssue]),
        *exits(attempts),
    )
    return Method(
        name="seven_as",
        version="1",
        title="The seven A's",
        source=SOURCE,
        initial="received",
        states=STATES,
        facts=FACTS,
        rules=strictly(rules) if strict else rules,
        edges=_edges(),
        waivable=["expectation_known", "challenges_clear", "willing", "calm"],
        limits=reminded(
            _limits(first_response, stale_after, [rule.trigger for rule in rules]), remind_before
        ),
        promise_reminders=spans(remind_before),
        language=_wording.SEVEN_AS if language else (),
        settings=settings,
        notes=HELD_BY_CONSTRUCTION | _limits_off(first_response, stale_after),
        invariants=invariants.SEVEN_AS,
        accepted=ACCEPTED,
    )


def _hearing() -> tuple[Rule, ...]:
    return (
        Rule(
            AcknowledgeFeelings,
            needs=[
                fills(
                    "problem",
                    code="problem_named",
                    text="say that there is a problem, and which",
                    cites=["001-24"],
                ),
                Advised(
                    fills(
                        "mission",
                        code="mission_named",
                        text="what you commit yourself to is not said",
                        cites=["001-14"],
                    )
                ),
            ],
            establishes="feelings_acknowledged",
            cites=["001-02", "001-10"],
        ),
        Rule(Invite, needs=["feelings_acknowledged"], establishes="invited", cites="001-20"),
        Rule(
            Listen,
            needs=["feelings_acknowledged", "invited"],
            outcomes=[Outcome("finished", establishes="heard")],
            cites=["001-21", "001-22"],
        ),
        Rule(NoteMistake, clears="apologized", in_way=False, cites="001-32"),
        Rule(
            Apologize,
            needs=["heard", covers_mistakes(cites=["001-32", "001-33"])],
            establishes="apologized",
            cites=["001-30", "001-33"],
        ),
        Rule(
            Assure,
            needs=["heard", "apologized"],
            establishes="assured",
            cites=["001-40", "001-41"],
        ),
        Rule(
            Reschedule,
            needs=["assured", talk_ahead()],
            in_way=False,
            cites=["001-42", "001-43"],
            notify=[("rescheduled", "customer")],
        ),
        Rule(
            Resume,
            needs=[Advised(calmer_than_when_put_off(cites=["001-44"]))],
            cites="001-44",
        ),
    )


def _discussing() -> tuple[Rule, ...]:
    return (
        Rule(
            AskExpectation,
            needs=[*BEFORE_SOLUTIONS, *TALK],
            outcomes=[
                Outcome("answered", establishes="expectation_known"),
                Outcome("unknown", establishes="expectation_known"),
            ],
            cites="001-46",
        ),
        answers(
            Outcome("expectation", establishes="expectation_known"),
            Outcome("no_expectation", establishes="expectation_known"),
            Outcome("satisfied", establishes="checked_in"),
            NOT_SATISFIED,
            reads=SATISFIED,
        ),
        Rule(
            Offer,
            needs=[
                *BEFORE_SOLUTIONS,
                *TALK,
                "expectation_known",
                specific(cites=["001-47"]),
                pressing_first(cites=["001-48"]),
                within_authority(),
                remedies_ahead(),
            ],
            establishes="offered",
            cites=["001-46", "001-47", "001-49"],
            notify=[("offer_made", "customer")],
        ),
        Rule(Counter, needs=["expectation_known"], cites="001-46", notify=[("countered", "owner")]),
        Rule(
            ConfirmChallenges,
            needs=["assured", challenges_of_both(cites=["001-50"])],
            outcomes=[Outcome("confirmed", establishes="challenges_clear")],
            cites="001-50",
        ),
        Rule(NoteIssue, clears="challenges_clear", in_way=False, cites="001-50"),
    )


def _planning() -> tuple[Rule, ...]:
    in_writing = (lines_ahead(cites=["001-52"]),)
    return (
        Rule(
            ProposePlan,
            needs=[
                *BEFORE_SOLUTIONS,
                *TALK,
                "expectation_known",
                "offered",
                "challenges_clear",
                *in_writing,
            ],
            establishes="plan_proposed",
            clears=["plan_agreed", "customer_agreed", "company_agreed"],
            cites=["001-45", "001-51", "001-52", "001-53"],
            notify=[("plan_proposed", "customer")],
        ),
        _agreement(AgreePlan, of="customer", with_="company"),
        _agreement(ConfirmPlan, of="company", with_="customer"),
        Rule(
            AmendPlan,
            needs=[*BEFORE_SOLUTIONS, "expectation_known", "plan_agreed", *in_writing],
            establishes="plan_proposed",
            clears=["plan_agreed", "customer_agreed", "company_agreed"],
            in_way=False,
            cites="001-60",
            notify=[("plan_amended", "customer")],
        ),
        Rule(
            DeclareDeadlock,
            needs=[*BEFORE_SOLUTIONS, "expectation_known", "offered", releases_are_open()],
            in_way=False,
            cites="editorial",
            notify=[("deadlocked", "customer"), ("deadlocked", "owner")],
        ),
    )


def _agreement(act: type[Act], *, of: Literal["customer", "company"], with_: str) -> Rule:
    """Return the rule of one side's agreement; the second one makes the promises."""
    return Rule(
        act,
        needs=[
            "plan_proposed",
            not_agreed_yet(of, cites=["001-51"]),
            plan_ahead(cites=["001-52"]),
        ],
        establishes=f"{of}_agreed",
        outcomes=[
            Outcome(
                "both",
                needs=[f"{with_}_agreed"],
                establishes="plan_agreed",
                clears=["promises_settled", "checked_in"],
                notify=[("agreed", "customer"), ("agreed", "owner")],
            )
        ],
        cites="001-51",
    )


def _accomplishing(attempts: int) -> tuple[Rule, ...]:
    done = ("plan_agreed", "promises_settled")
    return (
        Rule(
            FollowUp,
            needs=done,
            reads=SATISFIED,
            outcomes=[
                Outcome("satisfied", establishes="checked_in"),
                NOT_SATISFIED,
            ],
            cites=["001-70", "001-71"],
        ),
        Rule(Thank, needs=done, establishes="thanked", cites="001-72"),
        Rule(
            AssurePrevention,
            needs=[
                *done,
                Advised(
                    fills(
                        "preventive_action",
                        code="prevention_named",
                        text="what is done to prevent it is not recorded",
                        cites=["001-73"],
                    )
                ),
            ],
            establishes="prevention_assured",
            cites="001-73",
        ),
        Rule(
            Close,
            needs=["plan_agreed", "promises_settled", "apologized"],
            outcomes=[
                Outcome("resolved", needs=["checked_in", "thanked", "prevention_assured"]),
                Outcome("unconfirmed", needs=[attempts_made(attempts, cites=["editorial"])]),
            ],
            in_way=False,
            cites=["001-74", "001-75"],
            notify=[("closed", "customer"), ("closed", "team")],
        ),
        REOPENING,
    )


def _edges() -> tuple[Edge, ...]:
    return (
        Edge("received", "acknowledge_feelings", "acknowledged"),
        *stays(WORKING[1:], AcknowledgeFeelings),
        *stays(WORKING[1:], Invite),
        Edge("acknowledged", "listen", "aired", outcome="finished"),
        *stays(WORKING[1:], Listen),
        *stays(WORKING, NoteMistake),
        Edge("aired", "apologize", "apologized"),
        *stays(AFTER_AIRING[1:], Apologize),
        Edge("apologized", "assure", "assured"),
        *stays(AFTER_AIRING[2:], Assure),
        Edge(TALKING, "reschedule", "waiting", outcome="accepted"),
        *stays((*TALKING, "waiting"), Reschedule),
        Edge("waiting", "resume", "planning", given=["plan_proposed"]),
        Edge("waiting", "resume", "assured"),
        *stays(TALKING, AskExpectation, Offer, Counter, ConfirmChallenges),
        Edge(TALKING, "propose_plan", "planning"),
        Edge("planning", "agree_plan", "implementing", outcome="both"),
        Edge("planning", "confirm_plan", "implementing", outcome="both"),
        *stays(("planning",), AgreePlan, ConfirmPlan),
        Edge("implementing", "amend_plan", "planning"),
        Edge(TALKING, "declare_deadlock", "deadlocked"),
        Edge(WORKING, "answer", "received", outcome="not_satisfied"),
        *stays(WORKING, Answer),
        Edge("implementing", "follow_up", "received", outcome="not_satisfied"),
        *stays(("implementing",), FollowUp, Thank, AssurePrevention),
        Edge("implementing", "close", "closed", outcome="resolved"),
        Edge("implementing", "close", "closed", outcome="unconfirmed"),
        Edge(("implementing", *ENDED), "reopen", "received"),
        *common_edges(initial="received", working=WORKING, waiting=WAITING, ended=ENDED),
    )


def _limits_off(first_response: Within | None, stale_after: Within | None) -> dict[str, str]:
    """Return the note on the time limits that are off; nothing where none is."""
    limits = {"first_response": first_response, "stale_after": stale_after}
    off = " and ".join(f"`{name}`" for name, within in limits.items() if within is None)
    return {"001-01": f"off, as the text gives no number: {off}"} if off else {}


def _limits(
    first_response: Within | None, stale_after: Within | None, triggers: Iterable[str]
) -> Iterator[TimeLimit]:
    if first_response is not None:
        yield TimeLimit(
            "first_response",
            "the customer's feelings have not been acknowledged in time",
            first_response,
            starts=["open"],
            ends=["acknowledge_feelings"],
            cites=["001-01"],
        )
    if stale_after is not None:
        yield TimeLimit(
            "stale",
            "nothing has happened for too long",
            stale_after,
            starts=[
                "open",
                *(t for t in triggers if t not in {"deadline_near", "deadline_passed", "correct"}),
            ],
            ends=[],
            cites=["001-01"],
        )
