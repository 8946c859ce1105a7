"""What is counted of many cases. No word and no name of any of them is in it."""

from __future__ import annotations

from datetime import datetime, timedelta

from attrs import frozen

from complaintflow._value import Value

Data = dict[str, object]


@frozen(eq=False, repr=False)
class StateCount(Value):
    """How many cases stand in one state of a method, and for how long they have."""

    method: str
    """The name of the method."""
    state: str
    """The name of the state."""
    is_final: bool
    """Whether the cases in it are over."""
    cases: int
    """How many stand in it."""
    median: timedelta
    """Half of them have stood in it for this long or longer."""
    longest: timedelta
    """How long the one has stood in it that has stood longest."""


@frozen(eq=False, repr=False)
class StateTime(Value):
    """How long cases stood in one state of a method until they left it; final states aside."""

    method: str
    """The name of the method."""
    state: str
    """The name of the state."""
    stays: int
    """How often a case has left it; a case may come to it more than once."""
    median: timedelta
    """Half of the stays were this long or longer."""
    p90: timedelta
    """Nine in ten stays were not longer; one of the stays, and nothing between two of them."""
    longest: timedelta
    """The longest stay."""


@frozen(eq=False, repr=False)
class PromiseCount(Value):
    """What became of promises."""

    kept: int = 0
    """Kept in time."""
    kept_late: int = 0
    """Kept, after their moment had passed."""
    broken: int = 0
    """Given up, with somebody else's approval."""
    released: int = 0
    """The customer no longer asks for them."""
    overdue: int = 0
    """Outstanding, and their moment has passed."""
    open: int = 0
    """Outstanding, and there is time."""

    @property
    def made(self) -> int:
        """How many were made."""
        return self.kept + self.kept_late + self.broken + self.released + self.overdue + self.open

    @property
    def on_time(self) -> float | None:
        """
        How many of those that had to be kept by now were kept in time, from 0 to 1.

        None: none had to be. What was released had not, nor has what is open and has time.
        """
        had_to_be = self.kept + self.kept_late + self.broken + self.overdue
        return self.kept / had_to_be if had_to_be else None


@frozen(eq=False, repr=False)
class Refusal(Value):
    """One act that was refused, without a word of it."""

    at: datetime
    """When."""
    method: str
    """The name of the method."""
    state: str
    """The state in which it was asked for."""
    act: str
    """The trigger of the act."""
    codes: tuple[str, ...]
    """The requirements that were not met."""


@frozen(eq=False, repr=False)
class Reason(Value):
    """A requirement, and how often an act was refused for it."""

    code: str
    """The requirement's name in its method."""
    refusals: int
    """How many acts were refused for it."""
    acts: tuple[tuple[str, int], ...]
    """The acts that were refused for it, by their triggers, each with how often; often first."""


@frozen(eq=False, repr=False)
class Statistics(Value):
    """What was counted."""

    at: datetime
    """The moment it was counted for, in the time zone that was asked for."""
    cases: int
    """How many there are; of a log, those that it leaves no doubt of."""
    closed: int
    """How many of them are over."""
    standings: tuple[StateCount, ...]
    """Where they stand: by method; open states first, then by how many stand there."""
    times: tuple[StateTime, ...]
    """How long each state took, by method; longest first."""
    promises: PromiseCount | None
    """What became of what was promised. None: a log does not say."""
    ended: int
    """How many have been over at least once, or began anew."""
    reopened: int
    """How many of these began anew."""
    refusals: tuple[Reason, ...] | None = None
    """Why acts were refused, often first. None: nobody kept that."""
    untold: int = 0
    """How many cases a log leaves in doubt; they are counted nowhere else."""

    @property
    def open(self) -> int:
        """How many are not over."""
        return self.cases - self.closed

    @property
    def reopen_rate(self) -> float | None:
        """How many of those that ended began anew, from 0 to 1. None: none has ended."""
        return self.reopened / self.ended if self.ended else None

    def data(self) -> Data:
        """
        Return it as plain data, which stays: lengths of time are in seconds.

        `at`, `cases`, `open`, `closed`, `ended`, `reopened`, `reopen_rate`; `standings`, each
        `method`, `state`, `is_final`, `cases`, `median`, `longest`; `times`, each `method`,
        `state`, `stays`, `median`, `p90`, `longest`; `promises` with `made`, `kept`, `kept_late`,
        `broken`, `released`, `overdue`, `open`, `on_time` (null: a log does not say); `untold`;
        and `refusals` (null: nobody kept them), each `code`, `refusals` and `acts`, a count by act.
        """
        return {
            "at": self.at.isoformat(),
            "cases": self.cases,
            "open": self.open,
            "closed": self.closed,
            "ended": self.ended,
            "reopened": self.reopened,
            "reopen_rate": self.reopen_rate,
            "standings": [
                {
                    "method": each.method,
                    "state": each.state,
                    "is_final": each.is_final,
                    "cases": each.cases,
                    "median": each.median.total_seconds(),
                    "longest": each.longest.total_seconds(),
                }
                for each in self.standings
            ],
            "times": [
                {
                    "method": each.method,
                    "state": each.state,
                    "stays": each.stays,
                    "median": each.median.total_seconds(),
                    "p90": each.p90.total_seconds(),
                    "longest": each.longest.total_seconds(),
                }
                for each in self.times
            ],
            "promises": None
            if self.promises is None
            else {
                "made": self.promises.made,
                "kept": self.promises.kept,
                "kept_late": self.promises.kept_late,
                "broken": self.promises.broken,
                "released": self.promises.released,
                "overdue": self.promises.overdue,
                "open": self.promises.open,
                "on_time": self.promises.on_time,
            },
            "untold": self.untold,
            "refusals": None
            if self.refusals is None
            else [
                {"code": each.code, "refusals": each.refusals, "acts": dict(each.acts)}
                for each in self.refusals
            ],
        }
