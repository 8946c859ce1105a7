"""What a store promises about cases: kept as they are, and only where the guard lets them."""

# ruff: noqa: SIM300, PT018
# These are tests: they assert, numbers are the point, and what is expected comes first.

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from attrs import evolve

from complaintflow.errors import StoreError
from complaintflow.ports import Change, Query, Store
from complaintflow.testing._stores._changes import (
    A_MICROSECOND,
    IDS,
    NOW,
    SOON,
    TOMORROW,
    WORDS,
    a_change,
    claim_all,
    deliver_all,
    ids_of,
    kept_out,
    keys_of,
    versions_of,
)


class CasesContract:
    """Cases come back as they were committed, and a step is kept whole or not at all."""

    def test_a_case_that_nobody_opened_is_not_there(self, store: Store) -> None:
        """The desk tells an unknown case from an empty one by it."""
        assert store.load("ticket-42") is None
        assert store.keyed("ticket-42", "msg-1") is None
        assert [] == list(store.history("ticket-42"))
        assert [] == list(store.find(Query()))

    def test_a_case_comes_back_as_it_was_committed(self, store: Store) -> None:
        """Case and history are all there is: what a store changes is lost."""
        change = a_change(
            "ticket-42", key="msg-1", owner="kim", is_closed=True, due_at=SOON, wake_at=NOW
        )

        store.commit(change)

        assert change.snapshot == store.load("ticket-42")
        assert list(change.records) == list(store.history("ticket-42"))
        assert change.records[0] == store.keyed("ticket-42", "msg-1")
        assert [change.snapshot] == list(store.find(Query()))

    def test_a_case_is_what_the_last_step_made_of_it(self, store: Store) -> None:
        """Every column moves on, also back to None and to False."""
        store.commit(a_change("ticket-42", owner="kim", is_closed=True, due_at=SOON, wake_at=NOW))
        change = a_change(
            "ticket-42",
            1,
            method="five_steps/2/89abcdef",
            state="heard",
            customer="anna",
            owner=None,
            is_closed=False,
            due_at=None,
            wake_at=None,
            at=TOMORROW,
        )

        store.commit(change)

        assert change.snapshot == store.load("ticket-42")

    def test_an_entry_without_words_has_none(self, store: Store) -> None:
        """None is not the empty text: nothing personal is not something that was not said."""
        change = a_change("ticket-42", entries=2)
        silent = evolve(change.records[0], personal=None)
        empty = evolve(change.records[1], personal="")

        store.commit(evolve(change, records=(silent, empty)))

        assert [None, ""] == [record.personal for record in store.history("ticket-42")]

    def test_what_is_closed_is_told_by_a_bool(self, store: Store) -> None:
        """`1 == True` hides it from a comparison, but not from a template or from JSON."""
        store.commit(a_change("ticket-42", is_closed=True))
        store.commit(a_change("ticket-43", is_closed=False))

        assert [True, False] == [case.is_closed for case in store.find(Query())]
        assert all(isinstance(case.is_closed, bool) for case in store.find(Query()))

    def test_one_step_may_have_several_entries(self, store: Store) -> None:
        """A story that is imported arrives at once."""
        opening = a_change("ticket-42", entries=3, key="import-1")
        step = a_change("ticket-42", 3, entries=2)

        store.commit(opening)
        store.commit(step)

        assert [1, 2, 3, 4, 5] == versions_of(store, "ticket-42")
        assert step.snapshot == store.load("ticket-42")
        assert opening.records[2] == store.keyed("ticket-42", "import-1")

    def test_a_step_changes_one_case(self, store: Store) -> None:
        """Somebody else's complaint is none of its business."""
        other = a_change("ticket-43", topics=("opened",))
        store.commit(a_change("ticket-42"))
        store.commit(other)

        store.commit(a_change("ticket-42", 1, state="heard"))

        assert other.snapshot == store.load("ticket-43")
        assert list(other.records) == list(store.history("ticket-43"))
        assert list(other.outbox) == claim_all(store, NOW)

    def test_words_are_kept_as_they_were_said(self, store: Store) -> None:
        """Evidence that a database trims, folds or normalises is no evidence."""
        for number, words in enumerate(WORDS):
            short = words[:40]
            change = a_change(f"ticket-{number}", text=words, customer=short, owner=short)
            record = evolve(change.records[0], text=words, personal=words)
            change = evolve(change, records=(record,))

            store.commit(change)

            assert change.snapshot == store.load(f"ticket-{number}")
            assert [record] == list(store.history(f"ticket-{number}"))

    def test_every_id_is_a_case_of_its_own(self, store: Store) -> None:
        """Ids are the host's: capitals, accents and trailing spaces tell them apart."""
        changes = {case_id: a_change(case_id, key="k", topics=("opened",)) for case_id in IDS}

        for change in changes.values():
            store.commit(change)

        assert len(IDS) == len(store.find(Query()))
        for case_id, change in changes.items():
            assert change.snapshot == store.load(case_id)
            assert list(change.records) == list(store.history(case_id))
            assert change.records[0] == store.keyed(case_id, "k")
        assert {f"{case_id}:1:1" for case_id in IDS} == set(keys_of(deliver_all(store, NOW)))

    def test_columns_are_compared_letter_by_letter(self, store: Store) -> None:
        """A query for `ana` that also finds `Ana` shows one customer's complaint to another."""
        for case_id in IDS:
            store.commit(a_change(case_id, customer=case_id, owner=case_id, state=case_id))

        for wanted in IDS:
            assert [wanted] == ids_of(store.find(Query(customer=wanted)))
            assert [wanted] == ids_of(store.find(Query(owner=wanted)))
            assert [wanted] == ids_of(store.find(Query(state=wanted)))

    def test_times_are_kept_to_the_microsecond(self, store: Store) -> None:
        """Two steps within a second have an order, and a deadline that is rounded up is missed."""
        moments = (
            NOW,
            NOW + A_MICROSECOND,
            NOW.replace(microsecond=0),
            NOW.replace(microsecond=999_999),
            datetime(1969, 12, 31, 23, 59, 59, 1, tzinfo=UTC),
            datetime(2099, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
        )
        for number, moment in enumerate(moments):
            change = a_change(
                f"ticket-{number}", at=moment, due_at=moment, wake_at=moment, topics=("opened",)
            )

            store.commit(change)

            case = store.load(f"ticket-{number}")
            assert case is not None
            assert (moment, moment, moment) == (case.updated_at, case.due_at, case.wake_at)
            assert [moment] == [record.at for record in store.history(f"ticket-{number}")]
        assert sorted(moments) == sorted(told.at for told in deliver_all(store, TOMORROW))

    def test_times_come_back_in_utc(self, store: Store) -> None:
        """A time that has lost its zone cannot be compared with any that has one."""
        store.commit(a_change("ticket-42", due_at=SOON, wake_at=SOON, topics=("opened",)))

        case = store.load("ticket-42")
        assert case is not None and case.due_at is not None and case.wake_at is not None
        (record,), (told,) = store.history("ticket-42"), claim_all(store, NOW)
        for moment in (case.updated_at, case.due_at, case.wake_at, record.at, told.at):
            assert timedelta(0) == moment.utcoffset()

    def test_a_case_is_opened_once(self, store: Store) -> None:
        """Two messages of one customer are not two complaints with one number."""
        store.commit(a_change("ticket-42"))

        with kept_out(store, "ticket-42", 0):
            store.commit(a_change("ticket-42", customer="somebody else"))

    def test_a_case_that_has_moved_on_is_not_opened_again(self, store: Store) -> None:
        """That its version is no longer 1 does not make its number free."""
        store.commit(a_change("ticket-42", entries=3))

        with kept_out(store, "ticket-42", 0):
            store.commit(a_change("ticket-42"))

    def test_a_step_that_was_decided_on_an_older_version_is_not_kept(self, store: Store) -> None:
        """Somebody acted in between: what was allowed then may be refused now."""
        store.commit(a_change("ticket-42"))
        store.commit(a_change("ticket-42", 1))

        with kept_out(store, "ticket-42", 1):
            store.commit(a_change("ticket-42", 1, state="heard"))

    def test_a_step_that_was_decided_on_a_version_to_come_is_not_kept(self, store: Store) -> None:
        """A history with a gap can be folded to no case."""
        store.commit(a_change("ticket-42"))

        with kept_out(store, "ticket-42", 2):
            store.commit(a_change("ticket-42", 2))

    def test_a_step_on_a_case_that_nobody_opened_is_not_kept(self, store: Store) -> None:
        """A case begins with its opening, or not at all."""
        with kept_out(store, "ticket-42", 1):
            store.commit(a_change("ticket-42", 1))

    def test_a_step_that_is_not_kept_notifies_of_nothing(self, store: Store) -> None:
        """Nobody is told of a refund that was never decided."""
        store.commit(a_change("ticket-42", key="msg-1"))

        with kept_out(store, "ticket-42", 0):
            store.commit(a_change("ticket-42", topics=("opened",)))
        with kept_out(store, "ticket-42", 2):
            store.commit(a_change("ticket-42", 2, topics=("offer_made",)))
        with kept_out(store, "ticket-42", 1):
            store.commit(a_change("ticket-42", 1, key="msg-1", topics=("offer_made",)))

        assert [] == deliver_all(store, TOMORROW)

    def test_a_change_is_kept_whole_or_not_at_all(self, store: Store) -> None:
        """What a database cannot keep, such as half a letter, takes the whole step with it."""
        for number, words in enumerate(("\ud800", "\x00")):
            good = a_change(f"ticket-{number}", entries=3, key="k", topics=("opened", "heard"))
            bad_record = evolve(good.records[-1], text=words)
            bad_words = evolve(good.records[-1], personal=words)
            bad_notification = evolve(good.outbox[-1], topic=words)
            for place, change in {
                "case": evolve(good, snapshot=evolve(good.snapshot, text=words)),
                "entry": evolve(good, records=(*good.records[:-1], bad_record)),
                "words": evolve(good, records=(*good.records[:-1], bad_words)),
                "outbox": evolve(good, outbox=(*good.outbox[:-1], bad_notification)),
            }.items():
                case_id = f"{good.case_id}-{place}"
                self._keeps_all_or_nothing(store, _renamed(change, case_id))

    def _keeps_all_or_nothing(self, store: Store, change: Change) -> None:
        try:
            store.commit(change)
        except StoreError:
            assert store.load(change.case_id) is None
            assert [] == list(store.history(change.case_id))
            assert store.keyed(change.case_id, "k") is None
            assert [] == deliver_all(store, TOMORROW)
            # And it goes on: nothing is locked, and the number is still free.
            change = a_change(change.case_id, entries=3, key="k", topics=("opened", "heard"))
            store.commit(change)

        assert change.snapshot == store.load(change.case_id)
        assert list(change.records) == list(store.history(change.case_id))
        assert list(change.outbox) == deliver_all(store, TOMORROW)


def _renamed(change: Change, case_id: str) -> Change:
    return evolve(
        change,
        case_id=case_id,
        snapshot=evolve(change.snapshot, case_id=case_id),
        records=tuple(evolve(record, case_id=case_id) for record in change.records),
        outbox=tuple(
            evolve(told, case_id=case_id, key=f"{case_id}:{number}")
            for number, told in enumerate(change.outbox)
        ),
    )
