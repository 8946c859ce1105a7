"""
The neutral diagram: everything a method allows is in it, once, and nothing else.
"""

from itertools import chain, combinations

import pytest
from attrs import evolve
from hypothesis import Phase, given, settings
from transitions import MachineError

from complaintflow import Edge, Fact, Method, Outcome, Rule, State, machine
from complaintflow.acts import Close, Empathize, Listen, Offer, Withdraw
from complaintflow.cli._methods import every_method
from complaintflow.methods import five_steps, personal_ownership, seven_as, six_steps
from complaintflow.rendering import diagram_of
from complaintflow.testing import methods as made_up

ALL = [pytest.param(method, id=method.name) for method in every_method()]
UNSHRUNK = [Phase.explicit, Phase.reuse, Phase.generate]
"""Made-up methods are small, and to make them smaller takes minutes."""

MANY = 64
"""How many sets of facts are tried of a method, where there are more."""


def transitions_of(method):
    """
    Return every transition by the edges of a method: the first of several that match is taken.
    """
    found = set()
    for rule in method.rules:
        outcomes = dict.fromkeys([*rule.act.spec.outcomes, *(o.name for o in rule.outcomes)])
        for state in method.states:
            for outcome in outcomes or {None: None}:
                needs = method.requirements(rule, outcome)
                sure = {n.fact for n in needs if n.fact and not n.should} - method.waivable
                before = []
                for edge in method.edges:
                    if (
                        edge.trigger == rule.trigger
                        and state.name in edge.sources
                        and edge.outcome in {None, outcome}
                        and not any(given <= edge.given | sure for given in before)
                    ):
                        before.append(edge.given)
                        target = edge.target or state.name
                        found.add((state.name, rule.trigger, outcome, target))
    return found


def passages_of(diagram):
    """
    Return the transitions that the passages of a diagram stand for, each as often as it is told.
    """
    return [
        (source, passage.act, outcome, passage.target or source)
        for passage in diagram.passages
        for source in passage.sources
        for outcome in passage.outcomes
    ]


class Ticket:
    """
    A host's own model, as the stock machine wants it.
    """

    def __init__(self, state, facts):
        self.state = state
        self.facts = facts


def fired(stock, state, facts, trigger, outcome):
    """
    Return where the stock machine goes; None where it does not.
    """
    ticket = Ticket(state, facts)
    try:
        moved = stock.events[trigger].trigger(ticket, outcome=outcome)
    except MachineError:
        return None
    return ticket.state if moved else None


def sets_of(facts):
    """
    Return sets of facts: all of them, where they are few.
    """
    every = chain.from_iterable(combinations(facts, n) for n in range(len(facts) + 1))
    return [frozenset(each) for each, _ in zip(every, range(MANY), strict=False)]


def reached(method):
    """
    Yield every state that is reached with the facts that hold then, as the stock machine goes.
    """
    stock = machine(method)
    start = (method.initial, frozenset())
    seen, ahead = {start}, [start]
    while ahead and len(seen) < 2_000:
        state, facts = ahead.pop()
        yield state, facts
        for trigger, event in stock.events.items():
            for outcome in outcomes_of(method, trigger):
                ticket = Ticket(state, facts)
                try:
                    moved = event.trigger(ticket, outcome=outcome)
                except MachineError:
                    continue
                after = (ticket.state, frozenset(ticket.facts))
                if moved and after not in seen:
                    seen.add(after)
                    ahead.append(after)


def outcomes_of(method, trigger):
    """
    Return the outcomes of an act; None for the only one.
    """
    rule = method.rule(trigger)
    return tuple(dict.fromkeys([*rule.act.spec.outcomes, *(o.name for o in rule.outcomes)])) or (
        None,
    )


# -- everything, once, and nothing else ---------------------------------------------------------


@pytest.mark.parametrize("method", ALL)
def test_every_transition_is_in_exactly_one_passage(method):
    """
    A picture that leaves something out, or makes it up, is worse than none.
    """
    told = passages_of(diagram_of(method))

    assert transitions_of(method) == set(told)
    assert len(set(told)) == len(told)


@settings(max_examples=20, phases=UNSHRUNK)
@given(made_up())
def test_every_transition_of_any_method_is_in_exactly_one_passage(method):
    """
    Also of methods that nobody has thought of.
    """
    told = passages_of(diagram_of(method))

    assert transitions_of(method) == set(told)
    assert len(set(told)) == len(told)


@settings(max_examples=10, phases=UNSHRUNK)
@given(made_up())
def test_wherever_the_stock_machine_goes_a_passage_leads(method):
    """
    The oracle is `transitions` itself: state, facts and outcome in, and where it ends out.
    Waivers, which it does not know, apart.
    """
    method = evolve(method, waivable=())
    stock, told = machine(method), set(passages_of(diagram_of(method)))
    gone = set()
    for state in method.states:
        for facts in sets_of([fact.name for fact in method.facts]):
            for trigger in method.triggers:
                for outcome in outcomes_of(method, trigger):
                    target = fired(stock, state.name, facts, trigger, outcome)
                    if target is not None:
                        gone.add((state.name, trigger, outcome, target))

    assert gone <= told
    if 2 ** len(method.facts) <= MANY:
        assert gone == told


@pytest.mark.parametrize("method", ALL)
def test_states_limits_and_departures_are_those_of_the_method(method):
    """
    They are the method's own values, so that they cannot say anything else.
    """
    diagram = diagram_of(method)

    assert method.states == tuple(node.state for node in diagram.nodes)
    assert (method.limits, method.departs) == (diagram.limits, diagram.departs)
    assert (method.source, method.origins) == (diagram.source, diagram.origins)


@pytest.mark.parametrize("method", ALL)
def test_every_passage_and_every_need_cites_what_the_method_cites_for_it(method):
    """
    So that a drawing can say where something stands written.
    """
    for passage in diagram_of(method).passages:
        rule = method.rule(passage.act)
        asked = {need.code: need for need in method.requirements(rule, passage.outcomes[0])}

        assert rule.cites == passage.cites
        assert rule.act.spec.speaker == passage.speaker
        for need in passage.needs:
            wanted = asked[need.code]
            assert (wanted.cites, wanted.text) == (need.cites, need.text)


# -- what is left out, because it is known ------------------------------------------------------


@pytest.mark.untraced
@pytest.mark.parametrize("method", ALL)
def test_what_is_said_to_hold_in_a_state_holds_whenever_it_is_reached(method):
    """
    Otherwise a need would be left out that somebody still has to meet.
    """
    holds = {node.name: set(node.holds) for node in diagram_of(method).nodes}
    for state, facts in reached(method):
        assert holds[state] <= facts, state


@settings(max_examples=10, phases=UNSHRUNK)
@given(made_up())
def test_what_is_said_to_hold_in_any_method_holds_whenever_a_state_is_reached(method):
    """
    Also in methods that nobody has thought of.
    """
    holds = {node.name: set(node.holds) for node in diagram_of(method).nodes}
    for state, facts in reached(method):
        assert holds[state] <= facts, state


@settings(max_examples=20, phases=UNSHRUNK)
@given(made_up())
def test_every_need_of_a_passage_that_leads_on_is_told_or_holds(method):
    """
    None is lost between what is established and what is asked.
    """
    diagram = diagram_of(method)
    for passage in diagram.of("onward", "exit", "aside", "returns", "back", "here"):
        common = set.intersection(*(set(diagram.node(name).holds) for name in passage.sources))
        wanted = {
            r.code for r in method.requirements(method.rule(passage.act), passage.outcomes[0])
        }

        assert wanted - common == {need.code for need in passage.needs}


def test_a_need_that_the_road_has_met_is_known_as_such():
    """
    Whoever takes ownership has heard the customer; only a rejected restatement takes that back.
    """
    [passage] = diagram_of(personal_ownership()).leaving("restated", "onward")

    assert {need.code: need.again for need in passage.needs if need.is_fact} == {
        "heard": True,
        "restatement_confirmed": False,
    }


# -- where things stand -------------------------------------------------------------------------


def test_the_road_follows_the_numbers_of_the_steps():
    """
    What has no number stands beside it, and what is final and not its end is an exit.
    """
    diagram = diagram_of(personal_ownership())

    assert [*"1234556"] == [str(node.state.step) for node in diagram.at("road")]
    assert ["waiting"] == [node.name for node in diagram.at("aside")]
    assert ["closed"] == [node.name for node in diagram.at("end")]
    exits = [node.name for node in diagram.at("exit")]
    assert ["withdrawn", "deadlocked", "lapsed", "merged"] == exits


def test_the_road_ends_after_it_wherever_the_method_lists_its_end():
    """
    The order of states is the reader's help, and no rule.
    """
    method = one_state()
    diagram = diagram_of(evolve(method, states=method.states[::-1]))

    assert ["all", "over"] == [node.name for node in diagram.road]
    assert {"close", "withdraw"} == {p.act for p in diagram.leaving("all", "onward")}


@settings(max_examples=20, phases=UNSHRUNK)
@given(made_up())
def test_where_nothing_is_numbered_the_road_is_all_that_is_not_final(method):
    """
    A host's method need not come from a document with steps.
    """
    diagram = diagram_of(method)

    assert {n.name for n in diagram.at("road")} == {s.name for s in method.states if not s.final}


def test_an_exit_that_is_possible_everywhere_is_one_passage():
    """
    Eight arrows to one state say no more than one.
    """
    exits = diagram_of(personal_ownership()).of("exit")

    assert {"withdraw": 8, "declare_deadlock": 1, "lapse": 7, "merge": 8} == {
        passage.act: len(passage.sources) for passage in exits
    }


def test_an_act_is_told_in_a_state_only_where_it_brings_what_is_still_needed():
    """
    Thanks bring the close of the seven A's nearer; a noted mood brings nothing.
    """
    here = diagram_of(seven_as()).leaving("implementing", "here")

    assert {"keep_promise", "follow_up", "answer", "thank", "assure_prevention"} == {
        passage.act for passage in here
    }


def test_what_takes_back_what_the_road_established_is_told():
    """
    A mistake found later owes a new apology.
    """
    undoing = [
        passage for passage in diagram_of(seven_as()).of("undoes") if passage.act == "note_mistake"
    ]

    assert [("apologized",)] == [passage.loses for passage in undoing]


def test_ways_of_one_act_say_by_which_facts_they_are_taken():
    """
    A talk is taken up where it was put off.
    """
    ways = diagram_of(personal_ownership()).leaving("waiting", "returns")

    assert [
        ("negotiating", ("owned", "offered"), False),
        ("consulted", ("owned", "expectation_known"), False),
        ("owned", ("owned",), False),
        ("restated", ("restated",), False),
        ("heard", (), True),
    ] == [(way.target, way.given, way.is_rest) for way in ways]


def test_a_loop_begins_a_new_cycle_where_the_method_says_so():
    """
    Amending a plan does not, not being satisfied does.
    """
    back = diagram_of(seven_as()).leaving("implementing", "back")

    assert {"amend_plan": False, "follow_up": True} == {s.act: s.begins_cycle for s in back}


def test_a_method_without_promises_has_no_time_for_them():
    """
    The five steps promise nothing.
    """
    assert diagram_of(five_steps()).promises_within is None
    assert diagram_of(six_steps()).promises_within == six_steps().promises_within


def test_the_same_method_gives_the_same_diagram():
    """
    So that a picture changes with its method, and for no other reason.
    """
    assert diagram_of(six_steps()) == diagram_of(six_steps())
    assert diagram_of(six_steps()) != diagram_of(evolve(six_steps(), title="Other"))


# -- odd methods --------------------------------------------------------------------------------


def one_state():
    """
    Return a method whose one open state is also where everything happens.
    """
    return Method(
        name="one",
        version="1",
        title="One",
        initial="all",
        states=[State("all", "everything"), State("over", "it is over", final=True)],
        facts=[Fact("heard", "{customer} is not heard"), Fact("seen", "{customer} is not seen")],
        rules=[
            Rule(Listen, outcomes=[Outcome("finished", establishes="heard")]),
            Rule(Empathize, ["heard"], establishes="seen"),
            Rule(Offer, ["heard", "seen"]),
            Rule(Close, ["seen"], in_way=False),
            Rule(Withdraw, in_way=False),
        ],
        edges=[
            Edge("all", Listen),
            Edge("all", Empathize),
            Edge("all", Offer),
            Edge("all", Close, "over"),
            Edge("all", Withdraw, "over"),
        ],
    )


def test_a_method_with_one_open_state_has_its_work_in_it():
    """
    Everything that the close needs is brought where the case stands.
    """
    diagram = diagram_of(one_state())

    assert {"listen", "empathize"} == {passage.act for passage in diagram.leaving("all", "here")}
    assert {"close", "withdraw"} == {passage.act for passage in diagram.leaving("all", "onward")}


def test_an_unknown_state_is_a_key_error():
    """
    As in a method.
    """
    with pytest.raises(KeyError, match="nowhere"):
        diagram_of(one_state()).node("nowhere")


def test_a_number_here_and_there_makes_no_road():
    """
    A document that numbers its third state only would be drawn without the first two.
    """
    states = six_steps().states
    one = [evolve(s, step=s.step if s.step == 3 else None) for s in states]
    none = [evolve(s, step=None) for s in states]

    drawn = [
        [node.name for node in diagram_of(evolve(six_steps(), states=some)).at("road")]
        for some in (one, none)
    ]

    assert drawn[0] == drawn[1]
    assert {"received", "heard", "acknowledged", "agreed"} <= {*drawn[0]}
