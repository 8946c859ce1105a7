"""What a diagram says, in words: the same in every rendering, and as sentences without one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from complaintflow._deadlines import TimeLimit
from complaintflow._spelling import listed
from complaintflow.rendering._lines import clean
from complaintflow.rendering._model import Diagram, Node, Passage

BACK, ASIDE, UNDO = "↺", "↷", "↶"

EDITORIAL = "editorial"
"""What stands in the place of a clause where a rule is in no document."""

HERE = "● the case stands here"
"""What marks the state that a case stands in."""


def plain(name: str) -> str:
    """Return a name of the method as words."""
    return clean(name.replace("_", " "))


def cited(clause: str) -> str:
    """Return a clause as a reader is told of it."""
    return "our own" if clause == EDITORIAL else clause


def heading(diagram: Diagram) -> str:
    """Return what a method is called."""
    return clean(f"{diagram.title} ({diagram.name}, version {diagram.version})")


def origin(diagram: Diagram) -> str:
    """Return where a method comes from. Empty: it is a host's own, and says no more."""
    said = [diagram.variant] if diagram.variant else []
    said += [f"from {diagram.source}"] if diagram.source else []
    said += [f"read in: {each.title}" for each in diagram.origins]
    return "; ".join(said)


def departures(diagram: Diagram) -> tuple[str, ...]:
    """Return what a method does without, each with the reason."""
    return tuple(f"departs from {d.invariant} of the charter: {d.reason}" for d in diagram.departs)


# -- states -------------------------------------------------------------------------------------


def turn(node: Node) -> str:
    """Return whose turn it is, where it is not the agent's."""
    return "the customer's turn" if node.state.waits_for == "customer" else ""


def states(diagram: Diagram, names: Sequence[str]) -> str:
    """Return a set of states in as few words as it takes; `any open state but received`."""
    every = [node.name for node in diagram.nodes]
    final = {node.name for node in diagram.nodes if node.state.final}
    waiting = {node.name for node in diagram.nodes if node.state.waits_for == "customer"}
    wholes = (
        ("any state", set(every)),
        ("any open state", set(every) - final),
        ("any state that waits for the customer", waiting - final),
        ("any final state", final),
    )
    left, said, but = set(names), [], ""
    for words, whole in wholes:
        missing = whole - left
        if len(whole) > 1 and not missing:
            said.append(words)
            left -= whole
        elif len(whole) > MANY and len(missing) == 1 and not but and words in ANYWHERE:
            but = f"{words} but {plain(*missing)}"
            left -= whole
    said[:0] = [plain(name) for name in every if name in left]
    return listed([*said, *([but] if but else [])], "or")


MANY = 3
"""More states than this can have one that is told as the exception."""

ANYWHERE = ("any state", "any open state")


# -- passages -----------------------------------------------------------------------------------


def act(passage: Passage) -> str:
    """Return an act with the outcomes by which it goes this way; `listen (finished)`."""
    outcomes = [plain(outcome) for outcome in passage.outcomes if outcome is not None]
    if passage.is_whole or not outcomes:
        return plain(passage.act)
    return f"{plain(passage.act)} ({listed(outcomes, 'or')})"


def condition(passage: Passage) -> str:
    """Return by which facts a passage goes this way; empty where it always does."""
    if passage.given:
        return f"if {listed(map(plain, passage.given))}"
    return "otherwise" if passage.is_rest else ""


def facts(passage: Passage) -> tuple[str, ...]:
    """Return the facts that a passage is the first on the road to need."""
    return tuple(plain(n.code) for n in passage.needs if n.is_fact and not (n.should or n.again))


def asked(passage: Passage) -> tuple[str, ...]:
    """Return what is asked when a passage is taken."""
    return tuple(plain(n.code) for n in passage.needs if not (n.is_fact or n.should))


def recommended(passage: Passage) -> tuple[str, ...]:
    """Return what is recommended for a passage."""
    return tuple(plain(n.code) for n in passage.needs if n.should and not n.again)


def demands(passage: Passage) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return what a passage wants, under what it is called: needs, asks and should."""
    said = (("needs", facts(passage)), ("asks", asked(passage)), ("should", recommended(passage)))
    return tuple((label, words) for label, words in said if words)


def aside(passage: Passage) -> str:
    """Return a passage off the road in a line, with its mark; `↺ reiterate: received`."""
    if passage.role == "undoes":
        return f"{UNDO} {act(passage)}: no longer {listed(map(plain, passage.loses))}"
    mark = ASIDE if passage.role == "returns" else BACK
    where = plain(passage.target or "")
    told = ", a new cycle" if passage.begins_cycle else ""
    how = f", {condition(passage)}" if condition(passage) else ""
    return f"{mark} {act(passage)}: {where}{told}{how}"


def work(diagram: Diagram, node: Node) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return what is to be brought about in a state before it can be left: facts, and by what."""
    found: dict[str, list[str]] = {}
    passages = diagram.leaving(node.name, "here")
    # What the agent does comes first; what comes of it later, such as an answer, after it.
    for passage in sorted(passages, key=lambda passage: passage.speaker != "agent"):
        for fact in passage.brings:
            found.setdefault(fact, []).append(act(passage))
    return tuple((plain(fact), tuple(acts)) for fact, acts in found.items())


def common(diagram: Diagram) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return the passages off the road that are possible in many states, by where they are."""
    found: dict[str, list[str]] = {}
    for passage in diagram.common("back", "returns", "undoes"):
        found.setdefault(states(diagram, passage.sources), []).append(aside(passage))
    return tuple((where, tuple(lines)) for where, lines in found.items())


def idle(diagram: Diagram) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return the acts that can be taken and lead nowhere, by where; the most common ones first."""
    where: dict[str, set[str]] = {}
    for passage in diagram.of("stays"):
        where.setdefault(passage.act, set()).update(passage.sources)
    found: dict[tuple[str, ...], list[str]] = {}
    for name, states_ in where.items():
        sources = tuple(node.name for node in diagram.nodes if node.name in states_)
        found.setdefault(sources, []).append(plain(name))
    widest = sorted(found.items(), key=lambda each: -len(each[0]))
    return tuple((states(diagram, sources), tuple(acts)) for sources, acts in widest)


def anytime(diagram: Diagram) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return the acts that lead nowhere and can be taken in all states, or in all open ones."""
    return tuple(each for each in idle(diagram) if each[0] in ANYWHERE)


# -- time ---------------------------------------------------------------------------------------


def limit(each: TimeLimit) -> str:
    """Return a time limit in a line."""
    starts = listed(("the opening" if t == "open" else plain(t) for t in each.starts), "or")
    after = ", or the last promise due" if each.after_promises else ""
    ends = f", until {listed(map(plain, each.ends), 'or')}" if each.ends else ""
    again = ", again and again" if each.recurs else ""
    return f"{plain(each.code)}: within {each.within} of {starts}{after}{ends}{again}"


def clocks(diagram: Diagram) -> tuple[str, ...]:
    """Return everything that is to be done in time."""
    promises = diagram.promises_within
    told = (f"promises: within {promises}, where they name no time",) if promises else ()
    return (*map(limit, diagram.limits), *told)


# -- without a picture --------------------------------------------------------------------------


def label(diagram: Diagram) -> str:
    """Return a diagram in a line, as its label."""
    first, *_ = diagram.nodes
    road = diagram.road
    here = [f"; the case stands in {plain(n.name)}" for n in diagram.nodes if n.is_here]
    ends = listed([plain(node.name) for node in diagram.at("end")] or ["nowhere"], "or")
    return (
        f"{heading(diagram)}: the road from {plain((road or (first,))[0].name)} to {ends}, "
        f"in {len(diagram.at('road'))} states, and what leads off it and back{''.join(here)}"
    )


def alternative(diagram: Diagram) -> str:
    """Return a diagram in sentences, a line each."""
    return "\n".join(clean(sentence) for sentence in _sentences(diagram))


def _sentences(diagram: Diagram) -> Iterator[str]:
    yield f"{heading(diagram)}."
    if origin(diagram):
        yield f"{_capital(origin(diagram))}."
    yield from (f"It {each}." for each in departures(diagram))
    yield from (f"The case stands in {plain(n.name)}." for n in diagram.nodes if n.is_here)
    for node in diagram.road:
        yield from _at(diagram, node)
    for node in diagram.at("aside", "exit"):
        yield from _at(diagram, node)
        for passage in diagram.reaching(node.name, "aside", "exit"):
            yield f"It is reached from {states(diagram, passage.sources)} by {_said(passage)}."
    for where, lines in common(diagram):
        yield from (f"From {where}: {_unmarked(line)}." for line in lines)
    yield from (f"In time: {each}." for each in clocks(diagram))
    for where, acts in idle(diagram):
        yield f"Possible in {where}, and leading nowhere: {listed(acts)}."


def _at(diagram: Diagram, node: Node) -> Iterator[str]:
    step = "" if node.state.step is None else f"Step {node.state.step}, "
    final = "The end, " if node.state.final else ""
    whose = f", {turn(node)}" if turn(node) else ""
    yield f"{step or final}{plain(node.name)}: {node.state.about}{whose}."
    for fact, acts in work(diagram, node):
        yield f"There, {fact} by {listed(acts, 'or')}."
    for each in diagram.leaving(node.name, "onward"):
        yield f"On to {plain(each.target or '')} by {_said(each)}."
    for each in diagram.leaving(node.name, "back", "returns", "undoes"):
        yield f"Also {_unmarked(aside(each))}."


def _said(passage: Passage) -> str:
    return "; ".join(
        [act(passage), *(f"{label} {listed(what)}" for label, what in demands(passage))]
    )


def _unmarked(line: str) -> str:
    return line.lstrip(f"{BACK}{ASIDE}{UNDO} ")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
