"""The five steps (document 000): empathise, listen, ask, act, and follow up where applicable."""

from __future__ import annotations

from attrs import evolve

from complaintflow._language import LanguageRule
from complaintflow._ledger import Ledger
from complaintflow._method import Edge, Method, Outcome, Rule, State, stays
from complaintflow._requirements import (
    Advised,
    Fact,
    Requirement,
    fills,
    issue_known,
    primary_named,
)
from complaintflow._time import TimeLimit, Within
from complaintflow.acts import (
    Answer,
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
    Reopen,
    TakeAction,
)
from complaintflow.methods import invariants, phrases
from complaintflow.methods.common import (
    answers,
    check_settings,
    common_edges,
    exits,
    remarks,
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
    Fact("all_settled", "not every issue has an action", cites="000-44"),
    Fact("follow_up_settled", "nobody followed up or said why not", cites=["000-50", "000-52"]),
)

STATES = (
    State("received", "the customer is to be met with empathy", 1, cites="000-10"),
    State(
        "empathized", "the customer is to be listened to", 2, waits_for="customer", cites="000-20"
    ),
    State("heard", "questions are to be asked", 3, waits_for="customer", cites="000-30"),
    State("asked", "action is to be taken on every issue", 4, cites=["000-40", "000-44"]),
    State("acted", "the customer is to be followed up", 5, waits_for="customer", cites="000-50"),
    State("closed", "it is resolved", final=True, waits_for="nobody"),
    State("withdrawn", "the customer took it back", final=True, waits_for="nobody"),
    State("lapsed", "the customer fell silent", final=True, waits_for="nobody"),
)

WORKING = tuple(state.name for state in STATES if not state.final)
WAITING = tuple(state.name for state in STATES if state.waits_for == "customer")
ENDED = tuple(state.name for state in STATES if state.final)

LANGUAGE = (
    LanguageRule(
        "contradiction",
        phrases.CONTRADICTION,
        "'{phrase}' contradicts the customer, whose perception is their reality",
        cites=["000-04", "000-05"],
        strong_from="upset",
    ),
    LanguageRule(
        "empty_agreement",
        phrases.EMPTY_AGREEMENT,
        "'{phrase}' agrees, and says no more; it takes an action",
        cites="000-07",
        whole=True,
    ),
    LanguageRule(
        "non_apology",
        phrases.NON_APOLOGY,
        "'{phrase}' does not sound like an apology",
        cites="editorial",
    ),
)

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
    language: bool = True,
) -> Method:
    """
    Return the five steps of document 000 as a method.

    Args:
        strict: what the document recommends is demanded. False: doing without is a warning.

        attempts: how often a silent customer is to be tried before the case may lapse.

        action_within: how soon action should be taken (000-06). None: the document says "quickly"
            and gives no number, and no time limit runs.

        language: read what is said, and warn (000-04, 000-05, 000-07).

    Raises:
        MethodError: a setting is none of the ones above.
    """
    settings = {
        "strict": strict,
        "attempts": attempts,
        "action_within": action_within,
        "language": language,
    }
    check_settings("five_steps", **settings)
    rules = (*_steps(), *_ending(), *remarks(but=[NoteIssue, AskQuestion]), *exits(attempts))
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
        limits=_action_limit(action_within),
        language=_language(strict=strict) if language else (),
        settings=settings,
        notes=HELD_BY_CONSTRUCTION
        | ({} if action_within else {"000-06": "`action_within` is off: the text gives no number"}),
        invariants=invariants.FIVE_STEPS + (invariants.FIVE_STEPS_STRICTLY if strict else ()),
    )


def _steps() -> tuple[Rule, ...]:
    return (
        Rule(Empathize, establishes="empathy_shown", cites=["000-01", "000-10"]),
        Rule(Apologize, cites="000-12"),
        Rule(
            Listen,
            needs=["empathy_shown"],
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
            Outcome("not_satisfied", begins_cycle=True, notify=[("reopened", "owner")]),
            reads=_answers_one_question,
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
            reads=_asks_one_question,
            outcomes=[
                Outcome("satisfied", establishes="follow_up_settled"),
                Outcome("not_satisfied", begins_cycle=True, notify=[("reopened", "owner")]),
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
        Rule(Reopen, begins_cycle=True, cites="editorial", notify=[("reopened", "owner")]),
    )


def _reached() -> Requirement:
    return fills(
        "channel",
        code="channel_recorded",
        text="say how {customer} was reached",
        cites=["000-51"],
    )


def _asks_one_question(act: FollowUp, _: Ledger) -> str:
    """Read a follow-up by whether it is resolved: the document asks nothing else (000-52)."""
    if act.resolved is None:
        return "unanswered"
    return "satisfied" if act.resolved else "not_satisfied"


def _answers_one_question(act: Answer, ledger: Ledger) -> str:
    """Read an answer to a follow-up likewise; one that does not say it is a mere word."""
    asked = ledger.question(act.to)
    if asked is None or asked.about != "follow_up":
        return act.read_outcome(ledger)
    if act.resolved is None:
        return "information"
    return "satisfied" if act.resolved else "not_satisfied"


def _language(*, strict: bool) -> tuple[LanguageRule, ...]:
    """Return the language rules; strictly, agreeing and saying no more is refused (000-07)."""
    return tuple(
        evolve(rule, blocks=strict) if rule.code == "empty_agreement" else rule for rule in LANGUAGE
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
        Edge(after_listening, "answer", "received", outcome="not_satisfied"),
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
