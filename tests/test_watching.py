"""
Watched invariants: a case remembers where their tables stand, and breaches are told or refused.
"""

from datetime import timedelta

import pytest
from attrs import evolve

from complaintflow import UNDECIDED, Case, Desk, MethodError, Refused, Watched, Within, options
from complaintflow._codec import (
    case_from_text,
    case_to_text,
    entry_from_texts,
    entry_to_texts,
    vocabulary,
)
from complaintflow.acts import (
    AcknowledgeProblem,
    Apologize,
    Assure,
    Listen,
    NoteMood,
    Reopen,
    Waive,
    Withdraw,
)
from complaintflow.invariants import (
    absence,
    at_most_one,
    existence,
    last,
    never,
    not_succession,
    precedence,
    response,
)
from complaintflow.methods import six_steps

from .conftest import PEOPLE, Story

HEARD = Listen(account="It arrived broken", finished=True)
SORRY = Apologize(words="I am sorry about the broken teapot")
SURE = Assure(words="I will see to it that this is put right")
SEEN = AcknowledgeProblem(words="I see that the teapot arrived broken")
MOOD = NoteMood(mood="calm")


def watching(*invariants, **changes):
    """
    Return the six steps, with these invariants and no others.
    """
    return evolve(six_steps(language=False), invariants=invariants, **changes)


def test_a_breach_is_warned_of_by_its_sentence():
    """
    Whoever records the act sees what it has broken, with the clause.
    """
    order = precedence("apologize", "assure", watch="warn", cites="own-7")
    story = Story(watching(order))
    story.record(HEARD, SURE)

    (warning,) = story.case.warnings
    assert ("assure_before_apologize", "assure before apologize") == (warning.code, warning.text)
    assert (("own-7",), ("apologize",)) == (warning.cites, warning.satisfied_by)


def test_a_breach_is_told_once():
    """
    What is broken for good cannot be broken again.
    """
    story = Story(watching(precedence("apologize", "assure", watch="warn")))
    story.record(HEARD, SURE)
    again = story.record(SURE)

    assert () == again.warnings


def test_what_is_only_proved_is_not_watched():
    """
    A method that watches nothing pays nothing, and its entries say nothing.
    """
    story = Story(watching(precedence("apologize", "assure")))
    story.record(HEARD, SURE)

    assert ((), ()) == (story.case.warnings, story.case.watched)
    assert [None] * 3 == [entry.watched for entry in story.entries]


def test_a_breach_is_refused_where_the_invariant_says_so():
    """
    The refusal names it beside what the method itself misses, and nothing changes.
    """
    story = Story(watching(precedence("apologize", "assure", watch="refuse")))
    story.record(HEARD)
    no = story.refused(SURE)

    assert ["assure_before_apologize"] == [unmet.code for unmet in no.unmet]
    assert UNDECIDED is no.way
    story.record(SORRY, SURE)
    assert () == story.case.warnings


def test_an_act_that_an_invariant_bars_is_not_ready():
    """
    A button that would be refused is not offered.
    """
    story = Story(watching(precedence("apologize", "assure", watch="refuse")))
    story.record(HEARD)
    every = options(story.method, story.case, at=story.now, by=PEOPLE["sam"])
    (assure,) = (option for option in every if option.trigger == "assure")

    assert not assure.ready
    assert ["assure before apologize"] == [unmet.text for unmet in assure.unmet]
    assert UNDECIDED is assure.way


def test_another_outcome_may_still_be_possible():
    """
    What one outcome would break, another need not.
    """
    story = Story(watching(absence("listen/finished", watch="refuse")))
    every = options(story.method, story.case, at=story.now, by=PEOPLE["sam"])
    (listen,) = (option for option in every if option.trigger == "listen")

    assert listen.ready
    assert ("unfinished",) == listen.outcomes
    assert ["listen_finished_at_all"] == story.unmet(HEARD)


def test_a_fact_can_be_asked_for_too():
    """
    `never` is the sentence for what a method's own facts say best.
    """
    guarded = never("assure", without="apologized", watch="refuse")
    story = Story(watching(guarded))
    story.record(HEARD)

    assert ["assure_without_apologized"] == story.unmet(SURE)
    assert ("apologize",) == story.refused(SURE).unmet[0].satisfied_by
    story.record(SORRY, SURE)


def test_a_waived_fact_counts_as_there():
    """
    An exception that was granted with a reason is no breach.
    """
    story = Story(watching(never("assure", without="apologized", watch="refuse")))
    story.record(HEARD, Waive("apologized", reason="they asked us not to"), SURE)

    assert () == story.case.warnings


def test_an_invariant_can_be_waived_where_the_method_allows_it():
    """
    A host that refuses also says who may make exceptions.
    """
    order = precedence("apologize", "assure", watch="refuse")
    method = watching(order, waivable=["assure_before_apologize"])
    story = Story(method)
    story.record(HEARD, Waive("assure_before_apologize", reason="it is not our fault"), SURE)

    assert () == story.case.warnings


def test_the_customer_can_always_leave():
    """
    I6: no invariant keeps anybody in; what a withdrawal breaks is told, and not refused.
    """
    story = Story(watching(existence("listen", watch="refuse")))
    story.record(Withdraw())

    assert story.case.is_closed
    assert ["no_listen"] == [warning.code for warning in story.case.warnings]


def test_a_case_is_judged_when_it_ends():
    """
    What was still to come is broken once nothing more is to come.
    """
    story = Story(watching(response("apologize", "assure", watch="warn"), last("withdraw")))
    story.record(HEARD, SORRY)

    assert () == story.case.warnings
    story.record(Withdraw())
    assert ["apologize_not_followed_by_assure"] == [w.code for w in story.case.warnings]


def test_a_cycle_begins_its_tables_anew():
    """
    A reopened case has fresh duties, and a fresh count.
    """
    once = at_most_one("apologize", watch="refuse")
    ever = at_most_one("acknowledge_problem", watch="refuse", each_cycle=False)
    story = Story(watching(once, ever))
    story.record(HEARD, SORRY, SEEN)

    assert ["apologize_more_than_once"] == story.unmet(SORRY)
    story.record(Withdraw(), Reopen(reason="they came back"), HEARD, SORRY)
    assert ["acknowledge_problem_more_than_once"] == story.unmet(SEEN)


def test_a_timed_invariant_is_judged_by_the_times_of_the_entries():
    """
    Two weeks later, whatever is recorded then finds it broken; it does not bar what is done.
    """
    soon = response("apologize", "assure", within=Within(14), watch="refuse")
    story = Story(watching(soon))
    story.record(HEARD, SORRY)
    since = story.now

    assert (Watched(soon.code, 1, since),) == story.case.watched
    story.wait(days=15).record(MOOD)
    assert [soon.code] == [warning.code for warning in story.case.warnings]
    assert () == story.record(MOOD).warnings


def test_in_time_is_in_time():
    """
    The last moment counts.
    """
    story = Story(watching(response("apologize", "assure", within=Within(14), watch="warn")))
    story.record(HEARD, SORRY)
    story.wait(days=14).record(SURE)

    assert () == story.case.warnings
    assert None is story.case.watched[0].since


def test_what_must_not_come_too_soon_is_refused_until_later():
    """
    A follow-up an hour after the promise is none.
    """
    pause = not_succession("apologize", "assure", within=Within(2, "hours"), watch="refuse")
    story = Story(watching(pause))
    story.record(HEARD, SORRY)

    assert [pause.code] == story.unmet(SURE)
    story.wait(hours=3).record(SURE)


def test_something_due_from_the_opening_on_runs_from_the_opening_on():
    """
    Time does not wait for the first act.
    """
    soon = existence("listen", within=Within(2), watch="warn")
    story = Story(watching(soon)).wait(days=3)
    story.record(HEARD)

    assert [soon.code] == [warning.code for warning in story.case.warnings]


def test_a_history_replays_to_the_same_case_and_survives_its_text():
    """
    The fold needs no method: where the tables stand is on the entries.
    """
    method = watching(
        response("apologize", "assure", within=Within(14), watch="warn"),
        precedence("apologize", "acknowledge_problem", watch="warn"),
    )
    story = Story(method)
    story.record(HEARD, SEEN, SORRY)
    words = vocabulary(method)
    entries = [
        entry_from_texts(*entry_to_texts(entry, "ana"), words, method.name)
        for entry in story.entries
    ]

    assert story.entries == entries
    assert story.case == Case.replay(entries) == case_from_text(case_to_text(story.case))
    assert 2 == len(story.case.watched)


def test_a_desk_watches_too():
    """
    Nothing has to be switched on beside the method.
    """
    desk = Desk(watching(precedence("apologize", "assure", watch="refuse")))
    desk.open("t-1", customer="ana", complaint="It arrived broken", by="sam")
    desk.record("t-1", HEARD, by="sam")

    with pytest.raises(Refused, match="assure before apologize"):
        desk.record("t-1", SURE, by="sam")


def test_a_case_may_be_older_than_what_is_watched():
    """
    A host may begin to watch tomorrow; the cases of today begin at the beginning of the table.
    """
    story = Story(watching())
    story.record(HEARD, SORRY)
    story.method = watching(at_most_one("apologize", watch="warn"))
    story.record(SORRY)

    assert () == story.case.warnings
    assert 1 == story.case.watched[0].place
    assert timedelta(0) == story.now - story.case.updated_at


@pytest.mark.parametrize(
    ("invariant", "problem"),
    [
        (precedence("listn", "offer"), "unknown act 'listn' (did you mean 'listen'?)"),
        (
            precedence("listen/finnished", "offer"),
            "listen: unknown outcome 'finnished' (did you mean 'finished'?)",
        ),
        (never("offer", without="herd"), "unknown fact 'herd' (did you mean 'heard'?)"),
        (absence("open"), "unknown act 'open'"),
    ],
)
def test_an_invariant_speaks_of_what_the_method_has(invariant, problem):
    """
    A sentence about an act that there is not is kept by everything, and worth nothing.
    """
    with pytest.raises(MethodError) as wrong:
        watching(invariant)

    assert problem in str(wrong.value)


def test_an_invariant_is_stated_once_and_is_one():
    """
    Two of one name could not be told apart in a warning.
    """
    with pytest.raises(MethodError, match="invariant 'no_offer' is defined 2 times"):
        watching(existence("offer"), existence("offer"))
    with pytest.raises(MethodError, match=r"invariants\[0\] must be an Invariant, not str"):
        watching("no offer before listening")
    with pytest.raises(MethodError, match="accepted: 'stale_fact: heard' takes a reason"):
        watching(accepted={"stale_fact: heard": " "})
