"""
The chain of a case: each record carries a digest of itself and of the digest before it.

Nothing here knows an act: a history is checked as it lies in a store, under whatever method.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, Literal

from attrs import frozen

from complaintflow._codec import START, link, seal_of
from complaintflow._given import a, look_over, or_none
from complaintflow._value import Value
from complaintflow.errors import EvidenceError
from complaintflow.ports import Record

_DIGEST = re.compile("[0-9a-f]{64}")

FlawKind = Literal["altered", "missing", "inserted", "moved", "words", "case"]


@frozen(eq=False, repr=False)
class Head(Value):
    """
    Where a chain stands: kept elsewhere, it shows later that nothing before it was changed.

    Raises:
        EvidenceError: its version or its digest is none of an entry.
    """

    version: int
    """How many entries there are."""
    digest: str
    """The link of the last one: 64 hex digits."""

    def __attrs_post_init__(self) -> None:
        problems = []
        if type(self.version) is not int or self.version < 1:
            problems.append(f"version must be a whole number of at least 1, not {self.version!r}")
        if not isinstance(self.digest, str) or not _DIGEST.fullmatch(self.digest):
            problems.append(f"digest must be 64 hex digits in lower case, not {self.digest!r:.80}")
        if problems:
            raise EvidenceError("head", tuple(problems))

    def __str__(self) -> str:
        return f"{self.version}:{self.digest}"


@frozen(eq=False, repr=False)
class Flaw(Value):
    """The first place at which a history is not what was recorded."""

    version: int
    """The entry; for one that is missing, the place where it should stand."""
    kind: FlawKind
    """
    What is wrong with it.

    `altered`: it says something else than what was recorded. `missing`: it is gone. `inserted`:
    it was not recorded here. `moved`: it stands in the place of another. `words`: its personal
    part was changed, or is gone though nothing was erased. `case`: the entries are whole, and the
    case that is kept beside them says something else.
    """
    text: str
    """The same, as a sentence."""

    def __str__(self) -> str:
        return self.text


@frozen(eq=False, repr=False)
class Verification(Value):
    """What a check of a history has found; false where something is wrong."""

    head: Head | None
    """Where the chain stood when the check ended. None: there is nothing."""
    erased: int
    """How many entries have lost their words to an erasure."""
    anchored: bool
    """True: a head that was kept elsewhere was compared, so a chain written anew is found too."""
    flaw: Flaw | None = None
    """The first thing that is wrong. None: the chain is whole."""

    @property
    def is_whole(self) -> bool:
        """True: every entry is there, in its place, and says what it said."""
        return self.flaw is None

    def __bool__(self) -> bool:
        return self.is_whole

    def __str__(self) -> str:
        if self.flaw is not None:
            return str(self.flaw)
        told = "nothing" if self.head is None else f"{self.head.version} entries, whole"
        told += f", {self.erased} without their words" if self.erased else ""
        if self.anchored:
            return f"{told}; everything up to the head that was kept elsewhere is as it was then"
        return f"{told}; without a head kept elsewhere this does not show a chain written anew"


def verify_history(records: Iterable[Record], head: Head | None = None) -> Verification:
    """
    Check the history of a case, and name the first entry that is not what was recorded.

    Each entry must be in its place, continue the chain, say in its columns what it says in its
    text, and have the words that it was sealed with, unless a later entry erased them.

    It does not prove who wrote the history: whoever owns the database can write another one, with
    another chain. Keep a *head* where they cannot write, and that is found too. Nor does it prove
    that what was recorded is true, or when; and idempotency keys are no part of the chain.

    Args:
        records: the whole history, oldest first, as `Store.history` returns it.

        head: where the chain stood at some time before, from `Desk.head`. None: nobody knows.

    Raises:
        EvidenceError: *records* holds something that is no record, or *head* is no head.
    """
    look_over(
        "verify_history",
        records=(a(Iterable, "records, as Store.history(id) returns them"), records),
        head=(or_none(a(Head, "a head, as Desk.head(id) returns it")), head),
    )
    walk = _Walk(head)
    flaw: Flaw | None = None
    waiting = _looked_at(records)
    for record in waiting:
        flaw = walk.flaw_of(record, waiting)
        if flaw is not None:
            break
    else:
        flaw = walk.flaw_of_the_end()
    at = Head(walk.version, walk.digest) if walk.version else None
    return Verification(at, walk.erased, head is not None, flaw)


def _looked_at(records: Iterable[Record]) -> Iterator[Record]:
    wanted = a(Record, "a record, as Store.history(id) returns them")
    for place, record in enumerate(records):
        look_over("verify_history", **{f"records[{place}]": (wanted, record)})
        yield record


class _Walk:
    def __init__(self, head: Head | None) -> None:
        self.head = head
        self.version = 0
        self.digest = START
        self.erased = 0
        self.silent = 0
        """How many entries have no words, and have met no erasure yet that took them."""
        self.first_silent = 0

    def flaw_of(self, record: Record, others: Iterator[Record]) -> Flaw | None:
        """Return what is wrong with the next record, and step on where nothing is."""
        place = self.version + 1
        said = _said(record)
        flaw = (
            self._place(place, record, said, others)
            or _columns(place, record, said)
            or self._words(place, record, said)
        )
        if flaw is None:
            self.version, self.digest = place, record.digest
            if self.head is not None and place == self.head.version:
                flaw = self._anchor(self.head)
        return flaw

    def flaw_of_the_end(self) -> Flaw | None:
        """Return what is wrong where the history ends."""
        if self.silent:
            told = f"entry {self.first_silent} has lost its words, and no entry erases them"
            return Flaw(self.first_silent, "words", told)
        if self.head is not None and self.version < self.head.version:
            place = self.version + 1
            told = f"entry {place} is missing, of {self.head.version} that there were"
            return Flaw(place, "missing", told)
        return None

    def _place(
        self, place: int, record: Record, said: dict[str, Any], others: Iterator[Record]
    ) -> Flaw | None:
        found = said.get("version", record.version) if record.version == place else record.version
        if type(found) is not int:
            return _altered(place, f"its version is {found!r:.40}, which is no number of an entry")
        if found == place and _continues(self.digest, record):
            return None
        if found == place:
            after = next(others, None)
            if after is not None and _continues(self.digest, after):
                told = f"entry {place} was inserted: what comes next continues the one before it"
                return Flaw(place, "inserted", told)
            return _altered(place, "its digest is not that of its text and the entry before it")
        return self._elsewhere(place, found, others)

    def _elsewhere(self, place: int, found: int, others: Iterator[Record]) -> Flaw:
        """Return what it means that an entry has another number than that of its place."""
        if found < place:
            told = f"an entry {found} was inserted, or moved, after entry {place - 1}"
            return Flaw(place, "inserted", told)
        told = f"entry {found} stands in the place of entry {place}"
        if any(place in (each.version, _said(each).get("version")) for each in others):
            return Flaw(place, "moved", f"{told}, which comes later")
        return Flaw(place, "missing", f"entry {place} is missing: {told}")

    def _words(self, place: int, record: Record, said: dict[str, Any]) -> Flaw | None:
        sealed = said.get("sealed")
        if said["act"] == "erase":
            self.erased, self.silent = self.erased + self.silent, 0
        if record.personal is not None:
            if sealed is None or sealed != _seal_of(record.personal):
                return Flaw(place, "words", f"the words of entry {place} were altered")
        elif sealed is not None:
            self.first_silent = self.first_silent if self.silent else place
            self.silent += 1
        return None

    def _anchor(self, head: Head) -> Flaw | None:
        if self.digest == head.digest:
            return None
        return _altered(head.version, "it is not the one that the head kept elsewhere is of")


def _said(record: Record) -> dict[str, Any]:
    try:
        data = json.loads(record.text)
    except (TypeError, ValueError, RecursionError):
        return {}
    return data if isinstance(data, dict) else {}


# Whoever writes into a database may leave there what is no text, or half a character of one.


def _continues(before: str, record: Record) -> bool:
    try:
        return isinstance(record.text, str) and link(before, record.text) == record.digest
    except UnicodeEncodeError:
        return False


def _seal_of(personal: object) -> str | None:
    try:
        return seal_of(personal) if isinstance(personal, str) else None
    except UnicodeEncodeError:
        return None


def _columns(place: int, record: Record, said: dict[str, Any]) -> Flaw | None:
    try:
        at = datetime.fromisoformat(said["at"])
        told = (said["case_id"], said["version"], said["act"], at)
    except (KeyError, TypeError, ValueError):
        return _altered(place, "its text is no entry")
    if told != (record.case_id, record.version, record.trigger, record.at):
        return _altered(place, "its columns say something else than its text")
    return None


def _altered(place: int, why: str) -> Flaw:
    return Flaw(place, "altered", f"entry {place} was altered: {why}")
