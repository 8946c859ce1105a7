"""
Notifiers with one mistake each, of the kind that hosts make: the contract has to find them all.
"""

# ruff: noqa: D101, D102
# Their names say what is wrong with them.

from __future__ import annotations

from contextlib import contextmanager
from threading import Thread
from time import sleep

from attrs import evolve

FOUND_BY: dict[type[Mail], str] = {}
"""The broken notifiers, and the promise that each of them breaks."""


def breaks(promise):
    """
    Say which promise a notifier breaks.
    """

    def remember(notifier):
        FOUND_BY[notifier] = promise
        return notifier

    return remember


class Mail:
    """
    A notifier that keeps every promise: it puts a line into a box, which can be locked.
    """

    def __init__(self):
        self.box = []
        self.is_locked = False

    def put(self, key):
        if self.is_locked:
            raise ConnectionError(key)
        self.box.append(key)

    def notify(self, notification):
        self.put(notification.key)

    @contextmanager
    def locked(self):
        self.is_locked = True
        try:
            yield
        finally:
            self.is_locked = False


class MailOnce(Mail):
    """
    One that also looks whether a key has arrived before.
    """

    def notify(self, notification):
        if notification.key not in self.box:
            self.put(notification.key)


@breaks("test_raising_means_that_it_did_not_arrive")
class SwallowsFailures(Mail):
    def notify(self, notification):
        try:
            self.put(notification.key)
        except ConnectionError:
            return


@breaks("test_raising_means_that_it_did_not_arrive")
class SendsAndFails(Mail):
    def notify(self, notification):
        self.box.append(notification.key)
        if self.is_locked:
            raise ConnectionError


@breaks("test_what_is_taken_has_arrived")
class OnlyStartsAThread(Mail):
    def notify(self, notification):
        def later():
            sleep(0.05)
            self.box.append(notification.key)

        Thread(target=later, daemon=True).start()


@breaks("test_what_is_taken_has_arrived")
class SendsTheNewestFirst(Mail):
    def notify(self, notification):
        self.put(notification.key)
        self.box.sort(reverse=True)


@breaks("test_what_is_taken_has_arrived")
class MakesItsOwnKeys(Mail):
    def notify(self, notification):
        self.put(f"mail-{len(self.box)}")


@breaks("test_every_audience_is_taken")
class KnowsThreeAudiences(Mail):
    def notify(self, notification):
        {"customer": 1, "owner": 2, "approver": 3, "team": 4}[notification.to]
        super().notify(notification)


@breaks("test_everything_a_method_notifies_of_is_taken")
class HasOneTemplate(Mail):
    def notify(self, notification):
        if notification.topic != "offer_made":
            raise LookupError(notification.topic)
        super().notify(notification)


@breaks("test_any_id_of_a_case_is_taken")
class WantsPlainIds(Mail):
    def notify(self, notification):
        notification.case_id.encode("ascii")
        super().notify(notification)


@breaks("test_any_id_of_a_case_is_taken")
class PutsTheKeyIntoAHeader(Mail):
    def notify(self, notification):
        notification.key.encode("ascii")
        super().notify(notification)


@breaks("test_a_key_is_not_taken_for_another")
class WritesKeysSmall(Mail):
    def notify(self, notification):
        self.put(notification.key.lower())


@breaks("test_a_key_is_not_taken_for_another")
class HasAShortColumnForKeys(Mail):
    def notify(self, notification):
        self.put(notification.key[:64])


@breaks("test_a_late_attempt_is_taken")
class GivesUp(Mail):
    def notify(self, notification):
        if notification.attempts < 10:
            super().notify(notification)


@breaks("test_what_is_given_is_not_changed")
class CountsAttemptsItself(Mail):
    def notify(self, notification):
        super().notify(notification)
        object.__setattr__(notification, "attempts", notification.attempts + 1)


@breaks("test_after_a_failure_it_delivers_again")
class RemembersWhatItTried(Mail):
    def __init__(self):
        super().__init__()
        self.tried = set()

    def notify(self, notification):
        if notification.key not in self.tried:
            self.tried.add(notification.key)
            super().notify(notification)


@breaks("test_a_second_delivery_can_be_told_by_its_key")
class FailsAtASecondDelivery(Mail):
    def notify(self, notification):
        if notification.key in self.box:
            raise ValueError(notification.key)
        super().notify(notification)


@breaks("test_a_second_delivery_can_be_told_by_its_key")
class PutsTheAttemptIntoTheKey(Mail):
    def notify(self, notification):
        attempt = f":{notification.attempts}" if notification.attempts else ""
        super().notify(evolve(notification, key=notification.key + attempt))


@breaks("test_a_desk_delivers_in_order")
class TellsOnlyOfTheLast(Mail):
    def notify(self, notification):
        case_id = notification.key.partition(":")[0]
        if notification.topic != "offer_made":
            self.box = [key for key in self.box if not key.startswith(case_id)]
        super().notify(notification)


@breaks("test_threads_may_notify_at_once")
class ReadsAndWrites(Mail):
    def notify(self, notification):
        box = list(self.box)
        sleep(0.002)
        self.box = [*box, notification.key]
