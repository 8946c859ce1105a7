"""What a store promises about cases that are to be looked at again."""

# ruff: noqa: SIM300
# These are tests: they assert, numbers are the point, and what is expected comes first.

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone

from attrs import evolve

from complaintflow.ports import Query, Snapshot, Store
from complaintflow.testing._stores._changes import (
    A_MICROSECOND,
    NOW,
    SOON,
    TOMORROW,
    Autumn,
    a_change,
    all_of,
    ids_of,
)

METHOD = a_change("ticket-42").snapshot.method


def wake(
    store: Store, now: datetime, *, until: datetime = TOMORROW, limit: int = 1_000
) -> Sequence[Snapshot]:
    """Wake the cases of the method that changes are usually of."""
    return store.wake(now=now, until=until, limit=limit, methods=[METHOD])


class WakingContract:
    """Cases are given out when it is time to look at them, to one worker at a time."""

    def test_a_case_wakes_after_its_moment(self, store: Store) -> None:
        """The last moment of a deadline is in time; the next one is not."""
        store.commit(a_change("ticket-42", wake_at=NOW))
        store.commit(a_change("ticket-43"))

        assert [] == list(wake(store, NOW))
        assert ["ticket-42"] == ids_of(wake(store, NOW + A_MICROSECOND))

    def test_a_case_that_is_woken_is_nobody_elses_for_a_while(self, store: Store) -> None:
        """Two workers do not look at one case; and after a crash, another worker does."""
        store.commit(a_change("ticket-42", wake_at=NOW))

        assert ["ticket-42"] == ids_of(wake(store, SOON, until=TOMORROW))
        assert [] == list(wake(store, SOON, until=TOMORROW))
        assert [] == list(wake(store, TOMORROW, until=TOMORROW))
        later = TOMORROW + A_MICROSECOND
        assert ["ticket-42"] == ids_of(wake(store, later, until=later + timedelta(days=1)))
        assert [] == list(wake(store, later))

    def test_cases_wake_soonest_first(self, store: Store) -> None:
        """Whoever has waited longest waits no longer; and what is given out is counted."""
        for case_id, wake_at in {
            "ticket-1": NOW,
            "ticket-2": NOW - 2 * A_MICROSECOND,
            "ticket-5": NOW - A_MICROSECOND,
            "ticket-4": NOW - A_MICROSECOND,
            "ticket-3": NOW - timedelta(days=300),
            "ticket-6": None,
        }.items():
            store.commit(a_change(case_id, wake_at=wake_at))

        assert [] == list(wake(store, SOON, limit=0))
        assert ["ticket-3", "ticket-2"] == ids_of(wake(store, SOON, limit=2))
        assert ["ticket-4", "ticket-5"] == ids_of(wake(store, SOON, limit=2))
        assert ["ticket-1"] == ids_of(wake(store, SOON, limit=2))

    def test_cases_of_other_methods_are_left_asleep(self, store: Store) -> None:
        """Whoever does not know a method cannot look; the version and the digest count."""
        pins = "six_steps/1/0123abcd", "six_steps/2/89abcdef", "seven_as/1/0123abcd"
        for number in range(9):
            pin = pins[number % 3]
            store.commit(a_change(f"ticket-{number}", method=pin, wake_at=NOW))

        served = (pins[0], pins[2], "five_steps/1/0123abcd")
        woken = store.wake(now=SOON, until=TOMORROW, limit=4, methods=served)
        assert ["ticket-0", "ticket-2", "ticket-3", "ticket-5"] == ids_of(woken)
        assert [] == list(store.wake(now=SOON, until=TOMORROW, limit=9, methods=()))
        assert [] == list(store.wake(now=SOON, until=TOMORROW, limit=9, methods=("six_steps",)))
        woken = store.wake(now=SOON, until=TOMORROW, limit=9, methods=(pins[1],))
        assert ["ticket-1", "ticket-4", "ticket-7"] == ids_of(woken)

    def test_a_case_that_was_moved_belongs_to_its_new_method(self, store: Store) -> None:
        """Those that serve the new one find it and wake it, and the others no more."""
        before, after = "six_steps/1/0123abcd", "seven_as/2/89abcdef"
        store.commit(a_change("ticket-42", method=before, wake_at=NOW))
        store.commit(a_change("ticket-42", 1, method=after, wake_at=NOW))

        assert [] == ids_of(store.find(Query(methods=(before,))))
        assert [] == ids_of(store.find(Query(method="six_steps")))
        assert ["ticket-42"] == ids_of(store.find(Query(methods=(after,))))
        assert ["ticket-42"] == ids_of(store.find(Query(method="seven_as")))
        assert [] == list(store.wake(now=SOON, until=TOMORROW, limit=9, methods=(before,)))
        woken = store.wake(now=SOON, until=TOMORROW, limit=9, methods=(after,))
        assert ["ticket-42"] == ids_of(woken)

    def test_waking_moves_nothing_but_the_time_to_wake(self, store: Store) -> None:
        """A deadline that a lease had moved would be a lie."""
        change = a_change("ticket-42", owner="kim", is_closed=True, due_at=SOON, wake_at=NOW)
        store.commit(change)

        assert [change.snapshot] == list(wake(store, SOON, until=TOMORROW))

        case, history, found = all_of(store, "ticket-42")
        leased = evolve(change.snapshot, wake_at=TOMORROW)
        assert (leased, list(change.records), [leased]) == (case, history, found)
        assert ["ticket-42"] == ids_of(store.find(Query(due_before=SOON + A_MICROSECOND)))

    def test_a_step_sets_the_time_to_wake(self, store: Store) -> None:
        """Whatever a lease has made of it, and also to never."""
        store.commit(a_change("ticket-42", wake_at=NOW))
        store.commit(a_change("ticket-43", wake_at=NOW))
        wake(store, SOON, until=TOMORROW)

        store.commit(a_change("ticket-42", 1, wake_at=SOON))
        store.commit(a_change("ticket-43", 1, wake_at=None))

        later = TOMORROW + timedelta(days=1)
        assert ["ticket-42"] == ids_of(wake(store, SOON + A_MICROSECOND, until=later))
        assert [] == list(wake(store, later))

    def test_cases_may_be_woken_in_any_zone(self, store: Store) -> None:
        """Workers stand where they stand, and in autumn an hour comes twice."""
        store.commit(a_change("ticket-42", wake_at=datetime(2026, 10, 25, 0, 10, tzinfo=UTC)))
        first = datetime(2026, 10, 25, 2, 30, tzinfo=Autumn())  # 00:30 in UTC
        again = first.replace(minute=10, fold=1)  # 01:10 in UTC
        far_east = timezone(timedelta(hours=14))
        before = datetime(2026, 10, 25, 0, 10, tzinfo=UTC).astimezone(far_east)

        assert [] == list(wake(store, before, until=again))
        assert ["ticket-42"] == ids_of(wake(store, before + A_MICROSECOND, until=first))
        assert [] == list(wake(store, first, until=again))
        assert ["ticket-42"] == ids_of(wake(store, again, until=again))
