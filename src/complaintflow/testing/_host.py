"""
A host, driven through the decisive stories of a method by its own doors.

Whatever a host has wired (store, notifier, authority, views, bulk actions) stands between the act
and the record; what it does otherwise than the method says is told as a story.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, suppress
from textwrap import shorten

from attrs import define, evolve, field, fields, frozen

from complaintflow._actors import Actor
from complaintflow._case import Case, Entry
from complaintflow._engine import decide, open_case
from complaintflow._method import Method
from complaintflow._value import Value
from complaintflow.acts import Act, Open
from complaintflow.errors import EvidenceError, Refused
from complaintflow.testing._decisive import DecisiveStory, Teller, distinct
from complaintflow.testing._doors import Doors, Made, doors_of
from complaintflow.testing._strategies import kept

NAMED, LONGEST = 3, 200
"""How many differences that are alike are named as text, and how long a line of it is."""


@frozen(eq=False, repr=False)
class Difference(Value):
    """Something a host does otherwise than its method says."""

    about: str
    """What was asked; `'close: nothing but promises_settled lacks while agreed'`."""
    told: tuple[str, ...]
    """What was recorded before, oldest first."""
    expected: str
    """What the method says."""
    found: str
    """What the host does."""

    def __str__(self) -> str:
        before = "".join(f"\n    {shorten(line, LONGEST)}" for line in self.told)
        expected, found = shorten(self.expected, LONGEST), shorten(self.found, LONGEST)
        return f"{self.about}{before}\n  the method: {expected}\n  the host:   {found}"


@frozen(eq=False, repr=False)
class HostReport(Value):
    """What came of driving a host through the decisive stories."""

    pin: str
    """The method, with version and digest."""
    stories: int
    """How many stories were driven."""
    cases: int
    """How many cases were opened for them; stories that begin alike share one."""
    differences: tuple[Difference, ...]
    """Everything that is otherwise than the method says; empty where the host keeps to it."""
    untold: tuple[str, ...] | None
    """
    What no story decides: it never lacks alone, or no evidence was found for it.

    None: the stories were handed over, and what they leave out is not known.
    """

    def __str__(self) -> str:
        how_many = len(self.differences) or "no"
        alike: dict[str, list[Difference]] = {}
        for each in self.differences:
            alike.setdefault(each.found, []).append(each)
        told = "".join(f"\n\n{n}. {_of_many(m)}" for n, m in enumerate(alike.values(), start=1))
        return f"{self.pin}: {self.stories} stories, {how_many} differences{told}"


def _of_many(alike: Sequence[Difference]) -> str:
    """Tell the first of some differences that the host found the same way, and name the others."""
    first, *others = alike
    also = "; ".join(each.about for each in others[:NAMED])
    more = f"; and {len(others) - NAMED} more" if len(others) > NAMED else ""
    return f"{first}\n  the same:   {also}{more}" if others else str(first)


def check_host(
    method: Method,
    make_desk: Callable[[], Made],
    *,
    stories: Iterable[DecisiveStory] | None = None,
    people: Mapping[str, str] | None = None,
    case_ids: Callable[[int], str] = "story-{}".format,
) -> HostReport:
    """
    Drive the decisive stories of a method through a host's own wiring, and report differences.

    ::

        def test_our_helpdesk_keeps_to_its_method():
            report = check_host(six_steps(), make_desk)
            assert not report.differences, str(report)

    Every refusal must be one there, for the same reasons, with nothing kept; every step must be
    recorded as the method decides it, read back the same, and notified of.

    Args:
        method: the method that the host's cases are opened under.

        make_desk: makes the host's wiring over a store for tests; called once. What it makes may
            be awaited, and so may the making: all of it runs on one loop then.

        stories: those to drive, of this method. None: all of them, and what none of them decides
            is in the report.

        people: what the host's authority calls the people of the stories, by their names there:
            `sam` and `lee` (agents without limits), `kim` (one who may offer nothing), `ana` (the
            customer), `robo` (a bot), `system`. Whoever is not named is handed over as an `Actor`,
            past the authority.

        case_ids: makes the id of the first case of 1, of the second of 2, and so on. They must
            be new to the store.

    Raises:
        EvidenceError: *make_desk* is no function, such as a desk itself; or what it makes has not
            all doors.
    """
    if not callable(make_desk):
        got = f"make_desk is {make_desk!r:.60}: give a function that makes it, lambda: Desk(...)"
        raise EvidenceError("check_host", (got,))
    untold: tuple[str, ...] | None = None
    if stories is None:
        answered = list(Teller(method).answers())
        untold = tuple(dict.fromkeys(about for about, story in answered if story is None))
        stories = distinct(story for _, story in answered)
    told = tuple(stories)
    with ExitStack() as stack:
        visit = _Visit(method, doors_of(make_desk, stack), dict(people or {}), case_ids)
        visit.drive(told)
    return HostReport(
        method.pin, len(told), visit.cases, tuple(dict.fromkeys(visit.differences)), untold
    )


@define
class _Tree:
    """Stories that begin alike: what is asked here, and what goes on from here."""

    asked: list[DecisiveStory] = field(factory=list)
    onward: dict[int, tuple[Entry, str, _Tree]] = field(factory=dict)

    def at(self, history: Iterable[Entry], about: str) -> _Tree:
        """Return the place after a history, made where nobody was there before."""
        here = self
        for entry in history:
            _, _, here = here.onward.setdefault(id(entry), (entry, about, _Tree()))
        return here

    def paths(self) -> Iterator[list[tuple[Entry, str, _Tree]]]:
        """Yield the paths to every place that nothing goes on from."""
        for step in self.onward.values():
            _, _, there = step
            if there.onward:
                for path in there.paths():
                    yield [step, *path]
            else:
                yield [step]


@define
class _Visit:
    """One host, being driven."""

    method: Method
    desk: Doors
    people: dict[str, str]
    case_ids: Callable[[int], str]
    differences: list[Difference] = field(factory=list)
    cases: int = 0
    _asked: set[int] = field(factory=set)

    def drive(self, stories: tuple[DecisiveStory, ...]) -> None:
        """Drive every story; those that begin alike with one case."""
        tree = _Tree()
        for story in stories:
            if story.entry is None:
                tree.at(story.history, story.about).asked.append(story)
            else:
                tree.at((*story.history, story.entry), story.about)
        self._deliver_whatever()
        for path in tree.paths():
            # A door that records what it should refuse spoils the case for what comes after it.
            while not self._walk(path):
                self._deliver_whatever()  # what the spoilt case notifies of is nobody else's

    def _walk(self, path: list[tuple[Entry, str, _Tree]]) -> bool:
        """Walk a path with a new case; False where it has to be walked anew."""
        self.cases += 1
        case_id = self.case_ids(self.cases)
        opening, about, here = path[0]
        entry = self._opened(case_id, opening)
        if not self._does(about, [], entry, lambda: self._open(case_id, entry)):
            return True
        history = [entry]
        case = Case.open(entry)
        if not self._ask_all(case, history, here):
            return False
        for step, about, there in path[1:]:
            entry = decide(self.method, case, step.act, at=step.at, by=self._who(step.by))
            if not self._does(about, history, entry, lambda e=entry: self._record(case_id, e)):  # type: ignore[misc]
                return True
            history.append(entry)
            case = case.apply(entry)
            if not self._ask_all(case, history, there):
                return False
        self._compare(path[-1][1], case, history)
        return True

    # -- acting ---------------------------------------------------------------------------------

    def _who(self, by: Actor) -> Actor:
        return evolve(by, id=self.people.get(by.id, by.id))

    def _name(self, by: Actor) -> str | Actor:
        return by.id if by.id in self.people.values() else by

    def _opened(self, case_id: str, opening: Entry) -> Entry:
        act = opening.act
        assert isinstance(act, Open)
        return open_case(self.method, case_id, act, at=opening.at, by=self._who(opening.by))

    def _open(self, case_id: str, entry: Entry) -> None:
        act = entry.act
        assert isinstance(act, Open)
        by = self._name(entry.by)
        self.desk.open(case_id, customer=act.customer, complaint=act.complaint, by=by, at=entry.at)

    def _record(self, case_id: str, entry: Entry) -> None:
        self.desk.record(case_id, entry.act, by=self._name(entry.by), at=entry.at)

    def _does(
        self, about: str, history: list[Entry], entry: Entry, record: Callable[[], None]
    ) -> bool:
        """Return whether a step that the method takes is taken."""
        try:
            record()
        except Exception as error:  # noqa: BLE001 (whatever it raises, it does not take the step)
            self._differ(about, history, f"records {_told(entry)}", _raised(error))
            return False
        return True

    def _ask_all(self, case: Case, history: list[Entry], here: _Tree) -> bool:
        """Ask what the method refuses here; False where the host has recorded it."""
        for story in here.asked:
            if id(story) in self._asked:
                continue
            self._asked.add(id(story))
            by, act = self._who(story.by), _at(case.id, story)
            no = f"refuses {act} for {', '.join(story.unmet)}"
            try:
                self.desk.record(case.id, act, by=self._name(by), at=story.at)
            except Refused as refused:
                codes = tuple(unmet.code for unmet in refused.unmet)
                if set(codes) != set(story.unmet):
                    found = f"refuses it for {', '.join(codes)}"
                    self._differ(story.about, history, no, found)
            except Exception as error:  # noqa: BLE001 (whatever it is, it is no refusal)
                self._differ(story.about, history, no, _raised(error))
            else:
                self._differ(story.about, history, no, "does not refuse it")
                return False
        return True

    # -- comparing ------------------------------------------------------------------------------

    def _compare(self, about: str, case: Case, history: list[Entry]) -> None:
        """Compare what the host has kept with what the method has decided."""
        try:
            found = list(self.desk.history(case.id))
            standing = self.desk.get(case.id)
        except Exception as error:  # noqa: BLE001 (a case that cannot be read is not kept)
            self._differ(about, history, "reads the case", _raised(error))
            return
        before: list[Entry] = []
        for entry in history:
            wanted = kept(entry)
            read = found.pop(0) if found else None
            if read is None or wanted != read:
                was = "has no such entry" if read is None else _differing(wanted, read)
                self._differ(about, before, f"keeps {_told(entry)}", was)
                return
            before.append(entry)
        for more in found:
            self._differ(about, history, "keeps nothing more", f"keeps {_told(more)}")
        folded = Case.replay([kept(entry) for entry in history])
        if standing != folded:
            self._differ(about, history, "the case is", _differing(folded, standing))
        expected = sum(len(entry.effects) for entry in history)
        notified = f"notifies of {expected} things"
        try:
            delivered = self._deliver()
        except Exception as error:  # noqa: BLE001 (whatever it raises, nobody is told)
            self._differ(about, history, notified, _raised(error))
            return
        if delivered is not None and delivered != expected:
            self._differ(about, history, notified, f"{delivered} are delivered")

    def _deliver_whatever(self) -> None:
        """Have delivered what no story has asked about."""
        with suppress(Exception):
            self._deliver()

    def _deliver(self) -> int | None:
        """Have everything delivered; None where there is nobody to deliver it."""
        deliver = getattr(self.desk, "deliver", None)
        if deliver is None:
            return None
        delivered = 0
        try:
            while (done := deliver()).delivered:
                delivered += done.delivered
        except EvidenceError:
            return None  # it has no notifier
        return delivered

    def _differ(self, about: str, history: list[Entry], expected: str, found: str) -> None:
        told = tuple(_told(entry) for entry in history)
        self.differences.append(Difference(about, told, expected, found))


def _told(entry: Entry) -> str:
    return f"{entry}: {entry.act}"


def _at(case_id: str, story: DecisiveStory) -> Act:
    """Return the act of a story; where it points to the case of the story, to that of the host."""
    own = [each.case_id for each in story.history[:1]]
    pointing = {name: case_id for name in ("into",) if getattr(story.act, name, None) in own}
    return evolve(story.act, **pointing) if pointing else story.act  # type: ignore[misc]


def _raised(error: Exception) -> str:
    if isinstance(error, Refused):
        return f"refuses it for {', '.join(unmet.code for unmet in error.unmet)}"
    return f"raises {error!r}"


def _differing(wanted: Value, read: Value) -> str:
    """Tell the first place in which two values that are not equal differ."""
    if type(wanted) is not type(read):
        return f"has {read!r}"
    place, is_, should_be = _first_differing(wanted, read)
    return f"has {'.'.join(place)} {is_!r}, and not {should_be!r}"


def _first_differing(wanted: object, read: object) -> tuple[tuple[str, ...], object, object]:
    """Return the first place in which two values differ, as deep as it can be named."""
    if isinstance(wanted, Value) and type(wanted) is type(read):
        for each in fields(type(wanted)):  # type: ignore[arg-type]
            mine, theirs = getattr(wanted, each.name), getattr(read, each.name)
            if each.eq and mine != theirs:
                place, is_, should_be = _first_differing(mine, theirs)
                return (each.name, *place), is_, should_be
    return (), read, wanted
