"""The five steps (document 000): empathise, listen, ask, act, and follow up where applicable."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import evolve

from complaintflow._deadlines import TimeLimit
from complaintflow._language import LanguageRule
from complaintflow._method import Edge, Method, Outcome, Rule, State, stays
from complaintflow._requirements import (
    Advised,
    Fact,
    Requirement,
    fills,
    issue_known,
    listens_to_one,
    mood_noted,
    primary_named,
)
from complaintflow._time import Within
from complaintflow.acts import (
    Apologize,
    AskQuestion,
    Close,
    Empathize,
    FollowUp,
    FollowUpNotApplicable,
    Listen,
    NoteIssue,
    NoteOurSide,
    NoteUnderstanding,
    TakeAction,
    Verdict,
)
from complaintflow.methods import _wording, invariants
from complaintflow.methods.common import (
    NOT_SATISFIED,
    REOPENING,
    answers,
    check_settings,
    common_edges,
    exits,
    remarks,
    reminded,
    reminders,
    strictly,
)

SOURCE = "000_e63535d0a9f1d5bf.txt"

FACTS = (
    Fact("empathy_shown", "no empathy shown", cites="000-10"),
    Fact("heard", "{customer} has not been heard", cites=["000-20", "000-23"]),
    Fact("answered", "no question has been asked and answered", cites="000-30"),
    Fact("all_told", "{customer} was not asked whether there is anything else", cites="000-31"),
    Fact("our_side_noted", "the company's own account is not noted", cites="000-03"),
    Fact("understood", "{customer}'s point of view is not noted", cites=["000-32", "000-34"]),
    Fact("all_settled", "not every issue has been acted on", cites="000-44"),
    Fact(
        "follow_up_settled",
        "nobody followed up with {customer}, or said why that does not apply",
        cites=["000-50", "000-52"],
    ),
)

STATES = (
    State("received", "the customer is to be met with empathy", 1, cites="000-10"),
    State(
        "empathized", "the customer is to be listened to", 2, waits_for="customer", cites="000-20"
    ),
    State("heard", "questions are to be asked", 3, waits_for="customer", cites="000-30"),
    State("asked", "action is to be taken on every issue", 4, cites=["000-40", "000-44"]),
    State(
        "acted",
        "it is to be followed up with the customer",
        5,
        waits_for="customer",
        cites="000-50",
    ),
    State("closed", "it is resolved", final=True, waits_for="nobody"),
    State("withdrawn", "the customer took it back", final=True, waits_for="nobody"),
    State("lapsed", "the customer fell silent", final=True, waits_for="nobody"),
    State("merged", "it goes on in another case", final=True, waits_for="nobody"),
)

WORKING = tuple(state.name for state in STATES if not state.final)
WAITING = tuple(state.name for state in STATES if state.waits_for == "customer")
ENDED = tuple(state.name for state in STATES if state.final)

RESOLVED = Verdict(yes="resolved", no="resolved")
"""A follow-up asks whether it is resolved, and nothing else (000-52)."""

HELD_BY_CONSTRUCTION = {
    "000-02": "each step's act needs the fact that the step before it establishes",
    "000-12": "`Apologize.admits_fault` is False unless it is set, and no requirement reads it",
    "000-22": "`Listen.account` holds the customer's own words",
}


def five_steps(
    *,
    strict: bool = False,
    attempts: int = 3,
    action_within: Within | None = None,
    exclusive_listening: bool = False,
    mood_around_empathy: bool = False,
    remind_before: Within | Sequence[Within] | None = None,
    language: bool = True,
) -> Method:
    """
    Return the five steps of document 000 as a method.

    Args:
        strict: what the document recommends is demanded. False: doing without is a warning.

        attempts: how often a silent customer is to be tried before the case may lapse.

        action_within: how soon action should be taken (000-06). None: the document says "quickly"
            and gives no number, and no time limit runs.

        exclusive_listening: nobody listens to two customers at once, as far as the host's
            `Authority` knows by `Actor.listens_elsewhere` (000-21).

        mood_around_empathy: it is recommended to note how the customer feels before the empathy
            and when they are listened to after it (000-13).
        remind_before: how long before the action is due to remind the owner: a span or several.
            None: nobody is reminded.

        language: read what is said, and warn (000-04, 000-05, 000-07).

    Raises:
        MethodError: a setting is none of the ones above.
    """
    settings = {
        "strict": strict,
        "attempts": attempts,
        "action_within": action_within,
        "exclusive_listening": exclusive_listening,
        "mood_around_empathy": mood_around_empathy,
        "remind_before": reminders(remind_before),
        "language": language,
    }
    check_settings("five_steps", **settings)
    steps = _steps(exclusive=exclusive_listening, moods=mood_around_empathy)
    rules = (
        *steps,
        *_ending(),
        *remarks(but=[NoteIssue, AskQuestion]),
        *exits(attempts, before_merging=()),
    )
    return Method(
        name="five_steps",
        version="1",
        title="The five steps",
        source=SOURCE,
        initial="received",
        states=STATES,
        facts=FACTS,
        rules=strictly(rules) if strict else rules,
        edges=_edges(),
        waivable=[
            *("all_told", "our_side_noted", "understood"),
            *(["empty_agreement"] if strict and language else []),
        ],
        limits=reminded(_action_limit(action_within), remind_before),
        language=_language(strict=strict) if language else (),
        settings=settings,
        notes=HELD_BY_CONSTRUCTION
        | ({} if action_within else {"000-06": "`action_within` is off: the text gives no number"}),
        invariants=invariants.FIVE_STEPS + (invariants.FIVE_STEPS_STRICTLY if strict else ()),
    )


def _steps(*, exclusive: bool, moods: bool) -> tuple[Rule, ...]:
    before = [Advised(mood_noted(cites=["000-13"]))] if moods else []
    after = [Advised(_mood_after())] if moods else []
    alone = [listens_to_one(cites=["000-21"])] if exclusive else []
    return (
        Rule(Empathize, before, establishes="empathy_shown", cites=["000-01", "000-10"]),
        Rule(Apologize, cites="000-12"),
        Rule(
            Listen,
            needs=["empathy_shown", *alone, *after],
            outcomes=[Outcome("finished", establishes="heard")],
            cites=["000-20", "000-22"],
        ),
        Rule(NoteIssue, clears=["all_settled", "follow_up_settled"], cites="000-31"),
        Rule(
            AskQuestion,
            needs=["heard"],
            outcomes=[
                Outcome("answered", establishes="answered"),
                Outcome("all_told", establishes=["answered", "all_told"]),
            ],
            cites=["000-30", "000-31", "000-33"],
        ),
        answers(
            Outcome("information", establishes="answered"),
            Outcome("all_told", establishes=["answered", "all_told"]),
            Outcome("satisfied", establishes="follow_up_settled"),
            NOT_SATISFIED,
            reads=RESOLVED,
        ),
        Rule(NoteOurSide, establishes="our_side_noted", cites="000-03"),
        Rule(NoteUnderstanding, needs=["heard"], establishes="understood", cites="000-32"),
        Rule(
            TakeAction,
            needs=[
                "empathy_shown",
                "heard",
                "answered",
                issue_known(),
                Advised("all_told"),
                Advised(primary_named(cites=["000-31"])),
                Advised("our_side_noted"),
                Advised("understood"),
            ],
            outcomes=[Outcome("settled", establishes="all_settled")],
            cites=["000-40", "000-41", "000-42", "000-43", "000-44"],
            notify=[("action_taken", "customer")],
        ),
    )


def _ending() -> tuple[Rule, ...]:
    return (
        Rule(
            FollowUp,
            needs=["all_settled", _reached()],
            reads=RESOLVED,
            outcomes=[
                Outcome("satisfied", establishes="follow_up_settled"),
                NOT_SATISFIED,
            ],
            cites=["000-50", "000-51", "000-52"],
        ),
        Rule(
            FollowUpNotApplicable,
            needs=["all_settled"],
            establishes="follow_up_settled",
            cites="000-50",
        ),
        Rule(
            Close,
            needs=["all_settled"],
            outcomes=[Outcome("resolved", needs=["follow_up_settled"])],
            in_way=False,
            notify=[("closed", "customer")],
        ),
        REOPENING,
    )


def _mood_after() -> Requirement:
    return fills(
        "mood",
        code="mood_after",
        text="how {customer} feels after the empathy is not noted",
        cites=["000-13"],
    )


def _reached() -> Requirement:
    return fills(
        "channel",
        code="channel_recorded",
        text="say how {customer} was reached",
        cites=["000-51"],
    )


def _language(*, strict: bool) -> tuple[LanguageRule, ...]:
    """Return the language rules; strictly, agreeing and saying no more is refused (000-07)."""
    return tuple(
        evolve(rule, blocks=strict) if rule.code == "empty_agreement" else rule
        for rule in _wording.FIVE_STEPS
    )


def _edges() -> tuple[Edge, ...]:
    after_listening = ("heard", "asked", "acted")
    return (
        Edge("received", "empathize", "empathized"),
        *stays(WORKING[1:], Empathize),
        *stays(WORKING, Apologize, NoteOurSide),
        Edge("empathized", "listen", "heard", outcome="finished"),
        *stays(WORKING[1:], Listen),
        Edge("heard", "ask_question", "asked", outcome="answered"),
        Edge("heard", "ask_question", "asked", outcome="all_told"),
        *stays(after_listening, AskQuestion, NoteUnderstanding),
        Edge("heard", "answer", "asked", outcome="information"),
        Edge("heard", "answer", "asked", outcome="all_told"),
        Edge(WORKING, "answer", "received", outcome="not_satisfied"),
        Edge(after_listening, "answer"),
        Edge("acted", "note_issue", "asked"),
        *stays(WORKING[:4], NoteIssue),
        Edge("asked", "take_action", "acted", outcome="settled"),
        *stays(("asked",), TakeAction),
        Edge("acted", "follow_up", "received", outcome="not_satisfied"),
        *stays(("acted",), FollowUp, FollowUpNotApplicable),
        Edge("acted", "close", "closed", outcome="resolved"),
        Edge(("acted", *ENDED), "reopen", "received"),
        *common_edges(
            initial="received",
            working=WORKING,
            waiting=WAITING,
            ended=ENDED,
            but=[NoteIssue, AskQuestion],
            promises=False,
        ),
    )


def _action_limit(within: Within | None) -> tuple[TimeLimit, ...]:
    if within is None:
        return ()
    return (
        TimeLimit(
            "action_due",
            "no action has been taken in time",
            within,
            starts=["open"],
            ends=["take_action"],
            cites=["000-06"],
        ),
    )
