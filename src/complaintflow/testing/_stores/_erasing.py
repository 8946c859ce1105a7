"""What a store promises about personal data that is erased."""

# ruff: noqa: SIM300
# These are tests: they assert, numbers are the point, and what is expected comes first.

from __future__ import annotations

from typing import Any

from attrs import evolve

from complaintflow.ports import Change, Store
from complaintflow.testing._stores._changes import NOW, a_change, claim_all, kept_out, keys_of


def an_erasure(case_id: str, expected: int, **given: Any) -> Change:
    """Return a step that erases what is personal in the entries before it."""
    return evolve(a_change(case_id, expected, **given), erases=True)


class ErasingContract:
    """Words go when they are to go, with the step that says so, and everything else stays."""

    def test_an_erasure_takes_the_words_of_every_entry_before(self, store: Store) -> None:
        """What happened, and the digests of it, stay; the words of the step itself too."""
        before = a_change("ticket-42", entries=3, key="msg-1")
        step = an_erasure("ticket-42", 3, entries=2, customer="[erased]")
        store.commit(before)

        store.commit(step)

        silent = [evolve(record, personal=None) for record in before.records]
        assert [*silent, *step.records] == list(store.history("ticket-42"))
        assert silent[-1] == store.keyed("ticket-42", "msg-1")
        assert step.snapshot == store.load("ticket-42")

    def test_only_an_erasure_takes_words(self, store: Store) -> None:
        """An ordinary step leaves them alone."""
        before = a_change("ticket-42", entries=3)
        store.commit(before)
        store.commit(a_change("ticket-42", 3))

        assert list(before.records) == list(store.history("ticket-42"))[:3]

    def test_an_erasure_concerns_one_case(self, store: Store) -> None:
        """Somebody else has not asked for it."""
        other = a_change("ticket-43", entries=2)
        store.commit(a_change("ticket-42"))
        store.commit(other)

        store.commit(an_erasure("ticket-42", 1))

        assert list(other.records) == list(store.history("ticket-43"))

    def test_an_erasure_that_is_not_kept_erases_nothing(self, store: Store) -> None:
        """Words that are gone without an entry that says so look like a forgery."""
        store.commit(a_change("ticket-42", entries=2, key="msg-1"))

        with kept_out(store, "ticket-42", 1):
            store.commit(an_erasure("ticket-42", 1))
        with kept_out(store, "ticket-42", 2):
            store.commit(an_erasure("ticket-42", 2, key="msg-1"))

    def test_a_case_may_be_erased_again(self, store: Store) -> None:
        """It goes on after the first time, and words come back."""
        store.commit(a_change("ticket-42"))
        store.commit(an_erasure("ticket-42", 1))
        store.commit(a_change("ticket-42", 2))

        store.commit(an_erasure("ticket-42", 3))

        words = [record.personal for record in store.history("ticket-42")]
        assert [None, None, None, '{"words":4}'] == words

    def test_an_erasure_takes_the_errors_of_notifications(self, store: Store) -> None:
        """`550 no such mailbox: ana@home.example`, says a mail server."""
        store.commit(a_change("ticket-42", topics=("opened", "heard")))
        store.commit(a_change("ticket-43", topics=("opened",)))
        for key in ("ticket-42:1:1", "ticket-43:1:1"):
            store.settle(key, parked="no such mailbox")

        store.commit(an_erasure("ticket-42", 1))

        told = {parked.notification.key: parked.error for parked in store.parked()}
        assert {"ticket-42:1:1": "", "ticket-43:1:1": "no such mailbox"} == told
        assert ["ticket-42:1:2"] == keys_of(claim_all(store, NOW))
