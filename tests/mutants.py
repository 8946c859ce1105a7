"""
Methods with one mistake each, and whether a mistake is one: nothing here is random.

``python -m tests.mutants`` counts them for the documented methods, the shipped ones, and `flat`.
"""

import sys
from collections import Counter
from datetime import timedelta
from functools import partial

from attrs import evolve, fields

from complaintflow import (
    Edge,
    Fact,
    LanguageRule,
    Method,
    MethodError,
    Outcome,
    Refused,
    Rule,
    State,
    decide,
    documents,
    stays,
)
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
    Learn,
    Listen,
    NotReached,
    Offer,
    ReleasePromise,
    Reopen,
    RequestApproval,
    Waive,
    Withdraw,
)
from complaintflow.methods import five_steps, personal_ownership, seven_as, six_steps
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
from complaintflow.testing._attempts import LONG, attempt
from complaintflow.testing._decisive import Teller, distinct
from complaintflow.testing._shapes import plain_acts

from .equivalence import Everything

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


def forked():
    """
    Return the flat method with an edge that asks for facts, and words that must not be said.
    """
    plain = flat()
    return evolve(
        plain,
        name="forked",
        states=[*plain.states, State("shelved", "it can wait")],
        rules=[*plain.rules, Rule(Learn, ["agreed"], in_way=False)],
        edges=[
            Edge("open", "learn", "shelved", given=["offered", SETTLED]),
            Edge("open", "learn"),
            *plain.edges,
            Edge("shelved", "withdraw", "over"),
            *stays("shelved", NotReached, Waive, DeadlinePassed),
        ],
        language=[
            LanguageRule("no_policy", ["our policy"], "'{phrase}' explains nothing", blocks=True)
        ],
    )


def flat_and_told():
    """
    Return a method in which everything notifies.
    """
    return evolve(flat(), rules=[evolve(r, notify=[("done", "owner")]) for r in flat().rules])


# -- planting mistakes --------------------------------------------------------------------------


def unchecked(method, **changes):
    """
    Return a method with changes that no check of a definition has seen.
    """
    copy = object.__new__(Method)
    for field in fields(Method):
        object.__setattr__(copy, field.name, getattr(method, field.name))
    object.__setattr__(copy, "compiled", None)
    for name, value in changes.items():
        object.__setattr__(copy, name, tuple(value))
    return copy


def without(part, **what):
    """
    Return a rule, an outcome or an edge without some of its needs, facts, clearings or sources.
    """
    return evolve(
        part,
        **{name: [n for n in getattr(part, name) if n != gone] for name, gone in what.items()},
    )


def asked(need):
    """
    Return the name of a need: the fact, or the code of the question, recommended or not.
    """
    need = getattr(need, "need", need)
    return need if isinstance(need, str) else need.code


def changed_rules(rule):
    """
    Yield each way to take one thing away from a rule: what it is called, and the rule without it.
    """
    for part in (rule, *rule.outcomes):
        about = rule.trigger if part is rule else f"{rule.trigger} ({part.name})"

        def put(new, part=part):
            if part is rule:
                return new
            return evolve(rule, outcomes=[new if o is part else o for o in rule.outcomes])

        for need in part.needs:
            yield f"{about} does not need {asked(need)}", put(without(part, needs=need))
        for fact in sorted(part.establishes):
            yield f"{about} does not establish {fact}", put(without(part, establishes=fact))
        for fact in sorted(part.clears):
            yield f"{about} does not clear {fact}", put(without(part, clears=fact))
        for told in part.notify:
            yield f"{about} does not tell the {told[1]}", put(without(part, notify=told))
        if part.begins_cycle:
            yield f"{about} begins no cycle", put(evolve(part, begins_cycle=False))


def changed_edges(method, edge):
    """
    Yield wrong edges in the place of one: to another state, from one more or less, whatever holds.
    """
    for state in (state.name for state in method.states):
        if state != edge.target and (edge.target, edge.sources) != (None, (state,)):
            yield f"{edge.trigger} leads to {state}", [evolve(edge, target=state)]
        if state not in edge.sources:
            more = evolve(edge, sources=[*edge.sources, state])
            yield f"{edge.trigger} is possible while {state}", [more]
    for source in edge.sources:
        left = [without(edge, sources=source)] if len(edge.sources) > 1 else []
        yield f"{edge.trigger} is not possible while {source}", left
    for fact in sorted(edge.given):
        yield f"{edge.trigger} leads there without {fact}", [without(edge, given=fact)]


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
            edges = [*method.edges[:index], *new, *method.edges[index + 1 :]]
            yield name, edge.trigger, {"edges": edges}


# -- telling whether a mistake is one -----------------------------------------------------------


class Doubt(Everything):
    """
    A method with its decisive stories, and the cases they and the roads to them have.
    """

    def __init__(self, method):
        super().__init__(method)
        teller = Teller(method)
        answers = list(teller.answers())
        self.stories = distinct(story for _, story in answers)
        self.told = {about for about, story in answers if story is not None}
        self.untold = {about for about, story in answers if story is None}
        self.cases = {
            (here.state, here.facts): [
                road.case for road in teller.roads.nearest.get((here.state, here.facts), ())
            ]
            for here in self.configurations
        }
        self.asked = {}
        for story in self.stories:
            case = story.case
            self.asked.setdefault(story.trigger, []).append((case, story))
            self.cases[case.state, case.facts].append(case)

    def is_hidden(self, mutant, trigger):
        """
        Return whether no case that was found shows a mutant, whatever plain evidence is given.

        It would do something else if evidence and ledger could be anything; but where it would,
        a requirement beyond facts says no as well, or no evidence has such an outcome there.
        """
        for here, outcome in self.differing(mutant, trigger):
            for case in self.cases[here.state, here.facts]:
                for act in plain_acts(self.method, trigger, case).get(outcome, ()):
                    for wait in (timedelta(0), LONG):
                        at = case.updated_at + wait
                        before = attempt(self.method, case, act, at=at)
                        after = attempt(mutant, case, act, at=at)
                        if isinstance(before, Refused) and isinstance(after, Refused):
                            continue
                        if before != after:
                            return False
        return True

    def caught_by(self, mutant, trigger):
        """
        Return the first decisive story that a mutant answers otherwise. None: there is none.

        Only the question is asked. A mutant that comes off the road to it would be caught there.
        """
        for case, story in self.asked.get(trigger, ()):
            try:
                answer = decide(mutant, case, story.act, at=story.at, by=story.by)
            except Refused as refused:
                answer = tuple(unmet.code for unmet in refused.unmet)
            if answer != (story.unmet if story.entry is None else story.entry):
                return story
        return None

    def verdict(self, trigger, changes):
        """
        Return what catches a mutant, or that there is nothing to catch; what is left escaped.
        """
        mutant = unchecked(self.method, **changes)
        is_possible = any(edge.trigger == trigger for edge in mutant.edges)
        if is_possible and self.caught_by(mutant, trigger):
            return "stories"
        try:
            evolve(self.method, **changes)
        except MethodError:
            return "definition"
        if self.is_equivalent(mutant, trigger):
            return "equivalent"
        if self.is_never_possible(mutant, trigger):
            return "never possible"
        return "hidden" if self.is_hidden(mutant, trigger) else "escaped"


METHODS = {
    make.__name__: make
    for make in (flat, forked, five_steps, six_steps, seven_as, personal_ownership)
} | {name: partial(documents.get, name) for name in documents.names()}
"""What is counted, by name."""


def main(arguments):
    """
    Print how the mutants of the documented methods are caught; of all methods, or of those named.
    """
    names = [name for name in arguments if name != "-v"]
    columns = ("stories", "definition", "equivalent", "never possible", "hidden", "escaped")
    print("| method | decisive stories | mutants | " + " | ".join(columns) + " |")
    print("|---" * (len(columns) + 3) + "|")
    for name, make in METHODS.items():
        if names and name not in names:
            continue
        method = make()
        doubt = Doubt(method)
        found = [
            (doubt.verdict(trigger, changes), name) for name, trigger, changes in mutants(method)
        ]
        counts = Counter(verdict for verdict, _ in found)
        told = [name, len(doubt.stories), len(found), *(counts[name] for name in columns)]
        print("| " + " | ".join(map(str, told)) + " |", flush=True)
        for verdict, what in found:
            if verdict == "escaped" or ("-v" in arguments and verdict == "hidden"):
                print(f"    {verdict}: {what}")


if __name__ == "__main__":
    main(sys.argv[1:])
