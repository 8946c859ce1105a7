"""
Decisive stories: what they ask, which mistakes they find, and what a host is found out by.
"""

# ruff: noqa: D102
# What is wrong with a host stands with its class.

import os
from collections import Counter

import pytest
from attrs import evolve

from complaintflow import Actor, AsyncDesk, Case, Desk, Refused, Rule, decide, stays
from complaintflow._requirements._named import NEVER_WAIVED
from complaintflow.acts import Close, Listen, NoteIssue, Waive
from complaintflow.adapters.memory import MemoryStore
from complaintflow.errors import EvidenceError, UnknownActor, Unmet
from complaintflow.methods import five_steps
from complaintflow.requirements import Requirement, pressing_first
from complaintflow.testing import RecordingNotifier, check_host, stories
from complaintflow.testing._attempts import attempt

from .mutants import (
    SETTLED,
    Doubt,
    asked,
    flat,
    flat_and_told,
    forked,
    mutants,
    unchecked,
    without,
)

THOROUGH = os.environ.get("COMPLAINTFLOW_HYPOTHESIS_PROFILE") == "thorough"


@pytest.fixture(scope="module")
def flat_doubt():
    """
    Return a method without any order but its facts, with its stories.
    """
    return Doubt(flat())


@pytest.fixture(scope="module")
def documented():
    """
    Return the smallest of the documented methods, with its stories.
    """
    return Doubt(five_steps())


@pytest.fixture
def told(flat_doubt):
    """
    Return the decisive stories of the method without order.
    """
    return flat_doubt.stories


# -- what they ask ------------------------------------------------------------------------------


@pytest.mark.untraced
def test_every_story_ends_as_it_says(documented):
    """
    Each of them is real: decided anew, it comes to the same.
    """
    for story in documented.stories:
        case = Case.open(story.history[0])
        for entry in story.history[1:]:
            assert entry == decide(documented.method, case, entry.act, at=entry.at, by=entry.by)
            case = case.apply(entry)

        assert case == story.case
        answer = attempt(documented.method, case, story.act, at=story.at, by=story.by)
        if isinstance(answer, Refused):
            assert story.unmet == tuple(unmet.code for unmet in answer.unmet)
            assert story.entry is None
        else:
            assert story.entry == answer


@pytest.mark.parametrize(("trigger", "fact"), [("offer", "heard"), ("close", SETTLED)])
def test_there_is_a_story_after_which_one_fact_alone_lacks(told, trigger, fact):
    """
    A guard is tested where the answer hangs on it, and on nothing else.
    """
    story = next(s for s in told if s.trigger == trigger and s.unmet == (fact,))

    assert f": nothing but {fact} lacks" in story.about
    others = {"heard", "recognised", "expectation_known"} if trigger == "offer" else {"agreed"}
    assert others - {fact} <= story.case.facts
    assert fact not in story.case.facts


def test_what_is_asked_beyond_facts_lacks_alone_too(told):
    """
    Evidence, ledger, time and authority are guards as well.
    """
    asked = {(story.trigger, story.unmet) for story in told}

    assert ("approve", ("approver_is_another",)) in asked
    assert ("break_promise", ("break_approved",)) in asked
    assert ("break_promise", ("promise_open",)) in asked
    assert ("waive", ("may_be_waived",)) in asked
    assert ("keep_promise", ("promise_open",)) in asked
    assert ("lapse", ("attempts_made",)) in asked
    assert ("offer", ("not_theirs",)) in asked


@pytest.mark.untraced
def test_what_takes_a_remark_before_it_lacks_is_asked_alone_too():
    """
    What is pressing comes first: that shows only where an issue was noted that cannot wait.
    """
    plain = flat()
    rules = [
        evolve(rule, needs=[*rule.needs, pressing_first(cites="none")])
        if rule.trigger == "offer"
        else rule
        for rule in plain.rules
    ]
    noting = Rule(NoteIssue, in_way=False)
    edges = [*plain.edges, *stays(["open"], NoteIssue)]
    told = stories(evolve(plain, rules=[*rules, noting], edges=edges))

    [story] = [story for story in told if story.unmet == ("pressing_first",)]
    assert "note_issue" in [entry.trigger for entry in story.history]


def test_a_story_can_be_read(told):
    """
    A manager reads what happened, and what comes of it.
    """
    (refused,) = [s for s in told if s.trigger == "accept_ask" and s.unmet == ("heard",)]
    taken = next(s for s in told if s.trigger == "withdraw" and s.entry is not None)

    assert str(refused).endswith(": then accept_ask is refused for heard")
    assert "open, withdraw" not in str(taken)
    assert str(taken) == "open: then withdraw is recorded, and the case is over"


def test_no_story_is_told_twice(told):
    """
    A host is driven through each once.
    """
    asked = [(story.history, story.act, story.at, story.by) for story in told]

    assert len(asked) == len(set(asked))


# -- which mistakes they find -------------------------------------------------------------------


def test_no_mistake_in_a_method_of_facts_alone_escapes(flat_doubt):
    """
    Where facts decide everything, every mistake is caught, and none hangs on the ledger.

    Harmless is only to leave out what the library asks of an act whatever its rule says.
    """
    verdicts = {name: flat_doubt.verdict(t, changes) for name, t, changes in mutants(flat())}
    harmless = {name for name, verdict in verdicts.items() if verdict == "equivalent"}

    assert {"stories", "definition", "equivalent"} == set(verdicts.values())
    assert NEVER_WAIVED >= {name.partition(" does not need ")[2] for name in harmless}
    assert len(verdicts) > 70


def test_no_mistake_escapes_where_an_edge_asks_for_facts():
    """
    Which edge is taken hangs on facts as well, and a wrong one leads to another state.
    """
    doubt = Doubt(forked())
    verdicts = {name: doubt.verdict(t, changes) for name, t, changes in mutants(forked())}

    assert {"stories", "definition", "equivalent", "never possible"} == set(verdicts.values())
    assert verdicts["keep_promise is possible while shelved"] == "never possible"
    assert verdicts["learn leads there without offered"] == "stories"
    assert ("offer", ("no_policy",)) in {(s.trigger, s.unmet) for s in doubt.stories}


@pytest.mark.untraced
def test_no_mistake_in_a_documented_method_escapes(documented):
    """
    Whatever makes a difference on a case is found; `python -m tests.mutants` counts all methods.
    """
    planted = list(mutants(documented.method))
    if not THOROUGH:
        planted = planted[::3]
    verdicts = [documented.verdict(trigger, changes) for _, trigger, changes in planted]

    assert {"stories", "definition", "equivalent", "never possible"} == set(verdicts)
    assert verdicts.count("stories") > len(verdicts) / 2
    assert verdicts.count("equivalent") + verdicts.count("never possible") < len(verdicts) / 4


@pytest.mark.parametrize("name", ["flat", "documented"])
def test_no_question_that_is_lost_escapes(name, request):
    """
    Questions are guards as facts are; only one that never refuses can be lost and not be missed.
    """
    doubt = request.getfixturevalue("flat_doubt" if name == "flat" else name)
    needs = [n for rule in doubt.method.rules for p in (rule, *rule.outcomes) for n in p.needs]
    codes = {asked(need) for need in needs if not isinstance(getattr(need, "need", need), str)}
    never_refuse = {
        need.code
        for need in needs
        if isinstance(need, Requirement) and need.made_by.maker == "question_about"
    }
    verdicts = {}
    for what, trigger, changes in mutants(doubt.method):
        _, is_need, code = what.partition(" does not need ")
        if is_need and code in codes:
            verdicts.setdefault(doubt.verdict(trigger, changes), set()).add(code)

    assert {"stories", "definition", "equivalent"} >= verdicts.keys()
    assert never_refuse <= verdicts["equivalent"] <= never_refuse | NEVER_WAIVED
    assert "may_be_waived" in verdicts["equivalent"]


def test_a_mistake_that_no_story_asks_about_has_escaped(flat_doubt):
    """
    The count is no formality: without the stories about it, a lost guard is not caught.
    """
    blind = Doubt.__new__(Doubt)
    vars(blind).update(vars(flat_doubt), asked={})
    rules = [without(r, needs="agreed") if r.act is Close else r for r in flat().rules]

    assert blind.verdict("close", {"rules": rules}) == "escaped"
    assert flat_doubt.verdict("close", {"rules": rules}) == "stories"


# -- hosts --------------------------------------------------------------------------------------


def test_a_desk_keeps_to_its_method(told):
    """
    Whatever a host wires, this is what it should look like.
    """
    report = check_host(flat(), lambda: Desk(flat(), notifier=RecordingNotifier()), stories=told)

    assert report.differences == (), str(report)
    assert report.stories == len(told)
    assert report.cases < report.stories
    assert str(report) == f"{flat().pin}: {len(told)} stories, no differences"


UNTOLD = {
    "answer": 60,
    "customer_replied": 9,
    "deadline_near": 9,
    "deadline_passed": 9,
    "take_action": 6,
}
"""For each act of the smallest documented method, how many questions no story asks."""


@pytest.mark.untraced
def test_what_no_story_decides_is_told(documented):
    """
    A clean report that hides what it did not look at is no report.
    """
    method = documented.method
    report = check_host(method, lambda: Desk(method))

    assert report.differences == ()
    assert documented.untold == set(report.untold)
    assert documented.told.isdisjoint(report.untold)
    assert UNTOLD == Counter(about.partition(":")[0].partition(" ")[0] for about in report.untold)
    assert "answer (all_told): nothing but anything_else_asked lacks" in report.untold
    assert (
        "take_action (pending): nothing lacks, but it is not the time while acted" in report.untold
    )


def test_nothing_is_untold_where_everything_can_be_made(flat_doubt):
    """
    Nor is anything said of stories that somebody has chosen.
    """
    report = check_host(flat(), lambda: Desk(flat()))

    assert report.untold == ()
    assert check_host(flat(), lambda: Desk(flat()), stories=flat_doubt.stories[:5]).untold is None


class BulkClose(Desk):
    """
    Closes whatever it is given, as the old status field did.
    """

    def __init__(self, *methods, **options):
        self.kept = MemoryStore()
        super().__init__(*methods, store=self.kept, **options)

    def record(self, case_id, act, **how):
        if not isinstance(act, Close):
            return super().record(case_id, act, **how)
        method = self.methods[0]
        open_door = unchecked(method, rules=[evolve(r, needs=()) for r in method.rules])
        return Desk(open_door, store=self.kept).record(case_id, act, **how)


class Polite(Desk):
    """
    Says thank you, whatever the method says.
    """

    def record(self, case_id, act, **how):
        try:
            return super().record(case_id, act, **how)
        except Refused:
            return None


class SaysNo(Desk):
    """
    Has one reason for everything.
    """

    def record(self, case_id, act, **how):
        try:
            return super().record(case_id, act, **how)
        except Refused as no:
            reason = Unmet("computer_says_no", "it cannot be done")
            raise Refused(no.trigger, no.state, (reason,), lambda: None) from None


class HasNoFormForIt(Desk):
    """
    Nobody has built the form for hearing.
    """

    def record(self, case_id, act, **how):
        if isinstance(act, Listen):
            raise NotImplementedError("coming soon")
        return super().record(case_id, act, **how)


class HasNoRoom(Desk):
    """
    Opens nothing any more.
    """

    def open(self, case_id, **how):
        raise OSError("the disk is full")


class ShowsADict(Desk):
    """
    Shows a case as its web pages want it.
    """

    def get(self, case_id):
        return {"id": case_id}


class ForgetsTheLast(MemoryStore):
    """
    Shows a history without what was done last.
    """

    def history(self, case_id, *, after=0, limit=None):
        return super().history(case_id, after=after, limit=limit)[:-1]


class TellsTheLastTwice(MemoryStore):
    """
    Joins tables, and gets a row too many.
    """

    def history(self, case_id, *, after=0, limit=None):
        found = super().history(case_id, after=after, limit=limit)
        return [*found, *found[-1:]]


class CannotBeRead(MemoryStore):
    """
    Loses the connection when a history is asked for.
    """

    def history(self, case_id, *, after=0, limit=None):
        raise ConnectionError("gone")


class ShowsTheOpening(Desk):
    """
    Shows a case as it was opened: somebody has cached it.
    """

    def get(self, case_id):
        return Case.replay(self.history(case_id)[:1])


class ToldNobody(MemoryStore):
    """
    Loses what is to be told.
    """

    def commit(self, change):
        super().commit(evolve(change, outbox=()))


class EverybodyIsAnAgent:
    """
    Takes whoever logs in for an agent, the customer too.
    """

    def actor(self, name):
        return Actor(name)


def wrong_target():
    """
    Return a desk on a method in which withdrawal does not end a case.
    """
    edges = [evolve(e, target=None) if e.trigger == "withdraw" else e for e in flat().edges]
    return Desk(unchecked(flat(), edges=edges))


class WaivesAnything(Desk):
    """
    Takes any reason for any requirement: it writes down one that may be waived.
    """

    def record(self, case_id, act, **how):
        if isinstance(act, Waive):
            act = evolve(act, requirement=min(flat().waivable))
        return super().record(case_id, act, **how)


HOSTS = {
    "a waiver of anything": (lambda: WaivesAnything(flat()), "waive", "does not refuse it"),
    "a side door": (lambda: BulkClose(flat()), "close", "does not refuse it"),
    "a swallowed refusal": (lambda: Polite(flat()), "offer", "does not refuse it"),
    "another reason": (lambda: SaysNo(flat()), "offer", "refuses it for computer_says_no"),
    "a form that is missing": (lambda: HasNoFormForIt(flat()), "listen", "raises NotImplemented"),
    "an entry that is lost": (
        lambda: Desk(flat(), store=ForgetsTheLast()),
        "",
        "has no such entry",
    ),
    "an entry too many": (lambda: Desk(flat(), store=TellsTheLastTwice()), "", "keeps "),
    "a case that cannot be read": (lambda: Desk(flat(), store=CannotBeRead()), "", "gone"),
    "a case that was cached": (lambda: ShowsTheOpening(flat()), "", "has state 'open'"),
    "a case that is not opened": (lambda: HasNoRoom(flat()), "", "the disk is full"),
    "a case in other clothes": (lambda: ShowsADict(flat()), "", "has {'id': "),
    "another method": (wrong_target, "withdraw", "has move"),
}


@pytest.mark.parametrize("name", HOSTS)
def test_a_host_that_does_otherwise_is_found_out(told, name):
    """
    Each of them is a bug that somebody has shipped.
    """
    make, about, found = HOSTS[name]
    report = check_host(flat(), make, stories=told)

    assert report.differences
    assert any(d.about.startswith(about) and found in d.found for d in report.differences)
    assert "the method: " in str(report)
    assert "the host:   " in str(report)


def test_differences_that_are_alike_are_told_once(told):
    """
    Fifty times the same line hides the one that is another.
    """
    report = check_host(flat(), lambda: ShowsTheOpening(flat()), stories=told)
    text = str(report)

    assert len(report.differences) > 1
    assert 1 == text.count("the host:   has state 'open'")
    assert "  the same:   " in text
    assert max(map(len, text.splitlines())) <= 700


def test_a_side_door_is_told_alone():
    """
    The rest of the host is in order, and the report is about what is not.
    """
    method = flat_and_told()

    def make():
        return BulkClose(method, notifier=RecordingNotifier())

    report = check_host(method, make, stories=stories(method))

    assert {d.about.split(":")[0].split(" ")[0] for d in report.differences} == {"close"}
    assert f"{len(report.differences)} differences" in str(report)
    lacking = next(d for d in report.differences if f"nothing but {SETTLED} lacks" in d.about)
    assert lacking.expected.startswith("refuses Close(outcome=")
    assert lacking.expected.endswith(f" for {SETTLED}")
    assert any("listen" in line for line in lacking.told)


def test_what_is_notified_of_is_counted():
    """
    A step that nobody is told of is half a step.
    """
    method = flat_and_told()
    few = stories(method)[:20]

    def make(store):
        return lambda: Desk(method, store=store, notifier=RecordingNotifier())

    assert check_host(method, make(MemoryStore()), stories=few).differences == ()
    (first, *_) = check_host(method, make(ToldNobody()), stories=few).differences
    assert first.expected.startswith("notifies of ")
    assert first.found == "0 are delivered"


def test_the_authority_of_a_host_is_asked(told):
    """
    Who may record what is the host's to say, and it may say it wrong.
    """
    names = {"sam": "Sam Smith", "lee": "Lee Jones", "ana": "Ana Brown"}

    class Staff:
        def actor(self, name):
            kinds = {"Sam Smith": "human", "Lee Jones": "human", "Ana Brown": "customer"}
            if name not in kinds:
                raise UnknownActor(name)
            return Actor(name, kinds[name])

    def make(authority):
        return lambda: Desk(flat(), authority=authority)

    assert check_host(flat(), make(Staff()), stories=told, people=names).differences == ()
    report = check_host(flat(), make(EverybodyIsAnAgent()), stories=told, people=names)
    assert any("not_theirs" in d.expected for d in report.differences)


def test_cases_are_called_what_the_host_calls_them(told):
    """
    A host whose tickets are numbers has no ticket called story-1.
    """
    desk = Desk(flat())
    report = check_host(flat(), lambda: desk, stories=told[:5], case_ids=lambda n: str(100 + n))

    assert [str(101 + n) for n in range(report.cases)] == [case.id for case in desk.cases()]


def test_a_host_without_delivery_is_driven_too(told):
    """
    Whatever stands before a desk has its doors, and perhaps no more.
    """
    desk = Desk(flat())

    class Doors:
        open, record, get, history = desk.open, desk.record, desk.get, desk.history

    assert check_host(flat(), Doors, stories=told[:9]).differences == ()


def test_what_has_no_doors_is_told_before_anything_is_driven():
    """
    An attribute of None says nothing of what was forgotten.
    """
    told = "make_desk made None: it has no open, record, get and history"
    with pytest.raises(EvidenceError, match=told):
        check_host(flat(), lambda: None, stories=[])


class Listening:
    """
    A notifier that is awaited.
    """

    def __init__(self):
        self.heard = []

    async def notify(self, notification):
        self.heard.append(notification)


@pytest.mark.parametrize("is_made_in_a_loop", [False, True])
def test_a_host_that_is_awaited_is_driven_too(is_made_in_a_loop):
    """
    Most web frameworks have such a host, and some of them have to await its making, too.
    """
    listening = Listening()

    def make():
        return AsyncDesk(flat_and_told(), notifier=listening)

    async def make_awaited():
        return make()

    making = make_awaited if is_made_in_a_loop else make
    report = check_host(flat_and_told(), making, stories=stories(flat_and_told()))

    assert report.differences == ()
    assert listening.heard


def test_the_side_door_of_an_awaited_host_is_found(told):
    """
    It is the same bug, with an await before it.
    """

    class SwallowsRefusals(AsyncDesk):
        async def record(self, case_id, act, **how):
            try:
                return await super().record(case_id, act, **how)
            except Refused:
                return await self.get(case_id)

    report = check_host(flat(), lambda: SwallowsRefusals(flat()), stories=told[:30])

    assert {"does not refuse it"} == {each.found for each in report.differences}


def test_a_host_that_cannot_deliver_is_told_so(documented):
    """
    It is a difference like any other, and no reason to leave the rest undone.
    """

    class CannotDeliver(Desk):
        def deliver(self, **_how):
            raise ConnectionError("no mail today")

    method = documented.method
    notifying = [s for s in documented.stories if s.entry is not None and s.entry.effects][:3]
    report = check_host(method, lambda: CannotDeliver(method), stories=notifying)

    assert report.differences
    assert {"raises ConnectionError('no mail today')"} == {d.found for d in report.differences}
    assert all(d.expected.startswith("notifies of ") for d in report.differences)


def test_a_documented_method_has_stories_for_all_it_asks_for(documented):
    """
    They are in the hundreds, and a desk is driven through them in a moment.
    """
    method = documented.method
    report = check_host(method, lambda: Desk(method), stories=documented.stories)

    assert len(documented.stories) > 200
    assert report.differences == ()
