"""What a store promises about notifications that keep failing."""

# ruff: noqa: PLR2004, SIM300
# These are tests: they assert, numbers are the point, and what is expected comes first.

from __future__ import annotations

from attrs import evolve

from complaintflow.ports import Parked, Store
from complaintflow.testing._stores._changes import (
    IDS,
    NOW,
    SOON,
    TOMORROW,
    WORDS,
    a_change,
    claim_all,
    deliver_all,
    keys_of,
)


def parked_keys(store: Store) -> list[str]:
    """Return the keys of everything that is put aside."""
    return [parked.notification.key for parked in store.parked()]


class ParkingContract:
    """What keeps failing is put aside with its error, listed, and released."""

    def test_what_is_parked_is_not_given_out(self, store: Store) -> None:
        """It would fail again, all day."""
        store.commit(a_change("ticket-42", topics=("opened",)))
        claim_all(store, NOW)

        store.settle("ticket-42:1:1", parked="no such mailbox")

        assert [] == claim_all(store, NOW)
        assert [] == claim_all(store, TOMORROW)

    def test_what_is_parked_holds_up_its_case_no_longer(self, store: Store) -> None:
        """The rest may go to somebody whose mailbox works."""
        store.commit(a_change("ticket-42", topics=("opened", "heard", "closed")))
        store.claim(now=NOW, until=SOON, limit=10)

        store.settle("ticket-42:1:1", parked="no such mailbox")

        assert ["ticket-42:1:2"] == keys_of(claim_all(store, NOW))
        assert [] == claim_all(store, NOW)

    def test_what_is_parked_is_listed_with_its_error(self, store: Store) -> None:
        """Somebody has to find out why; the attempt that failed last is counted."""
        change = a_change("ticket-42", topics=("opened", "heard"))
        store.commit(change)
        store.settle("ticket-42:1:1", retry_at=NOW)

        store.settle("ticket-42:1:1", parked="no such mailbox")

        told = evolve(change.outbox[0], attempts=2)
        assert [Parked(told, "no such mailbox")] == list(store.parked())

    def test_nothing_else_is_listed(self, store: Store) -> None:
        """Neither what waits, nor what is on its way, nor what failed once."""
        store.commit(a_change("ticket-1", topics=("opened",)))
        store.commit(a_change("ticket-2", topics=("opened",)))
        store.commit(a_change("ticket-3", topics=("opened",)))
        store.claim(now=NOW, until=TOMORROW, limit=2)
        store.settle("ticket-2:1:1", retry_at=SOON)

        assert [] == list(store.parked())

    def test_errors_are_kept_as_they_were_told(self, store: Store) -> None:
        """Also one that says nothing."""
        store.commit(a_change("ticket-42", topics=("opened",)))

        for error in ("", *WORDS, "the end"):
            store.settle("ticket-42:1:1", parked=error)

            assert [error] == [parked.error for parked in store.parked()]
            store.release("ticket-42:1:1")

    def test_parked_ones_are_listed_in_pages(self, store: Store) -> None:
        """By key, letter by letter, whenever they were put aside."""
        for case_id in IDS:
            store.commit(a_change(case_id, topics=("opened",)))
            store.settle(f"{case_id}:1:1", parked="no")
        in_order = sorted(f"{case_id}:1:1" for case_id in IDS)
        listed: list[str] = []

        for _ in range(len(IDS)):
            page = store.parked(after=listed[-1] if listed else None, limit=4)
            assert len(page) <= 4
            listed += [parked.notification.key for parked in page]

        assert in_order == listed
        assert in_order == parked_keys(store)
        assert [] == list(store.parked(limit=0))

    def test_what_is_released_is_tried_as_if_it_were_new(self, store: Store) -> None:
        """Its cause was found and is gone."""
        change = a_change("ticket-42", topics=("opened",))
        store.commit(change)
        store.settle("ticket-42:1:1", retry_at=NOW)
        store.settle("ticket-42:1:1", parked="no such mailbox")

        store.release("ticket-42:1:1")

        assert [] == list(store.parked())
        assert list(change.outbox) == claim_all(store, NOW)
        store.settle("ticket-42:1:1", retry_at=SOON)
        assert [1] == [told.attempts for told in claim_all(store, SOON)]

    def test_a_released_one_stands_in_its_old_place(self, store: Store) -> None:
        """Before everything of its case that has not gone out in the meantime."""
        store.commit(a_change("ticket-42", topics=("opened", "heard", "closed")))
        store.settle("ticket-42:1:1", parked="no such mailbox")
        store.settle("ticket-42:1:2")

        store.release("ticket-42:1:1")

        assert ["ticket-42:1:1", "ticket-42:1:3"] == keys_of(deliver_all(store, NOW))

    def test_only_what_is_parked_is_released(self, store: Store) -> None:
        """What is on its way, or failed once, stays as it is; an unknown key is nobody's."""
        store.commit(a_change("ticket-1", topics=("opened",)))
        store.commit(a_change("ticket-2", topics=("opened",)))
        store.claim(now=NOW, until=SOON, limit=1)
        store.settle("ticket-2:1:1", retry_at=SOON)

        for key in ("ticket-1:1:1", "ticket-2:1:1", "ticket-9:1:1"):
            store.release(key)

        assert [] == claim_all(store, NOW)
        assert [0, 1] == [told.attempts for told in claim_all(store, SOON)]

    def test_a_late_failure_leaves_what_is_parked_as_it_is(self, store: Store) -> None:
        """Whoever failed was slow, and another worker has put it aside meanwhile."""
        store.commit(a_change("ticket-42", topics=("opened",)))
        store.settle("ticket-42:1:1", parked="no such mailbox")
        aside = list(store.parked())

        store.settle("ticket-42:1:1", retry_at=NOW)
        store.settle("ticket-42:1:1", parked="no answer")

        assert aside == list(store.parked())
        assert [] == claim_all(store, TOMORROW)

    def test_a_parked_one_may_be_settled_otherwise(self, store: Store) -> None:
        """Somebody has called the customer instead."""
        store.commit(a_change("ticket-42", topics=("opened", "heard")))
        store.settle("ticket-42:1:1", parked="no such mailbox")

        store.settle("ticket-42:1:1")

        assert [] == list(store.parked())
        assert ["ticket-42:1:2"] == keys_of(deliver_all(store, TOMORROW))

    def test_parking_concerns_one_notification(self, store: Store) -> None:
        """And an unknown key none at all."""
        store.commit(a_change("ticket-1", topics=("opened", "heard")))
        store.commit(a_change("ticket-2", topics=("opened",)))

        store.settle("ticket-1:1:1", parked="no such mailbox")
        store.settle("ticket-9:1:1", parked="no such mailbox")

        assert ["ticket-1:1:1"] == parked_keys(store)
        assert ["ticket-1:1:2", "ticket-2:1:1"] == sorted(keys_of(deliver_all(store, NOW)))

    def test_parking_leaves_the_case_as_it_is(self, store: Store) -> None:
        """That somebody could not be told is no step."""
        change = a_change("ticket-42", topics=("opened",), due_at=SOON, wake_at=SOON)
        store.commit(change)

        store.settle("ticket-42:1:1", parked="no such mailbox")

        assert change.snapshot == store.load("ticket-42")
        assert list(change.records) == list(store.history("ticket-42"))
