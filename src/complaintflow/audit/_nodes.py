"""
Nodes: where all rules stand in a case together, each made once and shared by every case.

What happened at one time happened in an order that the log does not say. So a node remembers
where the rules stood before that time and what was said of it since, and stands in every place
that some order leads to.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from math import prod

from complaintflow.audit._judges import Judge, Place
from complaintflow.audit._values import Activity, Verdict

Places = frozenset[Place]
Group = tuple[tuple[Activity, int], ...]
"""What was said of one time: activities and how often, in the order of the mapping."""

ORDERS = 512
"""How many parts of a group are looked at, before every place in reach is taken to be possible."""

FINE, DOUBTFUL, BROKEN = 0, 1, 2
"""How a rule stands: not broken, broken in some places, broken in all."""


def together(
    base: Places, group: Group, step: Callable[[Place, Activity], Places], memo: dict[Group, Places]
) -> Places:
    """Return every place that some order of a group leads to from some place."""
    memo[()] = base
    if group not in memo and prod(count + 1 for _, count in group) > ORDERS:
        memo[group] = _in_reach(base, group, step)
    waiting = [] if group in memo else [group]
    while waiting:  # and no recursion: hundreds of lines may have one time
        part = waiting[-1]
        before = [(last, without(part, last)) for last, _ in part]
        if missing := [smaller for _, smaller in before if smaller not in memo]:
            waiting += missing
            continue
        memo[waiting.pop()] = frozenset(
            onward
            for last, smaller in before
            for place in memo[smaller]
            for onward in step(place, last)
        )
    return memo[group]


def _in_reach(base: Places, group: Group, step: Callable[[Place, Activity], Places]) -> Places:
    seen, waiting = set(base), list(base)
    while waiting:
        place = waiting.pop()
        for activity, _ in group:
            for onward in step(place, activity) - seen:
                seen.add(onward)
                waiting.append(onward)
    return frozenset(seen)


def without(group: Group, activity: Activity) -> Group:
    """Return a group with one activity less."""
    return tuple(
        (each, count - (each is activity))
        for each, count in group
        if count > 1 or each is not activity
    )


def beside(group: Group, activity: Activity, order: dict[str, int]) -> Group:
    """Return a group with one activity more."""
    counts = dict(group)
    counts[activity] = counts.get(activity, 0) + 1
    return tuple(sorted(counts.items(), key=lambda each: order[each[0].name]))


def standing(judge: Judge, places: Places) -> int:
    """Return how a rule stands in several places together."""
    broken = sum(judge.is_broken(place) for place in places)
    return FINE if not broken else BROKEN if broken == len(places) else DOUBTFUL


def verdict_of(judge: Judge, places: Places, until: datetime | None) -> Verdict:
    """Return the verdict of several places: theirs, where they agree."""
    verdicts = {judge.verdict(place, until) for place in places}
    return verdicts.pop() if len(verdicts) == 1 else Verdict.CANNOT_TELL


class Moves(dict[str, "Node"]):
    """Where activities lead that are later, and of which there is nothing to say; or None."""

    def __missing__(self, activity: str) -> None:
        """Return that an activity has to be looked at."""


class State:
    """Where all rules stand; one object for every node that stands there."""

    __slots__ = ("alone", "is_opened", "known", "moves", "now", "standings", "verdicts")

    def __init__(
        self, now: tuple[Places, ...], standings: tuple[int, ...], *, is_opened: bool
    ) -> None:
        self.now = now
        """The places of each rule."""
        self.standings = standings
        """How each rule stands."""
        self.is_opened = is_opened
        """True: the log has the beginning of the case."""
        self.moves = Moves()
        self.known: dict[str, Node] = {}
        """Where every activity leads that is later, as far as it has been asked."""
        self.alone: Node | None = None
        """Where the next moment leads, if no rule speaks of it."""
        self.verdicts: tuple[Verdict, ...] | None = None
        """What the rules say of a case that ends here."""


class Node:
    """Where all rules stand, and what of it was said of the last moment."""

    __slots__ = ("base", "group", "is_first", "moves", "state", "tied", "worse")

    def __init__(
        self, base: tuple[Places, ...], group: Group, state: State, *, is_first: bool
    ) -> None:
        self.moves = state.moves
        """The moves of its state, near at hand."""
        self.state = state
        self.base = base
        """Where each rule stood before the time of the group."""
        self.group = group
        self.is_first = is_first
        """True: nothing was before the group."""
        self.tied: dict[str, Node] = {}
        """Where every activity leads that is of the same time, as far as it has been asked."""
        self.worse: tuple[int, ...] = ()
        """The rules that stand worse than before the group."""


class Nodes:
    """Every node that some case came to."""

    def __init__(self, judges: tuple[Judge, ...], activities: tuple[Activity, ...]) -> None:
        self.judges = judges
        self.order = {activity.name: place for place, activity in enumerate(activities)}
        self._states: dict[object, State] = {}
        self._known: dict[object, Node] = {}
        self._orders: dict[tuple[int, Places], dict[Group, Places]] = {}
        self._steps: dict[tuple[int, Place, str], Places] = {}
        self._concerning = tuple(
            frozenset(each.name for each in activities if judge.is_relevant(each))
            for judge in judges
        )
        start = tuple(frozenset({each.start(None)}) for each in judges)
        has_openings = any(activity.opens for activity in activities)
        begun = State(start, tuple(FINE for _ in judges), is_opened=not has_openings)
        self.root = Node(start, (), begun, is_first=True)
        """Where every case begins."""

    def begin_anew(self) -> None:
        """Forget what there is nothing to say of: of another reading it has to be said again."""
        for state in (self.root.state, *self._states.values()):
            state.moves.clear()

    def later(self, node: Node, activity: Activity) -> Node:
        """Return where an activity leads that is later than everything before."""
        if node is self.root:
            return self.beside(node, activity)
        state = node.state
        known = state.known.get(activity.name)
        if known is None:
            group = ((activity, 1),)
            known = self._node(state.now, group, is_first=False, is_opened=state.is_opened)
            state.known[activity.name] = known
        return known

    def beside(self, node: Node, activity: Activity) -> Node:
        """Return where an activity leads that is of the time of the node's group."""
        known = node.tied.get(activity.name)
        if known is None:
            known = node.tied[activity.name] = self._node(
                node.base,
                beside(node.group, activity, self.order),
                is_first=node.is_first,
                is_opened=node.state.is_opened or (node.is_first and activity.opens),
            )
        return known

    def aside(self, node: Node) -> Node:
        """Return where a later moment leads of which no rule speaks."""
        if node is self.root or not node.group:
            return node
        state = node.state
        if state.alone is None:
            state.alone = self._node(state.now, (), is_first=False, is_opened=state.is_opened)
        return state.alone

    def _node(
        self, base: tuple[Places, ...], group: Group, *, is_first: bool, is_opened: bool
    ) -> Node:
        key = (base, group, is_first, is_opened)
        known = self._known.get(key)
        if known is None:
            is_beheaded = is_first and not is_opened
            now = tuple(
                self._together(number, self._base(number, each, is_beheaded=is_beheaded), group)
                for number, each in enumerate(base)
            )
            state = self._states.get((now, is_opened))
            if state is None:
                standings = tuple(map(standing, self.judges, now))
                state = self._states[now, is_opened] = State(now, standings, is_opened=is_opened)
            known = self._known[key] = Node(base, group, state, is_first=is_first)
            if any(state.standings):
                before = map(standing, self.judges, base)
                both = enumerate(zip(before, state.standings, strict=True))
                known.worse = tuple(rule for rule, (was, now) in both if now > was)
        return known

    def _base(self, number: int, base: Places, *, is_beheaded: bool) -> Places:
        return self.judges[number].anywhere() if is_beheaded else base

    def _together(self, number: int, base: Places, group: Group) -> Places:
        memo = self._orders.setdefault((number, base), {})
        group = tuple(each for each in group if each[0].name in self._concerning[number])
        return together(base, group, lambda p, a: self._step(number, p, a), memo)

    def _step(self, number: int, place: Place, activity: Activity) -> Places:
        key = (number, place, activity.name)
        known = self._steps.get(key)
        if known is None:
            known = self._steps[key] = self.judges[number].step(place, activity, None)
        return known

    def concerned(self, name: str) -> tuple[int, ...]:
        """Return the rules that an activity can be about."""
        return tuple(rule for rule, concerning in enumerate(self._concerning) if name in concerning)

    def verdicts(self, node: Node) -> tuple[Verdict, ...]:
        """Return the verdict of each rule for a case that ends in a node."""
        state = node.state
        if state.verdicts is None:
            state.verdicts = tuple(
                verdict_of(judge, places, None)
                for judge, places in zip(self.judges, state.now, strict=True)
            )
        return state.verdicts

    def culprit(self, node: Node, number: int) -> tuple[Place, Activity]:
        """Return a place and the activity of the group that broke a rule there."""
        is_beheaded = node.is_first and not node.state.is_opened
        base = self._base(number, node.base[number], is_beheaded=is_beheaded)
        judge = self.judges[number]
        return culprit(judge, base, node.group, lambda p, a: self._step(number, p, a))


def culprit(
    judge: Judge, base: Places, group: Group, step: Callable[[Place, Activity], Places]
) -> tuple[Place, Activity]:
    """Return a place and the activity of a group that broke a rule there; there must be one."""
    seen, waiting = set(base), list(base)
    while True:
        place = waiting.pop(0)
        if judge.is_broken(place):
            continue
        for activity, _ in group:
            for onward in sorted(step(place, activity), key=repr):
                if judge.is_broken(onward):
                    return place, activity
                if onward not in seen:
                    seen.add(onward)
                    waiting.append(onward)
