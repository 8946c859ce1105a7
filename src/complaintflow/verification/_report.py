"""What a check found, as data."""

from __future__ import annotations

from collections import Counter
from typing import Literal

from attrs import field, frozen

from complaintflow._value import Value

Severity = Literal["error", "warning", "note"]
Proven = Literal["proved", "broken", "departed", "undecided", "watched"]
Noticed = Literal["caught", "redundant", "unnoticed", "undecided"]


@frozen(eq=False, repr=False)
class Turn(Value):
    """One step of a story."""

    trigger: str
    """The act."""
    outcome: str | None
    """Which of its outcomes it has. None: it has only one."""
    source: str
    """The state it is taken in."""
    target: str
    """The state it leads to."""
    establishes: tuple[str, ...] = ()
    """
    What holds after it and did not before, in the method's order; where a cycle begins, all that
    holds after it.
    """
    clears: tuple[str, ...] = ()
    """What held before it and does not after."""
    begins_cycle: bool = False
    """True: every duty is fresh."""

    def __str__(self) -> str:
        act = self.trigger if self.outcome is None else f"{self.trigger} ({self.outcome})"
        moved = self.target if self.source == self.target else f"{self.source} → {self.target}"
        notes = [f"+ {', '.join(self.establishes)}"] if self.establishes else []
        if self.begins_cycle:
            notes.append("a new cycle begins")
        elif self.clears:
            notes.append(f"- {', '.join(self.clears)}")
        return f"{act}: {'; '.join([moved, *notes])}"


@frozen(eq=False, repr=False)
class Finding(Value):
    """One thing that is wrong with a method, or may be, with the shortest story that shows it."""

    code: str
    """What kind of thing; `'dead_end'`."""
    about: str
    """What of the method it is about: a state, an act, a fact, an invariant."""
    severity: Severity
    """An `error` breaks a promise, a `warning` is likely a mistake, a `note` is to be known."""
    text: str
    """The finding as a sentence."""
    story: tuple[Turn, ...] = ()
    """How it comes to that, from the opening on. Empty: at once, or never."""
    cites: tuple[str, ...] = ()
    """The clauses of the document that it touches."""
    accepted: str | None = None
    """The reason for which the method accepts it. None: it does not."""

    @property
    def key(self) -> str:
        """What the method names it by where it accepts it."""
        return f"{self.code}: {self.about}"

    @property
    def is_wanting(self) -> bool:
        """True: something should be done about it."""
        return self.severity != "note" and self.accepted is None

    def __str__(self) -> str:
        return f"{self.severity}: {self.text}"


@frozen(eq=False, repr=False)
class Proof(Value):
    """What was found out about one invariant, the charter's own included."""

    code: str
    """Its name; I1 to I6 are the charter's."""
    text: str
    """The sentence where it is broken."""
    verdict: Proven
    """
    Departed: it is not kept, and the method gives its reason. Watched: a proof cannot tell, as it
    knows no time, or as the method leaves it to the desk.
    """
    needs_no_waiver: bool = True
    """False: it is proved for cases on which nothing was waived; a waiver can set it aside."""


@frozen(eq=False, repr=False)
class Guard(Value):
    """What was found out about one guard, by leaving it out."""

    name: str
    """What was left out; `'offer needs heard'`."""
    verdict: Noticed
    """
    Caught: something says no to the method without it. Redundant: the rest of the method implies
    it. Unnoticed: the method does something else without it, and nothing says no.
    """
    by: str = ""
    """What catches it: an invariant, or the code of a finding."""
    story: tuple[Turn, ...] = ()
    """What becomes possible without it. Empty where it is redundant."""
    accepted: str | None = None
    """The reason for which the method accepts that it is unnoticed. None: it does not."""

    @property
    def key(self) -> str:
        """What the method names it by where it accepts it."""
        return f"unnoticed: {self.name}"


@frozen(eq=False, repr=False)
class Report(Value):
    """What a check of a method found."""

    method: str
    """Name, version and settings digest of the method."""
    findings: tuple[Finding, ...]
    """What is wrong, errors first."""
    proofs: tuple[Proof, ...]
    """What was found out about each invariant, the charter's first."""
    guards: tuple[Guard, ...] | None
    """What was found out about each guard. None: it was not asked for."""
    undecided: tuple[str, ...] = ()
    """What could not be decided, each as a sentence. Empty: everything was."""
    configurations: int | None = None
    """How many configurations of state and facts can be reached. None: they were not counted."""
    searched: Literal["listed", "packed", "refined"] = field(default="listed", kw_only=True)
    """How: one configuration at a time, by whole sets of them, or by a few facts at a time."""

    @property
    def unnoticed(self) -> tuple[Guard, ...]:
        """The guards whose loss nobody would notice, and for which no reason is given."""
        return tuple(
            guard
            for guard in self.guards or ()
            if guard.verdict == "unnoticed" and guard.accepted is None
        )

    @property
    def is_clean(self) -> bool:
        """True: nothing is wanting, and everything was decided."""
        return not (
            any(finding.is_wanting for finding in self.findings) or self.unnoticed or self.undecided
        )

    @property
    def wanting(self) -> str:
        """What is wanting, counted; `'1 error, 2 warnings'`. Empty: nothing is."""
        told = Counter(finding.severity for finding in self.findings if finding.is_wanting)
        counted = [_counted(count, severity) for severity, count in told.items()]
        counted += [_counted(len(self.unnoticed), "unnoticed guard")] if self.unnoticed else []
        counted += [f"{len(self.undecided)} not decided"] if self.undecided else []
        return ", ".join(counted)

    def __str__(self) -> str:
        many = "" if self.configurations is None else f" in {self.configurations} configurations"
        lines = [f"{self.method}: {self.wanting or 'nothing is wanting'}{many}"]
        for finding in self.findings:
            accepted = f" (accepted: {finding.accepted})" if finding.accepted else ""
            lines += [f"{finding}{accepted}"]
            lines += [f"    {place}. {turn}" for place, turn in enumerate(finding.story, 1)]
        for proof in self.proofs:
            unless = "" if proof.needs_no_waiver else " (unless it is waived)"
            lines.append(f"{proof.verdict}: never {proof.text}{unless}")
        lines += [f"unnoticed: nobody notices when {each.name} is lost" for each in self.unnoticed]
        lines += [f"not decided: {each}" for each in self.undecided]
        return "\n".join(lines)


def _counted(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"
