"""
The shapes evidence can have: what can be told apart about a value without knowing it.

`None` or a text, True or False, which promise is named: an act has finitely many shapes, each
with its plainest value and a way to draw others. What an act's outcome depends on is its shape,
so that an act can be drawn, or simply made, with an outcome that is wanted.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from itertools import combinations, islice, product
from typing import Annotated, Any, Literal, Union

import attrs
from attrs import field, frozen
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

import complaintflow.acts as vocabulary
from complaintflow._case import Case
from complaintflow._evidence._annotations import NotEmpty, Voiced
from complaintflow._ledger import EMPTY, Ledger
from complaintflow._method import Method, Rule
from complaintflow.acts import Act
from complaintflow.errors import EvidenceError

EARLIEST = datetime(1900, 1, 3)  # noqa: DTZ001  (in UTC, as `moments` says)
LATEST = datetime(8999, 1, 1)  # noqa: DTZ001
LATER = datetime(2100, 1, 1, tzinfo=UTC)
"""The plainest moment without a case."""

AHEAD = timedelta(days=60)
"""How far ahead of a case's last entry the plainest moment is."""

MOMENT = "moment"

AT_MOST = 48
"""How many shapes of one act are told apart; those that differ least from the plainest first."""

FEW = 20
"""How many shapes are told apart of what an act holds."""

FULLEST = 8
"""How many are added of those that differ most from the plainest."""

PLAIN = "The teapot arrived cracked"
"""The plainest text. All plain texts are alike, so that one takes up what another says."""

SAID = "I see that the teapot arrived cracked"
"""The plainest text for the customer: in the first person, and not a paste of their own words."""

SENTENCES = (
    PLAIN,
    SAID,
    "I am sorry about the cracked teapot, and thank you for telling us",
    "We will refund the teapot",
    "Obviously it's your fault",
)

POINTERS = frozenset(
    {
        *("promise", "releases", "request", "to", "entry", "requirement"),
        *("deadline", "issue", "covers", "into"),
    }
)
"""The fields that point to something of the case, or to the case itself, by their names."""

POINTED_TO = 4
"""How many things that a field can point to are told apart, where nothing else is said."""

NOWHERE = "points nowhere"


# -- what is drawn ------------------------------------------------------------------------------


def _seen_from(moment: datetime, zone: Any) -> datetime:
    return moment.replace(tzinfo=UTC).astimezone(zone)


MOMENTS = st.builds(
    _seen_from, st.datetimes(EARLIEST, LATEST), st.one_of(st.just(UTC), st.timezones())
)
TEXTS = st.sampled_from(SENTENCES) | st.text(min_size=1).filter(lambda text: not text.isspace())
CURRENCIES = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=3, max_size=3)
AMOUNTS = st.decimals(min_value="0.01", max_value=10**12, places=2)
DECIMALS = st.decimals(allow_nan=False, allow_infinity=False)
INTEGERS = st.integers()
BOOLEANS = st.booleans()
SIZES = st.integers(2, 4)


@lru_cache(maxsize=4096)
def _up_to(last: int) -> SearchStrategy[int]:
    return st.integers(0, last)


def pick(draw: DrawFn, choices: Iterable[Any]) -> Any:
    """Draw one of several values; a hundred times faster than to build `sampled_from` of them."""
    several = tuple(choices)
    return several[draw(_up_to(len(several) - 1))]


Targets = tuple[tuple[str, tuple[object, ...]], ...]
"""What each of some fields can point to."""


@lru_cache(maxsize=256)
def pointers_of(cls: type) -> tuple[str, ...]:
    """Return the names of the fields of a class, and of what it holds, that are pointers."""
    found = dict[str, None]()
    for name, (hint, _) in cls.__evidence__.items():  # type: ignore[attr-defined]
        if name in POINTERS:
            found[name] = None
        if hint is datetime or datetime in typing.get_args(hint):
            found[MOMENT] = None
        for inner in _evidence_in(hint):
            found.update(dict.fromkeys(pointers_of(inner)))
    return tuple(found)


def _evidence_in(hint: Any) -> Iterator[type]:
    if hasattr(hint, "__evidence__"):
        yield hint
    for inner in typing.get_args(hint):
        yield from _evidence_in(inner)


# -- what fields can point to -------------------------------------------------------------------


@frozen
class Known:
    """What the fields of an act can point to; nothing, where there is no case."""

    method: Method | None = None
    case: Case | None = None
    at_most: int | None = POINTED_TO
    """How many things that a field can point to are told apart. None: all of them."""

    @property
    def ledger(self) -> Ledger:
        """The ledger of the case, or an empty one."""
        return EMPTY if self.case is None else self.case.ledger

    def targets(self, name: str) -> tuple[object, ...]:
        """Return what a field of this name can point to: a few, the latest first."""
        if self.case is None:
            return ()
        ledger = self.case.ledger
        found: dict[str, Iterable[object]] = {
            "promise": (p.id for p in (*ledger.promises, *ledger.outstanding)),
            "releases": (p.id for p in (*ledger.promises, *ledger.outstanding)),
            "request": (a.id for a in sorted(ledger.approvals, key=lambda a: a.granted is None)),
            "to": (q.id for q in sorted(ledger.questions, key=lambda q: q.answer is None)),
            "entry": (1, self.case.version),
            "requirement": self._codes(),
            "deadline": (d.code for d in self.case.deadlines),
            "issue": (i.id for i in ledger.issues),
            "covers": (m.id for m in ledger.mistakes),
            "into": (self.case.id,),
            MOMENT: (self.case.updated_at + AHEAD,),
        }
        return tuple(dict.fromkeys(reversed(tuple(found[name]))))[: self.at_most]

    def _codes(self) -> Iterator[str]:
        if self.method is None:
            return
        yield from self.method.rules[0].act.spec.outcomes  # names, and no codes
        yield from sorted(self.method.waivable)

    def pointing(self, cls: type) -> Targets:
        """Return what each field of a class, and of what it holds, can point to."""
        return tuple((name, self.targets(name)) for name in pointers_of(cls))


NOTHING_KNOWN = Known()

Maker = Callable[[DrawFn, Known], Any]


@frozen
class Shape:
    """One shape of a value."""

    plain: Any
    """The plainest value of this shape."""
    make: Maker = field(eq=False)
    """Draws a value of this shape."""


# -- shapes of values ---------------------------------------------------------------------------


def _just(values: Iterable[Any]) -> tuple[Shape, ...]:
    return tuple(Shape(value, _constant(value)) for value in values)


def _constant(value: Any) -> Maker:
    return lambda _draw, _known: value


def _any_of(strategy: SearchStrategy[Any]) -> Maker:
    return lambda draw, _known: draw(strategy)


def _text(draw: DrawFn, known: Known) -> str:
    said = known.ledger.accounts
    quotes: bool = draw(BOOLEANS)
    if said and quotes:
        return str(pick(draw, said))
    return draw(TEXTS)


_VALUES: dict[object, Shape] = {
    str: Shape(PLAIN, _text),
    int: Shape(1, _any_of(INTEGERS)),
    Decimal: Shape(Decimal(40), _any_of(DECIMALS)),
}
_SAID = Shape(SAID, _text)
_MONEY = Shape(Decimal(5), _any_of(AMOUNTS))
_CURRENCY = Shape("EUR", _any_of(CURRENCIES))


def _shapes(hint: Any, name: str, targets: Targets, *, money: bool = False) -> tuple[Shape, ...]:
    """Return the shapes of a field, by its annotation and by what its name can point to."""
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is Annotated:
        if Voiced("agent") in arguments:
            return (_SAID,)
        inner = _shapes(arguments[0], name, targets, money=money)
        is_filled = any(isinstance(mark, NotEmpty) for mark in arguments[1:])
        return tuple(s for s in inner if s.plain != ()) if is_filled else inner
    if origin is Literal:
        return _just(arguments)
    if origin in (Union, types.UnionType):
        inner_hint = next(a for a in arguments if a is not type(None))
        return _just([None]) + _shapes(inner_hint, name, targets, money=money)
    if origin in (tuple, Sequence):
        return _tuples(_shapes(arguments[0], name, targets))
    if hasattr(hint, "__evidence__"):
        return _held(hint, targets)
    if hint is bool:
        return _just([False, True])
    if hint is datetime:
        ahead = dict(targets).get(MOMENT) or (LATER,)
        return (Shape(ahead[0], _any_of(MOMENTS)),)
    if name in POINTERS and hint in (str, int):
        nowhere = Shape(NOWHERE, _text) if hint is str else Shape(0, _any_of(INTEGERS))
        return (*_just(t for t in dict(targets).get(name, ()) if type(t) is hint), nowhere)
    if money and hint is Decimal:
        return (_MONEY,)
    if name == "currency" and hint is str:
        return (_CURRENCY,)
    return (_VALUES[hint],)


def _held(cls: type, targets: Targets) -> tuple[Shape, ...]:
    """Return the plainest shapes of evidence in evidence, and last the one that says most."""
    fields = fields_of(cls, targets)
    shapes = [*islice(_valid(cls, fields), FEW), next(_valid(cls, fields, fullest=True))]
    return tuple(Shape(plain, _maker(cls, chosen)) for plain, chosen in shapes)


def _tuples(items: tuple[Shape, ...]) -> tuple[Shape, ...]:
    """Return none, each, and several: with one alone, nothing is left when it is done."""
    targets = tuple(item.plain for item in items if item.plain != NOWHERE)
    points = any(item.plain == NOWHERE for item in items)
    several = targets[:4] if points and len(targets) > 1 else (items[-1].plain, items[-1].plain)

    def make(draw: DrawFn, known: Known) -> tuple[Any, ...]:
        return tuple(pick(draw, items).make(draw, known) for _ in range(draw(SIZES)))

    return (
        Shape((), _constant(())),
        *(Shape((item.plain,), _alone(item)) for item in items),
        Shape(several, make),
    )


def _alone(item: Shape) -> Maker:
    return lambda draw, known: (item.make(draw, known),)


# -- shapes of evidence -------------------------------------------------------------------------

Fields = dict[str, Shape]


def shapes_of(cls: type, known: Known = NOTHING_KNOWN) -> tuple[tuple[Any, Fields], ...]:
    """
    Return the shapes of an evidence class: the plainest value of each, and its fields' shapes.

    The plainest first; at most `AT_MOST`.
    """
    return _shapes_of(cls, known.pointing(cls))


@lru_cache(maxsize=4096)
def _shapes_of(cls: type, targets: Targets) -> tuple[tuple[Any, Fields], ...]:
    fields = fields_of(cls, targets)
    fullest = islice(_valid(cls, fields, fullest=True), FULLEST)
    found = dict((*islice(_valid(cls, fields), AT_MOST), *fullest))
    return tuple(found.items())


def fields_of(cls: type, targets: Targets) -> dict[str, tuple[Shape, ...]]:
    """Return the shapes of every field of an evidence class, the one of its default first."""
    hints = cls.__evidence__  # type: ignore[attr-defined]
    found = {}
    for each in attrs.fields(cls):
        shapes = _shapes(hints[each.name][0], each.name, targets, money="currency" in hints)
        found[each.name] = tuple(sorted(shapes, key=lambda s: s.plain != each.default))
    return found


def _valid(
    cls: type, fields: dict[str, tuple[Shape, ...]], *, fullest: bool = False
) -> Iterator[tuple[Any, Fields]]:
    for chosen in _choices(fields, fullest=fullest):
        try:
            plain = cls(**{name: shape.plain for name, shape in chosen.items()})
        except EvidenceError:
            continue  # the values contradict each other
        yield plain, chosen


def _choices(fields: dict[str, tuple[Shape, ...]], *, fullest: bool) -> Iterator[Fields]:
    """Yield every choice of a shape per field, by how many fields it changes: fewest first."""
    first = {name: shapes[0] for name, shapes in fields.items()}
    others = {name: shapes[1:] for name, shapes in fields.items() if len(shapes) > 1}
    sizes = list(range(len(others) + 1))
    if fullest:
        sizes.reverse()
        others = {name: shapes[::-1] for name, shapes in others.items()}
    for how_many in sizes:
        for names in combinations(others, how_many):
            for shapes in product(*(others[name] for name in names)):
                yield first | dict(zip(names, shapes, strict=True))


def _maker(cls: type, fields: Fields) -> Maker:
    return lambda draw, known: make(draw, cls, fields, known)


def make(draw: DrawFn, cls: type, fields: Fields, known: Known) -> Any:
    """Draw an instance, and again where the values contradict each other."""
    for _ in range(5):
        try:
            return cls(**{name: shape.make(draw, known) for name, shape in fields.items()})
        except EvidenceError:
            continue
    return draw(st.nothing())


def make_one(draw: DrawFn, cls: type, shapes: Iterable[Fields], known: Known) -> Any:
    """Draw an instance of one of several shapes: which fields are filled first, and how then."""
    defaults = {each.name: each.default for each in attrs.fields(cls)}
    groups: dict[frozenset[str], list[Fields]] = {}
    for fields in shapes:
        filled = (name for name, shape in fields.items() if shape.plain != defaults[name])
        groups.setdefault(frozenset(filled), []).append(fields)
    return make(draw, cls, pick(draw, pick(draw, groups.values())), known)


def make_any(draw: DrawFn, cls: type, known: Known) -> Any:
    """Draw an instance of an evidence class."""
    shapes = shapes_of(cls, known)
    if len(shapes) <= AT_MOST:
        return make_one(draw, cls, [fields for _, fields in shapes], known)
    fields = {
        name: pick(draw, shapes) for name, shapes in fields_of(cls, known.pointing(cls)).items()
    }
    return make(draw, cls, fields, known)


# -- shapes of acts -----------------------------------------------------------------------------


@lru_cache(maxsize=1)
def library() -> tuple[type[Act], ...]:
    """Return every act of the library, the one that opens a case among them."""
    found = (getattr(vocabulary, name) for name in vocabulary.__all__)
    return tuple(c for c in found if isinstance(c, type) and issubclass(c, Act) and c.trigger)


def outcomes_of(rule: Rule) -> tuple[str | None, ...]:
    """Return every outcome that an act can have under a rule; None stands for the only one."""
    names = dict.fromkeys((*rule.act.spec.outcomes, *(o.name for o in rule.outcomes)))
    return tuple(names) or (None,)


def outcome_of(act: Act, rule: Rule | None, ledger: Ledger) -> str | None:
    """Return the outcome that an act has."""
    if rule is not None and rule.reads is not None:
        return rule.reads(act, ledger)
    return act.read_outcome(ledger)


def shapes_with(
    act_class: type[Act], outcome: str | None, rule: Rule | None, known: Known
) -> tuple[Fields, ...]:
    """Return the shapes with which an act has an outcome."""
    return tuple(
        fields
        for plain, fields in shapes_of(act_class, known)
        if outcome_of(plain, rule, known.ledger) == outcome
    )


def plain_acts(method: Method, trigger: str, case: Case) -> dict[str | None, tuple[Act, ...]]:
    """
    Return the plainest act of every shape, by the outcome it has on a case; the plainest first.

    An outcome that no evidence has on this case is not among them.
    """
    rule = method.rule(trigger)
    acts = _plain_of(rule.act, Known(method, case).pointing(rule.act))  # type: ignore[arg-type]
    if rule.reads is None and rule.act.read_outcome is Act.read_outcome:
        return {None: acts}
    found: dict[str | None, list[Act]] = {}
    for act in acts:
        found.setdefault(outcome_of(act, rule, case.ledger), []).append(act)
    return {outcome: tuple(acts) for outcome, acts in found.items()}


@lru_cache(maxsize=4096)
def _plain_of(act_class: type[Act], targets: Targets) -> tuple[Act, ...]:
    return tuple(plain for plain, _ in _shapes_of(act_class, targets))  # type: ignore[arg-type]
