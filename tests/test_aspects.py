"""
Whether what is proved never to be possible never is: the aspects of the ledger, doubted.
"""

# ruff: noqa: D102
# What an aspect forgets stands with its class.

import pytest
from attrs import evolve, fields
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from complaintflow import Actor, Case, Edge, Refused, Within, stays
from complaintflow._deadlines import Deadline
from complaintflow._engine import compiled
from complaintflow._ledger import Asked, Issue, Ledger, Plan, Promise
from complaintflow.acts import AmendPlan, Lapse, NoteIssue, Waive
from complaintflow.methods import five_steps, personal_ownership, seven_as, six_steps
from complaintflow.testing import histories
from complaintflow.testing import methods as drawn
from complaintflow.testing._attempts import attempt

from .aspects import Agreement, Followed, Issues, Promises, Questions, Silence, Time, follow, known
from .equivalence import Everything
from .mutants import Doubt, flat, forked, mutants, unchecked

THOROUGH = settings().max_examples > 100
FEW = settings(
    max_examples=max(3, settings().max_examples // 15),
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)

METHODS = [flat, forked, five_steps]
if THOROUGH:
    METHODS += [six_steps, seven_as, personal_ownership]


@pytest.fixture(scope="module")
def doubt():
    """
    Return a method without any order but its facts, with its stories.
    """
    return Doubt(flat())


def told(doubt):
    """
    Return every history that the decisive stories tell, with what is recorded at their end.
    """
    return [(*each.history, *([each.entry] if each.entry else [])) for each in doubt.stories]


def ruled_out(followed, history):
    """
    Yield what a history does that is ruled out: by which entry, and of which kind the ledger is.
    """
    case = Case.open(history[0])
    for entry in history[1:]:
        if isinstance(entry.act, Waive):
            return
        before, case = case, case.apply(entry)
        event = compiled(followed.method).acts[type(entry.act)]
        kind = followed.aspect.of(case.ledger)
        possible = followed.after(event, entry.move, followed.aspect.of(before.ledger))
        if kind not in possible or kind not in followed.reached.get((case.state, case.facts), ()):
            yield str(entry), kind


# -- nothing that happens is ruled out ----------------------------------------------------------


@pytest.mark.untraced
@pytest.mark.parametrize("make", METHODS)
def test_no_random_story_does_what_is_ruled_out(make):
    """
    Whatever evidence is given, and whenever: each step is one of those that are followed.
    """
    several = follow(make())

    @FEW
    @given(histories(several[0].method, max_size=60))
    def doubted(history):
        assert [] == [found for each in several for found in ruled_out(each, history)]

    doubted()


@pytest.mark.untraced
@FEW
@given(st.data())
def test_no_random_method_does_what_is_ruled_out(data):
    """
    Nor do methods that nobody has thought of, with a host's own acts in them.
    """
    several = follow(data.draw(drawn()))
    for _ in range(5):
        history = data.draw(histories(several[0].method, max_size=40))
        assert [] == [found for each in several for found in ruled_out(each, history)]


def test_no_decisive_story_does_what_is_ruled_out(doubt):
    """
    They go where random stories hardly get.
    """
    for history in told(doubt):
        assert [] == [found for each in doubt.followed for found in ruled_out(each, history)]


@pytest.mark.parametrize("cls", [Ledger, Case, Actor, Asked, Issue, Promise, Plan, Deadline])
def test_what_is_not_known_cannot_be_read(cls):
    """
    Not even as what it is by default: then it would count as known.
    """
    first, *others = [field.name for field in fields(cls)]
    value = known(cls, **{first: "known"})

    assert getattr(value, first) == "known"
    assert not any(hasattr(value, other) for other in others)


class OnlyOne(Promises):
    """
    Forgets that there may be several promises.
    """

    def told(self, is_open, make, each):
        return super().told(is_open, make, 1)


class NothingOffered(Promises):
    """
    Takes it that what it does not follow is not there.
    """

    def told(self, is_open, make, each):
        return super().told(is_open, make, each) | {"proposals": ()}


@pytest.mark.parametrize("forgetful", [OnlyOne, NothingOffered])
def test_an_aspect_that_forgets_something_is_found_out(doubt, forgetful):
    """
    The comparison with what really happens is no formality.
    """
    followed = Followed(flat(), forgetful())

    assert any(found for history in told(doubt) for found in ruled_out(followed, history))


# -- no difference is explained away ------------------------------------------------------------


def differs(mutant, story):
    """
    Return whether a mutant records something else, or nothing, or what is refused.
    """
    answer = attempt(mutant, story.case, story.act, at=story.at, by=story.by)
    return not isinstance(answer, Refused) or story.entry is not None


def test_no_mistake_that_shows_is_proved_never_to(doubt):
    """
    Those that a story shows have been possible, all of them.
    """
    shown = set()
    for name, trigger, changes in mutants(doubt.method):
        mutant = unchecked(doubt.method, **changes)
        is_possible = any(edge.trigger == trigger for edge in mutant.edges)
        story = doubt.caught_by(mutant, trigger) if is_possible else None
        if story is not None and differs(mutant, story):
            shown.add(name)
            assert not doubt.is_equivalent(mutant, trigger)
            assert not doubt.is_never_possible(mutant, trigger), name

    assert len(shown) > 50


def leading(method, *edges, without=()):
    """
    Return a method with other edges before its own, and without those of some acts.
    """
    kept = [edge for edge in method.edges if edge.trigger not in without]
    return evolve(method, edges=[*edges, *kept])


PLANTED = {
    "a lapse that ends nothing": (
        Silence,
        five_steps,
        lambda plain: leading(plain, *stays(["received"], Lapse)),
        "customer_replied is possible while heard",
    ),
    "a question that is taken along": (
        Questions,
        five_steps,
        lambda plain: leading(plain, Edge("heard", "apologize", "received"), without=["apologize"]),
        "answer is possible while received",
    ),
    "an issue that is noted too late": (
        Issues,
        five_steps,
        lambda plain: leading(plain, *stays(["closed"], NoteIssue)),
        "take_action is possible while closed",
    ),
    "a promise that is shelved": (
        Promises,
        forked,
        lambda plain: leading(
            plain, Edge("open", "learn", "shelved", given=["offered"]), without=["learn"]
        ),
        "keep_promise is possible while shelved",
    ),
    "a plan that is changed without a word": (
        Agreement,
        seven_as,
        lambda plain: leading(plain, *stays(["implementing"], AmendPlan), without=["amend_plan"]),
        "agree_plan is possible while implementing",
    ),
    "a reminder": (
        Time,
        five_steps,
        lambda _: five_steps(action_within=Within(9), remind_before=Within(2)),
        "deadline_near is not possible while received",
    ),
}
"""What lets a ledger get where it could not, by its name: seen by an aspect, in a method."""


@pytest.mark.untraced
@pytest.mark.parametrize("name", PLANTED)
def test_what_shows_by_the_ledger_alone_is_not_explained_away(name):
    """
    What is proved of a method is not proved of one in which the ledger can come to more.
    """
    aspect, make, plant, wrong = PLANTED[name]

    def proved(method):
        everything = Everything(method, [aspect()])
        return {
            everything.is_never_possible(unchecked(method, **changes), trigger)
            for what, trigger, changes in mutants(method)
            if what == wrong
        }

    assert {True} == proved(make())
    assert False in proved(plant(make()))
