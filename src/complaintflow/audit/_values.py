"""What a mapping, a rule's answer and a report are, as values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from collections.abc import Mapping as Given
from datetime import datetime
from enum import StrEnum

from attrs import field, frozen

from complaintflow._help import tells_fields
from complaintflow._invariants import Invariant
from complaintflow._value import Value
from complaintflow.errors import Unmet

OPENING = frozenset({"open"})
CLOSING = frozenset({"close", "withdraw", "lapse", "declare_deadlock", "merge"})
REOPENING = frozenset({"reopen"})
"""The acts that open, close and reopen a case, unless an activity says otherwise."""


@tells_fields
class Verdict(StrEnum):
    """What a log says about one rule in one case."""

    KEPT = "kept"
    """The rule had something to say, and it was kept."""
    BROKEN = "broken"
    """It was broken, whatever the log leaves open."""
    PENDING = "pending"
    """The case is still open, and what the rule asks for has not happened yet."""
    CANNOT_TELL = "cannot tell"
    """
    It hangs on what the log leaves open: an order, an outcome, how the case began, or a line that
    cannot be read.
    """
    NOT_APPLICABLE = "not applicable"
    """The rule had nothing to say."""


@frozen(eq=False, repr=False)
class Deed(Value):
    """An act that an activity of a log stands for."""

    trigger: str
    """The act."""
    outcome: str | None = None
    """Which of its outcomes it had. None: the log leaves that open, or it has only one."""


def _deeds(value: Iterable[Deed]) -> tuple[Deed, ...]:
    return tuple(value)


def _facts(value: Iterable[str] | str) -> frozenset[str]:
    return frozenset((value,) if isinstance(value, str) else value)


@frozen(eq=False, repr=False)
class Activity(Value):
    """What one activity of a log stands for. Nothing at all: it is known, and says nothing."""

    name: str
    """As the log has it."""
    deeds: tuple[Deed, ...] = field(default=(), converter=_deeds)
    """The acts, in the order in which they were done."""
    establishes: frozenset[str] = field(default=frozenset(), converter=_facts)
    """Facts that hold after it, beyond those that its acts establish."""
    clears: frozenset[str] = field(default=frozenset(), converter=_facts)
    """Facts that no longer hold after it, beyond those that its acts clear."""
    opens: bool = False
    """True: a case begins with it, so that one that begins otherwise began before the log."""
    closes: bool = False
    """True: a case is over with it, so that what is missing then will not come."""
    reopens: bool = False
    """True: a new cycle begins with it."""


@frozen(eq=False, repr=False)
class Shape(Value):
    """Where a log has what. Every column is a name; a number counts from 1, without a header."""

    case: str | int | None = None
    """The column of the case. None: it is guessed from the usual names."""
    activity: str | int | None = None
    """The column of the activity. None: it is guessed from the usual names."""
    time: str | int | None = None
    """The column of the time. None: it is guessed from the usual names."""
    format: str = "iso"
    """How a time is written: `iso`, `unix` (seconds), `unix_ms`, or a format of `strptime`."""
    zone: str = "UTC"
    """The zone of times that are written without one."""
    delimiter: str | None = None
    """What stands between two columns of a CSV file. None: what its header has most of."""
    encoding: str = "utf-8"
    """How the text of a CSV file is encoded."""
    complete: bool = False
    """True: every case of the log is over, whether or not an activity closes it."""


@frozen(eq=False, repr=False)
class Mapping(Value):
    """From the activities of a log to acts and facts; `read_mapping` and `mapping_of` make one."""

    activities: tuple[Activity, ...]
    """What each activity stands for, in the order of the mapping."""
    shape: Shape = Shape()
    """Where the log has what."""
    rules: tuple[Invariant, ...] = ()
    """Invariants that the mapping states itself."""
    name: str = "the mapping"
    """What messages call it: the path of its file."""
    lines: Given[str, int] = field(factory=dict, eq=False, repr=False)
    """The line of each activity in its file, for messages."""

    def where(self, activity: str) -> str:
        """Return how messages name an activity: with its line, where it came from a file."""
        line = self.lines.get(activity)
        return f"activities.'{activity}'" if line is None else f"line {line}: '{activity}'"


@frozen(eq=False, repr=False)
class AuditFinding(Value):
    """Where a case first broke a rule, or where it cannot be told whether it did."""

    case: str
    """The id of the case."""
    rule: str
    """The code of the rule."""
    verdict: Verdict
    """`BROKEN` or `CANNOT_TELL`."""
    at: datetime | None
    """When; with the zone of the log, or aware where the log says offsets."""
    activity: str | None
    """The activity with which it happened. None: it lies in what did not happen."""
    line: int | None
    """Where in the file: the line, or of what is no file the place. None: as for the activity."""
    reasons: tuple[Unmet, ...] = ()
    """What was missing, with its clauses."""

    def __str__(self) -> str:
        told = "; ".join(reason.text for reason in self.reasons)
        where = "" if self.activity is None else f" at '{self.activity}'"
        when = "" if self.at is None else f" on {self.at:%Y-%m-%d %H:%M}"
        return f"{self.case}: {self.rule} {self.verdict}{where}{when}: {told}"


@frozen(eq=False, repr=False)
class Judged(Value):
    """One rule, and how many cases have which verdict."""

    code: str
    """Its name; `'refund_heard'`."""
    text: str
    """The sentence where it is broken."""
    cites: tuple[str, ...] = ()
    """The clauses it stands on."""
    totals: Given[Verdict, int] = field(factory=Counter)
    """How many cases have each verdict; a verdict that none has may be missing."""

    def count(self, verdict: Verdict) -> int:
        """Return how many cases have a verdict."""
        return self.totals.get(verdict, 0)


@frozen(eq=False, repr=False)
class Unjudged(Value):
    """A requirement of a method that a log cannot answer; it is taken to be met."""

    trigger: str
    """The act that it is asked of."""
    code: str
    """Its name in the method."""
    text: str
    """What is missing without it, for people."""


@frozen(eq=False, repr=False)
class Unusable(Value):
    """A line of a log that could not be read."""

    line: int
    """Its place in the log; the first is 1."""
    why: str
    """What is wrong with it."""


@frozen(eq=False, repr=False)
class AuditReport(Value):
    """What an audit found."""

    rules: tuple[Judged, ...]
    """The method, where one was asked for, and each invariant."""
    findings: tuple[AuditFinding, ...]
    """The first deviation for each rule and case that is broken or cannot be told, by case."""
    cases: Given[str, tuple[Verdict, ...]]
    """For every case its verdicts, in the order of the rules."""
    lines: int
    """How many lines of the log could be read."""
    unknown: Given[str, int]
    """Activities that the mapping does not know, and how often each was found."""
    unseen: tuple[str, ...]
    """Activities of the mapping that the log does not have."""
    unusable: int
    """How many lines could not be read."""
    samples: tuple[Unusable, ...]
    """The first of them."""
    unsorted: int
    """How many cases were not in the order of time; they were sorted."""
    tied: int
    """How many cases have several lines of one time."""
    beheaded: int
    """How many cases began before the log."""
    unjudged: tuple[Unjudged, ...]
    """What a log cannot answer, and was taken to be met."""
    notes: tuple[str, ...] = ()
    """What is worth knowing before the figures are believed."""
    standings: Given[str, int] = field(factory=dict)
    """
    How many cases stand in each state of the method where the log ends, in the order of its states.

    A case that deviated, or of which the log leaves it open, is in none. Empty: no method was
    asked for, or no case is in any.
    """

    @property
    def is_clean(self) -> bool:
        """True: no rule is broken in any case."""
        return not any(rule.count(Verdict.BROKEN) for rule in self.rules)

    def broken(self, rule: str | None = None) -> tuple[str, ...]:
        """Return the cases that broke a rule, in the order of the log. None: any rule."""
        places = [i for i, each in enumerate(self.rules) if rule in (None, each.code)]
        return tuple(
            case
            for case, verdicts in self.cases.items()
            if any(verdicts[place] is Verdict.BROKEN for place in places)
        )

    def data(self, limit: int | None = None) -> dict[str, object]:
        """
        Return the report as data that JSON can hold; its keys stay.

        Args:
            limit: how many findings at most. None: all of them.
        """
        return {
            "cases": len(self.cases),
            "lines": self.lines,
            "rules": [
                {
                    "code": rule.code,
                    "text": rule.text,
                    "cites": list(rule.cites),
                    **{verdict.name.lower(): rule.count(verdict) for verdict in Verdict},
                }
                for rule in self.rules
            ],
            "findings": [_data_of(each) for each in self.findings[:limit]],
            "unknown": dict(self.unknown),
            "unseen": list(self.unseen),
            "unusable": self.unusable,
            "samples": [{"line": each.line, "why": each.why} for each in self.samples],
            "unsorted": self.unsorted,
            "tied": self.tied,
            "beheaded": self.beheaded,
            "unjudged": [
                {"act": each.trigger, "code": each.code, "text": each.text}
                for each in self.unjudged
            ],
            "notes": list(self.notes),
            "standings": dict(self.standings),
        }

    def rows(self, limit: int | None = None) -> Iterator[tuple[str, ...]]:
        """Yield the findings as rows of a table, a header first. None: all of them."""
        yield ("case", "rule", "verdict", "at", "activity", "line", "reasons", "cites")
        for each in self.findings[:limit]:
            yield (
                each.case,
                each.rule,
                str(each.verdict),
                "" if each.at is None else each.at.isoformat(),
                each.activity or "",
                "" if each.line is None else str(each.line),
                "; ".join(reason.text for reason in each.reasons),
                " ".join(_cites(each.reasons)),
            )


def _data_of(finding: AuditFinding) -> dict[str, object]:
    return {
        "case": finding.case,
        "rule": finding.rule,
        "verdict": str(finding.verdict),
        "at": None if finding.at is None else finding.at.isoformat(),
        "activity": finding.activity,
        "line": finding.line,
        "reasons": [
            {"code": reason.code, "text": reason.text, "cites": list(reason.cites)}
            for reason in finding.reasons
        ],
    }


def _cites(reasons: Iterable[Unmet]) -> Iterable[str]:
    return dict.fromkeys(clause for reason in reasons for clause in reason.cites)
