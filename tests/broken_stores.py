"""
Stores with one mistake each, of the kind that hosts make: the contract has to find them all.
"""

# ruff: noqa: D101, D102
# Their names say what is wrong with them.

from __future__ import annotations

import fcntl
import os
import pickle
import struct
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from threading import Lock
from time import sleep

from attrs import evolve

from complaintflow.adapters.memory import MemoryStore
from complaintflow.errors import Conflict, StoreError
from complaintflow.ports import Parked, Query

MICRO = timedelta(microseconds=1)

FOUND_BY: dict[type[MemoryStore], str] = {}
"""The broken stores, and the promise that each of them breaks."""


def breaks(promise):
    """
    Say which promise a store breaks.
    """

    def remember(store):
        FOUND_BY[store] = promise
        return store

    return remember


class Unguarded(MemoryStore):
    """
    Not a mistake by itself: keeps a change without asking.
    """

    def version_of(self, case_id):
        case = self.load(case_id)
        return 0 if case is None else case.version

    def keep(self, change):
        found = self.version_of(change.case_id)
        super().commit(evolve(change, expected=found))


# -- the guard ------------------------------------------------------------------------------------


@breaks("test_a_step_that_was_decided_on_an_older_version_is_not_kept")
class HasNoGuard(Unguarded):
    def commit(self, change):
        self.keep(change)


@breaks("test_a_case_is_opened_once")
class OverwritesWhatIsOpenedTwice(Unguarded):
    def commit(self, change):
        if change.expected == 0:
            self.keep(change)
        else:
            super().commit(change)


@breaks("test_a_case_that_has_moved_on_is_not_opened_again")
class ChecksOpeningByEntryOne(Unguarded):
    def commit(self, change):
        if change.expected == 0 and self.version_of(change.case_id) > 1:
            self.keep(change)
        else:
            super().commit(change)


@breaks("test_a_step_that_was_decided_on_a_version_to_come_is_not_kept")
class OnlyRefusesThePast(Unguarded):
    def commit(self, change):
        found = self.version_of(change.case_id)
        if found > change.expected:
            raise Conflict(change.case_id, change.expected, found)
        self.keep(change)


@breaks("test_a_step_on_a_case_that_nobody_opened_is_not_kept")
class UpdatesOrInserts(Unguarded):
    def commit(self, change):
        if self.load(change.case_id) is None:
            self.keep(change)
        else:
            super().commit(change)


@breaks("test_of_threads_with_one_decision_each_one_wins")
class LooksBeforeItLocks(Unguarded):
    def commit(self, change):
        found = self.version_of(change.case_id)
        if found != change.expected:
            raise Conflict(change.case_id, change.expected, found)
        sleep(0.001)
        self.keep(change)


# -- all of it or nothing -------------------------------------------------------------------------


@breaks("test_a_case_is_what_the_last_step_made_of_it")
class KeepsRecordsWithoutTheirSnapshot(MemoryStore):
    def commit(self, change):
        before = self.load(change.case_id)
        if before is not None:
            snapshot = evolve(before, version=change.snapshot.version)
            change = evolve(change, snapshot=snapshot)
        super().commit(change)


@breaks("test_one_step_may_have_several_entries")
class KeepsTheLastEntryOnly(MemoryStore):
    def commit(self, change):
        super().commit(evolve(change, records=change.records[-1:]))


@breaks("test_a_notification_comes_out_as_it_was_put_in")
class LosesTheOutbox(MemoryStore):
    def commit(self, change):
        super().commit(evolve(change, outbox=()))


@breaks("test_a_step_that_is_not_kept_notifies_of_nothing")
class FillsTheOutboxFirst(MemoryStore):
    def commit(self, change):
        self._outbox.update((told.key, told) for told in change.outbox)
        super().commit(change)


@breaks("test_a_change_is_kept_whole_or_not_at_all")
class CommitsInTwoTransactions(MemoryStore):
    def commit(self, change):
        super().commit(evolve(change, outbox=()))
        try:
            "".join(told.topic for told in change.outbox).encode()
        except UnicodeError as error:
            raise StoreError("no text") from error
        self._outbox.update((told.key, told) for told in change.outbox)


@breaks("test_a_change_is_kept_whole_or_not_at_all")
class LetsErrorsOfItsDatabaseOut(MemoryStore):
    def commit(self, change):
        change.snapshot.text.encode()
        super().commit(change)


@breaks("test_a_step_that_is_not_kept_leaves_its_key_free")
class TakesTheKeyFirst(MemoryStore):
    def __init__(self):
        super().__init__()
        self.keys = set()

    def commit(self, change):
        keys = {(change.case_id, record.key) for record in change.records if record.key}
        if keys & self.keys:
            raise Conflict(change.case_id, change.expected)
        self.keys |= keys
        super().commit(change)


# -- text, times and ids --------------------------------------------------------------------------


@breaks("test_words_are_kept_as_they_were_said")
class TrimsText(MemoryStore):
    def commit(self, change):
        snapshot = evolve(change.snapshot, text=change.snapshot.text.strip())
        super().commit(evolve(change, snapshot=snapshot))


@breaks("test_every_id_is_a_case_of_its_own")
class DoesNotTellCapitals(MemoryStore):
    def load(self, case_id):
        return super().load(case_id.lower())

    def history(self, case_id, *, after=0, limit=None):
        return super().history(case_id.lower(), after=after, limit=limit)

    def commit(self, change):
        super().commit(evolve(change, case_id=change.case_id.lower()))


@breaks("test_columns_are_compared_letter_by_letter")
class FindsWithoutCapitals(MemoryStore):
    def find(self, query):
        wanted = (query.customer or "").lower()
        found = super().find(evolve(query, customer=None))
        return [case for case in found if wanted in {"", case.customer.lower()}]


@breaks("test_times_come_back_in_utc")
class ForgetsTheZone(MemoryStore):
    def load(self, case_id):
        case = super().load(case_id)
        return case and evolve(case, updated_at=case.updated_at.replace(tzinfo=None))


@breaks("test_times_are_kept_to_the_microsecond")
class KeepsMilliseconds(MemoryStore):
    def commit(self, change):
        at = change.snapshot.updated_at
        at = at.replace(microsecond=at.microsecond // 1000 * 1000)
        super().commit(evolve(change, snapshot=evolve(change.snapshot, updated_at=at)))


@breaks("test_what_is_closed_is_told_by_a_bool")
class TellsOneForTrue(MemoryStore):
    def find(self, query):
        return [evolve(case, is_closed=int(case.is_closed)) for case in super().find(query)]


@breaks("test_a_case_that_nobody_opened_is_not_there")
class FailsOnUnknownCases(MemoryStore):
    def load(self, case_id):
        with self._lock:
            return self._cases[case_id]


# -- keys and histories ---------------------------------------------------------------------------


@breaks("test_a_key_belongs_to_its_case")
class KeepsKeysForEverybody(MemoryStore):
    def commit(self, change):
        new = {record.key for record in change.records} - {None}
        kept = {record.key for history in self._histories.values() for record in history}
        if new & kept:
            raise Conflict(change.case_id, change.expected)
        super().commit(change)


@breaks("test_a_key_is_kept_once_for_a_case")
class KeepsAKeyTwice(MemoryStore):
    def commit(self, change):
        if self.load(change.case_id) is None:
            super().commit(change)
        else:
            records = tuple(evolve(record, key=None) for record in change.records)
            super().commit(evolve(change, records=records))
            self._histories[change.case_id][-len(records) :] = change.records


@breaks("test_an_entry_is_found_by_its_key")
class FindsTheNewestEntry(MemoryStore):
    def keyed(self, case_id, key):
        found = super().keyed(case_id, key)
        return found and self.history(case_id)[-1]


@breaks("test_keys_are_compared_letter_by_letter")
class FindsKeysWithoutCapitals(MemoryStore):
    def keyed(self, case_id, key):
        history = self.history(case_id)
        return next((r for r in history if (r.key or "").lower() == key.lower()), None)


@breaks("test_entries_without_a_key_do_not_stand_in_each_others_way")
class TakesNoKeyForAKey(MemoryStore):
    def commit(self, change):
        if None in {record.key for record in self.history(change.case_id)}:
            raise Conflict(change.case_id, change.expected)
        super().commit(change)


@breaks("test_a_history_is_told_oldest_first")
class OrdersVersionsAsText(MemoryStore):
    def history(self, case_id, *, after=0, limit=None):
        found = super().history(case_id, after=after)
        return sorted(found, key=lambda record: str(record.version))[:limit]


@breaks("test_a_history_is_told_in_pages")
class TellsTheLastEntryAgain(MemoryStore):
    def history(self, case_id, *, after=0, limit=None):
        return super().history(case_id, after=max(after - 1, 0), limit=limit)


@breaks("test_a_history_that_was_read_does_not_grow")
class LendsItsOwnList(MemoryStore):
    def __init__(self):
        super().__init__()
        self.lent = {}

    def history(self, case_id, *, after=0, limit=None):
        lent = self.lent.setdefault(case_id, [])
        lent[:] = super().history(case_id, after=after, limit=limit)
        return lent

    def commit(self, change):
        super().commit(change)
        self.history(change.case_id)


# -- finding --------------------------------------------------------------------------------------


@breaks("test_a_case_is_not_due_before_its_moment")
class TakesTheLastMomentForLate(MemoryStore):
    def find(self, query):
        if query.due_before is None:
            return super().find(query)
        due = super().find(
            evolve(
                query, due_before=datetime.max.replace(tzinfo=query.due_before.tzinfo), limit=None
            )
        )
        return [case for case in due if case.due_at <= query.due_before][: query.limit]


@breaks("test_cases_that_are_due_come_soonest_first")
class FindsWhatIsDueByItsId(MemoryStore):
    def find(self, query):
        return sorted(super().find(query), key=lambda case: case.case_id)


@breaks("test_due_cases_may_be_asked_for_by_more")
class AsksForNothingButWhatIsDue(MemoryStore):
    def find(self, query):
        if query.due_before is not None:
            query = Query(due_before=query.due_before, limit=query.limit)
        return super().find(query)


@breaks("test_cases_are_found_in_the_order_of_their_ids")
class LimitsBeforeItOrders(MemoryStore):
    def find(self, query):
        first = list(self._cases)[: query.limit]
        return [case for case in super().find(evolve(query, limit=None)) if case.case_id in first]


@breaks("test_pages_go_on_in_the_order_they_came_in")
class OrdersWithoutCapitals(MemoryStore):
    def find(self, query):
        found = super().find(evolve(query, limit=None))
        return sorted(found, key=lambda case: case.case_id.lower())[: query.limit]


@breaks("test_a_method_is_asked_for_by_its_whole_name")
class FindsMethodsThatBeginAlike(MemoryStore):
    def find(self, query):
        found = super().find(evolve(query, method=None))
        return [case for case in found if case.method.startswith(query.method or "")]


@breaks("test_a_query_that_asks_for_nothing_finds_everything")
class TakesNoOwnerForNobody(MemoryStore):
    def find(self, query):
        return [case for case in super().find(query) if query.owner or case.owner is None]


# -- notifications --------------------------------------------------------------------------------


@breaks("test_notifications_of_a_case_come_in_the_order_of_its_entries")
class OrdersByKey(MemoryStore):
    def commit(self, change):
        super().commit(change)
        self._outbox = dict(sorted(self._outbox.items()))


@breaks("test_the_oldest_notifications_are_claimed_first")
class GivesOutTheNewestFirst(MemoryStore):
    def claim(self, *, now, until, limit):
        self._outbox = dict(sorted(self._outbox.items(), key=lambda item: item[1].at, reverse=True))
        return super().claim(now=now, until=until, limit=limit)


@breaks("test_a_claim_is_exclusive_until_it_ends")
class ClaimsForNobody(MemoryStore):
    def claim(self, *, now, until, limit):
        return super().claim(now=now, until=now, limit=limit)


@breaks("test_a_claim_is_exclusive_until_it_ends")
class NeverEndsAClaim(MemoryStore):
    def claim(self, *, now, until, limit):
        until = datetime.max.replace(tzinfo=until.tzinfo)
        return super().claim(now=now, until=until, limit=limit)


@breaks("test_threads_claim_nothing_twice")
class ClaimsWithoutALock(MemoryStore):
    def claim(self, *, now, until, limit):
        claimed = super().claim(now=now, until=now, limit=limit)
        sleep(0.001)
        self._held.update((told.key, until) for told in claimed)
        return claimed


@breaks("test_each_case_has_one_notification_on_its_way")
class GivesOutAllOfACase(MemoryStore):
    def claim(self, *, now, until, limit):
        given = []
        for told in list(self._outbox.values()):
            if len(given) < limit and self._held.get(told.key, now) <= now:
                self._held[told.key] = until
                given.append(told)
        return given


@breaks("test_a_postponed_notification_holds_back_the_rest_of_its_case")
class OvertakesWhatIsPostponed(MemoryStore):
    def claim(self, *, now, until, limit):
        kept = self._outbox
        postponed = {key for key, told in kept.items() if told.attempts and self._held[key] > now}
        self._outbox = {key: told for key, told in kept.items() if key not in postponed}
        given = super().claim(now=now, until=until, limit=limit)
        self._outbox = kept
        return given


@breaks("test_a_limit_counts_what_is_given_out")
class CountsWhatIsHeld(MemoryStore):
    def claim(self, *, now, until, limit):
        held = len(
            {told.case_id for told in self._outbox.values() if self._held.get(told.key, now) > now}
        )
        return super().claim(now=now, until=until, limit=max(limit - held, 0))


@breaks("test_claims_may_be_made_in_any_zone")
class ComparesWhatClocksShow(MemoryStore):
    def claim(self, *, now, until, limit):
        now, until = now.replace(fold=0), until.replace(fold=0)
        return super().claim(now=now, until=until, limit=limit)


@breaks("test_a_notification_from_a_clock_ahead_is_not_held_back")
class WaitsForTheTimeOfTheEntry(MemoryStore):
    def commit(self, change):
        super().commit(change)
        self._held.update((told.key, told.at) for told in change.outbox)


@breaks("test_claiming_does_not_count_as_an_attempt")
class CountsClaims(MemoryStore):
    def claim(self, *, now, until, limit):
        given = super().claim(now=now, until=until, limit=limit)
        for told in given:
            self._outbox[told.key] = evolve(told, attempts=told.attempts + 1)
        return given


@breaks("test_attempts_are_counted")
class DoesNotCount(MemoryStore):
    def settle(self, key, *, retry_at=None, parked=None):
        kept = self._outbox.get(key)
        super().settle(key, retry_at=retry_at, parked=parked)
        if retry_at is not None and kept is not None:
            self._outbox[key] = kept


@breaks("test_what_was_delivered_is_never_given_out_again")
class TakesDeliveredForClaimed(MemoryStore):
    def settle(self, key, *, retry_at=None, parked=None):
        if retry_at is not None:
            super().settle(key, retry_at=retry_at, parked=parked)


@breaks("test_what_was_not_delivered_may_wait_longer_than_the_claim")
class TriesAgainWhenTheClaimEnds(MemoryStore):
    def settle(self, key, *, retry_at=None, parked=None):
        held = self._held.get(key)
        super().settle(key, retry_at=retry_at, parked=parked)
        if retry_at is not None and held is not None:
            self._held[key] = min(held, self._held[key])


@breaks("test_settling_concerns_one_notification")
class SettlesEverythingClaimed(MemoryStore):
    def settle(self, key, *, retry_at=None, parked=None):
        for claimed in [key, *self._held]:
            super().settle(claimed, retry_at=retry_at, parked=parked)


@breaks("test_settling_an_unknown_key_changes_nothing")
class DoesNotKnowTheKey(MemoryStore):
    def settle(self, key, *, retry_at=None, parked=None):
        if key not in self._outbox:
            raise KeyError(key)
        super().settle(key, retry_at=retry_at, parked=parked)


@breaks("test_delivering_leaves_the_case_as_it_is")
class LeasesByMovingTheDeadline(MemoryStore):
    def claim(self, *, now, until, limit):
        given = super().claim(now=now, until=until, limit=limit)
        for told in given:
            case = self._cases[told.case_id]
            self._cases[told.case_id] = evolve(case, due_at=case.due_at and until)
        return given


# -- waking ---------------------------------------------------------------------------------------

LATEST = datetime(9000, 1, 1, tzinfo=UTC)


@breaks("test_a_case_wakes_after_its_moment")
class WakesOnTheMoment(MemoryStore):
    def wake(self, *, now, until, limit, methods):
        return super().wake(now=now + MICRO, until=until, limit=limit, methods=methods)


@breaks("test_a_case_that_is_woken_is_nobody_elses_for_a_while")
class WakesForEverybody(MemoryStore):
    def wake(self, *, now, until, limit, methods):
        cases = dict(self._cases)
        woken = super().wake(now=now, until=until, limit=limit, methods=methods)
        self._cases = cases
        return woken


@breaks("test_a_case_that_is_woken_is_nobody_elses_for_a_while")
class WakesOnce(MemoryStore):
    def wake(self, *, now, until, limit, methods):
        return super().wake(now=now, until=LATEST, limit=limit, methods=methods)


@breaks("test_cases_wake_soonest_first")
class WakesInTheOrderOfIds(MemoryStore):
    def wake(self, *, now, until, limit, methods):
        cases = self._cases
        asleep = super().wake(now=now, until=until, limit=len(cases), methods=methods)
        woken = sorted(asleep, key=lambda case: case.case_id)[:limit]
        self._cases |= {case.case_id: case for case in asleep if case not in woken}
        return woken


@breaks("test_cases_of_other_methods_are_left_asleep")
class WakesEverything(MemoryStore):
    def wake(self, *, now, until, limit, methods):
        methods = {case.method for case in self._cases.values()}
        return super().wake(now=now, until=until, limit=limit, methods=methods)


@breaks("test_cases_of_other_methods_are_left_asleep")
class WakesByTheNameOfTheMethod(MemoryStore):
    def wake(self, *, now, until, limit, methods):
        names = {method.partition("/")[0] for method in methods}
        pins = {c.method for c in self._cases.values() if c.method.partition("/")[0] in names}
        return super().wake(now=now, until=until, limit=limit, methods=pins)


@breaks("test_cases_of_other_methods_are_left_asleep")
class LimitsBeforeItLooksAtTheMethod(MemoryStore):
    def wake(self, *, now, until, limit, methods):
        pins = {case.method for case in self._cases.values()}
        woken = super().wake(now=now, until=until, limit=limit, methods=pins)
        self._cases |= {case.case_id: case for case in woken if case.method not in methods}
        return [case for case in woken if case.method in methods]


@breaks("test_a_case_that_was_moved_belongs_to_its_new_method")
class BelongsToItsFirstMethod(MemoryStore):
    def find(self, query):
        query, pins = evolve(query, methods=None), query.methods
        return [c for c in super().find(query) if pins is None or self._first(c) in pins]

    def wake(self, *, now, until, limit, methods):
        pins = {case.method for case in self._cases.values() if self._first(case) in methods}
        return super().wake(now=now, until=until, limit=limit, methods=pins)

    def _first(self, case):
        return self.__dict__.setdefault("firsts", {}).setdefault(case.case_id, case.method)

    def commit(self, change):
        super().commit(change)
        self._first(change.snapshot)


@breaks("test_waking_moves_nothing_but_the_time_to_wake")
class WakesByMovingTheDeadline(MemoryStore):
    def wake(self, *, now, until, limit, methods):
        woken = super().wake(now=now, until=until, limit=limit, methods=methods)
        for case in woken:
            self._cases[case.case_id] = evolve(case, wake_at=until, due_at=until)
        return woken


@breaks("test_waking_moves_nothing_but_the_time_to_wake")
class ReturnsWhatItHasMadeOfIt(MemoryStore):
    def wake(self, *, now, until, limit, methods):
        woken = super().wake(now=now, until=until, limit=limit, methods=methods)
        return [evolve(case, wake_at=until) for case in woken]


@breaks("test_a_step_sets_the_time_to_wake")
class KeepsTheLeaseOverAStep(MemoryStore):
    def commit(self, change):
        before = self.load(change.case_id)
        if before is not None and before.wake_at is not None:
            change = evolve(change, snapshot=evolve(change.snapshot, wake_at=before.wake_at))
        super().commit(change)


@breaks("test_cases_may_be_woken_in_any_zone")
class WakesByWhatClocksShow(MemoryStore):
    def wake(self, *, now, until, limit, methods):
        now, until = now.replace(fold=0), until.replace(fold=0)
        return super().wake(now=now, until=until, limit=limit, methods=methods)


@breaks("test_threads_wake_nothing_twice")
class WakesWithoutALock(MemoryStore):
    def wake(self, *, now, until, limit, methods):
        cases = dict(self._cases)
        woken = super().wake(now=now, until=until, limit=limit, methods=methods)
        self._cases |= {case.case_id: cases[case.case_id] for case in woken}
        sleep(0.001)
        self._cases |= {case.case_id: evolve(case, wake_at=until) for case in woken}
        return woken


# -- pages and pins -------------------------------------------------------------------------------


@breaks("test_cases_are_found_in_pages")
class BeginsEveryPageAnew(MemoryStore):
    def find(self, query):
        return super().find(evolve(query, after=None))


@breaks("test_cases_are_found_in_pages")
class LooksForTheLastCaseOfThePage(MemoryStore):
    def find(self, query):
        found = super().find(evolve(query, after=None, limit=None))
        ids = [case.case_id for case in found]
        start = ids.index(query.after) + 1 if query.after in ids else 0
        return found[start:][: query.limit]


@breaks("test_due_cases_are_found_in_pages")
class TurnsPagesByTheMomentAlone(MemoryStore):
    def find(self, query):
        if query.due_after is None:
            return super().find(query)
        found = super().find(evolve(query, after=None, due_after=None, limit=None))
        return [case for case in found if case.due_at > query.due_after][: query.limit]


@breaks("test_due_cases_are_found_in_pages")
class TurnsPagesByTheIdAlone(MemoryStore):
    def find(self, query):
        found = super().find(evolve(query, due_after=None, limit=None))
        return [case for case in found if case.case_id > (query.after or "")][: query.limit]


@breaks("test_cases_are_found_by_the_methods_that_are_served")
class ServesEveryVersion(MemoryStore):
    def find(self, query):
        return super().find(evolve(query, methods=None))


@breaks("test_cases_are_found_by_the_methods_that_are_served")
class TakesNoMethodForEveryMethod(MemoryStore):
    def find(self, query):
        return super().find(evolve(query, methods=query.methods or None))


@breaks("test_a_limit_of_nothing_gives_nothing_and_a_large_one_everything")
class TakesNothingForEverything(MemoryStore):
    def find(self, query):
        return super().find(evolve(query, limit=query.limit or None))


@breaks("test_a_limit_of_nothing_gives_nothing_and_a_large_one_everything")
class ClaimsAtLeastOne(MemoryStore):
    def claim(self, *, now, until, limit):
        return super().claim(now=now, until=until, limit=max(limit, 1))


@breaks("test_a_limit_of_nothing_gives_nothing_and_a_large_one_everything")
class CountsInTwoBytes(MemoryStore):
    def wake(self, *, now, until, limit, methods):
        struct.pack("h", limit)
        return super().wake(now=now, until=until, limit=limit, methods=methods)


# -- parking --------------------------------------------------------------------------------------


@breaks("test_what_is_parked_is_not_given_out")
class ParksForAnHour(MemoryStore):
    def settle(self, key, *, retry_at=None, parked=None):
        if parked is not None and key in self._outbox:
            retry_at, parked = self._held.get(key, LATEST), None
        super().settle(key, retry_at=retry_at, parked=parked)


@breaks("test_what_is_parked_holds_up_its_case_no_longer")
class HoldsUpTheCase(MemoryStore):
    def claim(self, *, now, until, limit):
        parked = {self._outbox[key].case_id for key in self._parked}
        given = super().claim(now=now, until=until, limit=limit)
        return [told for told in given if told.case_id not in parked]


@breaks("test_what_is_parked_is_listed_with_its_error")
class DoesNotCountTheLastAttempt(MemoryStore):
    def settle(self, key, *, retry_at=None, parked=None):
        kept = self._outbox.get(key)
        super().settle(key, retry_at=retry_at, parked=parked)
        if parked is not None and kept is not None:
            self._outbox[key] = kept


@breaks("test_nothing_else_is_listed")
class ListsWhatHasFailedOnce(MemoryStore):
    def parked(self, *, after=None, limit=None):
        failed = [Parked(told, "failed") for told in self._outbox.values() if told.attempts]
        return [*super().parked(after=after, limit=limit), *failed]


@breaks("test_errors_are_kept_as_they_were_told")
class TakesASilentErrorForNone(MemoryStore):
    def settle(self, key, *, retry_at=None, parked=None):
        super().settle(key, retry_at=retry_at, parked=parked or None)


@breaks("test_errors_are_kept_as_they_were_told")
class CutsErrorsOff(MemoryStore):
    def settle(self, key, *, retry_at=None, parked=None):
        super().settle(key, retry_at=retry_at, parked=parked and parked[:255])


@breaks("test_parked_ones_are_listed_in_pages")
class ListsInTheOrderOfParking(MemoryStore):
    def parked(self, *, after=None, limit=None):
        keys = list(self._parked)
        start = keys.index(after) + 1 if after in keys else 0
        listed = [Parked(self._outbox[key], self._parked[key]) for key in keys]
        return listed[start:][:limit]


@breaks("test_what_is_released_is_tried_as_if_it_were_new")
class NeverReleases(MemoryStore):
    def release(self, key):
        pass


@breaks("test_what_is_released_is_tried_as_if_it_were_new")
class RemembersTheAttempts(MemoryStore):
    def release(self, key):
        kept = self._outbox.get(key)
        super().release(key)
        if kept is not None:
            self._outbox[key] = kept


@breaks("test_only_what_is_parked_is_released")
class ReleasesWhatIsOnItsWay(MemoryStore):
    def release(self, key):
        self._held.pop(key, None)
        super().release(key)


@breaks("test_a_late_failure_leaves_what_is_parked_as_it_is")
class ReleasesByALateFailure(MemoryStore):
    def settle(self, key, *, retry_at=None, parked=None):
        if retry_at is not None:
            self.release(key)
        super().settle(key, retry_at=retry_at, parked=parked)


@breaks("test_a_late_failure_leaves_what_is_parked_as_it_is")
class KeepsTheLastError(MemoryStore):
    def settle(self, key, *, retry_at=None, parked=None):
        super().settle(key, retry_at=retry_at, parked=parked)
        if parked is not None and key in self._parked:
            self._parked[key] = parked


@breaks("test_a_released_one_stands_in_its_old_place")
class ReleasesToTheEnd(MemoryStore):
    def release(self, key):
        if key in self._parked:
            self._outbox[key] = self._outbox.pop(key)
        super().release(key)


@breaks("test_a_parked_one_may_be_settled_otherwise")
class KeepsWhatIsParked(MemoryStore):
    def settle(self, key, *, retry_at=None, parked=None):
        if key not in self._parked or (retry_at, parked) != (None, None):
            super().settle(key, retry_at=retry_at, parked=parked)


@breaks("test_parking_concerns_one_notification")
class ParksTheWholeCase(MemoryStore):
    def settle(self, key, *, retry_at=None, parked=None):
        super().settle(key, retry_at=retry_at, parked=parked)
        if parked is not None and key in self._outbox:
            case_id = self._outbox[key].case_id
            keys = [told.key for told in self._outbox.values() if told.case_id == case_id]
            self._parked |= dict.fromkeys(keys, parked)


@breaks("test_parking_leaves_the_case_as_it_is")
class WakesTheCaseOfWhatIsParked(MemoryStore):
    def settle(self, key, *, retry_at=None, parked=None):
        super().settle(key, retry_at=retry_at, parked=parked)
        if parked is not None and key in self._outbox:
            case = self._cases[self._outbox[key].case_id]
            self._cases[case.case_id] = evolve(case, wake_at=case.updated_at)


# -- erasing --------------------------------------------------------------------------------------


@breaks("test_an_erasure_takes_the_words_of_every_entry_before")
class ErasesNothing(MemoryStore):
    def commit(self, change):
        super().commit(evolve(change, erases=False))


@breaks("test_an_erasure_takes_the_words_of_every_entry_before")
class ErasesItsOwnWords(MemoryStore):
    def commit(self, change):
        if change.erases:
            records = tuple(evolve(record, personal=None) for record in change.records)
            change = evolve(change, records=records)
        super().commit(change)


@breaks("test_an_erasure_takes_the_words_of_every_entry_before")
class ErasesWholeEntries(MemoryStore):
    def commit(self, change):
        super().commit(change)
        if change.erases:
            self._histories[change.case_id] = list(change.records)


@breaks("test_only_an_erasure_takes_words")
class ErasesAllTheTime(MemoryStore):
    def commit(self, change):
        super().commit(evolve(change, erases=True))


@breaks("test_an_entry_without_words_has_none")
class TakesNoWordsForAnEmptyText(MemoryStore):
    def commit(self, change):
        records = (evolve(record, personal=record.personal or "") for record in change.records)
        super().commit(evolve(change, records=tuple(records)))


@breaks("test_an_erasure_concerns_one_case")
class ErasesEverybodysWords(MemoryStore):
    def commit(self, change):
        super().commit(change)
        for case_id, history in self._histories.items():
            if change.erases and case_id != change.case_id:
                self._histories[case_id] = [evolve(record, personal=None) for record in history]


@breaks("test_an_erasure_that_is_not_kept_erases_nothing")
class ErasesFirst(MemoryStore):
    def commit(self, change):
        if change.erases:
            history = self._histories.get(change.case_id, [])
            self._histories[change.case_id] = [evolve(r, personal=None) for r in history]
        super().commit(change)


@breaks("test_a_case_may_be_erased_again")
class ErasesOnce(MemoryStore):
    def commit(self, change):
        erased = any(record.personal is None for record in self.history(change.case_id))
        super().commit(evolve(change, erases=change.erases and not erased))


@breaks("test_an_erasure_takes_the_errors_of_notifications")
class ForgetsTheErrors(MemoryStore):
    def commit(self, change):
        errors = dict(self._parked)
        super().commit(change)
        self._parked = errors


@breaks("test_an_erasure_takes_the_errors_of_notifications")
class ParksWhatIsSilent(MemoryStore):
    def commit(self, change):
        super().commit(change)
        if change.erases:
            keys = [told.key for told in self._outbox.values() if told.case_id == change.case_id]
            self._parked |= dict.fromkeys(keys, "")


# -- several processes ----------------------------------------------------------------------------


class InOneFile(MemoryStore):
    """
    Not a mistake by itself: keeps everything in one file, which is locked while it is in use.
    """

    def __init__(self, path):
        super().__init__()
        self.path = path

    def locked(self):
        """
        Hold everybody else off, in whatever process they are.
        """
        return _locked(self.path.with_suffix(".lock"))

    def within(self, method, *args, **kwargs):
        """
        Call a method of the memory store with what is in the file, and write it back.
        """
        with self.locked():
            if self.path.exists():
                kept = pickle.loads(self.path.read_bytes())
                self._cases, self._histories, self._outbox, self._held = kept
            try:
                return method(*args, **kwargs)
            finally:
                kept = (self._cases, self._histories, self._outbox, self._held)
                new = self.path.with_suffix(f".{os.getpid()}")
                new.write_bytes(pickle.dumps(kept))
                new.replace(self.path)

    def load(self, case_id):
        return self.within(super().load, case_id)

    def commit(self, change):
        self.within(super().commit, change)

    def history(self, case_id, *, after=0, limit=None):
        return self.within(super().history, case_id, after=after, limit=limit)

    def keyed(self, case_id, key):
        return next((r for r in self.history(case_id) if r.key == key), None)

    def find(self, query):
        return self.within(super().find, query)

    def claim(self, *, now, until, limit):
        return self.within(super().claim, now=now, until=until, limit=limit)

    def settle(self, key, *, retry_at=None):
        self.within(super().settle, key, retry_at=retry_at)


@contextmanager
def _locked(path):
    with _OURS, path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


_OURS = Lock()


class LocksOutThreadsOnly(InOneFile):
    """
    Its lock is one of its own process: no test with threads can tell.
    """

    def locked(self):
        return _OURS
