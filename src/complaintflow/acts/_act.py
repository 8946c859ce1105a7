"""What every act is, and the decorator that makes a class one."""

from __future__ import annotations

import inspect
import re
import typing
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any, ClassVar, Literal, Protocol, TypeVar, dataclass_transform

import attrs

from complaintflow._actors import Actor
from complaintflow._evidence import PlanItem, Remedy
from complaintflow._evidence._freezing import freeze
from complaintflow._evidence._words import voice_of
from complaintflow._help import tells_fields
from complaintflow._ledger import Ledger, Promise
from complaintflow._value import Value
from complaintflow.errors import EvidenceError

Speaker = Literal["agent", "customer", "colleague", "system"]
SPEAKERS: tuple[Speaker, ...] = typing.get_args(Speaker)

Round = tuple[tuple[str, object], ...]

A = TypeVar("A", bound="Act")


class Kept(Protocol):
    """What an act may know about the entry that keeps it, when it writes in the ledger."""

    @property
    def version(self) -> int: ...
    @property
    def at(self) -> datetime: ...
    @property
    def by(self) -> Actor: ...
    @property
    def outcome(self) -> str | None: ...
    @property
    def promises(self) -> tuple[Promise, ...]: ...


@attrs.frozen(eq=False, repr=False)
class ActSpec(Value):
    """What is true of an act whatever its evidence says."""

    speaker: Speaker = "agent"
    """Whose word or deed it is. Who records it is another matter."""
    remedy: bool = False
    """True: it gives or offers a remedy, so that the charter guards it (I1, I2)."""
    recognition: bool = False
    """True: it recognises the customer's feelings or their problem (I2)."""
    hearing: str | None = None
    """The outcome with which the customer's account is heard (I1). None: it is no hearing."""
    expectation: tuple[str, ...] = ()
    """The outcomes with which the customer's expectation is known (I3). Empty: none."""
    outcomes: Mapping[str, str] = MappingProxyType({})
    """The closed set of its outcomes, each with what the evidence says then. Empty: just one."""
    awaits: Literal["customer", "colleague"] | None = None
    """Who else decides how it comes out. None: nobody."""
    said: tuple[str, ...] = ()
    """The fields that hold what the agent says to the customer."""
    notes: tuple[str, ...] = ()
    """The fields that hold texts for the record."""
    personal: tuple[str, ...] = ()
    """The fields that hold words or names, which an erasure takes."""


@tells_fields
class Act:
    """
    Something somebody says or does about a complaint; its fields are the evidence.

    Write one as a class with annotated fields under :func:`act`. An instance is a frozen value and
    checks itself: blank texts, naive times and wrong types raise `EvidenceError`, all at once.
    """

    __slots__ = ()

    trigger: ClassVar[str] = ""
    """The name under which the act fires a transition: the class name in snake case."""
    spec: ClassVar[ActSpec]
    """What the library knows about the act as such."""

    def __init__(self, *_: object, **__: object) -> None:
        # `@act` gives a class a way to be made that takes its fields.
        name = type(self).__name__
        if type(self) is not Act:
            raise EvidenceError(name, (f"it is no act yet: put @act above `class {name}(Act):`",))

    def read_outcome(self, ledger: Ledger) -> str | None:
        """Return which of the outcomes this is, read from the evidence and the ledger. Pure."""
        return None

    @classmethod
    def rounds(cls, outcome: str | None, ledger: Ledger) -> tuple[Round, ...]:
        """
        Return what it takes to come out so: the fields that are settled, for each time it is done.

        Once, with nothing settled, for most acts. Pure.
        """
        return ((),)

    def agreed(self, ledger: Ledger) -> tuple[Remedy | PlanItem, ...]:
        """Return what becomes a promise with this act; nothing for most acts. Pure."""
        return ()

    def write(self, ledger: Ledger, entry: Kept) -> Ledger:
        """Return the ledger after this act; the same one where it writes nothing in it. Pure."""
        return ledger


_RESERVED = frozenset(name for name in dir(Act) if not name.startswith("_")) | {
    *("spec", "problems"),
    # A line of a story says these beside the evidence.
    *("act", "at", "by", "case", "format", "key"),
}


@typing.overload
@dataclass_transform(frozen_default=True, field_specifiers=(attrs.field,))
def act(cls: type[A], /) -> type[A]: ...
@typing.overload
@dataclass_transform(frozen_default=True, field_specifiers=(attrs.field,))
def act(
    *,
    speaker: Speaker = "agent",
    remedy: bool = False,
    recognition: bool = False,
    hearing: str | None = None,
    expectation: tuple[str, ...] = (),
    outcomes: Mapping[str, str] | None = None,
    awaits: Literal["customer", "colleague"] | None = None,
    public: Sequence[str] = (),
) -> Callable[[type[A]], type[A]]: ...
def act(
    cls: type[A] | None = None,
    /,
    *,
    speaker: Speaker = "agent",
    remedy: bool = False,
    recognition: bool = False,
    hearing: str | None = None,
    expectation: tuple[str, ...] = (),
    outcomes: Mapping[str, str] | None = None,
    awaits: Literal["customer", "colleague"] | None = None,
    public: Sequence[str] = (),
) -> type[A] | Callable[[type[A]], type[A]]:
    """
    Make a subclass of :class:`Act` an act: frozen, typed, self-checking, with a trigger.

    Its annotations are its checks: `Said` for what the agent says to the customer, `Told` for the
    customer's words, `str` for a note; bool, int, Decimal, datetime, a Literal of texts, an
    evidence class, `tuple[X, ...]` and `X | None`.

    Args:
        speaker: whose word or deed it is.

        remedy: it gives or offers a remedy; the charter then guards it in every method.

        recognition: it recognises feelings or the problem, and counts as that for the charter.

        hearing: the outcome with which the customer's account counts as heard.

        expectation: the outcomes with which it is known what the customer expects; the charter
            asks for that before an offer, in methods that negotiate.

        outcomes: its outcomes by name, each with what the evidence says then; `read_outcome` of
            the class tells them apart. None: it has only one.

        awaits: who else decides how it comes out.

        public: its texts that hold no personal data, such as ids, codes and kinds. All other texts
            are words of somebody, and go where personal data is erased.

    Raises:
        TypeError: the class is no `Act`, or a field's type is none that evidence can have.
    """
    told = _misread(remedy, recognition, awaits, expectation)

    def make(cls: type[A]) -> type[A]:
        if told:
            message = f"@act: {told}"
            raise TypeError(message)
        if not (isinstance(cls, type) and issubclass(cls, Act)):
            name = getattr(cls, "__name__", "Mine")
            message = f"@act goes on a subclass of Act: write `class {name}(Act):`"
            raise TypeError(message)
        name = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", cls.__name__).lower()
        if speaker not in SPEAKERS:
            message = (
                f"{cls.__name__}: speaker must be one of {', '.join(SPEAKERS)}, not {speaker!r}"
            )
            raise TypeError(message)
        if outcomes and cls.read_outcome is Act.read_outcome:
            message = f"{cls.__name__} has outcomes; define read_outcome(self, ledger) to tell them"
            raise TypeError(message)
        for named in (*(() if hearing is None else (hearing,)), *expectation):
            if named not in (outcomes or {}):
                message = f"{cls.__name__}: {named!r} is none of its outcomes"
                raise TypeError(message)
        taken = _RESERVED & inspect.get_annotations(cls).keys()
        if taken:
            message = f"{cls.__name__}: a field cannot be called {', '.join(sorted(taken))}"
            raise TypeError(message)
        cls.trigger = name
        made = freeze(cls, name, public)
        hints = typing.get_type_hints(made, include_extras=True)
        made.spec = ActSpec(
            speaker,
            remedy,
            recognition,
            hearing,
            expectation,
            MappingProxyType(dict(outcomes or {})),
            awaits,
            said=tuple(f.name for f in fields_of(made) if voice_of(hints[f.name]) == "agent"),
            notes=tuple(f.name for f in fields_of(made) if hints[f.name] in (str, str | None)),
            personal=tuple(made.__personal__),  # type: ignore[attr-defined]
        )
        return made

    return make if cls is None else make(cls)


def _misread(remedy: object, recognition: object, awaits: object, expectation: object) -> str:
    """Return what is said of an act and means nothing here; empty where all of it does."""
    for flag, value in (("remedy", remedy), ("recognition", recognition)):
        if not isinstance(value, bool):
            return f"{flag} is True or False, not {value!r}"
    if awaits not in (None, "customer", "colleague"):
        return f"awaits is 'customer', 'colleague' or None, not {awaits!r}"
    if isinstance(expectation, str):
        return f"expectation holds outcomes: expectation=({expectation!r},)"
    return ""


def fields_of(act_class: type[Act]) -> tuple[attrs.Attribute[Any], ...]:
    """Return the evidence fields of an act class, in order."""
    fields: tuple[attrs.Attribute[Any], ...] = attrs.fields(act_class)  # type: ignore[arg-type]
    return fields
