"""
Deciding: what is refused and why, what an entry says, and what a history makes of a case.
"""

import copy
import multiprocessing
import pickle
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from functools import partial
from zoneinfo import ZoneInfo

import attrs
import pytest
import transitions
from transitions.extensions import LockedMachine

from complaintflow import (
    UNDECIDED,
    Actor,
    Case,
    Desk,
    Edge,
    EvidenceError,
    Fact,
    HistoryError,
    MethodError,
    Refused,
    Requirement,
    Rule,
    TimeError,
    UnknownAct,
    UnknownMethod,
    UnsupportedOption,
    Within,
    act,
    decide,
    machine,
    open_case,
    options,
)
from complaintflow._engine import _way, compiled, erase_case
from complaintflow.acts import (
    DONT_KNOW,
    Accept,
    AcceptAsk,
    AcknowledgeProblem,
    Act,
    Answer,
    Apologize,
    Approve,
    AskExpectation,
    AskQuestion,
    Assure,
    BreakPromise,
    Close,
    Correct,
    Counter,
    CustomerReplied,
    DeclareDeadlock,
    Decline,
    Empathize,
    Expectation,
    KeepPromise,
    Lapse,
    Learn,
    Listen,
    NoteIssue,
    NoteMood,
    NotReached,
    Offer,
    Open,
    RefuseApproval,
    ReleasePromise,
    Remedy,
    Reopen,
    RequestApproval,
    Waive,
    Withdraw,
)
from complaintflow.acts.bounds import Erase
from complaintflow.methods import five_steps, six_steps
from complaintflow.testing._following import follow

from .conftest import CLOSE

T0 = datetime(2026, 1, 5, 9, tzinfo=UTC)
SAM = Actor("sam")
REFUND = Remedy("refund", "40.00", "EUR")
LISTEN = Listen(account="It came two weeks late, and the teapot is cracked")
OFFER = Offer(
    remedies=[REFUND],
    words="Would your money back do?",
    customer_need="a present",
    company_constraint="none are left",
)
ASK = AskExpectation(
    question="What would help?", expectation=Expectation(words="A new one", kind="replacement")
)
STATES = (
    *("received", "heard", "acknowledged", "empathized", "consulted", "negotiating", "agreed"),
    *("closed", "withdrawn", "deadlocked", "lapsed", "merged"),
)


def refused_for(story, made):
    """
    Return the codes that an act is refused for; nothing where it is not.
    """
    try:
        story.decide(made, by="sam" if made.spec.speaker == "agent" else None)
    except Refused as no:
        return [unmet.code for unmet in no.unmet]
    return []


@act
class Compliment(Act):
    """
    An act that the six steps do not know.
    """


@act(speaker="colleague")
class Bless(Act):
    """
    An act of a colleague that gives somebody else's blessing.
    """


# -- refusals -----------------------------------------------------------------------------------


def test_a_refusal_lists_every_reason_in_the_order_of_the_method(story):
    """
    Whoever corrects one thing should not find the next one only then.
    """
    no = story.refused(OFFER, by="kim")

    assert ("offer", "received") == (no.trigger, no.state)
    assert ["heard", "recognised", "empathy_shown", "expectation_known", "within_authority"] == [
        unmet.code for unmet in no.unmet
    ]
    assert ("listen",) == no.unmet[0].satisfied_by
    assert ("ask_expectation", "answer") == no.unmet[3].satisfied_by


def test_who_it_is_comes_before_what_is_missing(story):
    """
    Somebody who may not do it at all should not set out to satisfy the rest.
    """
    clerk = Actor("kim", "customer", may=["listen"])

    assert [
        ("not_allowed", "kim may not empathize; ask somebody who may"),
        ("not_theirs", "it takes a bot or human to record it, and kim is a customer"),
        ("heard", "ana has not been heard"),
        ("recognised", "the problem is not recognised"),
        ("reflects_back", "say which issue and which concern the words reflect back"),
    ] == [(u.code, u.text) for u in story.refused(Empathize(words="Oh"), by=clerk).unmet]


def test_nobody_elses_authority_can_be_lent(story):
    """
    There is no way to what one may not do.
    """
    assert story.refused(LISTEN, by="ana").way is None
    assert story.refused(LISTEN, by=Actor("kim", may=["offer"])).way is None


def test_an_act_that_is_only_in_the_wrong_place_says_where_it_is_possible(story_in):
    """
    `not_now` is the reason only where there is no other.
    """
    no = story_in("received").refused(Learn(improvement="straw"))

    assert [
        (
            "not_now",
            "it is possible while agreed or closed, and the case is received",
        )
    ] == [(u.code, u.text) for u in no.unmet]


def test_not_now_is_not_told_beside_a_reason(story_in):
    """
    Once the reason is gone it may be possible, or be told then.
    """
    assert ["offer_open"] == story_in("received").unmet(Accept())


def test_a_closed_case_says_that_it_is_over(story_in):
    """
    Whatever else is missing: the other reasons would not help.
    """
    told = [u.text for u in story_in("withdrawn").refused(OFFER).unmet]

    assert "ana has not been heard" == told[0]
    assert "the case is over; offer is not possible while withdrawn" == told[-1]


def test_an_outcome_may_be_what_is_not_possible(story_in):
    """
    Then the sentence names it.
    """
    no = story_in("agreed", sixth="follow_up").refused(Close(outcome="unconfirmed"))
    learned = story_in("agreed")
    learned.record(KeepPromise("p1"), *[NotReached(channel="phone")] * 3)

    assert "not_now" not in [u.code for u in no.unmet]
    assert (
        "close (unconfirmed) is never possible, and the case is agreed"
        == learned.refused(Close(outcome="unconfirmed")).unmet[0].text
    )


def test_a_refusal_changes_nothing(story):
    """
    It is no part of the history, and asking twice gives the same answer.
    """
    before = story.case

    assert str(story.refused(OFFER)) == str(story.refused(OFFER))
    assert (before, 1) == (story.case, len(story.entries))


def test_every_sentence_is_about_this_customer(begin):
    """
    "The customer" is somebody.
    """
    story = begin(opening=Open(complaint="It broke", customer="Bruno"))

    assert "Bruno has not been heard" in str(story.refused(OFFER))
    assert "{" not in "".join(unmet.text for o in story.options().values() for unmet in o.unmet)


def test_a_name_with_braces_is_only_a_name(begin):
    """
    What a customer is called is never read as a template.
    """
    story = begin(opening=Open(complaint="It broke", customer="{customer} {0}"))

    assert "{customer} {0} has not been heard" == story.refused(OFFER).unmet[0].text


# -- what is no question at all -----------------------------------------------------------------


def test_an_act_the_method_does_not_know_is_told(story):
    """
    It is a mistake of the program, not a no to somebody.
    """
    with pytest.raises(UnknownAct, match=r"^six_steps has no act 'compliment'") as error:
        story.decide(Compliment())

    assert ("compliment", story.method.triggers) == (error.value.trigger, error.value.known)


def test_opening_is_no_act_on_an_open_case(story):
    """
    A case is opened once.
    """
    with pytest.raises(UnknownAct):
        story.decide(Open(complaint="It broke", customer="ana"), by="sam")


def test_another_act_of_the_same_name_is_not_the_one_the_method_means(story):
    """
    A host's own `Listen` must not pass for ours.
    """
    own = act(type("Listen", (Act,), {"__module__": "host.acts"}))

    with pytest.raises(EvidenceError, match=r"host\.acts\.Listen is not the act that six_steps"):
        story.decide(own())


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("listen", r"expected an act such as Listen\(account=\.\.\.\)"),
        (None, r"expected an act such as Listen\(account=\.\.\.\)"),
        ({"account": "It broke"}, r"expected an act such as Listen\(account=\.\.\.\)"),
        (Listen, r"Listen is the class: give one of it, Listen\(\.\.\.\)"),
    ],
)
def test_what_is_no_act_is_told(story, given, told):
    """
    With what one looks like.
    """
    with pytest.raises(EvidenceError, match=told):
        decide(story.method, story.case, given, at=story.now, by=SAM)


@pytest.mark.parametrize("by", ["sam", None, 7], ids=repr)
def test_who_is_no_actor_is_told(story, by):
    """
    Plain names are resolved by a desk, through its authority.
    """
    with pytest.raises(
        EvidenceError, match=r"by must be an Actor, not .*; a Desk takes plain names"
    ):
        decide(story.method, story.case, LISTEN, at=story.now, by=by)


def test_an_act_and_an_actor_that_are_none_are_told_at_once(story):
    """
    Two mistakes, one error.
    """
    with pytest.raises(EvidenceError) as error:
        decide(story.method, story.case, "listen", at=story.now, by="sam")

    assert 2 == len(error.value.problems)


def test_an_actor_may_be_of_a_class_of_ones_own(story):
    """
    A host may hang what it needs on its people.
    """

    @attrs.frozen
    class Employee(Actor):
        """Somebody with a desk."""

        room: str = "42"

    entry = decide(story.method, story.case, LISTEN, at=story.now, by=Employee("sam", room="7"))

    assert "sam" == entry.by.id


def test_a_case_is_decided_by_the_method_it_is_bound_to(story):
    """
    Neither by another method, nor by other settings, nor by another version.
    """
    for other in (six_steps(strict=True), attrs.evolve(story.method, version="2")):
        for ask in (
            lambda method: decide(method, story.case, LISTEN, at=story.now, by=SAM),
            lambda method: options(method, story.case, at=story.now, by=SAM),
        ):
            with pytest.raises(UnknownMethod) as error:
                ask(other)

            assert (story.case.pin, (other.pin,)) == (error.value.name, error.value.known)


def test_an_equal_method_built_anew_serves_the_same_cases(story):
    """
    Processes come and go.
    """
    entry = decide(six_steps(), story.case, LISTEN, at=story.now, by=SAM)

    assert "heard" == entry.state


# -- time ---------------------------------------------------------------------------------------


class Nowhere(tzinfo):
    """
    A zone that does not know its offset.
    """

    def utcoffset(self, _):
        """
        Return that nobody knows.
        """


@pytest.mark.parametrize(
    "at",
    [
        datetime(2026, 1, 6),
        datetime(2026, 1, 6, tzinfo=Nowhere()),
        "2026-01-06",
        date(2026, 1, 6),
        None,
    ],
    ids=["naive", "nowhere", "text", "date", "None"],
)
def test_a_time_without_a_zone_is_refused(story, at):
    """
    By a decision, by the options, and when a case is opened.
    """
    opening = Open(complaint="It broke", customer="ana")

    for ask in (
        lambda: decide(story.method, story.case, LISTEN, at=at, by=SAM),
        lambda: options(story.method, story.case, at=at, by=SAM),
        lambda: open_case(story.method, "t-2", opening, at=at, by=SAM),
    ):
        with pytest.raises(TimeError):
            ask()


def test_history_only_goes_forward(story):
    """
    An act before the last entry would be a history that nobody lived.
    """
    story.record(LISTEN, at=T0 + timedelta(hours=2))

    with pytest.raises(TimeError) as error:
        story.decide(OFFER, at=T0 + timedelta(hours=1))

    assert (
        "at is 2026-01-05T10:00:00+00:00, before the last entry of case 't-1' at "
        "2026-01-05T11:00:00+00:00; history only goes forward"
    ) == str(error.value)


BERLIN = ZoneInfo("Europe/Berlin")
EARLIER = datetime(2026, 10, 25, 2, 30, tzinfo=BERLIN)
LATER = datetime(2026, 10, 25, 2, 10, fold=1, tzinfo=BERLIN)
"""When the clocks go back, the hour from two to three comes twice."""


def test_an_hour_that_comes_twice_goes_forward(story):
    """
    Moments of one zone compare by its clock, which was put back in between.
    """
    story.record(LISTEN, at=EARLIER)
    story.record(NoteMood("calm"), at=LATER)

    assert LATER.astimezone(UTC) == story.case.updated_at
    for ask in (
        lambda: story.decide(NoteMood("calm"), at=EARLIER),
        lambda: story.options(at=EARLIER),
        lambda: erase_case(story.case, Erase("asked"), at=EARLIER, by=SAM),
    ):
        with pytest.raises(TimeError, match="history only goes forward"):
            ask()


def test_a_promise_is_late_in_the_second_of_two_hours(story_in):
    """
    It is kept at a quarter past two, again, and was due at half past two, before.
    """
    story = story_in("empathized")
    refund = Remedy("refund", "40", "EUR", due=EARLIER)
    story.record(ASK, attrs.evolve(OFFER, remedies=[refund]), Accept())
    story.record(KeepPromise("p1"), at=LATER)

    assert ["kept_late"] == [promise.state for promise in story.ledger.promises]


def test_the_way_to_a_broken_promise_names_what_is_asked_for(story_in):
    """
    There is only one that it could be.
    """
    ask, _ = story_in("agreed").options()["break_promise"].way

    assert ("ask for the promise to be broken", (("promise", "p1"),)) == (ask.says, ask.evidence)


def test_two_acts_may_happen_at_once(story):
    """
    And the time may be told in any zone.
    """
    there = T0.astimezone(timezone(timedelta(hours=5)))
    story.record(LISTEN, at=there)

    assert T0 == story.case.updated_at


def test_a_time_may_be_of_a_class_of_ones_own(story):
    """
    Libraries of dates subclass `datetime`.
    """

    class Moment(datetime):
        """A datetime with a name of its own."""

    assert "heard" == story.record(LISTEN, at=Moment(2026, 1, 6, tzinfo=UTC)).state


# -- entries ------------------------------------------------------------------------------------


def test_an_entry_says_what_happened(story):
    """
    Case, place, act, time, actor, and where it led.
    """
    entry = story.record(LISTEN, at=T0 + timedelta(hours=1))

    assert ("t-1", 2, LISTEN, T0 + timedelta(hours=1), SAM) == (
        *(entry.case_id, entry.version, entry.act, entry.at, entry.by),
    )
    assert ("listen", "finished", "heard") == (entry.trigger, entry.outcome, entry.state)
    assert ("received", "heard", frozenset({"heard"}), frozenset(), False, False) == (
        *(entry.move.source, entry.move.target, entry.move.establishes, entry.move.clears),
        *(entry.move.begins_cycle, entry.move.ends),
    )
    assert "2. listen (finished) by sam: heard" == str(entry)


def test_an_entry_reads_without_an_outcome_where_there_is_one_only(story_in):
    """
    "apologize" needs nothing in brackets.
    """
    assert "3. apologize by sam: heard" == str(story_in("heard").record(Apologize(words="Sorry")))


def test_deciding_is_pure(story_in):
    """
    The same question gives the same entry, and the case stays as it is.
    """
    story = story_in("negotiating")
    before, kept = story.case, pickle.loads(pickle.dumps(story.case))

    assert story.decide(Accept()) == story.decide(Accept())
    assert (kept, before) == (story.case, story.case)


def test_entries_and_cases_cannot_be_changed(story):
    """
    History is append-only (I5).
    """
    for value, name in (
        *((story.case, a.name) for a in attrs.fields(Case)),
        *((story.entries[0], a.name) for a in attrs.fields(type(story.entries[0]))),
        *((story.decide(LISTEN), a.name) for a in attrs.fields(type(story.entries[0]))),
        *((story.ledger, a.name) for a in attrs.fields(type(story.ledger))),
    ):
        with pytest.raises(attrs.exceptions.FrozenInstanceError):
            setattr(value, name, "something else")


def test_whoever_sets_a_field_of_a_case_is_told_what_to_do_instead(story):
    """
    It is what one tries first, coming from a status field.
    """
    for change in (
        lambda: setattr(story.case, "state", "closed"),
        lambda: delattr(story.case, "state"),
    ):
        with pytest.raises(attrs.exceptions.FrozenInstanceError) as no:
            change()

        assert (
            "a case is not changed: record what happened, case = desk.record(case.id, ..., by=...)"
        ) == str(no.value)


def test_a_case_takes_nothing_besides_its_fields(story):
    """
    A typo must not make a new attribute.
    """
    for value in (story.case, story.decide(LISTEN), story.record(LISTEN), story.ledger):
        with pytest.raises(AttributeError):
            value.ownr = "lee"


def test_cases_and_entries_can_be_pickled_and_copied(story_in):
    """
    A task queue may carry them.
    """
    story = story_in("closed")

    for send in (lambda v: pickle.loads(pickle.dumps(v)), copy.copy, copy.deepcopy):
        assert story.case == send(story.case)
        assert story.entries == send(story.entries)


def test_what_was_sent_to_another_process_is_worked_on_there(story):
    """
    A worker decides on the case that it was sent, and sends the entry home.
    """
    by = Actor("kim", limits={"EUR": "50"}, may=["listen"])
    work = partial(decide_there, story.case, LISTEN, at=story.now, by=by)
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        entry = pool.apply(work)

    assert story.case.apply(decide(story.method, story.case, LISTEN, at=story.now, by=by)) == (
        story.case.apply(entry)
    )
    assert by == entry.by


def decide_there(case, act, *, at, by):
    """
    Decide under the six steps, in whatever process.
    """
    return decide(six_steps(), case, act, at=at, by=by)


def test_a_method_says_how_to_send_it(story):
    """
    Its functions cannot be sent: a worker builds it anew, and its pin tells whether it is the same.
    """
    for sent in (story.method, Desk(story.method)):
        with pytest.raises(MethodError, match="it holds functions, and cannot be pickled: send"):
            pickle.dumps(sent)

    settings = dict(story.method.settings)

    assert story.method.pin == six_steps(**pickle.loads(pickle.dumps(settings))).pin


def test_a_copy_of_what_cannot_change_is_the_same(story):
    """
    A method with its machine is large, and one is enough.
    """
    compiled(story.method)
    for value in (story.method, story.case, story.ledger, story.entries[0], SAM):
        assert value is copy.copy(value)
        assert value is copy.deepcopy([value])[0]


# -- opening ------------------------------------------------------------------------------------


def test_a_case_begins_with_its_opening(story):
    """
    Bound to the method, in its first state, with nothing established.
    """
    (entry,) = story.entries
    case = story.case

    assert ("t-1", 1, story.method.pin, "received") == (
        *(entry.case_id, entry.version, entry.bound_to, entry.state),
    )
    assert ("t-1", "six_steps", "ana", "received", frozenset(), 1, 1, "sam", False) == (
        *(case.id, case.method, case.customer, case.state, case.facts, case.cycle),
        *(case.version, case.owner, case.is_closed),
    )
    assert (T0, T0) == (case.opened_at, case.updated_at)


@pytest.mark.parametrize(
    ("case_id", "given", "by", "problems"),
    [
        ("", Open(complaint="x", customer="ana"), SAM, ["the id of a case must be a text"]),
        (7, Open(complaint="x", customer="ana"), SAM, ["the id of a case must be a text"]),
        ("t-1", LISTEN, SAM, ["a case is opened by Open("]),
        ("t-1", Open(complaint="x", customer="ana"), "sam", ["by must be an Actor"]),
        (
            " ",
            "open",
            None,
            ["the id of a case must be a text", "a case is opened by Open(", "by must be an Actor"],
        ),
    ],
    ids=["blank id", "no text", "no opening", "no actor", "everything"],
)
def test_an_opening_that_is_none_is_told(case_id, given, by, problems):
    """
    All of it at once.
    """
    with pytest.raises(EvidenceError) as error:
        open_case(six_steps(), case_id, given, at=T0, by=by)

    assert problems == [
        told[: len(start)] for told, start in zip(error.value.problems, problems, strict=True)
    ]


def test_who_may_not_open_a_case_is_refused():
    """
    Opening is an act like the others, and what an actor may do names it.
    """
    clerk = Actor("kim", may=["listen"])

    with pytest.raises(Refused) as no:
        open_case(six_steps(), "t-1", Open(complaint="x", customer="ana"), at=T0, by=clerk)

    assert ["not_allowed"] == [unmet.code for unmet in no.value.unmet]


# -- what is said of promises, offers and times -------------------------------------------------


def test_leave_to_break_a_promise_is_asked_while_it_is_outstanding(story_in):
    """
    An approval for later, or for another one, would be a blank cheque.
    """
    story = story_in("agreed")
    for promise in ("p2", "refund"):
        no = story.refused(RequestApproval(reason="none are left", promise=promise))
        assert [
            ("promise_to_break", f"'{promise}' is no outstanding promise; outstanding: p1")
        ] == [(unmet.code, unmet.text) for unmet in no.unmet]
    story.record(KeepPromise("p1"))

    assert ["promise_to_break"] == story.unmet(RequestApproval(reason="late", promise="p1"))
    assert story.decide(RequestApproval(reason="more", remedies=[REFUND]))


@pytest.mark.parametrize(
    "made",
    [
        attrs.evolve(OFFER, expires=T0),
        attrs.evolve(OFFER, remedies=[REFUND, Remedy("flowers", due=T0)]),
        AcceptAsk(remedies=[Remedy("replacement", due=T0)], words="A new one it is"),
    ],
    ids=["expires", "due", "the ask"],
)
def test_nothing_is_offered_that_is_over(story_in, made):
    """
    It would be broken in the moment it is accepted.
    """
    story = story_in("consulted")
    assert story.decide(made)
    story.wait(seconds=1)
    no = story.refused(made)

    assert [("still_to_come", "what is offered cannot be due, or expire, in the past")] == [
        (unmet.code, unmet.text) for unmet in no.unmet
    ]


def test_a_case_knows_what_its_last_step_did_without(story_in):
    """
    As the entry does; and only of the last one.
    """
    story = story_in("acknowledged")
    entry = story.record(Empathize(words="Oh no", issue="teapot", concern="the day"))

    assert ["impact_named", "apologized", "process_promised"] == [
        unmet.code for unmet in story.case.warnings
    ]
    assert entry.warnings == story.case.warnings
    story.record(NoteMood("calm"))
    assert () == story.case.warnings


@pytest.mark.parametrize(
    "at", ["9001-01-01T00:00:00+00:00", "9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00+14:00"]
)
def test_a_year_that_cannot_be_meant_is_no_time(story, at):
    """
    Whoever asks the core directly is told what the desk tells.
    """
    at = datetime.fromisoformat(at)
    opening = Open(complaint="x", customer="ana")
    for ask in (
        lambda: story.decide(LISTEN, at=at),
        lambda: story.options(at=at),
        lambda: open_case(story.method, "t-2", opening, at=at, by=SAM),
    ):
        with pytest.raises(TimeError, match="a year from 1900 to 9000 is meant"):
            ask()


def test_a_calendar_that_never_opens_is_told_before_anything_is_decided(story_in):
    """
    A promise without a moment is none.
    """

    class NeverOpen:
        def is_business_day(self, day):
            return False

    story = story_in("negotiating", promises_within=Within(2, "business_days"))
    with pytest.raises(TimeError, match="the calendar has no business day"):
        story.decide(Accept(), calendar=NeverOpen())

    assert "negotiating" == story.state


# -- histories ----------------------------------------------------------------------------------


@pytest.mark.parametrize("state", STATES)
def test_a_history_replays_to_the_live_case(story_in, state):
    """
    State and facts are read off the history, and never stored beside it.
    """
    story = story_in(state)

    assert story.case == Case.replay(story.entries)
    assert story.case == Case.replay(iter(story.entries))


def test_a_long_history_replays_to_the_live_case(story_in):
    """
    Over several cycles, promises and a lapse.
    """
    story = story_in("closed")
    story.record(Reopen(reason="again"), *[NotReached(channel="phone")] * 3)
    story.record(Lapse(reason="silence"), CustomerReplied(words="Hello"), LISTEN, Withdraw())

    assert (3, story.case) == (story.case.cycle, Case.replay(story.entries))


def test_every_beginning_of_a_history_is_the_case_at_that_time(story_in):
    """
    Replaying less is looking back.
    """
    story = story_in("closed")
    states = [Case.replay(story.entries[:n]).state for n in range(1, len(story.entries) + 1)]

    assert [entry.state for entry in story.entries] == states


def test_an_entry_that_does_not_come_next_is_refused(story_in):
    """
    A gap, a repetition, another case: the history is not this one.
    """
    story = story_in("heard")
    entry = story.decide(Apologize(words="Sorry"))

    for wrong in (
        story.entries[-1],
        attrs.evolve(entry, version=5),
        attrs.evolve(entry, case_id="t-2"),
    ):
        with pytest.raises(HistoryError) as error:
            story.case.apply(wrong)

        assert (
            f"entry {wrong.version} of case '{wrong.case_id}', made while {wrong.move.source}, "
            "does not continue case 't-1', which is heard and comes to entry 3; read both again"
        ) == str(error.value)


def test_an_entry_that_was_made_in_another_state_is_refused(story_in):
    """
    Of two branches of a history, only one has happened.
    """
    here, there = story_in("heard"), story_in("heard")
    entry = here.decide(AcknowledgeProblem(words="The teapot is cracked"))
    there.record(Withdraw())
    there.record(Reopen(reason="again"))
    with pytest.raises(HistoryError) as error:
        there.case.apply(attrs.evolve(entry, version=5))

    assert (
        "entry 5 of case 't-1', made while heard, does not continue case 't-1', which is received "
        "and comes to entry 5; read both again"
    ) == str(error.value)


def test_a_history_with_a_gap_makes_no_case(story_in):
    """
    What is missing may have been what matters.
    """
    entries = story_in("closed").entries

    for missing in range(1, len(entries) - 1):
        with pytest.raises(HistoryError):
            Case.replay([*entries[:missing], *entries[missing + 1 :]])


def test_a_history_begins_with_an_opening(story_in):
    """
    And with its first entry.
    """
    first, second = story_in("heard").entries

    for wrong in (second, attrs.evolve(first, version=2), attrs.evolve(first, bound_to=None)):
        with pytest.raises(HistoryError, match="a history begins with entry 1, 'open'; this is "):
            Case.open(wrong)


def test_an_empty_history_makes_no_case():
    """
    There is nobody who complained.
    """
    with pytest.raises(
        HistoryError, match=r"^an empty history makes no case; give its entries, oldest first$"
    ):
        Case.replay([])


def test_deadlines_come_soonest_first(story_in):
    """
    Those of promises and those of the method together.
    """
    story = story_in("consulted", first_response=Within(1, "days"))
    soon = story.now + timedelta(days=2)
    story.record(
        Offer(remedies=[REFUND, Remedy("flowers", due=soon)], words="Both?"),
        Accept(),
        Reopen(reason="not at all"),
    )

    assert ["first_response", "promise", "promise"] == [d.code for d in story.case.deadlines]
    assert [None, "p2", "p1"] == [d.about for d in story.case.deadlines]


# -- options ------------------------------------------------------------------------------------


def test_options_answer_for_every_act_in_order(story):
    """
    A screen can be drawn from them.
    """
    found = options(story.method, story.case, at=T0, by=SAM)

    assert story.method.triggers == tuple(option.trigger for option in found)


@pytest.mark.parametrize("state", STATES)
def test_an_option_is_not_ready_for_the_reasons_of_a_refusal(story_in, state):
    """
    What a button says in grey is what a click would have been told.
    """
    story = story_in(state)
    found = story.options()

    for made in SAMPLES:
        option = found[made.trigger]
        told = set(refused_for(story, made))

        assert {unmet.code for unmet in option.unmet} <= told
        assert option.ready == (not option.unmet)
        assert option.ready or told


def test_an_option_that_is_ready_has_nothing_in_its_way(story):
    """
    It may still ask something of its evidence.
    """
    option = story.options()["listen"]

    assert (True, (), ("finished", "unfinished"), "listen: ready") == (
        *(option.ready, option.unmet, option.outcomes, str(option)),
    )
    assert () == option.way


def test_an_option_that_is_not_ready_says_why_and_how(story):
    """
    In the words of a refusal.
    """
    option = story.options()["acknowledge_problem"]

    assert (False, "acknowledge_problem: not yet: ana has not been heard") == (
        *(option.ready, str(option)),
    )
    assert ["listen (finished)"] == [str(step) for step in option.way]


def test_what_is_asked_of_the_evidence_is_told_beforehand(story_in):
    """
    A form can show what it will be asked for.
    """
    asks = {t: [u.code for u in o.asks] for t, o in story_in("agreed").options().items() if o.asks}

    assert ["reflects_back"] == [
        u.code for u in story_in("acknowledged").options()["empathize"].asks
    ]
    assert ["promise_open"] == asks["keep_promise"]
    assert ["may_be_waived"] == asks["waive"]
    assert "close" not in asks


def test_a_question_about_the_evidence_does_not_make_an_act_unready(story_in):
    """
    Which promise it is about is for the form to ask, as long as there is one.
    """
    assert story_in("agreed").options()["keep_promise"].ready
    assert ["no promise is outstanding"] == [
        u.text for u in story_in("heard").options()["keep_promise"].unmet
    ]


def test_an_act_with_several_outcomes_is_ready_when_one_of_them_is(story_in):
    """
    And says which.
    """
    story = story_in("agreed", sixth="follow_up")

    assert ["promises_settled"] == [u.code for u in story.options()["close"].unmet]

    story.record(KeepPromise("p1"))

    assert ["not_reached"] * 3 == [str(s) for s in story.options()["close"].way] or (
        ["follow_up (satisfied)"] == [str(s) for s in story.options()["close"].way]
    )

    story.record(*[NotReached(channel="phone")] * 3)

    assert ("unconfirmed",) == story.options()["close"].outcomes


def test_options_know_who_asks(story):
    """
    What somebody may not do is not ready for them.
    """
    clerk = Actor("kim", may=["listen"])

    assert ["listen"] == [t for t, o in story.options(by=clerk).items() if o.ready]
    assert ["kim may not note_mood; ask somebody who may"] == [
        u.text for u in story.options(by=clerk)["note_mood"].unmet
    ]


def test_options_of_a_closed_case_say_that_it_is_over(story_in):
    """
    But for what outlives a close.
    """
    found = story_in("withdrawn").options()

    assert "the case is over; listen" in str(found["listen"])
    assert ["request_approval", "reopen", "correct", "customer_replied"] == [
        t for t, o in found.items() if o.ready
    ]


def test_a_waived_question_is_not_asked(story_in):
    """
    Options read waivers as decisions do.
    """
    story = story_in("acknowledged", strict=True)

    assert "apologized" in [u.code for u in story.options()["empathize"].unmet]

    story.record(
        Waive(requirement="apologized", reason="asked not to"),
        Waive(requirement="process_promised", reason="asked not to"),
    )

    assert story.options()["empathize"].ready


# -- the way ------------------------------------------------------------------------------------

SAMPLES = [
    LISTEN,
    AcknowledgeProblem(words="A cracked teapot; thank you"),
    Apologize(words="Sorry about the teapot"),
    Assure(words="We will find something fair"),
    Empathize(words="A teapot", issue="crack", concern="guests", impact="no tea"),
    ASK,
    Answer(words="A new one"),
    OFFER,
    AcceptAsk(remedies=[Remedy("replacement", "40.00", "EUR")], words="Yes"),
    Accept(),
    Counter(words="More"),
    Decline(),
    DeclareDeadlock(words="We cannot agree"),
    RequestApproval(reason="fair", remedies=[REFUND]),
    RefuseApproval(reason="dear"),
    KeepPromise("p1"),
    ReleasePromise("p1"),
    Learn(improvement="straw"),
    Close(retained="yes", cost=0),
    Reopen(reason="again"),
    NoteMood(mood="calm"),
    NoteIssue(text="late"),
    NotReached(channel="phone"),
    AskQuestion(question="Which?"),
    Correct(entry=1, reason="Anna"),
    Withdraw(),
    Lapse(reason="silence"),
    CustomerReplied(words="Hello"),
]
"""One of nearly every act, with evidence that is fine."""

TAKEN = {
    "listen": LISTEN,
    "acknowledge_problem": SAMPLES[1],
    "apologize": SAMPLES[2],
    "assure": SAMPLES[3],
    "empathize": SAMPLES[4],
    "ask_expectation/answered": ASK,
    "ask_expectation/unknown": AskExpectation(question="What?", expectation=DONT_KNOW),
    "ask_expectation/unanswered": AskExpectation(question="What?"),
    "ask_question/unanswered": AskQuestion(question="Which?"),
    "answer": Answer(words="A new one"),
    "offer": OFFER,
    "accept_ask": SAMPLES[8],
    "accept": Accept(),
    "counter": Counter(words="More"),
    "learn": SAMPLES[17],
    "close": Close(retained="yes", cost=0),
    "reopen": Reopen(reason="again"),
    "not_reached": NotReached(channel="phone"),
    "request_approval": RequestApproval(reason="fair", remedies=[REFUND]),
    "approve": Approve(),
    "lapse": Lapse(reason="silence"),
}


def on_table(story, made):
    """
    Return an act with the evidence that only the ledger knows at the end of a way.
    """
    promises = story.ledger.outstanding
    if hasattr(made, "promise") and promises and not isinstance(made, RequestApproval):
        return attrs.evolve(made, promise=promises[0].id)
    return made


def take(story, step):
    """
    Take one step of a way, with evidence as it says.
    """
    if step.trigger == "keep_promise":
        promise = dict(step.evidence).get("promise") or story.ledger.outstanding[0].id
        return story.record(KeepPromise(promise))
    made = TAKEN.get(f"{step.trigger}/{step.outcome}") or TAKEN[step.trigger]
    changes = dict(step.evidence)
    if "promise" in changes:
        changes["remedies"] = ()
    return story.record(attrs.evolve(made, **changes))


@pytest.mark.parametrize("strict", [False, True], ids=["lenient", "strict"])
@pytest.mark.parametrize("made", SAMPLES, ids=lambda made: made.trigger)
def test_whoever_takes_the_way_arrives(story_in, made, strict):
    """
    From every state: its steps are possible one after the other, and then the act is.
    """
    for state in STATES:
        story = story_in(state, strict=strict)
        try:
            story.decide(made)
        except Refused as no:
            way = no.way
        else:
            continue

        assert way, f"no way from {state}: {way!r}"
        for step in way:
            if step.trigger != made.trigger or not step.says:  # else it is the act, said better
                take(story, step)
        story.decide(on_table(story, made))


def test_the_way_asks_no_approval_for_breaking_what_is_settled(story_in):
    """
    Which promise it is about has to be said first.
    """
    no = story_in("closed").refused(BreakPromise("p1", reason="sold out"))
    asked = [dict(step.evidence) for step in no.way if step.trigger == "request_approval"]

    assert [{}] == asked


def test_the_way_counts_no_waiver_of_an_earlier_cycle(story_in):
    """
    A waiver ends with its cycle, so the way through a new one goes past what was waived.
    """
    story = story_in("acknowledged", strict=True)
    story.record(Waive(requirement="apologized", reason="asked not to"), Withdraw())

    assert "apologize" in [step.trigger for step in story.refused(OFFER).way]


def test_the_way_never_proposes_an_exit_or_a_waiver(story_in):
    """
    Giving up is no way to go on.
    """
    for state in STATES:
        for option in story_in(state).options().values():
            steps = {step.trigger for step in option.way or ()}

            assert not steps & {"withdraw", "lapse", "waive", "declare_deadlock", "break_promise"}


def test_the_way_counts_the_attempts_of_a_new_cycle_anew(story_in):
    """
    Whoever comes back is tried as often as the first time.
    """
    story = story_in("agreed")
    story.record(*[NotReached(channel="phone")] * 2)

    assert ["reopen", "not_reached", "not_reached", "not_reached"] == story.way(
        Lapse(reason="silence")
    )


def test_a_word_on_the_way_starts_the_attempts_anew(story_in):
    """
    A road on which the customer speaks is longer for whoever wants to call them silent.
    """
    story = story_in("heard")
    story.record(*[NotReached(channel="phone")] * 3)

    for step in story.refused(Lapse(reason="silence")).way:
        take(story, step)

    assert "lapsed" == story.record(Lapse(reason="silence")).state


def test_a_word_on_the_way_makes_every_attempt_before_it_count_for_nothing(begin):
    """
    Also where some attempts are made and some are missing.
    """
    story = begin(sixth="follow_up")
    story.record(LISTEN, NotReached(channel="phone"))
    close = attrs.evolve(CLOSE, outcome="unconfirmed")
    way = story.refused(close).way

    assert 3 == [step.trigger for step in way].count("not_reached")
    assert "closed" == follow(story.method, story.case, way, close).state


def test_the_way_to_what_is_approved_is_not_about_another_request(story_in):
    """
    Whoever allows a small sum has not allowed a large one.
    """
    kim, small = Actor("kim", limits={"EUR": "50"}), [Remedy("refund", "100", "EUR")]
    story = story_in("consulted")
    story.record(RequestApproval(reason="she lost the party", remedies=small), by=kim)
    large = attrs.evolve(OFFER, remedies=[Remedy("refund", "400", "EUR")])
    way = story.refused(large, by=kim).way

    assert ["request_approval", "approve"] == [step.trigger for step in way]
    assert "negotiating" == follow(story.method, story.case, way, large, by=kim).state


def test_the_way_to_a_broken_promise_is_not_about_another_request(story_in):
    """
    Whoever allows a sum has not allowed a promise to be broken.
    """
    story = story_in("agreed")
    small = [Remedy("refund", "100", "EUR")]
    story.record(RequestApproval(reason="she lost the party", remedies=small))
    breaking = BreakPromise("p1", reason="the factory has burnt down")
    way = story.refused(breaking).way
    (promise,) = follow(story.method, story.case, way, breaking).ledger.promises

    assert "broken" == promise.state


def test_an_answer_that_names_no_request_is_to_the_last_one(story_in):
    """
    As in a conversation; whoever means another one names it.
    """
    story = story_in("consulted")
    for amount in ("100", "400", "900"):
        asked = [Remedy("refund", amount, "EUR")]
        story.record(RequestApproval(reason="she lost the party", remedies=asked))
    story.record(Approve(), RefuseApproval(reason="too much"), by="lead")

    assert [None, False, True] == [each.granted for each in story.ledger.approvals]


def test_the_way_says_what_depends_on_others(story_in):
    """
    An honest road names what is not ours to decide.
    """
    way = story_in("received").refused(Accept()).way

    assert [
        ("listen", "finished", "the customer"),
        ("acknowledge_problem", None, ""),
        ("empathize", None, ""),
        ("ask_expectation", "answered", "the customer"),
        ("offer", None, ""),
    ] == [(step.trigger, step.outcome, step.depends_on) for step in way]

    asked = story_in("consulted").refused(OFFER, by="kim").way

    assert [("agent", ""), ("colleague", "a colleague")] == [(s.who, s.depends_on) for s in asked]


def test_the_way_to_an_approval_has_somebody_else_ask_for_it(story_in):
    """
    Whoever asked for it first would have to leave it to others: the way says so before.
    """
    story = story_in("consulted")
    ways = [story.refused(Approve(), by="kim").way[:1], story.options(by="kim")["approve"].way]
    for (step,) in ways:
        assert ("request_approval", "colleague", "a colleague", "by somebody else than kim") == (
            *(step.trigger, step.who, step.depends_on, step.says),
        )

    story.record(RequestApproval(reason="fair", remedies=[REFUND]), by="lee")

    assert story.options(by="kim")["approve"].ready
    assert "approver_is_another" in [u.code for u in story.options(by="lee")["approve"].unmet]


def test_one_step_may_bring_what_two_requirements_ask_for(begin):
    """
    The main issue is an issue, too: nobody has to note another one before it.
    """
    story = begin(five_steps(strict=True))

    for trigger in ("take_action", "close"):
        way = story.options()[trigger].way
        noted = [dict(step.evidence) for step in way if step.trigger == "note_issue"]
        assert [{"primary": True}] == noted


def test_an_act_that_needs_no_approval_is_sent_past_nobody_after_a_reopening(story_in):
    """
    What is within the limit of whoever offers it stays so in the next cycle.
    """
    story = story_in("received")
    story.record(Withdraw())

    assert "approve" not in [step.trigger for step in story.refused(OFFER).way]
    assert "approve" in [step.trigger for step in story.refused(OFFER, by="kim").way]


def test_the_way_asks_for_the_evidence_that_is_missing(story_in):
    """
    The last step may be the act itself, said better.
    """
    (step,) = story_in("acknowledged").refused(Empathize(words="I see")).way

    assert ("empathize", "say which issue and which concern the words reflect back") == (
        *(step.trigger, step.says),
    )


def learning(story, *needs, others=(), facts=(), edges=()):
    """
    Give a story a method in which learning needs something else.
    """
    method = story.method
    learn = attrs.evolve(method.rule("learn"), needs=needs)
    rules = [learn if rule.trigger == "learn" else rule for rule in method.rules]
    story.method = attrs.evolve(
        method,
        rules=[*rules, *others],
        facts=[*method.facts, *facts],
        edges=[*method.edges, *edges],
    )
    return Learn(improvement="straw")


def test_there_is_no_way_where_nothing_that_is_recorded_helps(story_in):
    """
    An invented road would be worse than none.
    """
    for state in ("received", "agreed"):
        story = story_in(state)
        moon = Requirement("full_moon", "the moon is not full", lambda _: False, reads=["time"])
        learn = learning(story, moon)

        assert story.refused(learn).way is None
        assert story.options()["learn"].way is None


def test_the_way_goes_past_a_colleague(story_in):
    """
    And says that it does.
    """
    story = story_in("agreed")
    learn = learning(
        story,
        "blessed",
        others=[Rule(Bless, establishes="blessed")],
        facts=[Fact("blessed", "nobody has blessed it")],
        edges=[Edge("agreed", "bless")],
    )

    assert [("bless", "colleague", "a colleague")] == [
        (step.trigger, step.who, step.depends_on) for step in story.refused(learn).way
    ]


def test_a_search_that_meets_its_bound_says_so(story, monkeypatch):
    """
    Giving up is neither a road nor its absence.
    """
    monkeypatch.setattr(_way, "BOUND", 1)
    no = story.refused(OFFER)

    assert no.way is UNDECIDED
    assert "first:" not in str(no)
    assert story.options()["offer"].way is UNDECIDED


# -- the shared machine -------------------------------------------------------------------------


def test_a_method_is_compiled_once(story):
    """
    All of its cases share the machine.
    """
    assert compiled(story.method) is compiled(story.method)
    assert story.method.pin == compiled(story.method).pin


@pytest.mark.parametrize(
    "options",
    [
        {"queued": True},
        {"send_event": True},
        {"before_state_change": print},
        {"after_state_change": print},
        {"prepare_event": print},
        {"finalize_event": print},
        {"on_exception": print},
        {"ignore_invalid_triggers": True},
        {"auto_transitions": True},
        {"model_attribute": "status"},
        {"ordered_transitions": True},
        {"name": "mine"},
    ],
    ids=lambda options: next(iter(options)),
)
def test_the_shared_machine_takes_no_options(options):
    """
    It would ignore them, and somebody would wait for their callback for ever.
    """
    with pytest.raises(UnsupportedOption, match=next(iter(options))):
        type(compiled(six_steps()))(six_steps(), **options)


@pytest.mark.parametrize(
    "give",
    [
        lambda m: m.add_model(object()),
        lambda m: m.before_listen(print),
        lambda m: m.after_listen(print),
        lambda m: m.prepare_listen(print),
        lambda m: m.events["listen"].add_callback("before", print),
        lambda m: m.get_transitions("listen")[0].add_callback("before", print),
        lambda m: m.add_transition("listen", "heard", "agreed", before=print),
        lambda m: m.add_transition("listen", "heard", "agreed", after=print),
        lambda m: m.add_transition("listen", "heard", "agreed", prepare=print),
        lambda m: m.add_transition("listen", "heard", "agreed", conditions=print),
        lambda m: m.add_transition("listen", "heard", "agreed", unless=print),
        lambda m: m.add_transition("listen", "heard", "agreed"),
        lambda m: m.transition_cls("heard", "heard", before=print),
        lambda m: m.add_ordered_transitions(),
        lambda m: m.add_states("attic"),
        lambda m: m.remove_transition("listen"),
        lambda m: m.on_enter_heard(print),
        lambda m: m.on_exit_heard(print),
        lambda m: setattr(m, "before_state_change", print),
        lambda m: setattr(m, "on_exception", [print]),
        lambda m: setattr(m, "finalize_event", None),
        lambda m: setattr(m, "send_event", True),
        lambda m: setattr(m, "initial", "attic"),
        lambda m: delattr(m, "events"),
        lambda m: m.before_state_change.append(print),
        lambda m: m.on_exception.extend([print]),
        lambda m: m.prepare_event.insert(0, print),
        lambda m: m.after_state_change.__iadd__([print]),
        lambda m: m.get_state("heard").add_callback("enter", print),
        lambda m: m.get_state("heard").on_enter.append(print),
        lambda m: setattr(m.get_state("heard"), "on_exit", print),
        lambda m: m.get_transitions("listen")[0].before.append(print),
        lambda m: m.get_transitions("listen")[0].conditions.append(print),
        lambda m: setattr(m.get_transitions("listen")[0], "after", print),
        lambda m: setattr(m.events["listen"], "trigger", print),
    ],
    ids=[
        *("add_model", "before_listen", "after_listen", "prepare_listen", "event", "transition"),
        *("before", "after", "prepare", "conditions", "unless", "add_transition"),
        "transition_cls",
        *("add_ordered_transitions", "add_states", "remove_transition", "on_enter", "on_exit"),
        *("set_before", "set_on_exception", "set_finalize", "set_send_event", "set_initial"),
        *("delete", "append", "extend", "insert", "add_in_place"),
        *("callback_of_state", "append_to_state", "set_on_state"),
        *("append_to_transition", "condition_of_transition", "set_on_transition"),
        "set_on_event",
    ],
)
def test_the_shared_machine_takes_nothing_it_would_ignore(give):
    """
    Nor anything that would change it under the cases of others: loudly, with what to do instead.
    """
    with pytest.raises(UnsupportedOption, match=r"ask machine.* for a stock machine of your own"):
        give(compiled(six_steps()))


# -- a stock machine ----------------------------------------------------------------------------


class Ticket:
    """
    A host's own model.
    """

    facts = frozenset()


def test_a_stock_machine_is_fresh_and_the_callers_own():
    """
    It may be given models and callbacks, and shares nothing with us.
    """
    method = six_steps()
    first, second = machine(method), machine(method)
    seen = []
    ticket = Ticket()
    first.add_model(ticket)
    first.before_listen(lambda event: seen.append(event.event.name))

    assert first is not second
    assert transitions.Machine is type(first)
    assert ticket.listen(outcome="finished")
    assert ("heard", {"heard"}, ["listen"]) == (ticket.state, ticket.facts, seen)
    assert (
        "received"
        == Case.open(
            open_case(method, "t-1", Open(complaint="x", customer="ana"), at=T0, by=SAM)
        ).state
    )


def test_a_stock_machine_knows_states_and_facts():
    """
    An act that lacks a fact is not taken, and facts come and go with outcomes.
    """
    ticket = Ticket()
    machine(six_steps()).add_model(ticket)

    ticket.listen(outcome="unfinished")

    assert ("received", frozenset()) == (ticket.state, ticket.facts)
    with pytest.raises(transitions.MachineError):
        ticket.offer()

    ticket.listen(outcome="finished")

    assert "heard" == ticket.state

    ticket.facts = frozenset()

    assert not ticket.acknowledge_problem()

    ticket.facts = frozenset({"heard"})
    ticket.acknowledge_problem()
    ticket.empathize()
    ticket.ask_expectation(outcome="answered")
    ticket.offer()
    ticket.accept()

    assert ("agreed", True, False) == (
        *(ticket.state, "agreed" in ticket.facts, "offer_open" in ticket.facts),
    )


@pytest.mark.parametrize("cls", [LockedMachine, type("Own", (transitions.Machine,), {})])
def test_a_stock_machine_is_of_the_class_one_names(cls):
    """
    For pictures, locks, or a subclass of one's own.
    """
    made = machine(six_steps(), cls)

    assert cls is type(made)
    assert list(STATES) == list(made.states)
    assert {"closed", "withdrawn", "deadlocked", "lapsed", "merged"} == {
        name for name, state in made.states.items() if state.final
    }


def test_a_stock_machine_takes_options():
    """
    Ours are defaults: no model, no automatic transitions, events sent.
    """
    seen = []
    ticket = Ticket()
    made = machine(
        six_steps(),
        model=ticket,
        model_attribute="stage",
        after_state_change=lambda event: seen.append(event.transition.dest),
        initial="heard",
    )
    ticket.facts = frozenset({"heard"})
    ticket.acknowledge_problem()

    assert ("acknowledged", ["acknowledged"]) == (ticket.stage, seen)
    assert not hasattr(ticket, "to_closed")
    assert {"heard", "recognised"} == ticket.facts
    assert made.send_event


def test_a_model_without_facts_has_none():
    """
    A plain object will do.
    """
    bare = type("Bare", (), {})()
    machine(six_steps()).add_model(bare)
    bare.listen(outcome="finished")

    assert {"heard"} == bare.facts


def test_conditions_and_effects_are_named_for_pictures():
    """
    An arrow that says "condition" tells nothing.
    """
    (first, *_) = machine(six_steps()).get_transitions("ask_expectation", "empathized")

    assert ["answered", "empathy_shown", "heard", "recognised"] == [
        condition.func.__name__ for condition in first.conditions
    ]


@pytest.mark.parametrize("state", STATES)
def test_a_stock_machine_and_a_decision_agree(story_in, state):
    """
    Where evidence, ledger, authority and time say yes, both know the same next state and facts.
    """
    story = story_in(state)
    stock = machine(story.method, initial=state, ignore_invalid_triggers=True)
    for made in SAMPLES:
        ticket = Ticket()
        ticket.facts = story.case.facts
        stock.add_model(ticket)
        outcome = made.read_outcome(story.ledger)
        moved = ticket.trigger(made.trigger, outcome=outcome)
        told = refused_for(story, made)
        if told:
            only_facts = set(told) <= {fact.name for fact in story.method.facts} | {"not_now"}

            assert not (moved and only_facts)
        else:
            after = story.case.apply(story.decide(made))

            assert moved
            assert (after.state, after.facts) == (ticket.state, ticket.facts)


# -- what is none of it -------------------------------------------------------------------------


@pytest.mark.parametrize("wrong", ["text", None, 5, six_steps])
def test_what_is_no_method_case_or_entry_is_told(story, wrong):
    """
    A mistake at the front door is no traceback from within.
    """
    method, case = story.method, story.case
    for ask in (
        lambda: decide(wrong, case, LISTEN, at=T0, by=SAM),
        lambda: options(wrong, case, at=T0, by=SAM),
        lambda: open_case(wrong, "t-2", Open(complaint="x", customer="ana"), at=T0, by=SAM),
        lambda: decide(method, wrong, LISTEN, at=T0, by=SAM),
        lambda: options(method, wrong, at=T0, by=wrong),
        lambda: decide(method, case, Act(), at=T0, by=SAM),
    ):
        with pytest.raises(EvidenceError, match=r"expected a"):
            ask()
    for fold in (case.apply, Case.open, lambda entry: Case.replay([story.entries[0], entry])):
        with pytest.raises(HistoryError, match="expected an Entry"):
            fold(wrong)


def test_options_can_be_pickled(story_in):
    """
    With their ways, which are searched for then; a queue or a cache may hold them.
    """
    found = tuple(story_in("heard").options().values())

    again = pickle.loads(pickle.dumps(found))

    assert (found, [o.way for o in found]) == (again, [o.way for o in again])


def test_a_refusal_about_evidence_names_the_fields_to_fill(story_in):
    """
    A form can put the sentence beside them; `(willing)` in a way is no more than a word.
    """
    no = story_in("agreed").refused(KeepPromise("p99"))
    waiving = story_in("agreed").refused(Waive("heard", reason="they asked us to"))

    assert [("promise_open", ("promise",))] == [(u.code, u.fields) for u in no.unmet]
    assert [("requirement",)] == [u.fields for u in waiving.unmet]
    keeping = story_in("agreed").options()["keep_promise"]
    assert [("promise",)] == [each.fields for each in keeping.asks]


def test_a_refusal_names_what_whoever_asks_could_waive(begin):
    """
    Where the method lets it be waived, and the actor may.
    """
    story = begin(strict=True)
    heard = Listen(account="It arrived broken, and late")
    story.record(heard, AcknowledgeProblem(words="Broken and late, I see that"))
    empathizing = Empathize(
        words="Broken, before your party", issue="it broke", concern="the party"
    )

    assert ("apologized", "process_promised") == story.refused(empathizing).waivable
    lou = Actor("lou", may=["empathize", "waive", "waive:apologized"])
    assert ("apologized",) == story.refused(empathizing, by=lou).waivable
    assert () == story.refused(empathizing, by=Actor("kim", may=["empathize"])).waivable
