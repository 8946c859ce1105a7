"""What a store promises about notifications on their way."""

# ruff: noqa: PLR2004, SIM300
# These are tests: they assert, numbers are the point, and what is expected comes first.

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

from attrs import evolve

from complaintflow.ports import Notification, Store
from complaintflow.testing._stores._changes import (
    A_MICROSECOND,
    NOW,
    SOON,
    TOMORROW,
    Autumn,
    a_change,
    claim_all,
    deliver_all,
    keys_of,
)


class NotificationsContract:
    """Notifications are given out in order, to one worker at a time, until they are settled."""

    def test_a_notification_comes_out_as_it_was_put_in(self, store: Store) -> None:
        """Who is told, and of what, is all that a notifier has."""
        change = a_change("ticket-42")
        told = Notification(
            key="ticket-42:1:1",
            case_id="ticket-42",
            version=1,
            topic="offer_made 😡",
            to="team",
            trigger="offer",
            at=NOW,
            state="offered",
        )

        store.commit(evolve(change, outbox=(told,)))

        assert [told] == claim_all(store, NOW)

    def test_nothing_is_claimed_where_there_is_nothing(self, store: Store) -> None:
        """Workers ask all day."""
        store.commit(a_change("ticket-42"))

        assert [] == claim_all(store, TOMORROW)

    def test_a_claim_is_exclusive_until_it_ends(self, store: Store) -> None:
        """Two workers do not send one e-mail; and after a crash, another worker does."""
        store.commit(a_change("ticket-42", topics=("opened",)))

        first = store.claim(now=NOW, until=SOON, limit=10)

        assert ["ticket-42:1:1"] == keys_of(first)
        assert [] == list(store.claim(now=NOW, until=TOMORROW, limit=10))
        assert [] == list(store.claim(now=SOON - A_MICROSECOND, until=TOMORROW, limit=10))
        assert list(first) == list(store.claim(now=SOON, until=TOMORROW, limit=10))
        assert [] == list(store.claim(now=TOMORROW - A_MICROSECOND, until=TOMORROW, limit=10))

    def test_claiming_does_not_count_as_an_attempt(self, store: Store) -> None:
        """Nobody knows how far a worker came that never said so."""
        store.commit(a_change("ticket-42", topics=("opened",)))
        store.claim(now=NOW, until=SOON, limit=10)

        assert [0] == [told.attempts for told in store.claim(now=SOON, until=TOMORROW, limit=10)]

    def test_what_was_delivered_is_never_given_out_again(self, store: Store) -> None:
        """Not after the claim has ended either."""
        store.commit(a_change("ticket-42", topics=("opened",)))
        claim_all(store, NOW)

        store.settle("ticket-42:1:1")

        assert [] == claim_all(store, NOW)
        assert [] == claim_all(store, TOMORROW + timedelta(days=1_000))

    def test_what_was_not_delivered_is_given_out_again_later(self, store: Store) -> None:
        """From *retry_at* on and not before, also where that is before the end of the claim."""
        store.commit(a_change("ticket-42", topics=("opened",)))
        store.claim(now=NOW, until=TOMORROW, limit=10)

        store.settle("ticket-42:1:1", retry_at=SOON)

        assert [] == list(store.claim(now=SOON - A_MICROSECOND, until=TOMORROW, limit=10))
        assert ["ticket-42:1:1"] == keys_of(store.claim(now=SOON, until=TOMORROW, limit=10))
        assert [] == list(store.claim(now=SOON, until=TOMORROW, limit=10))

    def test_what_was_not_delivered_may_wait_longer_than_the_claim(self, store: Store) -> None:
        """A pause of hours is not cut short by a claim of minutes."""
        store.commit(a_change("ticket-42", topics=("opened",)))
        store.claim(now=NOW, until=SOON, limit=10)

        store.settle("ticket-42:1:1", retry_at=TOMORROW)

        assert [] == list(store.claim(now=SOON, until=TOMORROW, limit=10))
        assert ["ticket-42:1:1"] == keys_of(store.claim(now=TOMORROW, until=TOMORROW, limit=10))

    def test_attempts_are_counted(self, store: Store) -> None:
        """The pauses between them grow by it."""
        store.commit(a_change("ticket-42", topics=("opened",)))
        attempts = []

        for _ in range(3):
            (told,) = claim_all(store, NOW)
            attempts.append(told)
            store.settle(told.key, retry_at=NOW)

        assert [0, 1, 2] == [told.attempts for told in attempts]
        assert 1 == len({evolve(told, attempts=0) for told in attempts})

    def test_settling_an_unknown_key_changes_nothing(self, store: Store) -> None:
        """It was settled before, by a worker that was thought dead."""
        store.commit(a_change("ticket-42", topics=("opened", "heard")))
        claim_all(store, NOW)
        store.settle("ticket-42:1:1")

        store.settle("ticket-42:1:1")
        store.settle("ticket-42:1:1", retry_at=NOW)
        store.settle("ticket-42:9:9")
        store.settle("ticket-42:9:9", retry_at=NOW)

        assert [("ticket-42:1:2", 0)] == [
            (told.key, told.attempts) for told in deliver_all(store, NOW)
        ]

    def test_settling_concerns_one_notification(self, store: Store) -> None:
        """The others of the same claim are still on their way."""
        for case_id in ("ticket-1", "ticket-2", "ticket-3"):
            store.commit(a_change(case_id, topics=("opened",)))
        store.claim(now=NOW, until=SOON, limit=10)

        store.settle("ticket-1:1:1")
        store.settle("ticket-2:1:1", retry_at=TOMORROW)

        assert [] == claim_all(store, NOW)
        assert ["ticket-3:1:1"] == keys_of(claim_all(store, SOON))

    def test_each_case_has_one_notification_on_its_way(self, store: Store) -> None:
        """Nobody reads of a refund before the apology has arrived."""
        store.commit(a_change("ticket-1", topics=("opened", "heard")))
        store.commit(a_change("ticket-1", 1, topics=("offer_made",)))
        store.commit(a_change("ticket-2", topics=("opened",)))
        given = []

        for _ in range(3):
            claimed = claim_all(store, NOW)
            given.append(keys_of(claimed))
            for told in claimed:
                store.settle(told.key)

        assert [["ticket-1:1:1", "ticket-2:1:1"], ["ticket-1:1:2"], ["ticket-1:2:1"]] == given

    def test_a_claimed_notification_holds_back_the_rest_of_its_case(self, store: Store) -> None:
        """It is not delivered yet, and the next one would overtake it."""
        store.commit(a_change("ticket-1", topics=("opened", "heard")))
        store.commit(a_change("ticket-2", topics=("opened",)))
        store.claim(now=NOW, until=SOON, limit=1)

        assert ["ticket-2:1:1"] == keys_of(store.claim(now=NOW, until=SOON, limit=10))

    def test_a_postponed_notification_holds_back_the_rest_of_its_case(self, store: Store) -> None:
        """And nothing of any other: one dead mailbox does not silence everybody."""
        store.commit(a_change("ticket-1", topics=("opened", "heard")))
        store.commit(a_change("ticket-2", topics=("opened", "heard")))
        store.claim(now=NOW, until=SOON, limit=10)

        store.settle("ticket-1:1:1", retry_at=TOMORROW)
        store.settle("ticket-2:1:1")

        assert ["ticket-2:1:2"] == keys_of(claim_all(store, SOON))
        assert ["ticket-1:1:1"] == keys_of(store.claim(now=TOMORROW, until=TOMORROW, limit=1))

    def test_notifications_of_a_case_come_in_the_order_of_its_entries(self, store: Store) -> None:
        """By number, not by letter, and not by time: a clock may have been set back."""
        wanted: list[Notification] = []
        for version in range(11):
            topics = ("first", "second") * 6 if version == 9 else ("opened",)
            change = a_change("ticket-42", version, topics=topics, at=NOW - version * A_MICROSECOND)
            store.commit(change)
            wanted += change.outbox

        assert wanted == deliver_all(store, TOMORROW)

    def test_the_oldest_notifications_are_claimed_first(self, store: Store) -> None:
        """Whoever has waited longest waits no longer."""
        for number, case_id in enumerate(("ticket-7", "ticket-2", "ticket-9", "ticket-1")):
            at = NOW + number * A_MICROSECOND
            store.commit(a_change(case_id, topics=("opened",), at=at))

        assert ["ticket-7:1:1", "ticket-2:1:1"] == keys_of(claim_all(store, TOMORROW, limit=2))
        assert ["ticket-9:1:1", "ticket-1:1:1"] == keys_of(claim_all(store, TOMORROW, limit=2))
        assert [] == claim_all(store, TOMORROW, limit=2)

    def test_a_limit_counts_what_is_given_out(self, store: Store) -> None:
        """What is held does not use it up, or a few dead mailboxes would silence everybody."""
        for number in range(6):
            store.commit(a_change(f"ticket-{number}", topics=("opened", "heard")))

        assert 2 == len(store.claim(now=NOW, until=SOON, limit=2))
        assert 2 == len(store.claim(now=NOW, until=SOON, limit=2))
        assert 2 == len(store.claim(now=NOW, until=SOON, limit=9))

    def test_a_notification_from_a_clock_ahead_is_not_held_back(self, store: Store) -> None:
        """Only claims and retries hold one back; its own time does not."""
        store.commit(a_change("ticket-42", topics=("opened",), at=TOMORROW))

        assert ["ticket-42:1:1"] == keys_of(claim_all(store, NOW))

    def test_claims_may_be_made_in_any_zone(self, store: Store) -> None:
        """Workers stand where they stand, and in autumn an hour comes twice."""
        store.commit(a_change("ticket-42", topics=("opened",)))
        first = datetime(2026, 10, 25, 2, 30, tzinfo=Autumn())  # 00:30 in UTC
        again = first.replace(minute=10, fold=1)  # 01:10 in UTC
        far_east = timezone(timedelta(hours=14))
        before = datetime(2026, 10, 25, 0, 20, tzinfo=UTC).astimezone(far_east)

        assert ["ticket-42:1:1"] == keys_of(store.claim(now=before, until=first, limit=1))
        assert [] == list(store.claim(now=before, until=again, limit=1))
        assert ["ticket-42:1:1"] == keys_of(store.claim(now=again, until=again, limit=1))

        store.settle("ticket-42:1:1", retry_at=first)

        assert [] == list(store.claim(now=before, until=again, limit=1))
        assert ["ticket-42:1:1"] == keys_of(store.claim(now=again, until=again, limit=1))

    def test_delivering_leaves_the_case_as_it_is(self, store: Store) -> None:
        """That somebody was told is no step, and deadlines are none of a claim's business."""
        change = a_change("ticket-42", topics=("opened",), due_at=SOON, wake_at=SOON)
        store.commit(change)

        claim_all(store, NOW)
        store.settle("ticket-42:1:1", retry_at=TOMORROW)

        assert change.snapshot == store.load("ticket-42")
        assert list(change.records) == list(store.history("ticket-42"))
