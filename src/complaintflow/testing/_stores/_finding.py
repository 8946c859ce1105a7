"""What a store promises about finding cases."""

# ruff: noqa: SIM300
# These are tests: they assert, numbers are the point, and what is expected comes first.

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

from attrs import evolve

from complaintflow.ports import Query, Store
from complaintflow.testing._stores._changes import (
    A_MICROSECOND,
    NOW,
    SOON,
    TOMORROW,
    Autumn,
    a_change,
    claim_all,
    ids_of,
)


class FindingContract:
    """Cases are found by their columns, in order, and by when they are due."""

    def test_cases_are_found_by_every_column(self, store: Store) -> None:
        """A queue, somebody's own cases, a customer's cases, what is still open."""
        store.commit(a_change("ticket-1"))
        store.commit(a_change("ticket-2", state="heard"))
        store.commit(a_change("ticket-3", owner="kim"))
        store.commit(a_change("ticket-4", customer="bo"))
        store.commit(a_change("ticket-5", method="five_steps/1/89abcdef"))
        store.commit(a_change("ticket-6", is_closed=True))

        for query, found in {
            Query(state="heard"): ["ticket-2"],
            Query(owner="kim"): ["ticket-3"],
            Query(customer="bo"): ["ticket-4"],
            Query(method="five_steps"): ["ticket-5"],
            Query(is_closed=True): ["ticket-6"],
            Query(is_closed=False, customer="ana", owner="sam", state="received"): [
                "ticket-1",
                "ticket-5",
            ],
            Query(state="heard", owner="kim"): [],
        }.items():
            assert found == ids_of(store.find(query)), query

    def test_a_limit_of_nothing_gives_nothing_and_a_large_one_everything(
        self, store: Store
    ) -> None:
        """Whoever counts down what is left of a page comes to 0; and nobody counts too far."""
        store.commit(a_change("ticket-1", due_at=SOON, wake_at=SOON, topics=("opened",)))
        store.commit(a_change("ticket-2", topics=("opened",)))
        store.settle("ticket-2:1:1", parked="no such mailbox")
        methods = [store.find(Query(limit=1))[0].method]
        for limit, found in ((0, (0, 0, 0, 0, 0, 0)), (2**31 - 1, (1, 2, 1, 1, 1, 1))):
            counted = (
                store.history("ticket-1", limit=limit),
                store.find(Query(limit=limit)),
                store.find(Query(limit=limit, due_before=TOMORROW)),
                store.parked(limit=limit),
                store.wake(now=TOMORROW, until=TOMORROW, limit=limit, methods=methods),
                store.claim(now=NOW, until=TOMORROW, limit=limit),
            )

            assert found == tuple(map(len, counted)), limit
        assert [] == list(store.history("ticket-1", after=2**31 - 1))

    def test_a_query_that_asks_for_nothing_finds_everything(self, store: Store) -> None:
        """None does not matter: it does not ask for cases that nobody owns."""
        store.commit(a_change("ticket-1", owner=None))
        store.commit(a_change("ticket-2", owner="sam"))

        assert ["ticket-1", "ticket-2"] == ids_of(store.find(Query()))

    def test_a_method_is_asked_for_by_its_whole_name(self, store: Store) -> None:
        """Any version and digest of it, and no method whose name only begins alike."""
        store.commit(a_change("ticket-1", method="six_steps/1/0123abcd"))
        store.commit(a_change("ticket-2", method="six_steps/2/89abcdef"))
        store.commit(a_change("ticket-3", method="six_steps_plus/1/0123abcd"))
        store.commit(a_change("ticket-4", method="sixxsteps/1/0123abcd"))

        assert ["ticket-1", "ticket-2"] == ids_of(store.find(Query(method="six_steps")))
        assert [] == ids_of(store.find(Query(method="six")))
        assert [] == ids_of(store.find(Query(method="%")))

    def test_cases_are_found_in_the_order_of_their_ids(self, store: Store) -> None:
        """Not in that of their opening: two requests show the same list."""
        for number in (7, 2, 9, 4, 1):
            store.commit(a_change(f"ticket-{number}"))

        found = ids_of(store.find(Query()))
        assert ["ticket-1", "ticket-2", "ticket-4", "ticket-7", "ticket-9"] == found
        assert ["ticket-1", "ticket-2"] == ids_of(store.find(Query(limit=2)))
        assert [] == ids_of(store.find(Query(limit=0)))

    def test_cases_are_found_by_what_they_are_now(self, store: Store) -> None:
        """A case that has left a queue is not in it any more."""
        store.commit(a_change("ticket-42", owner="sam", due_at=NOW))
        store.commit(a_change("ticket-42", 1, state="heard", owner=None))

        assert [] == ids_of(store.find(Query(state="received")))
        assert [] == ids_of(store.find(Query(owner="sam")))
        assert [] == ids_of(store.find(Query(due_before=TOMORROW)))
        assert ["ticket-42"] == ids_of(store.find(Query(state="heard")))

    def test_cases_that_are_due_come_soonest_first(self, store: Store) -> None:
        """Whoever looks at a few of them looks at those that have waited longest."""
        for case_id, due_at in {
            "ticket-1": NOW,
            "ticket-2": NOW - 2 * A_MICROSECOND,
            "ticket-5": NOW - A_MICROSECOND,
            "ticket-4": NOW - A_MICROSECOND,
            "ticket-3": NOW - timedelta(days=300),
            "ticket-6": None,
        }.items():
            store.commit(a_change(case_id, due_at=due_at))

        due = Query(due_before=TOMORROW)
        in_order = ["ticket-3", "ticket-2", "ticket-4", "ticket-5", "ticket-1"]
        assert in_order == ids_of(store.find(due))
        assert in_order[:3] == ids_of(store.find(evolve(due, limit=3)))
        assert [] == ids_of(store.find(evolve(due, limit=0)))

    def test_a_case_is_not_due_before_its_moment(self, store: Store) -> None:
        """The last moment of a deadline is in time; the next one is not."""
        store.commit(a_change("ticket-42", due_at=NOW))

        assert [] == ids_of(store.find(Query(due_before=NOW)))
        assert ["ticket-42"] == ids_of(store.find(Query(due_before=NOW + A_MICROSECOND)))

    def test_due_cases_may_be_asked_for_by_more(self, store: Store) -> None:
        """What is due among somebody's own cases."""
        store.commit(a_change("ticket-1", due_at=NOW, owner="kim"))
        store.commit(a_change("ticket-2", due_at=NOW, owner="sam"))
        store.commit(a_change("ticket-3", due_at=None, owner="sam"))

        assert ["ticket-2"] == ids_of(store.find(Query(due_before=SOON, owner="sam")))

    def test_cases_are_found_in_pages(self, store: Store) -> None:
        """Each case is on one page, also where one of the page before is gone from the queue."""
        for number in (7, 2, 9, 4, 1):
            store.commit(a_change(f"ticket-{number}"))
        query = Query(state="received", limit=2)

        assert ["ticket-1", "ticket-2"] == ids_of(store.find(query))

        store.commit(a_change("ticket-2", 1, state="heard"))

        assert ["ticket-4", "ticket-7"] == ids_of(store.find(evolve(query, after="ticket-2")))
        assert ["ticket-9"] == ids_of(store.find(evolve(query, after="ticket-7")))
        assert [] == ids_of(store.find(evolve(query, after="ticket-9")))
        assert ["ticket-4", "ticket-7"] == ids_of(store.find(evolve(query, after="ticket-3")))

    def test_pages_go_on_in_the_order_they_came_in(self, store: Store) -> None:
        """Whatever comes first, capitals or not: no case is skipped between two pages."""
        ids = {"a", "B", "ä", "C", "d"}
        for case_id in ids:
            store.commit(a_change(case_id))
        query, found = Query(limit=2), list[str]()

        while len(found) < len(ids) and (page := ids_of(store.find(query))):
            found += page
            query = evolve(query, after=page[-1])

        assert sorted(ids) == sorted(found)
        assert [] == ids_of(store.find(evolve(query, after=found[-1])))

    def test_due_cases_are_found_in_pages(self, store: Store) -> None:
        """A page ends in the middle of a moment, and at an id that comes late in the alphabet."""
        for case_id, due_at in {
            "ticket-9": NOW - A_MICROSECOND,
            "ticket-1": NOW,
            "ticket-2": NOW,
            "ticket-4": NOW,
            "ticket-3": SOON,
        }.items():
            store.commit(a_change(case_id, due_at=due_at))
        query, pages = Query(due_before=TOMORROW, limit=2), []

        for _ in range(4):
            page = store.find(query)
            pages.append(ids_of(page))
            if page:
                query = evolve(query, after=page[-1].case_id, due_after=page[-1].due_at)

        assert [["ticket-9", "ticket-1"], ["ticket-2", "ticket-4"], ["ticket-3"], []] == pages

    def test_cases_are_found_by_the_methods_that_are_served(self, store: Store) -> None:
        """Version and digest count: a desk serves some of them, and leaves the rest to others."""
        pins = "six_steps/1/0123abcd", "six_steps/2/89abcdef", "seven_as/1/0123abcd"
        for number, pin in enumerate(pins):
            store.commit(a_change(f"ticket-{number}", method=pin, due_at=NOW))
        served = Query(methods=(pins[0], pins[2], "five_steps/1/0123abcd"))

        assert ["ticket-0", "ticket-2"] == ids_of(store.find(served))
        assert ["ticket-0"] == ids_of(store.find(evolve(served, limit=1)))
        assert ["ticket-2"] == ids_of(store.find(evolve(served, method="seven_as")))
        assert ["ticket-0", "ticket-2"] == ids_of(store.find(evolve(served, due_before=SOON)))
        assert [] == ids_of(store.find(Query(methods=())))
        assert [] == ids_of(store.find(Query(methods=("six_steps",))))

    def test_due_cases_may_be_asked_for_in_any_zone(self, store: Store) -> None:
        """Moments are compared, and not what clocks show."""
        store.commit(a_change("ticket-42", due_at=datetime(2026, 10, 25, 0, 30, tzinfo=UTC)))

        for hours, minutes in ((-11, 0), (0, 0), (5, 30), (14, 0)):
            zone = timezone(timedelta(hours=hours, minutes=minutes))
            earlier = datetime(2026, 10, 25, 0, 29, tzinfo=UTC).astimezone(zone)
            later = datetime(2026, 10, 25, 0, 31, tzinfo=UTC).astimezone(zone)
            assert [] == ids_of(store.find(Query(due_before=earlier)))
            assert ["ticket-42"] == ids_of(store.find(Query(due_before=later)))
        first = datetime(2026, 10, 25, 2, 20, tzinfo=Autumn())
        assert [] == ids_of(store.find(Query(due_before=first)))
        assert ["ticket-42"] == ids_of(store.find(Query(due_before=first.replace(fold=1))))

    def test_many_cases_are_kept_apart(self, store: Store) -> None:
        """A helpdesk has more than a test usually makes."""
        ids = [f"ticket-{number:04}" for number in range(300)]
        for number, case_id in enumerate(ids):
            due_at = NOW + timedelta(seconds=number) if number % 3 else None
            owner = "sam" if number % 2 else "kim"
            store.commit(a_change(case_id, owner=owner, due_at=due_at, topics=("opened",)))

        assert ids == ids_of(store.find(Query()))
        assert ids[:10] == ids_of(store.find(Query(limit=10)))
        assert ids[1::2] == ids_of(store.find(Query(owner="sam")))
        assert [case_id for number, case_id in enumerate(ids) if number % 3] == ids_of(
            store.find(Query(due_before=TOMORROW))
        )
        assert ids[:25] == [told.case_id for told in claim_all(store, NOW, limit=25)]
        assert 300 - 25 == len(claim_all(store, NOW))
