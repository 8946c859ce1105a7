"""
Deadlines of a case: they pass, are reminded of, stand still and begin anew; breaches stay.
"""

from __future__ import annotations

import contextlib
from datetime import UTC, date, datetime, time, timedelta

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from complaintflow import (
    AsyncDesk,
    Breach,
    Case,
    Desk,
    Effect,
    EvidenceError,
    MethodError,
    Refused,
    TimeError,
    TimeLimit,
    UnknownMethod,
    Within,
    due,
)
from complaintflow._deadlines import is_never_given
from complaintflow.acts import (
    Accept,
    AcknowledgeProblem,
    AskExpectation,
    CustomerReplied,
    DeadlineNear,
    DeadlinePassed,
    Empathize,
    Expectation,
    KeepPromise,
    Listen,
    NoteMood,
    ReleasePromise,
    Reopen,
    Withdraw,
)
from complaintflow.methods import five_steps, personal_ownership, seven_as, six_steps
from complaintflow.testing import FrozenClock

MONDAY = datetime(2026, 1, 5, 9, tzinfo=UTC)
EMPATHIZE = Empathize(
    words="A cracked teapot, and no present for the day",
    issue="cracked teapot",
    concern="no present",
    impact="an empty table",
)
ASK = AskExpectation(
    question="What would help?", expectation=Expectation(words="A new one", kind="replacement")
)
LISTEN = Listen(account="It came two weeks late, and the teapot is cracked")
UNDONE = Listen(account="It came two weeks late, and", finished=False)
ACKNOWLEDGE = AcknowledgeProblem(words="A cracked teapot, two weeks late; thank you for telling us")
HOURS, DAYS = timedelta(hours=1), timedelta(days=1)


def limited(*limits, **settings):
    """
    Return the six steps with time limits of a test.
    """
    return evolve(SIX_STEPS, limits=limits, **settings)


SIX_STEPS = six_steps(language=False)
FOUR_DAYS = Within(4)


def limit(within=FOUR_DAYS, *, code="answer", starts="open", ends="listen", **settings):
    """
    Return a time limit: four days from the opening to the listening.
    """
    return TimeLimit(code, "it was not done in time", within, starts, ends, **settings)


def tick(story, **span):
    """
    Let time pass, and record what it has brought, one act at a time; return the acts.
    """
    story.wait(**span)
    recorded = []
    while acts := story.case.to_record(story.now):
        story.record(acts[0])
        recorded.append(acts[0])
        assert len(recorded) < 20, "it does not end"
    return recorded


def shown(story):
    """
    Return the code and the days until due of every deadline, from the opening.
    """
    return {d.code: (d.due - MONDAY) / DAYS for d in story.case.deadlines}


# -- passing ------------------------------------------------------------------------------------


def test_a_deadline_that_has_passed_is_recorded_once(begin):
    """
    The last moment is in time; the next one is not.
    """
    story = begin(limited(limit()))

    assert [] == tick(story, days=4)
    assert [DeadlinePassed("answer")] == tick(story, microseconds=1)
    assert [] == tick(story, days=400)
    assert (Breach("answer", MONDAY + 4 * DAYS, story.entries[1].at),) == story.case.breaches


def test_who_is_told_of_what_is_the_limits_to_say(begin):
    """
    Beside what the method says of all deadlines.
    """
    escalates = limit(notify={"escalated": "team"}, reminders=Within(1), remind=[("soon", "lee")])
    story = begin(limited(escalates, limit(code="other", within=Within(9))))

    tick(story, days=3, hours=1)
    tick(story, days=2)
    tick(story, days=9)

    told = [(entry.trigger, entry.effects) for entry in story.entries[1:]]
    assert [
        ("deadline_near", (Effect("deadline_near", "owner"), Effect("soon", "lee"))),
        ("deadline_passed", (Effect("deadline_passed", "owner"), Effect("escalated", "team"))),
        ("deadline_passed", (Effect("deadline_passed", "owner"),)),
    ] == told


def test_an_act_that_is_late_is_a_breach_also_where_nobody_had_looked(begin):
    """
    A worker that was down must not make a late answer one in time.
    """
    story = begin(limited(limit()))

    story.wait(days=5).record(LISTEN)

    assert (Breach("answer", MONDAY + 4 * DAYS, story.now),) == story.case.breaches
    assert [] == tick(story, days=400)


def test_an_act_in_time_is_no_breach(begin):
    """
    At the last moment, too.
    """
    story = begin(limited(limit()))

    story.wait(days=4).record(LISTEN)

    assert () == story.case.breaches


def test_a_limit_that_starts_anew_too_late_was_not_kept(begin):
    """
    The mood was to be noted every two days; noting it on the fifth does not undo the third.
    """
    stale = limit(Within(2), code="stale", starts=["open", "note_mood"], ends=[])
    story = begin(limited(stale))

    story.wait(days=1).record(NoteMood("upset"))
    story.wait(days=4).record(NoteMood("upset"))

    assert [("stale", MONDAY + 3 * DAYS)] == [(b.code, b.due) for b in story.case.breaches]
    assert {"stale": 7} == shown(story)


def test_a_breach_survives_whatever_closes_and_reopens(begin):
    """
    Charter I5.
    """
    story = begin(limited(limit()))
    tick(story, days=5)
    breaches = story.case.breaches

    story.record(Withdraw())
    assert breaches == story.case.breaches
    story.record(Reopen(reason="It broke again"))
    assert breaches == story.case.breaches
    assert {"answer": 9} == shown(story), "the new cycle has its own"
    story.record(LISTEN, ACKNOWLEDGE)
    assert breaches == story.case.breaches
    assert story.case == Case.replay(story.entries)


@pytest.mark.parametrize("end", [Withdraw(), None])
def test_the_end_of_a_case_does_not_hide_what_was_late(begin, end):
    """
    Neither a close nor a reopening that nobody had looked before.
    """
    story = begin(limited(limit(ends=[], within=Within(1))))
    story.record(LISTEN)

    story.wait(days=3).record(end or Withdraw())

    assert ["answer"] == [breach.code for breach in story.case.breaches]
    assert (None, None) == (story.case.due_at, story.case.wake_at)


def test_a_promise_that_is_released_too_late_was_broken_all_the_same(story_in):
    """
    The customer no longer asks for it; that it was late is not theirs to undo.
    """
    in_time, late = story_in("agreed"), story_in("agreed")

    in_time.wait(days=14).record(ReleasePromise("p1"))
    late.wait(days=15).record(ReleasePromise("p1"))

    assert () == in_time.case.breaches
    (promise,) = late.ledger.promises
    assert ("released", late.now) == (promise.state, promise.breached_at)
    assert (Breach("promise", promise.due, late.now, "p1"),) == late.case.breaches


def test_breaches_of_promises_and_limits_are_told_together(story_in):
    """
    Oldest first.
    """
    story = story_in("agreed")
    story.method = evolve(story.method)
    tick(story, days=15)
    story.wait(days=1).record(KeepPromise("p1"))

    assert ["promise"] == [breach.code for breach in story.case.breaches]
    assert "kept_late" == story.ledger.promises[0].state


# -- reminders ----------------------------------------------------------------------------------


def test_each_reminder_is_given_once(begin):
    """
    Two days before, one day before, and then it is overdue.
    """
    story = begin(limited(limit(reminders=[Within(1), Within(2)])))

    recorded = {hours: tick(story, hours=hours) for hours in (48, 1, 2, 21, 3, 24)}

    near, passed = DeadlineNear("answer"), DeadlinePassed("answer")
    assert {48: [], 1: [near], 2: [], 21: [], 3: [near], 24: [passed]} == recorded


def test_of_several_reminders_missed_one_is_given(begin):
    """
    Nobody needs to hear twice of the same thing at once.
    """
    story = begin(limited(limit(reminders=[Within(3), Within(2), Within(1)])))

    assert [DeadlineNear("answer")] == tick(story, days=2, hours=1)
    assert 2 == story.case.deadlines[0].reminded
    assert [DeadlineNear("answer")] == tick(story, days=1)


def test_what_has_passed_is_not_reminded_of(begin):
    """
    It is too late for that.
    """
    story = begin(limited(limit(reminders=[Within(3), Within(1)])))

    assert [DeadlinePassed("answer")] == tick(story, days=5)


def test_a_reminder_before_the_start_is_none(begin):
    """
    A business day is two days before its end only over a weekend.
    """
    over_a_weekend = limit(Within(1, "business_days"), reminders=[Within(2), Within(1, "hours")])
    story = begin(limited(over_a_weekend))

    assert (MONDAY + 23 * HOURS,) == story.case.deadlines[0].reminders


def test_a_limit_after_promises_is_reminded_of_from_the_act_on(story_in):
    """
    The follow-up is due a week after the last promise; three weeks before that is not too early.
    """
    story = story_in("negotiating")
    after = limit(
        Within(7),
        code="follow_up",
        starts="accept",
        ends="learn",
        after_promises=True,
        reminders=[Within(20), Within(22)],
    )
    story.method = evolve(story.method, limits=[after])
    story.record(Accept())

    assert (MONDAY + 1 * DAYS,) == story.case.ledger.deadlines[0].reminders


def test_promises_are_reminded_of(begin, story_in):
    """
    001-61: due soon, due, overdue.
    """
    story = story_in("negotiating")
    story.method = evolve(story.method, promise_reminders=[Within(3), Within(1)])
    story.record(Accept())

    at = {days: tick(story, days=days) for days in (11, 1, 2)}
    assert {
        11: [],
        1: [DeadlineNear("promise", "p1")],
        2: [DeadlineNear("promise", "p1")],
    } == {11: at[11], 1: at[1], 2: at[2] or at[1]}
    assert [DeadlinePassed("promise", "p1")] == tick(story, days=5)
    assert story.case == Case.replay(story.entries)


def test_a_promise_that_is_kept_is_not_reminded_of(story_in):
    """
    Nor one that was released.
    """
    story = story_in("negotiating")
    story.method = evolve(story.method, promise_reminders=Within(3))
    story.record(Accept(), KeepPromise("p1"))

    assert [] == tick(story, days=400)
    assert [] == [a for a in story.case.to_record(story.now) if isinstance(a, DeadlineNear)]


@pytest.mark.parametrize(
    ("act", "wait"),
    [
        (DeadlineNear("answer"), 1),
        (DeadlineNear("answer"), 9),
        (DeadlineNear("anwser"), 3.5),
        (DeadlineNear("answer", "p1"), 3.5),
        (DeadlineNear("promise", "p1"), 3.5),
    ],
)
def test_a_reminder_that_is_not_to_be_given_is_refused(begin, act, wait):
    """
    Two workers may look at the same moment; the second one finds it given.
    """
    story = begin(limited(limit(reminders=[Within(1)]))).wait(days=wait)

    assert ["deadline_near"] == story.unmet(act)


def test_a_reminder_is_given_by_the_system_and_only_when_there_is_one(begin):
    """
    As deadlines are passed by it; and `options` knows when.
    """
    story = begin(limited(limit(reminders=[Within(1)])))

    early = story.options(by="system")["deadline_near"].ready
    story.wait(days=3, hours=1)
    assert (False, True) == (early, story.options(by="system")["deadline_near"].ready)
    with pytest.raises(Refused, match="system"):
        story.record(DeadlineNear("answer"), by="sam")
    story.record(DeadlineNear("answer"))
    assert ["deadline_near"] == story.unmet(DeadlineNear("answer"))


# -- when to look at a case again ----------------------------------------------------------------


def test_a_case_wakes_for_its_next_reminder_and_is_due_at_its_deadline(begin):
    """
    The two columns of a store: one moves, the other never does.
    """
    story = begin(limited(limit(reminders=[Within(1)]), limit(Within(9), code="later")))

    assert (MONDAY + 3 * DAYS, MONDAY + 4 * DAYS) == (story.case.wake_at, story.case.due_at)
    tick(story, days=3, hours=1)
    assert (MONDAY + 4 * DAYS, MONDAY + 4 * DAYS) == (story.case.wake_at, story.case.due_at)
    tick(story, days=1)
    assert (MONDAY + 9 * DAYS, MONDAY + 9 * DAYS) == (story.case.wake_at, story.case.due_at)


@pytest.mark.parametrize(
    ("hours", "standing"),
    [(0, "due"), (72, "due"), (72.5, "due_soon"), (96, "due_soon"), (97, "overdue")],
)
def test_a_deadline_tells_how_it_stands(hours, standing):
    """
    Due, due soon, overdue: the colours of a list of cases.
    """
    deadline = limit(reminders=Within(1)).deadline(MONDAY)

    assert standing == deadline.standing(MONDAY + hours * HOURS)
    assert "paused" == deadline.paused(MONDAY).standing(MONDAY + hours * HOURS)


# -- standing still ------------------------------------------------------------------------------


def pausable(within=FOUR_DAYS, **settings):
    """
    Return a method with one limit that stands still: from the listening to an offer.
    """
    given = {"starts": "listen", "ends": "offer", "pausable": True} | settings
    return limited(limit(within, **given))


def test_a_pausable_limit_stands_still_while_the_case_waits_for_the_customer(begin):
    """
    And the rest runs on afterwards: two of four days were left.
    """
    story = begin(pausable())

    story.record(LISTEN, ACKNOWLEDGE)
    assert {"answer": 4} == shown(story)
    story.wait(days=2).record(EMPATHIZE)  # a state that waits for the customer
    assert MONDAY + 2 * DAYS == story.case.deadlines[0].paused_at
    assert (None, None) == (story.case.wake_at, story.case.due_at)
    assert [] == tick(story, days=30)
    story.record(ASK)  # and one that does not
    assert {"answer": 34} == shown(story)
    assert [] == tick(story, days=2)
    assert [DeadlinePassed("answer")] == tick(story, seconds=1)
    assert story.case == Case.replay(story.entries)


def test_what_happens_while_it_stands_still_does_not_move_it(begin):
    """
    It was paused when the waiting began, and not at the last word in between.
    """
    story = begin(pausable())
    story.record(LISTEN, ACKNOWLEDGE, EMPATHIZE)

    story.wait(days=3).record(NoteMood("upset"), CustomerReplied("Well?"))
    assert MONDAY == story.case.deadlines[0].paused_at
    story.wait(days=3).record(ASK)

    assert {"answer": 10} == shown(story)


def test_the_states_in_which_it_stands_still_can_be_named(begin):
    """
    Here the case waits for a colleague, say.
    """
    story = begin(pausable(paused_in=["heard"]))

    story.record(LISTEN)
    assert MONDAY == story.case.deadlines[0].paused_at
    story.wait(days=5).record(ACKNOWLEDGE)
    assert {"answer": 9} == shown(story)
    story.record(EMPATHIZE)
    assert {"answer": 9} == shown(story)


def test_a_limit_can_start_standing_still(begin):
    """
    The six steps begin by waiting for the customer's account.
    """
    story = begin(pausable(starts="open"))

    assert MONDAY == story.case.deadlines[0].paused_at
    story.wait(days=9).record(LISTEN)
    assert {"answer": 13} == shown(story)


def test_a_limit_that_is_over_does_not_stand_still(begin):
    """
    Nobody may pause their way out of a breach.
    """
    story = begin(pausable())
    story.record(LISTEN, ACKNOWLEDGE)

    story.wait(days=5).record(EMPATHIZE)

    assert [DeadlinePassed("answer")] == tick(story)
    assert ["answer"] == [breach.code for breach in story.case.breaches]


def test_a_limit_that_is_not_pausable_runs_on(begin):
    """
    So does every one that does not say otherwise, and so say the regulators.
    """
    story = begin(pausable(pausable=False))

    story.record(LISTEN, ACKNOWLEDGE)
    story.wait(days=2).record(EMPATHIZE)

    assert {"answer": 4} == shown(story)


def test_reminders_move_with_a_limit_that_stood_still(begin):
    """
    The one that was given is not given again.
    """
    story = begin(pausable(Within(10), reminders=[Within(9), Within(2)]))
    story.record(LISTEN, ACKNOWLEDGE)

    assert [DeadlineNear("answer")] == tick(story, days=2)
    story.record(EMPATHIZE)
    assert [] == tick(story, days=100)
    story.record(ASK)
    assert {"answer": 110} == shown(story)
    assert [] == tick(story, days=6)
    assert [DeadlineNear("answer")] == tick(story, seconds=1)
    assert [] == tick(story, days=1)


def test_what_was_all_reminded_of_is_not_reminded_of_again(begin):
    """
    Standing still gives no reminders back.
    """
    story = begin(pausable(Within(10), reminders=[Within(9)]))
    story.record(LISTEN, ACKNOWLEDGE)
    tick(story, days=2)
    story.record(EMPATHIZE)
    story.wait(days=30).record(ASK)

    assert () == story.case.deadlines[0].reminders
    assert [] == tick(story, days=7)


# -- the rest of a span ---------------------------------------------------------------------------

FRIDAY = datetime(2026, 1, 9, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("within", "stopped", "at", "ends"),
    [
        # Hours run on to the second.
        (Within(4, "hours"), FRIDAY + 1 * HOURS, FRIDAY + 50 * HOURS, FRIDAY + 53 * HOURS),
        (Within(4), FRIDAY + 1 * HOURS, FRIDAY + 50 * HOURS, FRIDAY + 145 * HOURS),
        # One business day, less an hour: what is left of Monday begins on Tuesday noon.
        (
            Within(1, "business_days"),
            FRIDAY + 1 * HOURS,
            datetime(2026, 1, 13, 12, tzinfo=UTC),
            datetime(2026, 1, 14, 11, tzinfo=UTC),
        ),
        # Half an hour was left on Friday; it is not used up by a weekend.
        (
            Within(1, "business_days"),
            datetime(2026, 1, 12, 8, 30, tzinfo=UTC),
            datetime(2026, 1, 17, 15, tzinfo=UTC),
            datetime(2026, 1, 19, 0, 30, tzinfo=UTC),
        ),
        # What ends with a day ends with a day again.
        (
            Within(1, end_of_day=True),
            FRIDAY + 1 * HOURS,
            FRIDAY + 2 * HOURS,
            datetime(2026, 1, 12, tzinfo=UTC),
        ),
        (Within(1, end_of_day=True), FRIDAY, FRIDAY, datetime(2026, 1, 11, tzinfo=UTC)),
        (
            Within(1, "business_days", closes="17:00"),
            FRIDAY,
            datetime(2026, 1, 10, 9, tzinfo=UTC),
            datetime(2026, 1, 13, 17, tzinfo=UTC),
        ),
        (
            Within(1, "business_days", closes=time(17)),
            FRIDAY,
            FRIDAY,
            datetime(2026, 1, 12, 17, tzinfo=UTC),
        ),
        (
            Within(1, closes="17:00"),
            FRIDAY,
            FRIDAY + 10 * HOURS,
            datetime(2026, 1, 11, 17, tzinfo=UTC),
        ),
    ],
)
def test_what_was_left_of_a_span_runs_on(within, stopped, at, ends):
    """
    Business time on business days only, and to the end of a day what ends with one.
    """
    due_at = within.after(FRIDAY)

    assert ends == within.resumed(due_at, stopped, at)


# -- duties that are due again and again ---------------------------------------------------------


def test_a_duty_is_due_again_from_the_last_time_it_was_done(begin):
    """
    Told on the third day, it is due on the eighth.
    """
    story = begin(limited(limit(code="update", ends="note_mood", recurs=True, within=Within(5))))

    story.wait(days=3).record(NoteMood("upset"))
    assert {"update": 8} == shown(story)
    story.wait(days=4).record(NoteMood("calm"))
    assert {"update": 12} == shown(story)
    assert () == story.case.breaches


def test_a_duty_that_was_missed_is_due_again(begin):
    """
    From the deadline that was missed: each miss is a breach of its own.
    """
    story = begin(limited(limit(code="update", ends="note_mood", recurs=True, within=Within(5))))

    assert [DeadlinePassed("update")] == tick(story, days=6)
    assert {"update": 10} == shown(story)
    assert [DeadlinePassed("update")] == tick(story, days=5)
    story.record(NoteMood("upset"))
    assert {"update": 16} == shown(story)
    assert [5, 10] == [(b.due - MONDAY) / DAYS for b in story.case.breaches]
    assert story.case == Case.replay(story.entries)


def test_a_duty_that_nobody_looked_at_for_long_is_one_breach(begin):
    """
    Not one for each day of a month in which the worker was down.
    """
    story = begin(limited(limit(code="update", ends="note_mood", recurs=True, within=Within(1))))

    assert [DeadlinePassed("update")] == tick(story, days=30)
    assert {"update": 31} == shown(story)


def test_a_duty_done_late_is_a_breach_and_due_again(begin):
    """
    Once, and from when it was done.
    """
    story = begin(limited(limit(code="update", ends="note_mood", recurs=True, within=Within(5))))

    story.wait(days=7).record(NoteMood("upset"))

    assert [5] == [(b.due - MONDAY) / DAYS for b in story.case.breaches]
    assert {"update": 12} == shown(story)


def test_a_duty_that_has_not_begun_does_not_begin_by_being_done(begin):
    """
    It begins with what starts it.
    """
    later = limit(code="update", starts="listen", ends="note_mood", recurs=True)
    story = begin(limited(later))

    story.record(NoteMood("upset"))
    assert {} == shown(story)
    story.record(LISTEN)
    assert {"update": 4} == shown(story)


def test_a_duty_that_the_same_act_begins_and_does_begins_once(begin):
    """
    Two of one would be two breaches.
    """
    both = limit(code="update", starts=["open", "note_mood"], ends="note_mood", recurs=True)
    story = begin(limited(both))

    story.wait(days=1).record(NoteMood("upset"))
    assert [5] == [(d.due - MONDAY) / DAYS for d in story.case.deadlines]
    story.wait(days=9).record(NoteMood("upset"))
    assert 1 == len(story.case.breaches)


def test_a_duty_ends_with_the_case_and_begins_with_the_next_cycle(begin):
    """
    Nobody is told where a closed case stands.
    """
    story = begin(limited(limit(code="update", ends="note_mood", recurs=True)))

    story.wait(days=1).record(Withdraw())
    assert {} == shown(story)
    story.wait(days=1).record(Reopen(reason="It broke again"))
    assert {"update": 6} == shown(story)


def test_a_duty_is_reminded_of_each_time(begin):
    """
    Every round has its own reminders.
    """
    duty = limit(code="update", ends="note_mood", recurs=True, reminders=Within(1))
    story = begin(limited(duty))

    assert [DeadlineNear("update")] == tick(story, days=3, hours=1)
    story.record(NoteMood("upset"))
    assert [DeadlineNear("update")] == tick(story, days=3, hours=1)


# -- asking what is due ---------------------------------------------------------------------------


def test_what_is_due_is_told_as_it_was_fixed(begin):
    """
    A calendar that changes afterwards changes no deadline.
    """
    method = limited(limit(), limit(Within(2), code="other"))
    story = begin(method)

    assert story.case.deadlines == due(method, story.case)
    assert ["other", "answer"] == [deadline.code for deadline in due(method, story.case)]


def test_what_stands_still_is_told_as_if_it_ran_on(begin):
    """
    "If they answer today, until when have we got?"
    """
    method = pausable()
    story = begin(method)
    story.record(LISTEN, ACKNOWLEDGE, EMPATHIZE)

    today = due(method, story.case)
    later = due(method, story.case, at=MONDAY + 10 * DAYS)
    earlier = due(method, story.case, at=MONDAY - 10 * DAYS)

    assert [4, 14, 4] == [(ds[0].due - MONDAY) / DAYS for ds in (today, later, earlier)]
    assert {MONDAY} == {ds[0].paused_at for ds in (today, later, earlier)}


def test_what_is_due_is_asked_of_the_cases_own_method(begin):
    """
    Another one may count otherwise.
    """
    story = begin(limited(limit()))

    with pytest.raises(UnknownMethod):
        due(seven_as(), story.case)
    with pytest.raises(TimeError, match="without a time zone"):
        due(story.method, story.case, at=datetime(2026, 1, 5))


def test_a_limit_that_does_not_stand_still_is_not_resumed():
    """
    What runs, runs.
    """
    deadline = limit().deadline(MONDAY)

    assert deadline is limit().resumed(deadline, MONDAY + 9 * DAYS)


# -- on a desk -------------------------------------------------------------------------------------


class ClosedOn:
    """
    A calendar of a shop that is closed on one day.
    """

    def __init__(self, day):
        self.day = day

    def is_business_day(self, day):
        """
        Return whether it is open.
        """
        return day != self.day


def test_a_desk_counts_on_the_calendars_that_a_method_names():
    """
    Each by its name.
    """
    vienna = Within(1, "business_days", calendar="AT")
    method = limited(limit(vienna), limit(Within(1, "business_days"), code="plain"))
    clock = FrozenClock(MONDAY)
    calendars = {"AT": ClosedOn(date(2026, 1, 6))}
    desk = Desk(method, clock=clock, calendar=calendars)

    case = desk.open("t-1", customer="ana", complaint="It arrived broken", by="sam")

    assert {"AT"} == method.calendars
    assert {"plain": 6, "answer": 7} == {d.code: d.due.day for d in case.deadlines}


@pytest.mark.parametrize("made", [Desk, AsyncDesk])
@pytest.mark.parametrize(
    "given", [None, {"DE": ClosedOn(date(2026, 1, 6))}, ClosedOn(MONDAY.date())]
)
def test_a_desk_without_a_calendar_that_a_method_names_is_not_made(made, given):
    """
    Each that is missing is told once, with every other problem, and not when it is first counted.
    """
    there = limit(Within(1, "business_days", calendar="AT"))
    here = limit(Within(1, "business_days", calendar="GB-SCT"), code="other")
    first, second = limited(there), limited(there, here)
    second = evolve(second, version="2")

    with pytest.raises(EvidenceError) as error:
        made(first, second, calendar=given, park_after=0)

    vienna, scotland, other = error.value.problems
    pins = f"{first.pin}, {second.pin}"
    assert f"there is no calendar 'AT' for the days of {pins}: calendar={{'AT': ...}}" == vienna
    assert scotland.startswith("there is no calendar 'GB-SCT' for the days of ")
    assert other.startswith("park_after")


def test_the_only_calendar_of_a_desk_is_the_default_one():
    """
    A span may name it, too.
    """
    tuesday = Within(1, "business_days", calendar="default")
    desk = Desk(
        limited(limit(tuesday)), clock=FrozenClock(MONDAY), calendar=ClosedOn(date(2026, 1, 6))
    )

    case = desk.open("t-1", customer="ana", complaint="It arrived broken", by="sam")

    assert [7] == [d.due.day for d in case.deadlines]


def test_a_desk_records_reminders_and_deadlines():
    """
    Each once, with who is told of it.
    """
    clock = FrozenClock(MONDAY)
    desk = Desk(limited(limit(reminders=Within(1))), clock=clock)
    desk.open("t-1", customer="ana", complaint="It arrived broken", by="sam")

    triggers = []
    for _ in range(6):
        clock.advance(days=1, minutes=1)
        triggers.append([entry.trigger for entry in desk.tick()])

    assert [[], [], ["deadline_near"], ["deadline_passed"], [], []] == triggers


# -- the settings of the documented methods -------------------------------------------------------

EVERY = pytest.mark.parametrize("make", [five_steps, seven_as, personal_ownership, six_steps])


@EVERY
def test_a_documented_method_reminds_where_it_is_told_to(make):
    """
    Of its time limits, and of promises where it makes any; the texts name no span.
    """
    timed = "action_within" if make is five_steps else "first_response"
    before = [Within(1), Within(2)]
    method = make(remind_before=before, **{timed: Within(4)})

    assert {tuple(before)} == {each.reminders for each in method.limits}
    assert (() if make is five_steps else tuple(before)) == method.promise_reminders
    assert method == make(remind_before=tuple(before), **{timed: Within(4)})
    assert method.pin != make(**{timed: Within(4)}).pin


@EVERY
def test_a_documented_method_reminds_by_the_clock_of_each_limit(make):
    """
    One setting is for all of them; promises have no zone, and the setting says one for them.
    """
    timed = "action_within" if make is five_steps else "first_response"
    method = make(remind_before=Within(1), **{timed: Within(4, zone="Asia/Tokyo")})

    for each in method.limits:
        assert (Within(1, zone=each.within.zone),) == each.reminders
    assert "Asia/Tokyo" in {each.within.zone for each in method.limits}
    assert {Within(1)} >= {*method.promise_reminders}


@EVERY
def test_a_documented_method_reminds_of_nothing_by_itself(make):
    """
    No document says how long before.
    """
    plain = make()

    assert () == plain.promise_reminders
    assert {()} >= {each.reminders for each in plain.limits}
    assert plain == make(remind_before=[])
    assert make(remind_before=[Within(1)]) == make(remind_before=Within(1))


@EVERY
@pytest.mark.parametrize("value", [1, "a day", [1], Within(1, end_of_day=True)], ids=str)
def test_reminders_that_make_no_sense_are_refused(make, value):
    """
    With what they must be.
    """
    with pytest.raises(MethodError, match="remind_before must be spans before a deadline such as"):
        make(remind_before=value)


# -- definitions that make no sense ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("settings", "problem"),
    [
        ({"within": 4}, "within must be a span such as Within(14, 'days'), not int (4)"),
        (
            {"paused_in": "heard"},
            "it names states to stand still in, and is not pausable: set pausable=True",
        ),
        ({"recurs": True, "ends": []}, "it recurs from each time it is done; name the acts"),
        ({"recurs": True, "after_promises": True}, "what recurs is counted from the last time"),
        ({"remind": {"soon": "owner"}}, "it says whom to remind, and not when: reminders=[...]"),
        (
            {"reminders": [3]},
            "reminders must be spans before a deadline such as Within(1), not int (3)",
        ),
        (
            {"reminders": Within(2, end_of_day=True)},
            "a reminder is counted back from the deadline, so 2 days can have neither end_of_day,",
        ),
        (
            {"within": Within(4, zone="Asia/Tokyo"), "reminders": Within(2)},
            (
                "the reminder 2 days before is counted in UTC, and the limit in Asia/Tokyo: give "
                "it zone='Asia/Tokyo'"
            ),
        ),
    ],
)
def test_a_limit_that_makes_no_sense_is_refused(settings, problem):
    """
    By the method that has it, with everything else that is wrong there.
    """
    with pytest.raises(MethodError) as error:
        limited(limit(**settings))

    (told,) = error.value.problems
    assert told.startswith(f"time limit answer: {problem}")


@pytest.mark.parametrize(
    ("made", "problem"),
    [
        (limit(pausable=True, paused_in="herd"), "'herd' (did you mean 'heard'?)"),
        (
            limit(pausable=True, paused_in="closed"),
            "it cannot stand still in closed, which is final and ends it; take it out of paused_in",
        ),
        (
            limit(code="promise"),
            "the library calls the deadlines of promises so; give it another code",
        ),
        (
            limit(code="resume"),
            "the library calls the time a talk was put off to so; give it another code",
        ),
    ],
    ids=["herd", "closed", "promise", "resume"],
)
def test_a_limit_that_does_not_fit_its_method_is_refused(made, problem):
    """
    With what it may have been meant to be.
    """
    with pytest.raises(MethodError) as error:
        limited(made)

    assert problem in str(error.value)


def test_a_pausable_limit_needs_states_to_stand_still_in():
    """
    Where nobody waits for the customer, somebody has to say when.
    """
    method = six_steps()
    states = [evolve(s, waits_for="agent" if not s.final else "nobody") for s in method.states]

    with pytest.raises(MethodError, match="it is pausable, and no state waits for the customer"):
        evolve(method, states=states, limits=[limit(pausable=True)])


@pytest.mark.parametrize(
    ("settings", "where"),
    [
        ({"limits": [limit(reminders=Within(1))]}, "it is not in heard"),
        ({"promise_reminders": Within(1)}, "it is not in heard, closed"),
    ],
)
def test_where_there_are_reminders_they_must_be_possible(settings, where):
    """
    A reminder that is refused would be tried again with every tick.
    """
    method = six_steps()
    edges = [
        evolve(e, sources=[s for s in e.sources if s not in {"heard", "closed"}])
        if e.trigger == "deadline_near"
        else e
        for e in method.edges
    ]

    with pytest.raises(MethodError) as error:
        evolve(method, edges=edges, **settings)
    assert str(error.value).endswith(f"in every state they can come in; {where}")
    assert evolve(method, edges=edges), "without reminders nobody needs it"


def test_reminders_of_promises_are_checked_with_the_method():
    """
    As those of limits are.
    """
    with pytest.raises(MethodError, match="promise_reminders must be spans before a deadline"):
        evolve(six_steps(), promise_reminders=[3])
    with pytest.raises(MethodError, match="promise_reminders: a reminder is counted back"):
        evolve(six_steps(), promise_reminders=[Within(2, end_of_day=True)])


# -- whatever happens ------------------------------------------------------------------------------

ACTS = {
    "listen": UNDONE,
    "finish": LISTEN,
    "acknowledge": ACKNOWLEDGE,
    "empathize": EMPATHIZE,
    "ask": ASK,
    "mood": NoteMood("upset"),
    "withdraw": Withdraw(),
    "reopen": Reopen(reason="It broke again"),
}


@st.composite
def limits(draw):
    """
    Return a time limit of any kind.
    """
    recurs = draw(st.booleans())
    triggers = ["listen", "acknowledge_problem", "empathize", "note_mood"]
    within = Within(
        draw(st.integers(2, 9)),
        draw(st.sampled_from(["hours", "days", "business_days", "weeks"])),
        end_of_day=draw(st.booleans()),
    )
    before = [Within(n, "hours") for n in draw(st.sets(st.integers(1, 100), max_size=4))]
    return limit(
        within,
        starts=["open", *draw(st.sets(st.sampled_from(triggers)))],
        ends=draw(st.sets(st.sampled_from(triggers), min_size=int(recurs))),
        recurs=recurs,
        pausable=draw(st.booleans()),
        reminders=[each for each in before if not is_never_given(each, within)],
    )


@pytest.mark.untraced
@given(
    limits=limits(),
    steps=st.lists(st.tuples(st.sampled_from([*ACTS, "tick"]), st.integers(0, 100)), max_size=20),
)
def test_whatever_happens_time_is_told_once_and_stays_told(begin, limits, steps):
    """
    Breaches only grow, nothing is recorded twice, and a history folds to the same case.
    """
    story = begin(limited(limits))
    breaches = ()
    for name, hours in steps:
        story.wait(hours=hours)
        if name == "tick":
            tick(story)
            assert () == story.case.to_record(story.now)
        else:
            with contextlib.suppress(Refused):
                story.record(ACTS[name])
        assert breaches == story.case.breaches[: len(breaches)]
        breaches = story.case.breaches
    told = [(b.code, b.due) for b in breaches]
    assert len(told) == len(set(told))
    assert all(b.due < b.found_at for b in breaches)
    passed = sum(entry.trigger == "deadline_passed" for entry in story.entries)
    assert passed <= len(breaches)
    assert story.case == Case.replay(story.entries)


@pytest.mark.untraced
@given(limits=limits(), looks=st.lists(st.integers(0, 400), max_size=12))
def test_when_one_looks_decides_neither_what_is_late_nor_how_often_is_reminded(
    begin, limits, looks
):
    """
    A reminder is given at most once each, and the deadline passes exactly once, or each round once.
    """
    story = begin(limited(evolve(limits, pausable=False)))
    deadline = story.case.deadlines[0]
    acts = [act for hours in looks for act in tick(story, hours=hours)]
    first = acts.index(DeadlinePassed("answer")) if DeadlinePassed("answer") in acts else len(acts)

    assert (story.now > deadline.due) == (DeadlinePassed("answer") in acts)
    assert first <= len(deadline.reminders)
    if not limits.recurs:
        assert acts[first + 1 :] == []
