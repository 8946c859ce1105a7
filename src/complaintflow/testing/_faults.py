"""A store that fails now and then, and each time in the same way."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from random import Random

from complaintflow._help import tells_fields
from complaintflow.adapters.memory import MemoryStore
from complaintflow.errors import StoreError
from complaintflow.ports import Change, Notification, Parked, Query, Record, Snapshot, Store


@tells_fields
class FaultyStore:
    """
    Stand before a store, and fail by a seed: before a write was made, or after it.

    One that fails before has done nothing. One that fails after has done all of it, and whoever
    called does not know: the answer was lost. The same seed fails at the same calls.

    Args:
        seed: which calls fail, and how.

        store: the store behind. None: a new one in memory.

        rate: how many of a hundred writes fail, and as many reads; half of the writes before
            they are made, half of them after.

    Raises:
        ValueError: *rate* is not from 0 to 100.
    """

    def __init__(self, seed: int, store: Store | None = None, *, rate: float = 20) -> None:
        if not 0 <= rate <= 100:  # noqa: PLR2004
            message = f"rate is how many of a hundred calls fail, from 0 to 100, not {rate!r}"
            raise ValueError(message)
        self.store: Store = MemoryStore() if store is None else store
        """The store behind, which does not fail."""
        self.faults: list[str] = []
        """What has failed so far, oldest first; `'commit of t-1 fails after it was made'`."""
        self._rate = rate / 100
        self._chance = Random(seed)  # noqa: S311 (it is to be the same each time)
        self._calm = False

    def __repr__(self) -> str:
        return f"<FaultyStore before {self.store!r}, after {len(self.faults)} faults>"

    def calm_down(self) -> None:
        """Fail no more: for the end of a test, when what is kept is looked at."""
        self._calm = True

    # -- the port -------------------------------------------------------------------------------

    def load(self, case_id: str) -> Snapshot | None:
        """Return a case as it was last committed, or fail."""
        self._read(f"load of {case_id}")
        return self.store.load(case_id)

    def commit(self, change: Change) -> None:
        """
        Keep a change, whole, or fail before or after.

        Raises:
            Conflict: the store behind says so.

            StoreError: it is the turn of this call to fail.
        """
        what = f"commit of {change.case_id}"
        fails_after = self._before(what)
        self.store.commit(change)
        self._after(what, fails_after)

    def history(
        self, case_id: str, *, after: int = 0, limit: int | None = None
    ) -> Sequence[Record]:
        """Return the records of a case with a version above *after*, or fail."""
        self._read(f"history of {case_id}")
        return self.store.history(case_id, after=after, limit=limit)

    def keyed(self, case_id: str, key: str) -> Record | None:
        """Return the record of a case that was kept with a key, or fail."""
        self._read(f"keyed of {case_id}")
        return self.store.keyed(case_id, key)

    def find(self, query: Query) -> Sequence[Snapshot]:
        """Return the cases that match a query, or fail."""
        self._read("find")
        return self.store.find(query)

    def wake(
        self, *, now: datetime, until: datetime, limit: int, methods: Sequence[str]
    ) -> Sequence[Snapshot]:
        """Take cases to look at, or fail; one that fails after has taken them."""
        fails_after = self._before("wake")
        woken = self.store.wake(now=now, until=until, limit=limit, methods=methods)
        self._after("wake", fails_after)
        return woken

    def claim(self, *, now: datetime, until: datetime, limit: int) -> Sequence[Notification]:
        """Take notifications to deliver, or fail; one that fails after has taken them."""
        fails_after = self._before("claim")
        claimed = self.store.claim(now=now, until=until, limit=limit)
        self._after("claim", fails_after)
        return claimed

    def settle(
        self, key: str, *, retry_at: datetime | None = None, parked: str | None = None
    ) -> None:
        """Say what became of a notification, or fail before or after."""
        fails_after = self._before(f"settle of {key}")
        self.store.settle(key, retry_at=retry_at, parked=parked)
        self._after(f"settle of {key}", fails_after)

    def release(self, key: str) -> None:
        """Give out again a notification that is put aside, or fail before or after."""
        fails_after = self._before(f"release of {key}")
        self.store.release(key)
        self._after(f"release of {key}", fails_after)

    def parked(self, *, after: str | None = None, limit: int | None = None) -> Sequence[Parked]:
        """Return the notifications that are put aside, or fail."""
        self._read("parked")
        return self.store.parked(after=after, limit=limit)

    # -- failing --------------------------------------------------------------------------------

    def _drawn(self) -> float:
        drawn = self._chance.random()
        return 1.0 if self._calm else drawn

    def _read(self, what: str) -> None:
        if self._drawn() < self._rate:
            self._fail(f"{what} fails")

    def _before(self, what: str) -> bool:
        """Fail before a write, or return whether to fail after it."""
        drawn = self._drawn()
        if drawn < self._rate / 2:
            self._fail(f"{what} fails before it was made")
        return drawn < self._rate

    def _after(self, what: str, fails: bool) -> None:  # noqa: FBT001
        if fails:
            self._fail(f"{what} fails after it was made")

    def _fail(self, what: str) -> None:
        self.faults.append(what)
        message = f"a fault that was asked for: {what}"
        raise StoreError(message)
