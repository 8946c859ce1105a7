"""How much a desk takes: bounds on texts, names, entries and offers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from attrs import frozen

from complaintflow._case import Case, Entry
from complaintflow._value import Value
from complaintflow.acts import Act
from complaintflow.errors import EvidenceError, LimitReached, TimeError
from complaintflow.ports import Change


@frozen(eq=False, repr=False, kw_only=True)
class Limits(Value):
    """
    The most that a desk takes of anything; generous, and there so that nobody can fill a database.

    What is refused for its size raises `LimitReached`, and nothing is kept of it.
    """

    text: int = 100_000
    """Characters in one text of an act."""
    name: int = 200
    """Characters in the id of a case, a key, and the names of customer and owner."""
    entries: int = 10_000
    """
    Entries of one case.

    What ends an open case, and what the system records of it, is taken beyond that.
    """
    offers: int = 100
    """Offers and counter-offers in one cycle."""
    ahead: timedelta | None = timedelta(minutes=5)
    """
    How far after the desk's own clock a given moment may be, as clocks differ. None: any.

    History only goes forward: a case with a moment to come could take nothing before that.
    """

    def __attrs_post_init__(self) -> None:
        problems = tuple(
            f"{name} must be a whole number of at least 1, not {getattr(self, name)!r}"
            for name in ("text", "name", "entries", "offers")
            if type(getattr(self, name)) is not int or getattr(self, name) < 1
        )
        if self.ahead is not None and not (
            isinstance(self.ahead, timedelta) and self.ahead >= timedelta(0)
        ):
            problems += (f"ahead must be a timedelta of no less than nothing, not {self.ahead!r}",)
        if problems:
            raise EvidenceError("limits", problems)

    def check_moment(self, at: datetime, now: datetime) -> datetime:
        """
        Return a moment at which something happened.

        Raises:
            TimeError: it is still to come.
        """
        # A clock at the end of the calendar has nothing after it.
        if self.ahead is not None and at > now and at - now > self.ahead:
            message = (
                f"at is {at.isoformat()}, and it is {now.isoformat()} by the desk's clock; what "
                "is recorded has happened: check the year, or give a desk of the past or the "
                "future a clock of its own, or Limits(ahead=None)"
            )
            raise TimeError(message)
        return at

    def check_texts(self, act: Act, change: Change, **names: str | None) -> None:
        """
        Make sure that no text of a step is too long, nor any of the names given.

        Raises:
            LimitReached: some are; all of them are listed.
        """
        problems = [
            f"{name} has {len(text)} characters, and this desk takes {self.name}; use a shorter one"
            for name, text in names.items()
            if text is not None and len(text) > self.name
        ]
        # No text is longer than all of them together, which is quickly seen.
        if any(
            len(r.text) > self.text or len(r.personal or "") > self.text for r in change.records
        ):
            problems += [
                f"{name} has {len(text)} characters, and this desk takes {self.text}; shorten it, "
                "or keep it elsewhere and say where"
                for name, text in _texts(act, "")
                if len(text) > self.text
            ]
        if problems:
            raise LimitReached(act.trigger, tuple(problems))

    def check(self, before: Case, entry: Entry, after: Case, change: Change) -> None:
        """
        Make sure that a step is not too large, and makes neither case nor negotiation too long.

        Raises:
            LimitReached: it is, or does.
        """
        key = change.records[-1].key
        self.check_texts(entry.act, change, key=key, owner=after.owner, by=entry.by.id)
        spared = entry.act.spec.speaker == "system" or (entry.move.ends and not before.is_closed)
        made = len(after.ledger.proposals)
        if after.version > self.entries and not spared:
            told = (
                f"case '{before.id}' has {before.version} entries, and this desk takes "
                f"{self.entries}; end it and open another, or raise Limits(entries=...)"
            )
        elif made > self.offers and made > len(before.ledger.proposals):
            told = (
                f"{made - 1} offers were made in this cycle, and this desk takes {self.offers}; "
                "come to an end with one of them, or raise Limits(offers=...)"
            )
        else:
            return
        raise LimitReached(entry.trigger, (told,))


def _texts(value: object, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, tuple):
        for number, each in enumerate(value):
            yield from _texts(each, f"{path}[{number}]")
    elif hasattr(value, "__evidence__"):
        for name in value.__evidence__:
            yield from _texts(getattr(value, name), f"{path}.{name}" if path else name)
