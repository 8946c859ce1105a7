"""
A desk that does what a story does, over a store that fails: what it keeps must be the story.

Whatever the store did not answer is asked for again with the same key, as a client does.
"""

from __future__ import annotations

from contextlib import suppress

from attrs import define, field

from complaintflow._case import Case, Entry
from complaintflow._desk import Desk
from complaintflow._method import Method
from complaintflow.acts import Open
from complaintflow.adapters.memory import MemoryStore
from complaintflow.errors import StoreError
from complaintflow.ports import Store
from complaintflow.testing._doubles import FrozenClock, RecordingNotifier
from complaintflow.testing._faults import FaultyStore
from complaintflow.testing._strategies import kept

RATE = 15
"""How many of a hundred calls of the store fail."""

OFTEN = 200
"""How often a client tries again."""


@define
class Mirror:
    """
    One host for all the stories of a run.

    Raises `AssertionError` where it keeps, reads or tells something else than the stories.
    """

    method: Method
    seed: int
    behind: Store = field(factory=MemoryStore)
    """What keeps it all, behind the faults."""
    store: FaultyStore = field(init=False)
    notifier: RecordingNotifier = field(factory=RecordingNotifier)
    clock: FrozenClock = field(factory=FrozenClock)
    desk: Desk = field(init=False)
    told: dict[str, list[Entry]] = field(factory=dict)
    """What was kept of each case, oldest first."""

    def __attrs_post_init__(self) -> None:
        self.store = FaultyStore(self.seed, self.behind, rate=RATE)
        self.desk = Desk(self.method, store=self.store, notifier=self.notifier, clock=self.clock)

    def keep(self, entry: Entry, after: Case) -> None:
        """Do at the desk what was done in a story, and compare what comes of it."""
        self.told.setdefault(entry.case_id, []).append(entry)
        case = self._kept(entry)
        assert case == after, f"the desk keeps {case}, and the story is {after}"

    def _kept(self, entry: Entry) -> Case:
        key = f"message {entry.version}"
        self.clock.move_to(max(entry.at, self.clock.now()))
        for _ in range(OFTEN):
            try:
                if not isinstance(entry.act, Open):
                    return self.desk.record(
                        entry.case_id, entry.act, by=entry.by, at=entry.at, key=key
                    )
                return self.desk.open(
                    entry.case_id,
                    customer=entry.act.customer,
                    complaint=entry.act.complaint,
                    channel=entry.act.channel,
                    owner=entry.act.owner,
                    by=entry.by,
                    at=entry.at,
                    key=key,
                )
            except StoreError:
                continue
        message = f"{entry} was not kept in {OFTEN} attempts, and a store that fails seldom"
        raise AssertionError(message)

    def deliver(self, failures: int) -> None:
        """Deliver, while the notifier fails some times; a store that fails ends it."""
        self.notifier.fail_next(failures)
        with suppress(StoreError):  # what was claimed is free again when the lease ends
            self.desk.deliver()
        self.clock.advance(hours=7)

    def end(self) -> None:
        """Look at all that was kept and told, when nothing fails any more."""
        self.store.calm_down()
        self.notifier.fail_next(0)
        self.clock.advance(hours=7)
        while self.desk.deliver().delivered:
            pass
        sent: dict[str, list[str]] = {case_id: [] for case_id in self.told}
        for notification in self.notifier.delivered:
            if notification.key not in sent[notification.case_id]:
                sent[notification.case_id].append(notification.key)
        for case_id, entries in self.told.items():
            assert self.desk.history(case_id) == tuple(kept(entry) for entry in entries)
            wanted = [
                f"{case_id}:{entry.version}:{number}"
                for entry in entries
                for number, _ in enumerate(entry.effects, start=1)
            ]
            assert sent[case_id] == wanted, (
                f"case {case_id} notifies of {wanted}, and {sent[case_id]} was delivered"
            )
