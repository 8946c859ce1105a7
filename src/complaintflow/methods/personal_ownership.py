"""Personal ownership (document 002): listen, restate, own, ask what is fair, negotiate, return."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from attrs import evolve

from complaintflow._deadlines import TimeLimit, spans
from complaintflow._language import LanguageRule
from complaintflow._method import Edge, Method, Outcome, Rule, State, stays
from complaintflow._requirements import (
    Advised,
    Fact,
    Requirement,
    another_owner,
    attempts_made,
    below_the_ask,
    by_human,
    calmer,
    calmer_than_when_put_off,
    fills,
    first_person,
    not_pasted,
    not_rising,
    not_too_early,
    offer_in_time,
    owner_stays,
    redress_named,
    releases_are_open,
    remedies_ahead,
    talk_ahead,
    unscripted,
    within_authority,
)
from complaintflow._requirements import takes_up_the_account as takes_up
from complaintflow._time import Within
from complaintflow.acts import (
    Accept,
    AcceptAsk,
    Answer,
    AskExpectation,
    Close,
    Counter,
    DeclareDeadlock,
    Decline,
    FollowUp,
    HandOver,
    Listen,
    Offer,
    RecogniseAnger,
    Reiterate,
    Reschedule,
    Resume,
    TakeOwnership,
)
from complaintflow.errors import MethodError
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

SOURCE = "002_576f7c03354d68fd.txt"

FAIR_QUESTION = "What would you consider a fair solution?"
"""The document's own wording, for `AskExpectation` (002-41)."""

FACTS = (
    Fact(
        "recognised",
        "it is not recognised how {customer} feels, and that there is a problem",
        cites=["002-15", "002-16"],
    ),
    Fact("heard", "{customer} has not been heard", cites=["002-10", "002-11"]),
    Fact("restated", "the issue has not been said back to {customer}", cites="002-25"),
    Fact("restatement_confirmed", "{customer} has not confirmed the restatement", cites="002-25"),
    Fact("owned", "nobody has taken responsibility personally", cites=["002-32", "002-34"]),
    Fact(
        "expectation_known", "what {customer} considers fair is unknown", cites=["002-40", "002-42"]
    ),
    Fact("ask_open", "{customer} has named no wish that could be accepted", cites="002-42"),
    Fact("offered", "no counter-offer has been made", cites="002-50"),
    Fact("offer_open", "no offer stands", cites="002-50"),
    Fact("agreed", "nothing is settled", cites="002-52"),
    Fact("promises_settled", "not everything that was promised is settled", cites="editorial"),
    Fact(
        "followed_up",
        "{customer} has not said, when asked later, that it is resolved and they are pleased",
        cites=["002-60", "002-61"],
    ),
)

BEFORE_SOLUTIONS = ("heard", "recognised", "restated", "owned")
"""What comes before any solution."""

STATES = (
    State("received", "the customer is to be listened to", 1, waits_for="customer", cites="002-10"),
    State(
        "heard",
        "the customer is to be calmer, and the issue said back",
        2,
        cites=["002-17", "002-25"],
    ),
    State("restated", "somebody is to take responsibility", 3, cites="002-32"),
    State(
        "owned", "the customer is to be asked what is fair", 4, waits_for="customer", cites="002-41"
    ),
    State("consulted", "it is the company's turn to answer", 5, cites="002-50"),
    State("negotiating", "an agreement is being sought", 5, waits_for="customer", cites="002-51"),
    State(
        "settled", "what was settled is to be done, and followed up", 6, cites=["002-60", "002-61"]
    ),
    State("waiting", "the talk is put off until the customer is calmer", waits_for="customer"),
    State("closed", "it is resolved and the customer is pleased", final=True, waits_for="nobody"),
    State("withdrawn", "the customer took it back", final=True, waits_for="nobody"),
    State("deadlocked", "no agreement was found", final=True, waits_for="nobody"),
    State("lapsed", "the customer fell silent", final=True, waits_for="nobody"),
)

WORKING = tuple(state.name for state in STATES if not state.final)
WAITING = tuple(state.name for state in STATES if state.waits_for == "customer")
ENDED = tuple(state.name for state in STATES if state.final)
OPEN_TALK = ("heard", "restated", "owned", "consulted", "negotiating")
TABLE = ("consulted", "negotiating")

HELD_BY_CONSTRUCTION = {
    "002-12": "language rules read the agent's words alone",
    "002-18": "no exit and no decline reads the mood",
    "002-34": "a hand-over needs its reason, the new owner's words, and what the customer is told",
    "002-43": "the expectation is kept in the ledger, with its amount where one is named",
    "002-60": "a settlement leads to `settled`, which is not final",
}


RESUMED = "resume from waiting to {} and owned"

ACCEPTED = {
    **dict.fromkeys(
        (
            "stale_fact: listen/finished needs recognised",
            "stale_fact: reiterate needs recognised",
            "stale_fact: offer needs recognised",
            "stale_fact: accept_ask needs recognised",
            "stale_fact: declare_deadlock needs recognised",
        ),
        "anger that was recognised stays so, even if the problem is said back once more",
    ),
    **dict.fromkeys(
        (
            "stale_fact: offer needs expectation_known",
            "stale_fact: accept_ask needs expectation_known",
            "stale_fact: counter needs expectation_known",
            "stale_fact: declare_deadlock needs expectation_known",
            f"stale_fact: {RESUMED.format('consulted given expectation_known')}: expectation_known",
        ),
        "what the customer has said they expect is known, until they say something else",
    ),
    **dict.fromkeys(
        (
            "stale_fact: declare_deadlock needs offered",
            f"stale_fact: {RESUMED.format('negotiating given offered')}: offered",
        ),
        "an offer was made, even if what it answers is said back once more",
    ),
    **dict.fromkeys(
        ("stale_fact: accept needs offer_open", "stale_fact: decline needs offer_open"),
        "an offer stands until it is answered",
    ),
}
"""What a check of the method finds, and why it is meant to be so."""


def personal_ownership(
    *,
    strict: bool = False,
    attempts: int = 3,
    second_person: bool = True,
    promises_within: Within = Within(14, "days"),
    follow_up_after: Within = Within(14, "days"),
    follow_up_within: Within = Within(28, "days"),
    calm_when_lower: bool = True,
    first_person_words: Iterable[str] = ("I",),
    first_response: Within | None = None,
    takes_up_the_account: bool = False,
    templates: Iterable[str] = (),
    says_they_matter: bool = False,
    remind_before: Within | Sequence[Within] | None = None,
    language: bool = True,
) -> Method:
    """
    Return personal ownership, document 002, as a method.

    Args:
        strict: what the document recommends is demanded. False: doing without is a warning.

        attempts: how often a silent customer is to be tried before the case may lapse, or be
            closed unconfirmed.

        second_person: whoever asks for approval cannot give it.

        promises_within: until when a promise is due that names no time itself.

        follow_up_after: how long after the settlement and its last promise a follow-up is not too
            early (002-61: "after a few weeks").

        follow_up_within: until when after them it is due. Later is allowed, and a breach.

        calm_when_lower: a mood lower than at the start is calm enough (002-20). False: it takes
            at most discontent.

        first_person_words: one of these, or this one, has to stand in the owner's words (002-32).

        first_response: how soon somebody should listen (002-10). None: the document gives no
            number, and no time limit runs.

        takes_up_the_account: it is recommended that the restatement uses words of the customer's
            account (002-26).

        templates: texts that agents are handed; taking ownership in the words of one is warned of
            (002-36).

        says_they_matter: it is recommended that the follow-up says that the customer's business
            matters (002-63). It is read by a language rule.
        remind_before: how long before a promise or a time limit is due to remind its owner: a
            span or several. None: nobody is reminded.

        language: read what is said: warn, and block the two phrases the document names.

    Raises:
        MethodError: a setting is none of the ones above.
    """
    words = first_person_words
    own = (words,) if isinstance(words, str) else tuple(words)
    scripts = (templates,) if isinstance(templates, str) else tuple(templates)
    settings = {
        "strict": strict,
        "attempts": attempts,
        "second_person": second_person,
        "promises_within": promises_within,
        "follow_up_after": follow_up_after,
        "follow_up_within": follow_up_within,
        "calm_when_lower": calm_when_lower,
        "first_person_words": own,
        "first_response": first_response,
        "takes_up_the_account": takes_up_the_account,
        "templates": scripts,
        "says_they_matter": says_they_matter,
        "remind_before": reminders(remind_before),
        "language": language,
    }
    check_settings("personal_ownership", **settings)
    _check_words_and_window(own, scripts, follow_up_after, follow_up_within)
    calm = calmer(or_lower=calm_when_lower, cites=["002-17", "002-20"])
    rules = (
        *_listening(calm, echoes=takes_up_the_account),
        *_owning(own, scripts, calm),
        *_negotiating(calm),
        *approval(second_person=second_person),
        *promises(),
        *_returning(follow_up_after, attempts),
        *remarks(but=[TakeOwnership, HandOver], cites={"coordinate": ["002-35"]}),
        *exits(attempts),
    )
    return Method(
        name="personal_ownership",
        version="1",
        title="Personal ownership",
        source=SOURCE,
        initial="received",
        states=STATES,
        facts=FACTS,
        rules=strictly(rules) if strict else rules,
        edges=_edges(),
        waivable=[
            *("calmer", "not_too_early", "followed_up", "restatement_confirmed"),
            *(["policy_phrase", "website_phrase"] if language else []),
        ],
        limits=reminded(_limits(first_response, follow_up_within), remind_before),
        promises_within=promises_within,
        promise_reminders=spans(remind_before),
        language=_language(says_they_matter=says_they_matter) if language else (),
        settings=settings,
        notes=HELD_BY_CONSTRUCTION,
        invariants=invariants.PERSONAL_OWNERSHIP
        + (invariants.PERSONAL_OWNERSHIP_STRICTLY if strict else ()),
        accepted=ACCEPTED,
    )


def _language(*, says_they_matter: bool) -> tuple[LanguageRule, ...]:
    return (
        _wording.PERSONAL_OWNERSHIP
        if says_they_matter
        else tuple(r for r in _wording.PERSONAL_OWNERSHIP if r.code != "matters")
    )


def _check_words_and_window(
    own: tuple[object, ...], templates: tuple[object, ...], after: Within, within: Within
) -> None:
    problems = []
    if not own or not all(isinstance(word, str) and word.strip() for word in own):
        problems.append(f"first_person_words must be words such as 'I', not {own!r:.40}")
    if not all(isinstance(text, str) and text.strip() for text in templates):
        problems.append(f"templates must be texts that say something, not {templates!r:.40}")
    some_day = datetime(2026, 1, 1, tzinfo=UTC)
    if within.after(some_day) < after.after(some_day):
        problems.append(f"follow_up_within must not end before follow_up_after does: {after}")
    if problems:
        raise MethodError("the settings of personal_ownership", tuple(problems))


def _by_a_person(*rules: Rule) -> tuple[Rule, ...]:
    """Return the same rules, each recommending that a live person says it (002-24)."""
    person = Advised(by_human(cites=["002-24"]))
    return tuple(evolve(rule, needs=[*rule.needs, person]) for rule in rules)


def _listening(calm: Requirement, *, echoes: bool) -> tuple[Rule, ...]:
    return (
        *_by_a_person(*_hearing(calm, echoes=echoes)),
        Rule(
            Reschedule,
            needs=["heard", talk_ahead()],
            in_way=False,
            cites="002-17",
            notify=[("rescheduled", "customer")],
        ),
        Rule(Resume, needs=[Advised(calmer_than_when_put_off(cites=["002-17"]))], cites="002-17"),
    )


def _hearing(calm: Requirement, *, echoes: bool) -> tuple[Rule, ...]:
    return (
        Rule(RecogniseAnger, establishes="recognised", cites=["002-15", "002-16"]),
        Rule(
            Listen,
            outcomes=[Outcome("finished", needs=["recognised"], establishes="heard")],
            cites=["002-10", "002-11", "002-12"],
        ),
        Rule(
            Reiterate,
            needs=[
                "heard",
                "recognised",
                calm,
                not_pasted(cites=["002-25"]),
                *([Advised(_echo())] if echoes else []),
                Advised(
                    fills(
                        "problem",
                        code="real_problem",
                        text="the real problem behind the words is not named",
                        cites=["002-14"],
                    )
                ),
            ],
            outcomes=[
                Outcome("confirmed", establishes=["restated", "restatement_confirmed"]),
                Outcome("unconfirmed", establishes="restated"),
                Outcome("rejected", clears=["heard", "restated", "restatement_confirmed"]),
            ],
            cites="002-25",
        ),
    )


def _echo() -> Requirement:
    return takes_up(
        code="account_taken_up",
        text="the restatement takes up nothing of what {customer} said",
        cites=["002-26"],
    )


def _owning(
    first_person_words: tuple[str, ...], templates: tuple[str, ...], calm: Requirement
) -> tuple[Rule, ...]:
    return (
        Rule(
            TakeOwnership,
            needs=[
                "heard",
                "restated",
                owner_stays(cites=["002-34"]),
                by_human(cites=["002-24", "002-32"]),
                first_person(words=first_person_words, cites=["002-32"]),
                fills(
                    "commitment",
                    code="commitment_named",
                    text="say how you will work with {customer} until they are satisfied",
                    cites=["002-33"],
                ),
                Advised("restatement_confirmed"),
                *([Advised(unscripted(templates, cites=["002-36"]))] if templates else []),
            ],
            establishes="owned",
            cites=["002-32", "002-33"],
        ),
        Rule(
            HandOver,
            needs=[
                fills(
                    "statement",
                    code="new_owner_speaks",
                    text="the new owner's own words to {customer} are missing",
                    cites=["002-34"],
                ),
                first_person(
                    words=first_person_words,
                    cites=["002-34"],
                    field="statement",
                    text="let the new owner say it for themselves, in the first person",
                ),
                another_owner(cites=["002-34"]),
                Advised("owned"),
            ],
            in_way=False,
            cites=["002-23", "002-34"],
        ),
        *_by_a_person(
            Rule(
                AskExpectation,
                needs=["heard", "restated", "owned", calm],
                outcomes=[
                    Outcome("answered", establishes=["expectation_known", "ask_open"]),
                    Outcome("unknown", establishes="expectation_known", clears="ask_open"),
                ],
                cites=["002-41", "002-43"],
            )
        ),
        answers(
            Outcome("expectation", establishes=["expectation_known", "ask_open"]),
            Outcome("no_expectation", establishes="expectation_known", clears="ask_open"),
            Outcome("confirmed", establishes="restatement_confirmed"),
            Outcome("rejected", clears=["heard", "restated", "restatement_confirmed", "owned"]),
            Outcome("satisfied", establishes="followed_up"),
            NOT_SATISFIED,
        ),
    )


def _negotiating(calm: Requirement) -> tuple[Rule, ...]:
    names_redress = redress_named(cites=["002-52"])
    clears = ("ask_open", "offer_open", "promises_settled", "followed_up")
    told = (("agreed", "customer"), ("agreed", "owner"))
    return (
        *_by_a_person(
            Rule(
                Offer,
                needs=[
                    *BEFORE_SOLUTIONS,
                    "expectation_known",
                    calm,
                    names_redress,
                    within_authority(),
                    remedies_ahead(),
                    Advised(below_the_ask(cites=["002-51"])),
                ],
                establishes=["offered", "offer_open"],
                cites=["002-40", "002-42", "002-50"],
                notify=[("offer_made", "customer")],
            ),
            Rule(
                AcceptAsk,
                needs=[
                    *BEFORE_SOLUTIONS,
                    "expectation_known",
                    "ask_open",
                    calm,
                    names_redress,
                    within_authority(),
                    remedies_ahead(),
                ],
                establishes="agreed",
                clears=clears,
                cites="002-52",
                notify=told,
            ),
        ),
        Rule(
            Accept,
            needs=["offer_open", offer_in_time()],
            establishes="agreed",
            clears=clears,
            cites="002-52",
            notify=told,
        ),
        Rule(
            Counter,
            needs=["expectation_known", Advised(not_rising(cites=["002-51"]))],
            establishes="ask_open",
            clears="offer_open",
            cites="002-51",
            notify=[("countered", "owner")],
        ),
        Rule(
            Decline,
            needs=["offer_open"],
            clears="offer_open",
            in_way=False,
            notify=[("declined", "owner")],
        ),
        Rule(
            DeclareDeadlock,
            needs=[*BEFORE_SOLUTIONS, "expectation_known", "offered", releases_are_open()],
            in_way=False,
            cites="002-50",
            notify=[("deadlocked", "customer"), ("deadlocked", "owner")],
        ),
    )


def _returning(follow_up_after: Within, attempts: int) -> tuple[Rule, ...]:
    return (
        *_by_a_person(
            Rule(
                FollowUp,
                needs=["agreed", not_too_early(follow_up_after, cites=["002-61"])],
                outcomes=[
                    Outcome("satisfied", establishes="followed_up"),
                    NOT_SATISFIED,
                ],
                cites=["002-61", "002-62"],
            )
        ),
        Rule(
            Close,
            needs=[
                "agreed",
                "promises_settled",
                Advised(retained_recorded(cites=["002-02"])),
            ],
            outcomes=[
                Outcome("resolved", needs=["followed_up"]),
                Outcome(
                    "unconfirmed",
                    needs=[
                        not_too_early(follow_up_after, cites=["002-61"]),
                        attempts_made(attempts, cites=["editorial"]),
                    ],
                ),
            ],
            in_way=False,
            cites=["002-60"],
            notify=[("closed", "customer")],
        ),
        REOPENING,
    )


def _edges() -> tuple[Edge, ...]:
    return (
        *stays(("received", "heard"), RecogniseAnger),
        Edge("received", "listen", "heard", outcome="finished"),
        *stays(WORKING, Listen),
        Edge("heard", "reiterate", "restated", outcome="confirmed"),
        Edge("heard", "reiterate", "restated", outcome="unconfirmed"),
        Edge(("heard", "restated"), "reiterate", "received", outcome="rejected"),
        *stays(("restated",), Reiterate),
        Edge("restated", "take_ownership", "owned"),
        *stays(("owned", "consulted", "negotiating", "settled"), TakeOwnership),
        *stays(WORKING, HandOver),
        Edge("owned", "ask_expectation", "consulted", outcome="answered"),
        Edge("owned", "ask_expectation", "consulted", outcome="unknown"),
        *stays(("owned", *TABLE), AskExpectation),
        Edge("owned", "answer", "consulted", outcome="expectation"),
        Edge("owned", "answer", "consulted", outcome="no_expectation"),
        Edge(OPEN_TALK[1:], "answer", "received", outcome="rejected"),
        Edge(WORKING, "answer", "received", outcome="not_satisfied"),
        *stays(WORKING, Answer),
        Edge(OPEN_TALK, "reschedule", "waiting", outcome="accepted"),
        *stays((*OPEN_TALK, "waiting"), Reschedule),
        Edge("waiting", "resume", "negotiating", given=["owned", "offered"]),
        Edge("waiting", "resume", "consulted", given=["owned", "expectation_known"]),
        Edge("waiting", "resume", "owned", given=["owned"]),
        Edge("waiting", "resume", "restated", given=["restated"]),
        Edge("waiting", "resume", "heard"),
        Edge(TABLE, "offer", "negotiating"),
        Edge(TABLE, "counter", "negotiating"),
        Edge(TABLE, "accept_ask", "settled"),
        Edge("negotiating", "accept", "settled"),
        Edge("negotiating", "decline"),
        Edge("negotiating", "declare_deadlock", "deadlocked"),
        Edge("settled", "follow_up", "received", outcome="not_satisfied"),
        *stays(("settled",), FollowUp),
        Edge("settled", "close", "closed", outcome="resolved"),
        Edge("settled", "close", "closed", outcome="unconfirmed"),
        Edge(("settled", *ENDED), "reopen", "received"),
        *common_edges(
            initial="received",
            working=WORKING,
            # Whoever hung up in anger is waited for, too, and not for ever.
            waiting=(*WAITING, "heard", "consulted"),
            ended=ENDED,
            but=[TakeOwnership, HandOver],
        ),
    )


def _limits(first_response: Within | None, follow_up_within: Within) -> tuple[TimeLimit, ...]:
    follow_up = TimeLimit(
        "follow_up",
        "nobody has followed up with the customer in time",
        follow_up_within,
        starts=["accept", "accept_ask"],
        ends=["follow_up"],
        after_promises=True,
        cites=["002-61"],
    )
    if first_response is None:
        return (follow_up,)
    return (
        TimeLimit(
            "first_response",
            "nobody has listened in time",
            first_response,
            starts=["open"],
            ends=["listen"],
            cites=["002-10"],
        ),
        follow_up,
    )
