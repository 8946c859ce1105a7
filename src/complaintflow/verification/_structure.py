"""What is wrong with a method whatever it promises: parts that are dead, and ways that end."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from itertools import combinations

from attrs import evolve

from complaintflow._method import Edge
from complaintflow._requirements import Requirement, holds
from complaintflow.verification._charter import EXITS
from complaintflow.verification._guards import named
from complaintflow.verification._report import Finding
from complaintflow.verification._space import Cube, Trace
from complaintflow.verification._subject import Subject, step_of
from complaintflow.verification._system import Arc, Branch, bits_of


def dead_parts(subject: Subject) -> Iterator[Finding]:
    """Yield states, acts, outcomes, edges and facts that no story ever comes to."""
    method, system = subject.method, subject.system
    for node, state in enumerate(system.nodes):
        if subject.first([Cube(node)]) is None:
            text = f"the state '{state}' is never reached"
            yield Finding("unreachable_state", state, "error", text)
    possible = {f"{r.trigger}/{each.name}": False for r in method.rules for each in r.outcomes}
    possible |= {arc.name: False for _, arc in subject.arcs()}
    for node, arc in subject.arcs():
        steps = (step_of(node, arc, branch) for branch in arc.branches)
        possible[arc.name] |= any(step in subject.taken for step in steps)
    for rule in method.rules:
        names = [name for name in possible if name.partition("/")[0] == rule.trigger]
        if not any(possible[name] for name in names):
            text = f"'{rule.trigger}' is never possible, whatever comes before it"
            yield Finding("act_never_possible", rule.trigger, "error", text)
            continue
        for outcome in rule.outcomes:
            name = f"{rule.trigger}/{outcome.name}"
            if not possible[name]:
                text = f"'{name}' never comes about: it is never possible with this outcome"
                yield Finding("outcome_never_possible", name, "warning", text)
    yield from dead_edges(subject)
    yield from _dead_facts(subject)


def dead_edges(subject: Subject) -> Iterator[Finding]:
    """Yield edges that no story takes: those before them are taken instead, or none can be."""
    taken = {edge for *_, edge in subject.taken}
    for place, edge in enumerate(subject.method.edges):
        if place not in taken:
            text = f"the edge {named(edge)} is never taken"
            yield Finding("edge_never_taken", named(edge), "warning", text)


def _dead_facts(subject: Subject) -> Iterator[Finding]:
    method = subject.method
    established = {
        fact
        for node, arc in subject.arcs()
        for branch in arc.branches
        if step_of(node, arc, branch) in subject.taken
        for fact in branch.move.establishes
    }
    used = {fact for invariant in method.invariants for fact in invariant.facts}
    for rule in method.rules:
        for outcome in (None, *(each.name for each in rule.outcomes)):
            for need in method.requirements(rule, outcome):
                used |= {need.fact} if need.fact is not None else set()
    used |= {fact for edge in method.edges for fact in edge.given}
    used |= {fact for language in method.language for fact in language.until}
    for fact in method.facts:
        if fact.name not in established:
            text = f"the fact '{fact.name}' is never established"
            yield Finding("fact_never_established", fact.name, "warning", text)
        if fact.name not in used:
            text = f"the fact '{fact.name}' is never used: nothing needs it"
            yield Finding("fact_never_used", fact.name, "warning", text)


# -- ways that end ------------------------------------------------------------------------------


def ends_of(subject: Subject) -> frozenset[int]:
    """Return the nodes of the final states."""
    final = subject.method.final
    return frozenset(i for i, state in enumerate(subject.system.nodes) if state in final)


def lost_ends(subject: Subject, onward: Subject | None = None) -> Iterator[tuple[str, Trace]]:
    """
    Yield the nearest way to each node in which a case can no longer be closed.

    Args:
        subject: what is looked at.

        onward: what is left of it from there on. None: all of it.
    """
    left = None if onward is None else onward.system
    if not _can_always_leave(onward or subject):
        for stuck, code in ((True, "dead_end"), (False, "cannot_close")):
            for trace in subject.space.lost(ends_of(subject), stuck=stuck, onward=left):
                yield code, trace


def lost_ways(subject: Subject) -> Iterator[Finding]:
    """Yield each state in which a case can no longer be closed, or be resolved."""
    for code, trace in lost_ends(subject):
        where = subject.system.nodes[trace.end[0]]
        what = "nothing can happen any more"
        if code == "cannot_close":
            what = "no close can be reached any more"
        text = f"{what} while '{where}', which is not final"
        yield Finding(code, where, "error", text, subject.told(trace))
    if subject.first_taking(is_resolution) is None:
        return
    for trace in _unresolvable(subject):
        where = subject.system.nodes[trace.end[0]]
        text = f"nothing but an exit is left while '{where}', unless a new cycle begins"
        yield Finding("only_exits_left", where, "warning", text, subject.told(trace))


def midway_cycles(subject: Subject) -> Iterator[Finding]:
    """Yield each act that begins a cycle in the middle of the road, with nothing established."""
    method = subject.method

    def leads(arc: Arc, branch: Branch) -> tuple[str, str] | None:
        move = branch.move
        midway = move.begins_cycle and move.target != method.initial and not move.establishes
        return (arc.name, move.target) if midway else None

    ways = (leads(arc, branch) for _, arc in subject.arcs() for branch in arc.branches)
    for way in dict.fromkeys(way for way in ways if way is not None):
        trace = subject.first_taking(lambda arc, branch, way=way: leads(arc, branch) == way)  # type: ignore[misc]
        if trace is not None:
            act, target = way
            text = f"'{act}' begins a cycle in '{target}', where nothing is established then"
            about = f"{act} to {target}"
            yield Finding("cycle_begins_midway", about, "warning", text, subject.told(trace))


def is_resolution(arc: Arc, branch: Branch) -> bool:
    """Return whether a step ends a case, and is no exit."""
    move = branch.move
    return move.ends and move.source != move.target and arc.trigger not in EXITS


def _unresolvable(subject: Subject) -> list[Trace]:
    """Return the way to each node where a case is not over, and this cycle cannot be resolved."""
    resolved = len(subject.system.nodes)

    def led(arc: Arc) -> Arc | None:
        # An exit resolves nothing, and what begins a cycle gives this one up.
        if all(b.move.begins_cycle or (b.move.ends and arc.trigger in EXITS) for b in arc.branches):
            return None
        return evolve(
            arc,
            branches=tuple(
                evolve(b, target=resolved) if is_resolution(arc, b) else b for b in arc.branches
            ),
        )

    onward = subject.system.changed(led)
    system = evolve(onward, nodes=(*onward.nodes, "resolved"), arcs=(*onward.arcs, ()))
    space = subject.of(system).space
    nearest: dict[int, Trace] = {}
    for stuck in (True, False):
        for trace in space.lost(frozenset({resolved}), stuck=stuck):
            known = nearest.get(trace.end[0])
            if known is None or len(trace.legs) < len(known.legs):
                nearest[trace.end[0]] = trace
    return sorted(nearest.values(), key=lambda trace: len(trace.legs))


# -- guards that cannot be seen into ------------------------------------------------------------


def is_opaque(requirement: Requirement) -> bool:
    """
    Return whether a requirement can say no for good: no evidence alone is known to meet it.

    One of a host's own says what it reads, and not whether any evidence would do.
    """
    if "evidence" not in requirement.reads:
        return True
    if requirement.standing is None:
        return requirement.made_by is None
    return requirement.standing is not holds or "authority" in requirement.reads


def refusals(subject: Subject) -> Iterator[Finding]:
    """Yield what happens where questions that cannot be seen into always say no."""
    codes = dict.fromkeys(n.code for _, arc in subject.arcs() for n in arc.beyond if is_opaque(n))
    resolved = subject.first_taking(is_resolution)
    told = set()
    for code in codes:
        without = subject.changed(_unless_asking({code}))
        for kind, trace in lost_ends(without):
            told.add(trace.end[0])
            yield _refused(without, f"'{code}' always says no", code, kind, trace)
        yield from _barred(subject, code)
        # A story that never asks it can still be told.
        is_asked = resolved is not None and any(_asks(leg.arc, {code}) for leg in resolved.legs)
        if is_asked and without.first_taking(is_resolution) is None:
            text = f"if '{code}' always says no, no case can be resolved"
            yield Finding("never_resolved_if_refused", code, "note", text)
    # Each exit may stand behind a question of its own, and each may have said yes on the way.
    without = subject.changed(_unless_asking(codes.keys()))
    for kind, trace in lost_ends(subject, without) if codes else ():
        if trace.end[0] not in told:
            if_so = "all questions say no from then on"
            yield _refused(subject, if_so, "every question", kind, trace)


def _barred(subject: Subject, code: str) -> Iterator[Finding]:
    """Yield which of the ways out that the charter asks for a question can bar."""
    asking = [
        (a.trigger, need) for _, a in subject.arcs() for need in a.beyond if need.code == code
    ]
    # Attempts to reach somebody can be made; whether a host's own question is met, nobody knows.
    if any(trigger == "lapse" and need.made_by is None for trigger, need in asking):
        text = f"if '{code}' always says no, no silent customer's case can lapse"
        yield Finding("cannot_lapse_if_refused", code, "warning", text)
    if any(trigger == "withdraw" for trigger, _ in asking):
        text = f"if '{code}' always says no, the customer cannot withdraw"
        yield Finding("cannot_withdraw_if_refused", code, "warning", text)


def _refused(subject: Subject, if_so: str, about: str, kind: str, trace: Trace) -> Finding:
    where = subject.system.nodes[trace.end[0]]
    what = "nothing can happen any more" if kind == "dead_end" else "no close can be reached"
    text = f"if {if_so}, {what} while '{where}'"
    told = subject.told(trace)
    return Finding(f"{kind}_if_refused", f"{about} while {where}", "warning", text, told)


def _unless_asking(codes: Collection[str]) -> Callable[[Arc], Arc | None]:
    return lambda arc: None if _asks(arc, codes) else arc


def _asks(arc: Arc, codes: Collection[str]) -> bool:
    return any(need.code in codes for need in arc.beyond)


def _can_always_leave(subject: Subject) -> bool:
    """Return whether some act ends a case in every state, whatever its facts."""
    return all(
        state in subject.method.final
        or any(not a.needs and not a.branches[0].given and a.branches[0].move.ends for a in arcs)
        for state, arcs in zip(subject.system.nodes, subject.system.arcs, strict=True)
    )


# -- edges that mislead -------------------------------------------------------------------------


def overlaps(subject: Subject) -> Iterator[Finding]:
    """
    Yield pairs of edges of one act that fit one configuration and lead elsewhere.

    The first one is taken, and that is meant where it asks for more: for an outcome, for facts
    that the other asks for too, or for facts that never hold without those of the other.
    """
    edges = subject.method.edges
    told = set()
    for node, arc in subject.arcs():
        for first, second in combinations(arc.branches, 2):
            one, other = edges[first.edge], edges[second.edge]
            if first.target == second.target or (one, other) in told:
                continue
            if _asks_for_more(one, first, other, second):
                continue
            both = arc.needs | first.given | second.given
            trace = subject.first([Cube(node, both)])
            apart = second.given & ~(arc.needs | first.given)
            alone = [Cube(node, arc.needs | first.given, bit) for bit in bits_of(apart)]
            if trace is None or subject.first(alone) is None:
                continue
            told.add((one, other))
            text = (
                f"two edges fit while '{subject.system.nodes[node]}': {named(one)}, and "
                f"{named(other)}; the first is taken, and only their order says so"
            )
            about = f"{named(one)}, {named(other)}"
            yield Finding("edges_overlap", about, "warning", text, subject.told(trace))


def _asks_for_more(one: Edge, first: Branch, other: Edge, second: Branch) -> bool:
    # What a branch is given for is what is left of its edge, where a guard is left out.
    if one.outcome is not None and other.outcome is None:
        return True
    return first.given != second.given and not second.given & ~first.given
