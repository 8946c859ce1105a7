"""What a store promises about histories and the idempotency keys in them."""

# ruff: noqa: PLR2004, SIM300
# These are tests: they assert, numbers are the point, and what is expected comes first.

from __future__ import annotations

from complaintflow.ports import Store
from complaintflow.testing._stores._changes import (
    IDS,
    a_change,
    kept_out,
    versions_of,
)


class HistoriesContract:
    """Histories come in order, and an entry is found by its key."""

    def test_an_entry_is_found_by_its_key(self, store: Store) -> None:
        """A message that is processed twice is recorded once."""
        step = a_change("ticket-42", 1, key="msg-2")
        store.commit(a_change("ticket-42", key="msg-1"))
        store.commit(step)
        store.commit(a_change("ticket-42", 2))

        assert step.records[0] == store.keyed("ticket-42", "msg-2")
        assert store.keyed("ticket-42", "msg-3") is None

    def test_a_key_is_kept_once_for_a_case(self, store: Store) -> None:
        """Of two workers with the same message, the slower one must hear of it."""
        store.commit(a_change("ticket-42", key="msg-1"))

        with kept_out(store, "ticket-42", 1):
            store.commit(a_change("ticket-42", 1, key="msg-1"))

    def test_a_key_belongs_to_its_case(self, store: Store) -> None:
        """One message may concern two complaints."""
        first, second = a_change("ticket-42", key="msg-1"), a_change("ticket-43", key="msg-1")

        store.commit(first)

        assert store.keyed("ticket-43", "msg-1") is None

        store.commit(second)

        assert first.records[0] == store.keyed("ticket-42", "msg-1")
        assert second.records[0] == store.keyed("ticket-43", "msg-1")

    def test_entries_without_a_key_do_not_stand_in_each_others_way(self, store: Store) -> None:
        """No key is not a key."""
        store.commit(a_change("ticket-42", entries=3))
        store.commit(a_change("ticket-42", 3))

        assert [None] * 4 == [record.key for record in store.history("ticket-42")]

    def test_keys_are_compared_letter_by_letter(self, store: Store) -> None:
        """Message ids differ in a capital, and a message taken for another is never recorded."""
        for version, key in enumerate(IDS):
            store.commit(a_change("ticket-42", version, key=key))

        for version, key in enumerate(IDS, start=1):
            record = store.keyed("ticket-42", key)
            assert record is not None
            assert (version, key) == (record.version, record.key)

    def test_a_step_that_is_not_kept_leaves_its_key_free(self, store: Store) -> None:
        """It comes again with the same key, decided anew."""
        store.commit(a_change("ticket-42"))
        with kept_out(store, "ticket-42", 7):
            store.commit(a_change("ticket-42", 7, key="msg-1"))

        step = a_change("ticket-42", 1, key="msg-1")
        store.commit(step)

        assert step.records[0] == store.keyed("ticket-42", "msg-1")

    def test_a_history_is_told_oldest_first(self, store: Store) -> None:
        """By number, not by letter: 10 comes after 9."""
        for version in range(12):
            store.commit(a_change("ticket-42", version))

        assert list(range(1, 13)) == versions_of(store, "ticket-42")

    def test_a_history_is_told_in_pages(self, store: Store) -> None:
        """Each entry is on one page: *after* is not part of it, and *limit* is."""
        store.commit(a_change("ticket-42", entries=11))
        pages, after = [], 0

        for _ in range(4):
            page = store.history("ticket-42", after=after, limit=4)
            pages.append([record.version for record in page])
            after = page[-1].version if page else after

        assert [[1, 2, 3, 4], [5, 6, 7, 8], [9, 10, 11], []] == pages

    def test_a_history_can_be_asked_for_what_is_new(self, store: Store) -> None:
        """Who has read up to some version reads on from there."""
        store.commit(a_change("ticket-42", entries=5))

        assert [4, 5] == [record.version for record in store.history("ticket-42", after=3)]
        assert [] == list(store.history("ticket-42", after=5))
        assert [] == list(store.history("ticket-42", after=99))
        assert [] == list(store.history("ticket-42", limit=0))
        assert 5 == len(store.history("ticket-42", limit=99))

    def test_a_history_that_was_read_does_not_grow(self, store: Store) -> None:
        """Who counts what was read, and reads it again, sees the same."""
        store.commit(a_change("ticket-42"))
        history = store.history("ticket-42")

        store.commit(a_change("ticket-42", 1))

        assert [1] == [record.version for record in history]
