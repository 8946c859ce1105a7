"""
Every exception of the library, and the two small records a refusal carries.

::

    ComplaintflowError
    ├── Refused              the method says no: an answer, not a fault
    ├── EvidenceError        an act's evidence is blank, of the wrong type or contradicts itself
    ├── MethodError          a definition has problems; all of them are listed
    ├── DocumentError        a method's document cannot be read, or the method not be written
    ├── HistoryError         an entry does not continue the case it is applied to
    ├── TimeError            a naive time, or time running backwards
    ├── UnknownAct           the method has no such act
    ├── UnknownActor         the authority knows nobody of this name
    ├── UnknownMethod        the desk or the catalogue has no such method
    ├── UnknownCase          the store has no such case
    ├── CaseExists           a case with this id was opened before
    ├── Conflict             somebody else acted on the case in between
    ├── LimitReached         a text, a name or a case is larger than the desk takes
    ├── KeyReused            an idempotency key came back with another act
    ├── StoryError           a story has lines that cannot be used; all of them are listed
    ├── LogError             a log of a helpdesk cannot be audited
    ├── MappingError         a mapping of logs or methods has problems; all of them are listed
    ├── StoreError           the store cannot be used
    ├── NotDelivered         a notifier could not tell anybody
    ├── CannotDraw           a diagram cannot be drawn here; Mermaid and text always can
    └── UnsupportedOption    an option of `transitions` that a shared machine would ignore
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Literal

from attrs import field, frozen

from complaintflow._help import tells_fields
from complaintflow._spelling import did_you_mean, nearest
from complaintflow._value import Value


@frozen(eq=False, repr=False)
class Unmet(Value):
    """One requirement that is not met, as a refusal or an option reports it."""

    code: str
    """The requirement's name in its method, for programs; `'heard'`."""

    text: str
    """What is missing, for people; `'ana has not been heard'`."""

    cites: tuple[str, ...] = ()
    """The clauses it stands on; `('003-12',)`. Empty: it is the library's own."""

    satisfied_by: tuple[str, ...] = ()
    """The triggers of the acts that could satisfy it. Empty: nothing recorded on the case can."""

    strong: bool = False
    """True: a warning that weighs more, as the customer is upset."""

    fields: tuple[str, ...] = field(default=(), eq=False, repr=False)
    """
    The fields of the act that are to be filled or changed; `('channel',)`. Not kept in a history.

    Empty: it asks nothing of the evidence, or a requirement of a host's own asks it.
    """

    def __str__(self) -> str:
        return self.text


@frozen(eq=False, repr=False)
class Step(Value):
    """One step on the way to an act that is not possible yet."""

    trigger: str
    """The act to record."""

    outcome: str | None = None
    """The outcome the act has to have. None: any will do."""

    says: str = ""
    """What its evidence must say, in words. Empty: nothing in particular."""

    who: str = "agent"
    """
    Whose word or deed it is: `agent`, `customer`, `colleague` or `system`.

    A colleague is somebody else than whoever wants to take the act at the end of the way.
    """

    evidence: tuple[tuple[str, object], ...] = ()
    """Fields that are settled already, by name; `(('promise', 'p1'),)`."""

    not_before: datetime | None = None
    """The earliest time at which it is possible. None: at once."""

    depends_on: str = ""
    """What is not ours to decide: `the customer`, `a colleague`, `the mood`. Empty: nothing."""

    def __str__(self) -> str:
        notes = [self.outcome] if self.outcome else []
        notes += [name if value is True else _brief(value) for name, value in self.evidence]
        notes += [f"not before {self.not_before:%Y-%m-%d %H:%M}"] if self.not_before else []
        return f"{self.trigger} ({', '.join(notes)})" if notes else self.trigger


def _brief(value: object) -> str:
    return " and ".join(map(str, value)) if isinstance(value, tuple) else str(value)


Way = tuple[Step, ...]


class Undecided:
    """The type of :data:`UNDECIDED`."""

    def __repr__(self) -> str:
        return "UNDECIDED"

    def __bool__(self) -> Literal[False]:
        return False

    def __reduce__(self) -> str:
        return "UNDECIDED"


UNDECIDED = Undecided()
"""What `way` is where the search met its bound: neither a road nor the absence of one."""


class ComplaintflowError(Exception):
    """The base of every error this library raises on purpose."""

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        tells_fields(cls)


def _no_way() -> Way | Undecided | None:
    return None


def tell_way(way: Way | Undecided | None) -> str:
    """Return a way as one line of text; empty where there is none."""
    if way is UNDECIDED or not way:
        return ""
    return "first: " + ", ".join(str(step) for step in way)


class Refused(ComplaintflowError):
    """
    The answer no, with every reason and the shortest honest way to a yes.

    Nothing has changed: a refusal is no part of the history.
    """

    def __init__(
        self,
        trigger: str,
        state: str,
        unmet: tuple[Unmet, ...],
        find_way: Callable[[], Way | Undecided | None] = _no_way,
        waivable: tuple[str, ...] = (),
    ) -> None:
        super().__init__(trigger, state, unmet)
        self.trigger = trigger
        """The act that was asked for."""
        self.state = state
        """The state in which it was asked for."""
        self.unmet = unmet
        """Every requirement that is not met, in the method's order."""
        self.waivable = waivable
        """The codes of those that whoever asked could waive now, with a reason."""
        self._find_way = find_way
        self._way: tuple[Way | Undecided | None] | None = None

    @property
    def way(self) -> Way | Undecided | None:
        """
        The steps that would make the act possible, in order; searched for when first read.

        None: there is no road to it. UNDECIDED: the search met its bound first.
        """
        if self._way is None:
            self._way = (self._find_way(),)
        return self._way[0]

    def __str__(self) -> str:
        reasons = "; ".join(unmet.text for unmet in self.unmet)
        asked = f"cannot {self.trigger} while {self.state}: {reasons}"
        waive = f"or waive: {', '.join(self.waivable)}" if self.waivable else ""
        return "\n".join(filter(None, (asked, self._told_way(), waive)))

    def _told_way(self) -> str:
        is_theirs = {"not_allowed", "not_theirs", "approver_is_another"}
        if self._find_way is _no_way or self.way is not None:
            return tell_way(self.way)
        # Somebody else can, and the reason says so.
        others = any(unmet.code in is_theirs for unmet in self.unmet)
        return "" if others else "nothing leads there from here"

    def __reduce__(self) -> tuple[object, ...]:
        # The search holds the case; what leaves the process is its result.
        return _refused, (self.trigger, self.state, self.unmet, self.way, self.waivable)


def _refused(
    trigger: str,
    state: str,
    unmet: tuple[Unmet, ...],
    way: Way | None,
    waivable: tuple[str, ...] = (),
) -> Refused:
    return Refused(trigger, state, unmet, lambda: way, waivable)


class _Problems(ComplaintflowError):
    """An error that lists every problem at once."""

    def __init__(self, subject: str, problems: tuple[str, ...]) -> None:
        super().__init__(subject, problems)
        self.subject = subject
        """What has the problems."""
        self.problems = problems
        """Every problem, one sentence each."""

    def __str__(self) -> str:
        if len(self.problems) == 1:
            return f"{self.subject}: {self.problems[0]}"
        count = len(self.problems)
        return f"{self.subject} has {count} problems:\n" + "\n".join(
            f"- {p}" for p in self.problems
        )


class EvidenceError(_Problems):
    """The evidence of an act is blank, of the wrong type, or contradicts itself."""


class LimitReached(_Problems):
    """Something is larger, or more, than the desk takes; nothing of it was kept."""


class MethodError(_Problems):
    """A method's definition has problems; it does not exist until they are gone."""


@frozen(eq=False, repr=False)
class DocumentProblem(Value):
    """One thing that is wrong with a document, and where."""

    text: str
    """What is wrong, and what may have been meant."""

    path: str = ""
    """Where in the data; `'acts.offer.needs[1]'`. Empty: the document as a whole."""

    line: int | None = None
    """The line of the text, from 1. None: it is not known."""

    file: str = ""
    """The file it stands in. Empty: it was read from no file."""

    def __str__(self) -> str:
        line = "" if self.line is None else f"{self.file}:{self.line}"
        place = line if self.file else line and f"line {self.line}"
        return ": ".join(part for part in (place, self.path, self.text) if part)


class DocumentError(_Problems):
    """A method's document cannot be read, or a method cannot be written as one."""

    def __init__(self, subject: str, places: tuple[DocumentProblem, ...]) -> None:
        super().__init__(subject, tuple(map(str, places)))
        self.args = (subject, places)
        self.places = places
        """The same problems, each with its place as data."""

    def __str__(self) -> str:
        # A problem with a line begins with the file, and the file is what has it.
        if len(self.places) == 1 and self.problems[0].startswith(f"{self.subject}:"):
            return self.problems[0]
        return super().__str__()


class StoryError(_Problems):
    """A story cannot be used; every bad line is listed with its number."""


class LogError(_Problems):
    """A log of a helpdesk cannot be audited: it is missing, empty, or none of its lines is one."""


class MappingError(_Problems):
    """A mapping, from a log to acts or from one method to another, has problems; all are listed."""


class HistoryError(ComplaintflowError):
    """An entry does not continue the case it is applied to."""


class TimeError(ComplaintflowError, ValueError):
    """A time without a zone, or one before what has been recorded already."""


class UnknownAct(ComplaintflowError, LookupError):
    """The method has no such act."""

    def __init__(self, method: str, trigger: str, known: tuple[str, ...]) -> None:
        super().__init__(method, trigger, known)
        self.method = method
        self.trigger = trigger
        self.known = known

    def __str__(self) -> str:
        # Whoever is told the one has no need of thirty others.
        hint = did_you_mean(self.trigger, self.known) or f"; it has: {', '.join(self.known)}"
        return f"{self.method} has no act '{self.trigger}'{hint}"


class UnknownActor(ComplaintflowError, LookupError):
    """The authority knows nobody of this name."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name

    def __str__(self) -> str:
        return f"nobody is known as '{self.name}'; record it as somebody the Authority knows"


_GIVE_BOTH = (
    "a case stays with the version and the settings that it was opened under: "
    "give that method as well, as in Desk(new, old)"
)


class UnknownMethod(ComplaintflowError, LookupError):
    """There is no method of this name, or none of the version a case is bound to."""

    def __init__(self, name: str, known: tuple[str, ...]) -> None:
        super().__init__(name, known)
        self.name = name
        self.known = known

    def __str__(self) -> str:
        is_pin = "/" in self.name  # digests that look alike mean nothing
        near = None if is_pin else nearest(self.name, self.known, alike=0.8)
        hint = f" (did you mean '{near}'?)" if near else ""
        told = f"there is no method '{self.name}'{hint}; there are: {', '.join(self.known)}"
        return f"{told}; {_GIVE_BOTH}" if is_pin else told


class UnknownCase(ComplaintflowError, LookupError):
    """The store has no such case."""

    def __init__(self, case_id: str) -> None:
        super().__init__(case_id)
        self.case_id = case_id

    def __str__(self) -> str:
        return f"there is no case '{self.case_id}'; open it first, or name another"


class CaseExists(ComplaintflowError):
    """A case with this id was opened before."""

    def __init__(self, case_id: str) -> None:
        super().__init__(case_id)
        self.case_id = case_id

    def __str__(self) -> str:
        return f"case '{self.case_id}' was opened before; record on it, or open another id"


class Conflict(ComplaintflowError):
    """Somebody else acted on the case between reading and recording. Nothing was kept."""

    def __init__(self, case_id: str, expected: int, found: int | None = None) -> None:
        super().__init__(case_id, expected, found)
        self.case_id = case_id
        self.expected = expected
        """The version the step was decided on."""
        self.found = found
        """The version the store has. None: it did not say."""

    def __str__(self) -> str:
        if self.found == self.expected:
            return (
                f"a key of this step on case '{self.case_id}' was kept before: it is recorded "
                "already; read the case again"
            )
        now = "another version" if self.found is None else f"version {self.found}"
        return (
            f"case '{self.case_id}' is at {now}, not {self.expected}: somebody acted in between; "
            "read it again and decide anew"
        )


class KeyReused(ComplaintflowError):
    """An idempotency key came back with another act than the one it was kept for."""

    def __init__(self, case_id: str, key: str, kept: str, given: str) -> None:
        super().__init__(case_id, key, kept, given)
        self.case_id = case_id
        self.key = key
        self.kept = kept
        self.given = given

    def __str__(self) -> str:
        return (
            f"key '{self.key}' on case '{self.case_id}' was kept for {self.kept} and comes back "
            f"for another {self.given}; give every act a key of its own"
        )


class StoreError(ComplaintflowError):
    """The store cannot be used: it is missing, locked, full, of another version, or closed."""


class NotDelivered(ComplaintflowError):
    """
    A notifier could not deliver a notification.

    Whatever a notifier raises means that; this one also tells whether it is worth another try.
    """

    def __init__(
        self,
        key: str,
        reason: str,
        is_permanent: bool = False,  # noqa: FBT001, FBT002  (by position, to be pickled)
        retry_after: timedelta | None = None,
    ) -> None:
        super().__init__(key, reason, is_permanent, retry_after)
        self.key = key
        """The notification's key."""
        self.reason = reason
        """What went wrong, without addresses, secrets or words of the complaint."""
        self.is_permanent = is_permanent
        """True: the receiver will never take it, and trying again is no use."""
        self.retry_after = retry_after
        """How long the receiver asks to be left alone. None: it did not say."""

    def __str__(self) -> str:
        end = "; trying again is no use" if self.is_permanent else ""
        return f"notification '{self.key}' was not delivered: {self.reason}{end}"


class CannotDraw(ComplaintflowError):
    """A diagram cannot be drawn here: what it takes is missing, or failed."""

    def __init__(self, kind: str, why: str, remedy: str) -> None:
        super().__init__(kind, why, remedy)
        self.kind = kind
        """What was asked for: `svg` or `png`."""
        self.why = why
        """Why not."""
        self.remedy = remedy
        """What can be done."""

    def __str__(self) -> str:
        return (
            f"cannot draw {self.kind.upper()}: {self.why}; {self.remedy}, or take Mermaid, DOT or "
            "text, which need nothing"
        )


class UnsupportedOption(ComplaintflowError, TypeError):
    """An option of `transitions` that the shared machine of a method would silently ignore."""
