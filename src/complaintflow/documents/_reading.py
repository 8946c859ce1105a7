"""From plain data to a method: what its names mean, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from attrs import define, evolve, field

from complaintflow import _invariants as catalogue
from complaintflow import acts as library
from complaintflow._deadlines import TimeLimit
from complaintflow._definition._problems import About, MethodProblem
from complaintflow._invariants import UNARY, Invariant
from complaintflow._language import LanguageRule
from complaintflow._method import Departure, Edge, Method, Need, Origin, Outcome, Rule, State
from complaintflow._requirements import VOCABULARY, Advised, Fact, Requirement
from complaintflow._spelling import did_you_mean, nearest
from complaintflow.acts import Act, Satisfaction
from complaintflow.documents._format import DOCUMENT, parameters
from complaintflow.documents._kinds import NOTHING, Found, Path, told
from complaintflow.documents._stand_ins import act_for, guard_for
from complaintflow.errors import MethodError

Data = dict[str, Any]

MANY_EDGES = 5_000
"""The most edges of a method, once groups and lists are spelt out."""


def library_acts() -> dict[str, type[Act]]:
    """Return every act of the library by its trigger."""
    named = (getattr(library, name) for name in library.__all__)
    found = (each for each in named if isinstance(each, type) and issubclass(each, Act))
    return {each.trigger: each for each in found if each.trigger and each.trigger != "open"}


def host_acts(given: Iterable[type[Act]]) -> dict[str, type[Act]]:
    """
    Return a host's own acts by their triggers.

    Raises:
        TypeError: one of them is no act, or two have one trigger.
    """
    found: dict[str, type[Act]] = {}
    for each in given:
        if not (isinstance(each, type) and issubclass(each, Act) and each.trigger):
            message = f"acts must be classes under @act, not {each!r:.60}"
            raise TypeError(message)
        if found.setdefault(each.trigger, each) is not each:
            message = f"two acts have the trigger '{each.trigger}'; call one otherwise"
            raise TypeError(message)
    return found


def checked_guards(given: Mapping[str, Requirement]) -> dict[str, Requirement]:
    """
    Return a host's guards by name.

    Raises:
        TypeError: one of them is no requirement.
    """
    for name, guard in given.items():
        if not isinstance(guard, Requirement):
            message = f"the guard '{name}' must be a Requirement, not {guard!r:.60}"
            raise TypeError(message)
    return dict(given)


def invariant_of(code: str, read: Data) -> Invariant:
    """
    Return an invariant, with a sentence made of its acts where it has none of its own.

    Raises:
        MethodError: it makes no sense.
    """
    template = read["template"]
    given = dict(read)
    if "text" not in read:
        kinds = (read["acts"], *(() if template in UNARY else (read.get("others", ()),)))
        options = {name: read.get(key, ()) for name, key in _OWN.get(template, {}).items()}
        if "within" in read:
            options["within"] = read["within"]
        given["text"] = _make(template)(*kinds, **options).text
    return Invariant(code, **given)


_OWN = {"never": {"without": "facts"}, "since": {"undone_by": "undone_by"}}
"""What only one maker takes: its argument, and the field that this is."""


def _make(template: str) -> Callable[..., Invariant]:
    made: Callable[..., Invariant] = getattr(catalogue, template)
    return made


@define
class Reading:
    """A document being read."""

    acts: Mapping[str, type[Act]]
    guards: Mapping[str, Requirement]
    stand_ins: bool = False
    """True: a guard that nobody hands over is stood in for by one that always says no."""
    stand_in_acts: frozenset[str] = frozenset()
    """The triggers of the host's acts that are stood in for."""
    found: Found = field(factory=Found)
    _data: Data = field(factory=dict)
    _needs: dict[str, Need | None] = field(factory=dict)
    """What can be needed, by name; None where it is known, and no use."""
    _needed: set[str] = field(factory=set)
    _groups: dict[str, tuple[str, ...]] = field(factory=dict)
    _places: list[int] = field(factory=list)
    """Where each edge of the method stands in the list of the document."""
    _lost: frozenset[str] = frozenset()
    """The tables that lack, are misspelt or are none: what is in them is not known."""

    def method(self, data: Mapping[str, object]) -> Method | None:
        """Return the method that plain data describes; None where something was found."""
        self._data = DOCUMENT.read(data, (), self.found)
        self._lost = _lost(data, self._data)
        self._needs.update({name: name for name in self._table("facts")})
        self._needs.update(self._requirements())
        self._groups.update(self._read_groups())
        parts = self._parts()
        self._unneeded()
        try:
            method = Method(**parts)
        except MethodError as error:
            self._definition(error.problems)
            return None
        return None if self.found.problems else method

    def _table(self, name: str) -> dict[str, Any]:
        """Return the entries of a table that are of some use; the others are empty."""
        entries = self._data.get(name, {})
        return {key: {} if each is NOTHING else each for key, each in entries.items()}

    # -- needs ----------------------------------------------------------------------------------

    def _requirements(self) -> dict[str, Need | None]:
        made: dict[str, Need | None] = {}
        for name, read in self._table("requirements").items():
            path: Path = ("requirements", name)
            if name in self._data.get("facts", {}):
                self.found.say(path, f"'{name}' is a fact already; call the requirement otherwise")
            made[name] = (
                self._guard(read["guard"], path) if "guard" in read else self._ask(name, read, path)
            )
        return made

    def _guard(self, name: str, path: Path) -> Requirement | None:
        if name in self.guards:
            return self.guards[name]
        if self.stand_ins:
            return guard_for(str(path[-1]), name)
        hint = did_you_mean(name, self.guards)
        self.found.say(
            (*path, "guard"),
            f"no guard '{name}' is registered{hint}; the host hands it to the reader: "
            f"guards={{'{name}': ...}}",
        )
        return None

    def _ask(self, name: str, read: Data, path: Path) -> Requirement | None:
        if "ask" not in read:
            return None
        many: tuple[Any, ...] = ()
        given = {}
        for each in parameters(read["ask"]):
            if each.is_many:
                many = read.get(each.name, ())
            elif each.name in read:
                given[each.name] = read[each.name]
            elif each.name in {"code", "cites"} and each.required:
                given[each.name] = name if each.name == "code" else ()
            elif each.required:
                return None  # it is told already that it lacks
        if not self._fact_is_known(read, path):
            return None
        if not many and any(each.is_many for each in parameters(read["ask"])):
            return None
        made = VOCABULARY[read["ask"]](*many, **given)
        changed = {key: read[key] for key in ("satisfied_by", "opened_by") if key in read}
        return evolve(made, **changed) if changed else made

    def _fact_is_known(self, read: Data, path: Path) -> bool:
        """Return whether a fact that a question reads by itself is one of the method's."""
        facts = self._data.get("facts", {})
        asked = next((each for each in parameters(read["ask"]) if each.name == "fact"), None)
        name = None if asked is None else read.get("fact", asked.default)
        if name is None or name in facts:
            return True
        if "facts" in self._lost:
            return False
        self.found.say(path, f"there is no fact '{name}'{did_you_mean(name, facts)}")
        return False

    def _needed_by(self, read: Data, path: Path) -> Iterator[Need]:
        for key in ("needs", "recommends"):
            for place, name in enumerate(read.get(key, ())):
                if name not in self._needs:
                    if not self._lost.isdisjoint({"facts", "requirements"}):
                        continue
                    hint = did_you_mean(name, self._needs)
                    self.found.say(
                        (*path, key, place), f"there is no fact or requirement '{name}'{hint}"
                    )
                    continue
                self._needed.add(name)
                need = self._needs[name]
                if need is not None:
                    assert not isinstance(need, Advised)  # noqa: S101  (for the type checker)
                    yield need if key == "needs" else Advised(need)

    def _unneeded(self) -> None:
        for name in self._table("requirements"):
            if name not in self._needed and "acts" not in self._lost:
                self.found.say(("requirements", name), f"no act needs or recommends '{name}'")

    # -- parts ----------------------------------------------------------------------------------

    def _parts(self) -> Data:
        data = self._data
        plain: Data = {
            key: data[key]
            for key in ("variant", "source", "promises_within", "promise_reminders", "waivable")
            if key in data
        }
        return {
            # What lacks is told already; a stand-in keeps the rest readable.
            **{key: data.get(key, "?") for key in ("name", "version", "title")},
            "initial": data.get("initial", next(iter(data.get("states", {})), "?")),
            **plain,
            "states": [
                State(name, read.pop("about", "?"), **read)
                for name, read in self._table("states").items()
            ],
            "facts": [
                Fact(name, read.get("unmet", "?"), read.get("cites", ()))
                for name, read in self._table("facts").items()
            ],
            "rules": list(self._rules()),
            "edges": list(self._edges()),
            "departs": [Departure(*each) for each in data.get("departures", {}).items()],
            "limits": [
                limit
                for code, read in self._table("limits").items()
                if {"text", "within", "starts"} <= read.keys()
                if (limit := self._limit(code, read)) is not None
            ],
            "language": [
                LanguageRule(code, **read)
                for code, read in self._table("language").items()
                if {"text", "phrases"} <= read.keys()
            ],
            "invariants": list(self._invariants()),
            "accepted": self._usable("accepted"),
            "settings": self._usable("settings"),
            "notes": self._usable("notes"),
            "origins": [Origin(**read) for read in data.get("origins", ()) if "title" in read],
        }

    def _limit(self, code: str, read: Data) -> TimeLimit | None:
        told: Data = {k: list(_notified(read, k)) for k in ("notify", "remind") if k in read}
        given: Data = {"ends": (), **read, **told}
        limit = TimeLimit(code, **given)
        problems = [*limit.problems()]
        for problem in problems:
            self.found.say(("limits", code), problem)
        return None if problems else limit

    def _usable(self, name: str) -> dict[str, object]:
        return {key: each for key, each in self._data.get(name, {}).items() if each is not NOTHING}

    def _rules(self) -> Iterator[Rule]:
        for name in sorted(self.stand_in_acts - self._table("acts").keys()):
            hint = did_you_mean(name, self._table("acts"))
            self.found.say(("acts",), f"there is no act '{name}' to stand in for{hint}")
        for trigger, read in self._table("acts").items():
            path: Path = ("acts", trigger)
            outcomes = [
                Outcome(
                    name, **self._part({} if each is NOTHING else each, (*path, "outcomes", name))
                )
                for name, each in read.get("outcomes", {}).items()
            ]
            part = self._part(read, path)
            act = self.acts.get(trigger)
            if act is None and trigger in self.stand_in_acts:
                act = act_for(trigger, read.get("outcomes", ()))
            if act is None:
                hint = did_you_mean(trigger, self.acts)
                self.found.say(
                    path,
                    f"there is no act '{trigger}'{hint}; a host hands the reader its own acts: "
                    "acts=[...]",
                )
                continue
            more = {key: read[key] for key in ("in_way", "cites") if key in read}
            answers = read.get("reads", {})
            reads = Satisfaction(**answers) if {"yes", "no"} <= answers.keys() else None
            yield Rule(act, **part, **more, outcomes=outcomes, reads=reads)

    def _part(self, read: Data, path: Path) -> Data:
        same: Data = {key: read[key] for key in ("begins_cycle",) if key in read}
        for key in ("establishes", "clears"):
            same[key] = list(self._facts_in(read.get(key, ()), (*path, key)))
        return {
            "needs": list(self._needed_by(read, path)),
            "notify": list(_notified(read, "notify")),
            **same,
        }

    def _facts_in(self, names: Iterable[str], path: Path) -> Iterator[str]:
        facts = self._table("facts")
        for place, name in enumerate(names):
            if name in facts or "facts" in self._lost:
                yield name
            else:
                self.found.say(
                    (*path, place), f"there is no fact '{name}'{did_you_mean(name, facts)}"
                )

    # -- invariants -----------------------------------------------------------------------------

    def _invariants(self) -> Iterator[Invariant]:
        for code, read in self._table("invariants").items():
            if not {"template", "acts"} <= read.keys():
                continue
            try:
                yield invariant_of(code, read)
            except MethodError as error:
                for problem in error.problems:
                    self.found.say(("invariants", code), problem)

    # -- the road -------------------------------------------------------------------------------

    def _edges(self) -> Iterator[Edge]:
        count = 0
        for place, read in enumerate(self._data.get("road", {}).get("edges", ())):
            sources = self._sources(read)
            triggers, outcomes = read.get("act", ()), read.get("outcome", ()) or (None,)
            count += len(triggers) * len(outcomes) * max(len(sources), 1)
            if count > MANY_EDGES:
                self.found.say(("road", "edges", place), f"there are more than {MANY_EDGES} edges")
                return
            sources = self._known(sources, read, place)
            for trigger in triggers:
                for outcome in outcomes:
                    self._places.append(place)
                    yield Edge(
                        sources,
                        trigger,
                        read.get("to"),
                        outcome=outcome,
                        given=read.get("given", ()),
                    )

    def _sources(self, read: Data) -> list[str]:
        return [s for name in read.get("from", ()) for s in self._groups.get(name, (name,))]

    def _known(self, sources: list[str], read: Data, place: int) -> list[str]:
        """Return the sources that are states; what is neither that nor a group is told once."""
        if not self._lost.isdisjoint({"states", "groups"}):
            return sources
        known = {**self._table("states"), **self._groups}
        for name in dict.fromkeys(read.get("from", ())):
            if name not in known:
                told = f"there is no state or group '{name}'{did_you_mean(name, known)}"
                self.found.say(("road", "edges", place), told)
        return [source for source in sources if source in self._table("states")]

    def _read_groups(self) -> dict[str, tuple[str, ...]]:
        states = self._table("states")
        groups = {
            name: () if each is NOTHING else each
            for name, each in self._data.get("groups", {}).items()
        }
        for name, members in groups.items():
            if name in states:
                self.found.say(("groups", name), f"'{name}' is a state already")
            for place, member in enumerate(members):
                if member not in states and "states" not in self._lost:
                    hint = did_you_mean(member, states)
                    self.found.say(("groups", name, place), f"there is no state '{member}'{hint}")
        return {name: each for name, each in groups.items() if name not in states}

    # -- what the definition says ---------------------------------------------------------------

    def _definition(self, problems: Iterable[str]) -> None:
        """Note the problems of a definition; those that follow from others are left out."""
        has_others = bool(self.found.problems)
        for problem in problems:
            assert isinstance(problem, MethodProblem)  # noqa: S101  (a definition has no others)
            if not has_others or self._stands_alone(problem):
                self.found.say(self._place(problem.about), problem)

    def _stands_alone(self, problem: MethodProblem) -> bool:
        """Return whether a problem is one whatever else is wrong: an unknown name."""
        if problem.unknown is None:
            return False
        what, name = problem.unknown
        if what == "outcome":
            return not any(told(path).startswith("acts") for path, _ in self.found.problems)
        if not self._lost.isdisjoint({"states", "groups"} if what == "state" else {f"{what}s"}):
            return False
        known = self._data.get(f"{what}s", {})
        if what == "act":  # what an act was meant to be is told already
            known = {*known, *(nearest(each, self.acts) for each in known if each not in self.acts)}
        return name not in known

    def _place(self, about: About) -> Path:
        """Return the path of what a problem of a definition is about."""
        match about:
            case ("edges", int(place)):
                return ("road", "edges", self._places[place])
            case (str(field), *piece):
                return (_CALLED.get(field, field), *piece)
        return ()


_CALLED = {"rules": "acts", "departs": "departures", "edges": "road"}
"""What a document calls the fields of a method that it calls otherwise."""


def _lost(data: Mapping[str, object], read: Data) -> frozenset[str]:
    """Return the keys that a document should have, or was meant to, and that nothing is read of."""
    meant = {nearest(name, DOCUMENT.keys) for name in data if name not in DOCUMENT.keys}
    return frozenset(
        name
        for name, key in DOCUMENT.keys.items()
        if name not in read and (key.required or name in data or name in meant)
    )


def _notified(read: Data, key: str) -> Iterator[tuple[str, str]]:
    """Yield who is told of what, topic and audience."""
    for each in read.get(key, ()):
        if {"topic", "to"} <= each.keys():
            yield from ((each["topic"], to) for to in each["to"])
