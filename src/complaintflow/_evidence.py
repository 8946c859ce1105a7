"""
What an act may carry: checked fields, the voices of texts, and the values that acts share.

An evidence class is a frozen attrs class whose annotations are its checks. Nothing is coerced
silently, and every problem of an instance is reported at once.
"""

from __future__ import annotations

import re
import types
import typing
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeVar, Union, dataclass_transform

import attrs

from complaintflow._help import tells_fields
from complaintflow._value import Value
from complaintflow.errors import EARLIEST, LATEST, EvidenceError, did_you_mean

T = TypeVar("T")

Voice = Literal["agent", "customer"]


@attrs.frozen(eq=False, repr=False)
class Voiced(Value):
    """Marks a text as somebody's words; a plain `str` is a note for the record."""

    voice: Voice


@attrs.frozen(eq=False, repr=False)
class NotEmpty(Value):
    """Marks a sequence that must hold something."""


Said = Annotated[str, Voiced("agent")]
"""What the agent says to the customer. Language rules read these texts, and no others."""

Told = Annotated[str, Voiced("customer")]
"""What the customer says. No rule ever judges it."""

Mood = Literal["calm", "discontent", "upset", "angry", "hostile"]
"""How the customer feels, from calm to hostile (001-02)."""

MOODS: tuple[Mood, ...] = typing.get_args(Mood)
"""The moods in order, calmest first."""

Problem = str | None
_Check = Callable[[Any], Problem]


_DIGITS = 15
_PLACES = 12
"""The digits of a number, and those after its point: sums of such are exact, whatever they are."""
_HALF = re.compile("[\ud800-\udfff]")
_VISIBLE = re.compile(r"[^\s\u200b-\u200f\u2060\ufeff]")


def text_problem(value: object) -> Problem:
    """Return what keeps a value from being a text that says something. None: nothing does."""
    if type(value) is not str:
        return f"must be text, not {kind_of(value)}"
    if _VISIBLE.search(value) is None:
        return "must not be blank"
    if not value.isascii() and _HALF.search(value):
        return "must be text that can be written down; it holds half a character"
    return None


def _moment(value: object) -> Problem:
    if not isinstance(value, datetime):
        return f"must be a time with a zone, such as '2026-01-05T09:00:00Z', not {kind_of(value)}"
    if value.tzinfo is None or value.utcoffset() is None:
        return "must be a datetime with a time zone; a naive one could mean any of 38 instants"
    if not EARLIEST <= value.year <= LATEST:
        return f"must be of a year from {EARLIEST} to {LATEST}, not {value.year}"
    return None


def _number(value: object) -> Problem:
    if type(value) is not Decimal:
        return f"must be a decimal number such as '40.00', not {kind_of(value)}"
    if not value.is_finite():
        return "must be a finite number"
    # Decimals of more digits are rounded when they are added, and money is not.
    _, digits, exponent = value.as_tuple()
    if value.adjusted() >= _DIGITS or len(digits) > _DIGITS:
        return f"must be a number of at most {_DIGITS} digits"
    if exponent < -_PLACES:  # type: ignore[operator]  # a finite one has a number there
        return f"must be a number of at most {_PLACES} digits after the point"
    return None


def _whole(value: object) -> Problem:
    return None if type(value) is int else f"must be a whole number, not {kind_of(value)}"


def _flag(value: object) -> Problem:
    return None if type(value) is bool else f"must be True or False, not {kind_of(value)}"


_PLAIN: dict[object, _Check] = {
    str: text_problem,
    datetime: _moment,
    Decimal: _number,
    int: _whole,
    bool: _flag,
}


def kind_of(value: object) -> str:
    """Return a value and its type, for an error."""
    return "None" if value is None else f"{type(value).__name__} ({value!r:.40})"


def _one_of(choices: tuple[object, ...]) -> _Check:
    allowed = frozenset(choices)
    told = ", ".join(repr(choice) for choice in choices)

    def check(value: object) -> Problem:
        if isinstance(value, str) and value in allowed:
            return None
        return f"must be one of {told}, not {kind_of(value)}"

    return check


def _many(item: _Check) -> _Check:
    def check(value: object) -> Problem:
        if not isinstance(value, tuple):
            return f"must be a sequence, not {kind_of(value)}"
        for index, each in enumerate(value):
            problem = item(each)
            if problem:
                return f"[{index}] {problem}"
        return None

    return check


def _not_empty(check: _Check) -> _Check:
    return lambda value: "must not be empty" if value == () else check(value)


def _optional(check: _Check) -> _Check:
    return lambda value: None if value is None else check(value)


def _instance(wanted: type) -> _Check:
    def check(value: object) -> Problem:
        if isinstance(value, wanted):
            return None
        return f"must be a {wanted.__name__}, not {kind_of(value)}"

    return check


def check_for(hint: Any) -> _Check:
    """Return the check for an annotation; TypeError where evidence cannot have that type."""
    if hint in _PLAIN:
        return _PLAIN[hint]
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is Annotated:
        check = check_for(arguments[0])
        return _not_empty(check) if any(isinstance(a, NotEmpty) for a in arguments) else check
    if origin is Literal and all(isinstance(choice, str) for choice in arguments):
        return _one_of(arguments)
    if origin in (Union, types.UnionType) and type(None) in arguments and len(arguments) == 2:  # noqa: PLR2004
        return _optional(check_for(next(a for a in arguments if a is not type(None))))
    if _is_sequence(hint):
        return _many(check_for(arguments[0]))
    if isinstance(hint, type) and attrs.has(hint):
        return _instance(hint)
    message = (
        f"evidence cannot be {hint!r}; use str, Said, Told, bool, int, Decimal, datetime, "
        "a Literal of texts, an evidence class, Sequence[X] of these, or X | None"
    )
    raise TypeError(message)


def fits(hint: Any, wanted: Any) -> bool:
    """Return whether a field of one annotation can be read as another; `object` reads any."""
    if wanted is object:
        return True
    inner, may_be_none = _bare(hint)
    wish, none_is_fine = _bare(wanted)
    return inner == wish and (none_is_fine or not may_be_none)


def _bare(hint: Any) -> tuple[Any, bool]:
    """Return an annotation without its marks, and whether it may be None."""
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is Annotated:
        return _bare(arguments[0])
    if origin in (Union, types.UnionType):
        return _bare(next(a for a in arguments if a is not type(None)))[0], True
    return ((Sequence, _bare(arguments[0])) if _is_sequence(hint) else hint), False


def voice_of(hint: Any) -> Voice | None:
    """Return whose words a field of this annotation holds; None for a note or anything else."""
    if typing.get_origin(hint) is Annotated:
        for mark in typing.get_args(hint)[1:]:
            if isinstance(mark, Voiced):
                return mark.voice
    if isinstance(hint, type) and said_in(hint):
        return "agent"
    return next((v for v in map(voice_of, typing.get_args(hint)) if v), None)


def said_in(cls: type) -> tuple[str, ...]:
    """Return the fields of an evidence class that hold what the agent says; none for others."""
    known = getattr(cls, "__evidence__", {})
    return tuple([name for name, (hint, _) in known.items() if voice_of(hint) == "agent"])


ERASED = "[erased]"
"""What stands where personal data was, once it is erased."""


def personal_of(cls: type, public: Sequence[str]) -> dict[str, type | None]:
    """
    Return the fields of an evidence class that hold words or names, each with what it holds.

    Every text does, unless it is named as *public*: an id, a code, a kind. None stands for texts,
    a class for evidence that has such fields itself.

    Raises:
        TypeError: a public field is none of its texts.
    """
    found: dict[str, type | None] = {}
    for name, (hint, _) in cls.__evidence__.items():  # type: ignore[attr-defined]
        base = _base(hint)
        if base is str or getattr(base, "__personal__", None):
            found[name] = None if base is str else base
    for name in public:
        if found.get(name, str) is not None:
            message = f"{cls.__name__}: public names texts of it, and {name!r} is none"
            raise TypeError(message)
    return {name: base for name, base in found.items() if name not in public}


@cache
def holds_moments(cls: type) -> bool:
    """Return whether evidence of a class can have a time in it."""
    bases = [_base(hint) for hint, _ in getattr(cls, "__evidence__", {}).values()]
    return any(
        base is datetime or (isinstance(base, type) and holds_moments(base)) for base in bases
    )


def _base(hint: Any) -> Any:
    """Return what a field holds, one or many, or none."""
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is Annotated or _is_sequence(hint):
        return _base(arguments[0])
    if origin in (Union, types.UnionType):
        return _base(next(a for a in arguments if a is not type(None)))
    return hint


def take_out(data: dict[str, Any], cls: type, words: list[str]) -> None:
    """
    Move the words and names of evidence, which is plain data, to the end of a list.

    What stands in their places says where each of them has gone.
    """
    for name, inner in cls.__personal__.items():  # type: ignore[attr-defined]
        value = data.get(name)
        if value is not None:
            data[name] = _taken(value, inner, words)


def _taken(value: Any, inner: type | None, words: list[str]) -> Any:
    if isinstance(value, (list, tuple)):
        return [_taken(each, inner, words) for each in value]
    if inner is None:
        return taken(value, words)
    take_out(value, inner, words)
    return value


def taken(text: str, words: list[str]) -> dict[str, int]:
    """Move one text to the end of a list, and return what stands in its place."""
    words.append(text)
    return {"$": len(words) - 1}  # no field can be called so


def put_back(data: Any, words: Sequence[str] | None) -> Any:
    """Return plain data with its words and names in their places. None: they were erased."""
    if isinstance(data, dict):
        if "$" in data:
            return ERASED if words is None else words[data["$"]]
        return {name: put_back(value, words) for name, value in data.items()}
    return [put_back(each, words) for each in data] if isinstance(data, list) else data


def texts_of(value: object) -> list[str]:
    """Return the texts in the value of a field: itself, those of a sequence, those of evidence."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, tuple):
        return [text for each in value for text in texts_of(each)]
    return [text for name in said_in(type(value)) for text in texts_of(getattr(value, name))]


_TELLING = re.compile(r"[^\W\d_]{4,}")
_COMMON_WORDS = (
    "about after again also because been before being could dear didn does doing done from have "
    "having here into just like made make many more much only other over really same should "
    "some still such than that their them then there these they this those told very want "
    "wanted wants were what when where which while will with would your yours "
    "hello kind please regards thank thanks "
)
_COMMON = frozenset(_COMMON_WORDS.split())


def telling_words(text: str) -> set[str]:
    """Return the words that carry a text, cut to their stems; all of them where it has none."""
    found = {word[:6] for word in _TELLING.findall(text.lower()) if word not in _COMMON}
    return found or set(re.findall(r"\w+", text.lower()))


def _as_tuple(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


def _is_sequence(hint: Any) -> bool:
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is Sequence:
        return True
    return origin is tuple and len(arguments) == 2 and arguments[1] is ...  # noqa: PLR2004


def _holds_sequence(hint: Any) -> bool:
    if typing.get_origin(hint) is Annotated:
        return _holds_sequence(typing.get_args(hint)[0])
    return _is_sequence(hint) or any(map(_holds_sequence, typing.get_args(hint)))


def _hints_of(cls: type) -> dict[str, Any]:
    try:
        hints = typing.get_type_hints(cls, include_extras=True)
    except NameError as unknown:
        message = f"{cls.__name__}: {unknown}; annotate fields with names of its module"
        raise TypeError(message) from None
    return {name: h for name, h in hints.items() if typing.get_origin(h) is not typing.ClassVar}


def _check_of(cls: type, hint: Any) -> _Check:
    try:
        return check_for(hint)
    except TypeError as unfit:
        message = f"{cls.__name__}: {unfit}"
        raise TypeError(message) from None


def freeze(cls: type[T], name: str, public: Sequence[str] = ()) -> type[T]:
    """
    Make *cls* a frozen attrs class whose instances check themselves against its annotations.

    A method `problems(self)` of the class may yield further sentences; it runs only when every
    field is of its type. Texts are personal data, but for the fields that are *public*.

    Raises:
        TypeError: an annotation is not a type that evidence can have, or a public field no text.
    """
    hints = _hints_of(cls)
    checks = tuple((field, _check_of(cls, hint)) for field, hint in hints.items())
    own_problems = getattr(cls, "problems", None)

    def __attrs_post_init__(self: Any) -> None:  # noqa: N807
        found = []
        for field, check in checks:
            problem = check(getattr(self, field))
            if problem:
                found.append(f"{field}{'' if problem[0] == '[' else ' '}{problem}")
        if own_problems is not None and not found:
            found.extend(own_problems(self))
        if found:
            raise EvidenceError(name, tuple(found))

    def take_lists(_: type, fields: list[attrs.Attribute[Any]]) -> list[attrs.Attribute[Any]]:
        return [
            field.evolve(converter=_as_tuple)
            if field.converter is None and _holds_sequence(hints.get(field.name))
            else field
            for field in fields
        ]

    cls.__attrs_post_init__ = __attrs_post_init__  # type: ignore[attr-defined]
    cls.__evidence__ = {field: (hints[field], check) for field, check in checks}  # type: ignore[attr-defined]
    cls.__personal__ = personal_of(cls, public)  # type: ignore[attr-defined]
    for name_ in ("__eq__", "__hash__", "__repr__"):
        setattr(cls, name_, getattr(Value, name_))
    tells_fields(cls)
    # attrs would compile methods of its own for each class, which is most of what importing the
    # vocabulary would cost.
    try:
        return attrs.frozen(cls, field_transformer=take_lists, eq=False, repr=False)
    except ValueError:
        late = ", ".join(_after_defaults(cls, hints))
        message = f"{cls.__name__}: fields without a default come first; {late} must be moved up"
        raise TypeError(message) from None


def _after_defaults(cls: type, fields: Iterable[str]) -> Iterator[str]:
    """Yield the fields without a default that come after one with a default."""
    has_default = False
    for name in fields:
        if name in vars(cls):
            has_default = True
        elif has_default:
            yield name


@typing.overload
@dataclass_transform(frozen_default=True, field_specifiers=(attrs.field,))
def evidence(cls: type[T], /) -> type[T]: ...
@typing.overload
@dataclass_transform(frozen_default=True, field_specifiers=(attrs.field,))
def evidence(*, public: Sequence[str] = ()) -> Callable[[type[T]], type[T]]: ...
def evidence(
    cls: type[T] | None = None, /, *, public: Sequence[str] = ()
) -> type[T] | Callable[[type[T]], type[T]]:
    """
    Declare a value that acts can carry; `@evidence class Address: street: str`.

    Args:
        cls: the class.

        public: its texts that hold no personal data, such as ids and codes. All other texts go
            where personal data is erased.

    Raises:
        TypeError: a field's type is none that evidence can have, or a public field is no text.
    """

    def make(cls: type[T]) -> type[T]:
        return freeze(cls, cls.__name__, public)

    return make if cls is None else make(cls)


def as_decimal(value: object) -> object:
    """Take a text or a whole number for a decimal; leave anything else for the check."""
    # Floats are left for the check to refuse: 0.1 + 0.2 is no amount of money.
    if isinstance(value, str) or type(value) is int:
        try:
            return Decimal(value)
        except InvalidOperation:
            return value
    return value


def money_problems(amount: Decimal | None, currency: str | None) -> Iterator[str]:
    """Yield what is wrong with a sum of money; nothing where both parts are None."""
    if (amount is None) != (currency is None):
        yield "amount and currency come together: '40.00', 'EUR'"
    if amount is not None and amount <= 0:
        yield f"amount must be more than nothing, not {amount}"
    yield from currency_problems(currency)


def currency_problems(currency: str | None) -> Iterator[str]:
    """Yield what is wrong with a currency; nothing where it is None."""
    if currency is not None and not re.fullmatch("[A-Z]{3}", currency):
        yield f"currency must be a code of three capitals such as 'EUR', not {currency!r}"


def evidence_from_data(cls: type[T], data: object, name: str) -> T:
    """
    Return the evidence that plain data, such as JSON gives, describes.

    Times and amounts are texts in it, sequences are lists, and other evidence is a mapping.

    Raises:
        EvidenceError: fields are missing, unknown, or of the wrong type; all of them are listed,
            with their path.
    """
    found: list[str] = []
    value = _read(cls, data, "", found)
    if found:
        raise EvidenceError(name, tuple(found))
    return value  # type: ignore[no-any-return]


def _read(cls: type, data: object, path: str, found: list[str]) -> Any:
    if not isinstance(data, dict):
        found.append(f"{path or 'the evidence'} must be a mapping of fields, not {kind_of(data)}")
        return None
    known = cls.__evidence__  # type: ignore[attr-defined]
    has = ", ".join(known)
    before = len(found)
    found.extend(
        f"{path}{name} is no field of it{did_you_mean(str(name), known)}; it has: {has}"
        for name in data
        if name not in known
    )
    values = {}
    for field in attrs.fields(cls):
        if field.name in data:
            hint, check = known[field.name]
            where, so_far = f"{path}{field.name}", len(found)
            value = _from_plain(hint, data[field.name], where, found)
            if field.converter is not None and callable(field.converter):
                value = field.converter(value)
            if len(found) == so_far and (problem := check(value)):
                found.append(f"{where}{'' if problem[0] == '[' else ' '}{problem}")
            values[field.name] = value
        elif field.default is attrs.NOTHING:
            found.append(f"{path}{field.name} is missing")
    if len(found) > before:
        return None
    try:
        return cls(**values)
    except EvidenceError as error:
        found.extend(f"{path}{problem}" for problem in error.problems)
        return None


def _from_plain(hint: Any, value: object, where: str, found: list[str]) -> object:
    """Return a value as its annotation has it; what does not fit is left for the check."""
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is Annotated:
        return _from_plain(arguments[0], value, where, found)
    if origin in (Union, types.UnionType):
        inner = next(a for a in arguments if a is not type(None))
        return None if value is None else _from_plain(inner, value, where, found)
    if _is_sequence(hint) and isinstance(value, list):
        return tuple(
            _from_plain(arguments[0], each, f"{where}[{index}]", found)
            for index, each in enumerate(value)
        )
    if isinstance(value, dict) and isinstance(hint, type) and hasattr(hint, "__evidence__"):
        return _read(hint, value, f"{where}.", found)
    if hint is Decimal:
        return as_decimal(value)
    return _as_datetime(value) if hint is datetime else value


def _as_datetime(value: object) -> object:
    try:
        return datetime.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        return value


@evidence(public=["kind", "currency", "issue"])
class Remedy:
    """
    One thing the company would do, or give, to put it right.

    There is no closed list of kinds (000-41); `replacement`, `refund` and `discount` are the ones
    document 003 names (003-51).
    """

    kind: str
    """What it is, in a word or two."""
    amount: Decimal | None = attrs.field(default=None, converter=as_decimal)
    """How much money it is worth. None: it is no sum of money."""
    currency: str | None = None
    """ISO 4217 code of the amount."""
    details: str | None = None
    """What exactly, where the kind does not say it."""
    who: str | None = None
    """Who will do it. None: the owner of the case."""
    due: datetime | None = None
    """Until when it will be done. None: within the time the method sets."""
    terms: str | None = None
    """Conditions that come with it. None: there are none."""
    issue: str | None = None
    """The id of the issue it is for. None: the complaint as a whole."""
    urgency: Literal["pressing", "long_term"] | None = None
    """Whether it relieves what is pressing, or helps in the long run. None: not sorted."""
    redresses: Literal["time_lost", "broken_product", "other"] | None = None
    """What it compensates (002-52). None: not said."""

    if TYPE_CHECKING:  # what `amount` is converted from is known while running alone

        def __init__(  # noqa: PLR0917
            self,
            kind: str,
            amount: Decimal | str | int | None = None,
            currency: str | None = None,
            details: str | None = None,
            who: str | None = None,
            due: datetime | None = None,
            terms: str | None = None,
            issue: str | None = None,
            urgency: Literal["pressing", "long_term"] | None = None,
            redresses: Literal["time_lost", "broken_product", "other"] | None = None,
        ) -> None: ...

    def problems(self) -> Iterator[str]:
        """Yield what is wrong with the values taken together."""
        yield from money_problems(self.amount, self.currency)

    def __str__(self) -> str:
        money = f" of {self.amount:f} {self.currency}" if self.amount is not None else ""
        return f"{self.kind}{money}" + (f" ({self.details})" if self.details else "")


@evidence(public=["kind", "currency"])
class Expectation:
    """What the customer would like to happen, or that they do not know (003-41)."""

    words: Told | None = None
    """The wish in the customer's words. None only where it is unknown."""
    kind: str | None = None
    """What kind of remedy it amounts to. None: it was not sorted into one."""
    amount: Decimal | None = attrs.field(default=None, converter=as_decimal)
    """How much money is asked for. None: no sum was named."""
    currency: str | None = None
    """ISO 4217 code of the amount."""
    unknown: bool = False
    """True: the customer was asked and does not know, or names no wish."""

    if TYPE_CHECKING:

        def __init__(
            self,
            words: Told | None = None,
            kind: str | None = None,
            amount: Decimal | str | int | None = None,
            currency: str | None = None,
            unknown: bool = False,  # noqa: FBT001, FBT002
        ) -> None: ...

    def problems(self) -> Iterator[str]:
        """Yield what is wrong with the values taken together."""
        if self.unknown and (self.words, self.kind, self.amount) != (None, None, None):
            yield "an unknown expectation has no words, kind or amount"
        if not self.unknown and self.words is None:
            yield "say the wish in words, or unknown=True where the customer does not know"
        yield from money_problems(self.amount, self.currency)


@evidence(public=["issue"])
class PlanItem:
    """One line of a plan: what will be done, by whom, and until when (001-52)."""

    what: Said
    """What exactly will be done, as the customer reads it."""
    who: str
    """Who will do it."""
    due: datetime
    """Until when."""
    issue: str | None = None
    """The id of the issue it is for. None: the complaint as a whole."""
    remedy: Remedy | None = None
    """The remedy it carries out, where one was discussed. None: it is none."""

    @property
    def about(self) -> str | None:
        """The id of the issue it is for, as it says itself or its remedy does. None: of none."""
        return self.issue or (None if self.remedy is None else self.remedy.issue)

    def __str__(self) -> str:
        return self.what


PlanItems = Annotated[Sequence[PlanItem], NotEmpty()]
"""At least one line of a plan."""

Remedies = Annotated[Sequence[Remedy], NotEmpty()]
"""At least one remedy."""

DONT_KNOW = Expectation(unknown=True)
"""The customer was asked, and names no wish."""


def as_expectation(value: object) -> object:
    """Take a plain text for the wish it words."""
    if isinstance(value, str) and value.strip():
        return Expectation(words=value)
    return value
