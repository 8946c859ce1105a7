"""
Guards that are taken away, one at a time: each is missed, or was never needed.

A mutant is the six steps, or a method without any order but its facts, with one mistake in it. It
is caught by the checks of a definition, by the charter, or by doing something else than the
original on a case that can be; what none of them catches is proven to do the same everywhere.
"""

from collections import Counter

import pytest
from attrs import evolve
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from complaintflow import Edge, Fact, Method, MethodError, Outcome, Refused, Rule, State, stays
from complaintflow._engine import compiled
from complaintflow.acts import (
    Accept,
    AcceptAsk,
    AcknowledgeProblem,
    Approve,
    AskExpectation,
    BreakPromise,
    Close,
    DeadlinePassed,
    KeepPromise,
    Lapse,
    Listen,
    NotReached,
    Offer,
    ReleasePromise,
    Reopen,
    RequestApproval,
    Waive,
    Withdraw,
)
from complaintflow.methods import six_steps
from complaintflow.requirements import (
    approval_open,
    approver_is_another,
    attempts_made,
    break_approved,
    deadline_passed,
    may_be_waived,
    promise_open,
    releases_are_open,
)
from complaintflow.testing import method_machine
from complaintflow.testing._exploring import attempt, configuration, explore
from complaintflow.testing._machines import by_definition
from complaintflow.testing._shapes import outcomes_of, plain_acts

HEARD, SEEN, KNOWN, SETTLED = "heard", "recognised", "expectation_known", "promises_settled"


def flat():
    """
    Return a method with one working state: nothing but facts keeps its acts in order.
    """
    settled = [Outcome("settled", establishes=SETTLED)]
    agreeing = {"establishes": "agreed", "clears": [SETTLED]}
    rules = [
        Rule(Listen, outcomes=[Outcome("finished", establishes=HEARD)]),
        Rule(AcknowledgeProblem, establishes=SEEN),
        Rule(
            AskExpectation,
            outcomes=[
                Outcome("answered", establishes=KNOWN),
                Outcome("unknown", establishes=KNOWN),
            ],
        ),
        Rule(Offer, [HEARD, SEEN, KNOWN], establishes="offered"),
        Rule(AcceptAsk, [HEARD, SEEN, KNOWN], **agreeing),
        Rule(Accept, ["offered"], **agreeing),
        Rule(KeepPromise, [promise_open()], outcomes=settled),
        Rule(ReleasePromise, [promise_open()], outcomes=settled, in_way=False),
        Rule(BreakPromise, [promise_open(), break_approved()], outcomes=settled, in_way=False),
        Rule(RequestApproval),
        Rule(Approve, [approval_open(), approver_is_another()], in_way=False),
        Rule(Close, ["agreed", SETTLED], in_way=False),
        Rule(Withdraw, [releases_are_open()], in_way=False),
        Rule(NotReached, in_way=False),
        Rule(Lapse, [attempts_made(1)], in_way=False),
        Rule(Waive, [may_be_waived()], in_way=False),
        Rule(DeadlinePassed, [deadline_passed()], in_way=False),
        Rule(Reopen, begins_cycle=True, in_way=False),
    ]
    staying = [r.act for r in rules if r.act not in (Close, Withdraw, Lapse, Reopen)]
    return Method(
        name="flat",
        version="1",
        title="Flat",
        initial="open",
        states=[
            State("open", "something is to be done", waits_for="customer"),
            State("over", "it is over", final=True, waits_for="nobody"),
        ],
        facts=[
            Fact(name, f"{name} is missing")
            for name in (HEARD, SEEN, KNOWN, "offered", "agreed", SETTLED)
        ],
        rules=rules,
        edges=[
            *stays(["open"], *staying),
            Edge("over", "deadline_passed"),
            *(Edge("open", trigger, "over") for trigger in ("close", "withdraw", "lapse")),
            Edge("over", "reopen", "open"),
        ],
        waivable=[KNOWN],
    )


# -- planting mistakes --------------------------------------------------------------------------


def unchecked(method, **changes):
    """
    Return a method with changes that no check of a definition has seen.
    """
    copy = evolve(method)
    object.__setattr__(copy, "compiled", None)
    for name, value in changes.items():
        object.__setattr__(copy, name, tuple(value))
    return copy


def without(part, **what):
    """
    Return a rule or an outcome without some of its needs, facts or clearings.
    """
    return evolve(
        part,
        **{name: [n for n in getattr(part, name) if n != gone] for name, gone in what.items()},
    )


def changed_rules(rule):
    """
    Yield each way to take one thing away from a rule: what it is called, and the rule without it.
    """
    parts = [(None, rule), *((o, o) for o in rule.outcomes)]
    for outcome, part in parts:
        about = rule.trigger if outcome is None else f"{rule.trigger} ({outcome.name})"

        def put(new, outcome=outcome):
            if outcome is None:
                return new
            return evolve(rule, outcomes=[new if o is outcome else o for o in rule.outcomes])

        for need in part.needs:
            if isinstance(need, str):
                yield f"{about} does not need {need}", put(without(part, needs=need))
        for fact in sorted(part.establishes):
            yield f"{about} does not establish {fact}", put(without(part, establishes=fact))
        for fact in sorted(part.clears):
            yield f"{about} does not clear {fact}", put(without(part, clears=fact))
        if part.begins_cycle:
            yield f"{about} begins no cycle", put(evolve(part, begins_cycle=False))


def changed_edges(method, edge):
    """
    Yield wrong edges in the place of one: to another state, or from one more.
    """
    names = [state.name for state in method.states]
    for target in (names[0], names[-1]):
        if target != edge.target:
            yield f"{edge.trigger} leads to {target}", evolve(edge, target=target)
    for source in (names[0], names[len(names) // 2], names[-1]):
        if source not in edge.sources:
            more = evolve(edge, sources=[*edge.sources, source])
            yield f"{edge.trigger} is possible while {source}", more


def mutants(method):
    """
    Yield every mutant: its name, the act it is about, and what is changed.
    """
    for index, rule in enumerate(method.rules):
        for name, new in changed_rules(rule):
            rules = [*method.rules[:index], new, *method.rules[index + 1 :]]
            yield name, rule.trigger, {"rules": rules}
    for index, edge in enumerate(method.edges):
        for name, new in changed_edges(method, edge):
            edges = [*method.edges[:index], new, *method.edges[index + 1 :]]
            yield name, edge.trigger, {"edges": edges}


# -- finding them out ---------------------------------------------------------------------------


def outcomes_on(method, case, trigger):
    """
    Return what an act comes to on a case, for each outcome: state and facts, or None for a no.
    """
    found = {}
    for outcome, acts in plain_acts(method, trigger, case).items():
        for act in acts[:2]:
            answer = attempt(method, case, act)
            if not isinstance(answer, Refused):
                found[outcome] = configuration(case.apply(answer))
    return found


def samples(explored, trigger):
    """
    Yield cases that tell an act from another: those it is possible on, and one of every kind.
    """
    for (_, about, _), taken in explored.steps.items():
        if about == trigger:
            yield taken.case
    yield from (cases[0] for cases in explored.cases.values())


def originals(explored, trigger, known={}):  # noqa: B006  (asked a hundred times)
    """
    Return what an act comes to on each of its samples, in the original.
    """
    key = (explored.method.name, trigger)
    if key not in known:
        known[key] = [
            (case, outcomes_on(explored.method, case, trigger))
            for case in samples(explored, trigger)
        ]
    return known[key]


def difference(explored, mutant, trigger):
    """
    Return a case on which an act comes to something else than in the original; None: nowhere.

    A mutant changes one act. Where that does the same on every case that the original can reach,
    no other case can be reached by the mutant: it does the same everywhere.
    """
    for case, original in originals(explored, trigger):
        if original != outcomes_on(mutant, case, trigger):
            return case
    return None


def verdict(explored, trigger, changes):
    """
    Return how a mutant is caught, or that there is nothing to catch.
    """
    try:
        evolve(explored.method, **changes)
    except MethodError:
        return "definition"
    mutant = unchecked(explored.method, **changes)
    return "behaviour" if difference(explored, mutant, trigger) else "equivalent"


def charter_says(mutant):
    """
    Return what the random stories find broken first; empty where they find nothing.
    """
    try:
        run_state_machine_as_test(
            method_machine(mutant),
            settings=settings(
                max_examples=25,
                stateful_step_count=20,
                database=None,
                derandomize=True,
                phases=[Phase.generate],
                suppress_health_check=list(HealthCheck),
                print_blob=False,
            ),
        )
    except AssertionError as broken:
        return str(broken)
    return ""


def strict_six_steps():
    """
    Return the six steps with every recommendation demanded: more guards, fewer configurations.
    """
    return six_steps(strict=True)


@pytest.fixture(scope="module", params=[strict_six_steps, flat], ids=["six steps", "flat"])
def explored(request):
    """
    Return everything that can be reached under a method.
    """
    return explore(request.param())


def test_every_mistake_in_a_definition_is_caught_or_is_none(explored):
    """
    Nothing in a method is there for nothing, but for what two guards hold at once.
    """
    counts = Counter(
        verdict(explored, trigger, changes) for _, trigger, changes in mutants(explored.method)
    )

    assert counts["definition"] > 10, counts
    assert counts["behaviour"] > 10, counts
    assert counts["equivalent"] < counts.total() / 3, counts


CHARTER = {
    ("offer", HEARD): "I1",
    ("offer", SEEN): "I2",
    ("offer", KNOWN): "I3",
    ("accept_ask", HEARD): "I1",
    ("accept_ask", SEEN): "I2",
    ("accept_ask", KNOWN): "I3",
    ("close", SETTLED): "I4",
}
"""The needs that the charter rests on, where nothing but facts keeps acts in order."""


@pytest.mark.parametrize(("trigger", "need"), CHARTER)
def test_a_guard_of_the_charter_is_missed_when_it_is_gone(trigger, need):
    """
    The definition does not let it pass; and if it did, the first stories would find it out.
    """
    method = flat()
    rules = [
        without(rule, needs=need) if rule.trigger == trigger else rule for rule in method.rules
    ]

    with pytest.raises(MethodError, match=f"charter {CHARTER[trigger, need]}"):
        evolve(method, rules=rules)

    assert charter_says(unchecked(method, rules=rules)).startswith(CHARTER[trigger, need])


def replaced(method, trigger, **changes):
    """
    Return a method's rules with one of them changed.
    """
    return [evolve(r, **changes) if r.trigger == trigger else r for r in method.rules]


OTHERS = {
    "a reopened case is not heard again": ("reopen", {"begins_cycle": False}, "I1"),
    "a new promise leaves the old word": ("accept", {"clears": []}, "I4"),
    "nobody need allow a broken promise": ("break_promise", {"needs": [promise_open()]}, "I4"),
    "whoever asks may allow": ("approve", {"needs": [approval_open()]}, "I4"),
    "a promise is kept that is none": ("keep_promise", {"needs": []}, "I4"),
}


@pytest.mark.parametrize("name", OTHERS)
def test_the_charter_finds_out_other_mistakes_about_promises_and_cycles(name):
    """
    What the charter says is read off the history, whatever let it happen.
    """
    trigger, changes, invariant = OTHERS[name]
    method = flat()
    mutant = unchecked(method, rules=replaced(method, trigger, **changes))

    assert charter_says(mutant).startswith(invariant)


def test_no_mutant_of_a_remedy_or_a_close_escapes_the_charter(explored):
    """
    A mutant of a charter guard that does something else than the original breaks the charter.
    """
    escaped = []
    for name, trigger, changes in mutants(explored.method):
        needs = {f"{trigger} does not need {need}" for about, need in CHARTER if about == trigger}
        if name not in needs:
            continue
        mutant = unchecked(explored.method, **changes)
        if difference(explored, mutant, trigger) and not charter_says(mutant).startswith("I"):
            escaped.append(name)

    assert [] == escaped


def test_an_engine_that_forgets_a_question_is_found_out(explored):
    """
    Wherever a fact is asked for and can be missing, the answer without the question is another.
    """
    method = explored.method
    counts = Counter()
    for rule in method.rules:
        for outcome in outcomes_of(rule):
            path = compiled(method).events[rule.trigger].paths[outcome]
            if path.facts:
                counts[forgetting(explored, rule.trigger, outcome)] += 1

    assert counts["found out"]
    assert {"found out", "equivalent"} >= set(counts)


def forgetting(explored, trigger, outcome):
    """
    Return whether an engine that asks for no fact is found out by what the definition says.
    """
    mutant = unchecked(explored.method)
    event = compiled(mutant).events[trigger]
    path = event.paths[outcome]
    event.paths[outcome] = evolve(
        path,
        facts=frozenset(),
        requirements=[r for r in path.requirements if r.fact is None],
    )
    for cases in explored.cases.values():
        for act in plain_acts(mutant, trigger, cases[0]).get(outcome, ())[:2]:
            is_taken = not isinstance(attempt(mutant, cases[0], act), Refused)
            if is_taken and by_definition(explored.method, cases[0], trigger, outcome) is None:
                return "found out"
    return "equivalent"
