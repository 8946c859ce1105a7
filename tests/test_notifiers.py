"""
Notifiers tell people, and say so when they could not.
"""

from __future__ import annotations

import logging
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from inspect import signature
from unittest.mock import Mock

import pytest
from attrs import evolve

from complaintflow.adapters.notifiers import CallableNotifier, FanOut, LoggingNotifier
from complaintflow.errors import NotDelivered
from complaintflow.ports import Notification
from complaintflow.testing import NotifierContract, RecordingNotifier
from complaintflow.testing._overriding import overridden_in_silence

from .broken_notifiers import FOUND_BY, Mail, MailOnce

MINUTE = timedelta(minutes=1)


@pytest.fixture
def notification():
    """
    Return something somebody should be told.
    """
    return Notification(
        key="ticket-42:3:1",
        case_id="ticket-42",
        version=3,
        topic="offer_made",
        to="customer",
        trigger="offer",
        at=datetime(2026, 1, 5, 9, tzinfo=UTC),
        state="offered",
    )


class TestLoggingNotifier:
    """
    For trying out, and for those whose log is read by another program.
    """

    def test_it_writes_one_line(self, notification, caplog):
        """
        Everything that finds the entry again is in it, and nothing that somebody said.
        """
        caplog.set_level(logging.INFO)

        LoggingNotifier().notify(notification)

        ((logger, level, line),) = caplog.record_tuples
        assert ("complaintflow.notifications", logging.INFO) == (logger, level)
        assert (
            "tell the customer of case 'ticket-42' about offer_made "
            "(entry 3, offer; key 'ticket-42:3:1', attempt 1)"
        ) == line

    def test_it_writes_where_it_is_told(self, notification, caplog):
        """
        A host has its own loggers, and its own idea of what is important.
        """
        notifier = LoggingNotifier(logging.getLogger("helpdesk"), level=logging.WARNING)

        notifier.notify(evolve(notification, attempts=2))

        ((logger, level, line),) = caplog.record_tuples
        assert ("helpdesk", logging.WARNING) == (logger, level)
        assert "attempt 3" in line

    def test_an_id_does_not_forge_a_line(self, notification, caplog):
        """
        Ids may come from outside, and a line end in one would begin a line of its own.
        """
        caplog.set_level(logging.INFO)

        LoggingNotifier().notify(evolve(notification, case_id="42\nall is well"))

        assert "\n" not in caplog.messages[0]


class TestCallableNotifier:
    """
    For those who have a function already.
    """

    @pytest.mark.parametrize("answer", [None, False, "queued"])
    def test_it_calls_the_function(self, notification, answer):
        """
        Whatever it returns, it has delivered: only raising says otherwise.
        """
        told = []

        def tell(notification):
            told.append(notification)
            return answer

        assert CallableNotifier(tell).notify(notification) is None
        assert [notification] == told

    def test_what_the_function_raises_goes_on(self, notification):
        """
        The desk hears of it, and tries again later.
        """

        def tell(_notification):
            raise ConnectionRefusedError

        with pytest.raises(ConnectionRefusedError):
            CallableNotifier(tell).notify(notification)

    def test_it_refuses_a_function_that_would_only_be_started(self):
        """
        It would return at once, and everything would count as delivered.
        """

        async def tell(_notification):
            raise AssertionError

        with pytest.raises(TypeError, match="is async: calling it sends nothing"):
            CallableNotifier(tell)


class TestFanOut:
    """
    For those who tell several.
    """

    def test_it_asks_all_of_them(self, notification):
        """
        In the order they were given.
        """
        told = []
        fan_out = FanOut(
            CallableNotifier(lambda _: told.append("mail")),
            CallableNotifier(lambda _: told.append("chat")),
        )

        fan_out.notify(notification)

        assert ["mail", "chat"] == told

    def test_one_that_fails_does_not_keep_the_others_from_it(self, notification):
        """
        But the notification is not delivered, and the desk has to hear of it.
        """
        mail, chat, log = RecordingNotifier(), RecordingNotifier(), RecordingNotifier()
        mail.fail_next()
        log.fail_next()

        with pytest.raises(
            NotDelivered, match="2 of 3 did not deliver it: ConnectionError"
        ) as told:
            FanOut(mail, chat, log).notify(notification)

        assert [notification] == chat.delivered
        assert not told.value.is_permanent
        assert [ConnectionError, ConnectionError] == [
            type(error) for error in told.value.__cause__.exceptions
        ]

    def test_who_has_taken_it_is_not_asked_again(self, notification):
        """
        A customer would have the same letter once for each time that a webhook fails.
        """
        mail, chat = RecordingNotifier(), RecordingNotifier()
        chat.fail_next(2)
        fan_out = FanOut(mail, chat)

        for attempts in range(2):
            with pytest.raises(NotDelivered):
                fan_out.notify(evolve(notification, attempts=attempts))
        fan_out.notify(evolve(notification, attempts=2))

        assert ["ticket-42:3:1"] == [told.key for told in mail.delivered]
        assert ["ticket-42:3:1"] == [told.key for told in chat.delivered]

    def test_what_everybody_has_is_forgotten(self, notification):
        """
        If it comes again its settling was lost, and the whole of it is told again.
        """
        mail, chat = RecordingNotifier(), RecordingNotifier()
        chat.fail_next()
        fan_out = FanOut(mail, chat)

        with pytest.raises(NotDelivered):
            fan_out.notify(notification)
        fan_out.notify(notification)
        fan_out.notify(notification)

        assert (2, 2) == (len(mail.delivered), len(chat.delivered))

    def test_it_does_not_remember_without_end(self, notification):
        """
        A webhook that is never taken would fill the memory of a worker.
        """
        mail, chat = RecordingNotifier(), RecordingNotifier()
        chat.fail_next(1_002)
        fan_out = FanOut(mail, chat)

        for number in [*range(1_001), 0]:
            with pytest.raises(NotDelivered):
                fan_out.notify(evolve(notification, key=f"ticket-{number}:1:1"))

        assert ["ticket-0:1:1"] * 2 == [t.key for t in mail.delivered if "-0:" in t.key]

    @pytest.mark.parametrize(
        ("errors", "expected"),
        [
            ([("gone", True, None), ("no such box", True, None)], (True, None)),
            ([("gone", True, None), ("busy", False, MINUTE)], (False, MINUTE)),
            ([("busy", False, MINUTE), ("busier", False, 2 * MINUTE)], (False, 2 * MINUTE)),
            ([("odd", False, "soon")], (False, None)),
            ([], (False, None)),
        ],
    )
    def test_what_its_notifiers_ask_for_is_passed_on(self, errors, expected, notification):
        """
        It is given up where all have given it up, and left alone for as long as one of them asks.
        """
        key = notification.key
        failing = [CallableNotifier(Mock(side_effect=NotDelivered(key, *each))) for each in errors]
        if not errors:
            failing = [CallableNotifier(Mock(side_effect=OSError("no route")))]

        with pytest.raises(NotDelivered) as told:
            FanOut(*failing).notify(notification)

        assert expected == (told.value.is_permanent, told.value.retry_after)
        assert all(reason in told.value.reason for reason, *_ in errors)

    def test_nobody_to_tell_is_no_failure(self, notification):
        """
        What is switched off in a configuration is an empty list.
        """
        FanOut().notify(notification)


# -- the contract -------------------------------------------------------------------------------


class TestMail(NotifierContract):
    """
    What keeps every promise passes.
    """

    kind = Mail

    @pytest.fixture
    def notifier(self):
        """
        Return a notifier over an empty box.
        """
        return self.kind()

    @pytest.fixture
    def arrived(self, notifier):
        """
        Return what looks into the box.
        """
        return lambda: notifier.box

    @pytest.fixture
    def cut_off(self, notifier):
        """
        Return what locks the box.
        """
        return notifier.locked


class TestMailOnce(TestMail):
    """
    So does what tells a second delivery by its key.
    """

    kind = MailOnce
    knows_keys = True
    threads = False


class TestRecording(NotifierContract):
    """
    The stand-in for a notifier keeps the promises of one.
    """

    @pytest.fixture
    def notifier(self):
        """
        Return the stand-in.
        """
        return RecordingNotifier()

    @pytest.fixture
    def arrived(self, notifier):
        """
        Return what it remembers.
        """
        return lambda: [told.key for told in notifier.delivered]

    @pytest.fixture
    def cut_off(self, notifier):
        """
        Return what makes it fail.
        """

        @contextmanager
        def failing():
            notifier.fail_next(1000)
            yield
            notifier.fail_next(0)

        return failing


class TestCalling(NotifierContract):
    """
    A function that puts a key into a list keeps the promises, as far as they can be tried.
    """

    @pytest.fixture
    def told(self):
        """
        Return a list.
        """
        return []

    @pytest.fixture
    def notifier(self, told):
        """
        Return a notifier that adds to it, beside another that logs.
        """
        add = CallableNotifier(lambda notification: told.append(notification.key))
        return FanOut(add, LoggingNotifier())

    @pytest.fixture
    def arrived(self, told):
        """
        Return what looks into the list.
        """
        return lambda: told


class TestTheContract:
    """
    It notices what is wrong, and says what is missing.
    """

    @pytest.mark.parametrize("broken", FOUND_BY, ids=lambda broken: broken.__name__)
    def test_it_rejects_a_notifier_with_a_mistake(self, broken):
        """
        A contract that lets mistakes pass makes them look like promises kept.
        """
        assert FOUND_BY[broken] in promises_broken_by(broken)

    def test_it_finds_nothing_where_nothing_is_wrong(self):
        """
        The same calls, and no mistake.
        """
        assert promises_broken_by(Mail) == []

    def test_it_is_run_by_subclassing_it(self, pytester):
        """
        Three fixtures; what a notifier cannot do is marked, and not struck out.
        """
        pytester.makepyfile(
            """
            import pytest
            from complaintflow.testing import NotifierContract

            class TestNothing(NotifierContract):
                pass

            class TestSilent(NotifierContract):
                threads = False
                test_a_late_attempt_is_taken = None

                @pytest.fixture
                def notifier(self, recording_notifier):
                    return recording_notifier

                @pytest.fixture
                def arrived(self, notifier):
                    return lambda: [told.key for told in notifier.delivered]
            """
        )

        result = pytester.runpytest_inprocess("-p", "no:cacheprovider")

        outcomes = result.parseoutcomes()
        assert outcomes["failed"] == 1
        assert outcomes["skipped"] == 3
        assert outcomes["errors"] > 10
        result.stdout.fnmatch_lines("*TestSilent::test_no_promise_is_overridden_in_silence*")
        result.stdout.fnmatch_lines("*override the fixture `notifier`*")

    @pytest.mark.parametrize(
        ("mark", "is_a_reason"),
        [
            (pytest.mark.skip("we never try again"), True),
            (pytest.mark.skip(reason="we never try again"), True),
            (pytest.mark.xfail(reason="we never try again"), True),
            (pytest.mark.skip, False),
            (pytest.mark.skip(""), False),
            (pytest.mark.xfail(condition=True), False),
        ],
    )
    def test_a_reason_is_one_however_it_is_given(self, mark, is_a_reason):
        """
        Pytest takes the reason of a skip without its name, too.
        """

        class Marked(NotifierContract):
            @mark
            def test_a_late_attempt_is_taken(self):
                """Not here."""

        struck_out = overridden_in_silence(Marked, NotifierContract)

        assert ([] if is_a_reason else ["test_a_late_attempt_is_taken"]) == struck_out

    def test_it_says_where_to_look(self, pytester):
        """
        A contract that cannot see what arrived sees nothing.
        """
        pytester.makepyfile(
            """
            import pytest
            from complaintflow.testing import NotifierContract

            class TestBlind(NotifierContract):
                @pytest.fixture
                def notifier(self, recording_notifier):
                    return recording_notifier
            """
        )

        result = pytester.runpytest_inprocess("-p", "no:cacheprovider", "-k", "late_attempt")

        result.assert_outcomes(errors=1)
        result.stdout.fnmatch_lines("*override `arrived`*")


def promises_broken_by(kind):
    """
    Return the tests of the contract that a notifier fails.
    """
    broken = []
    for name in (name for name in dir(NotifierContract) if name.startswith("test_")):
        promise = getattr(NotifierContract(), name)
        for mark in [*getattr(promise, "pytestmark", []), None]:
            for value in mark.args[1] if mark else [None]:
                notifier = kind()
                given = {
                    "notifier": notifier,
                    "arrived": lambda notifier=notifier: notifier.box,
                    "cut_off": notifier.locked,
                    **({mark.args[0]: value} if mark else {}),
                }
                wanted = signature(promise).parameters
                if not wanted.keys() <= given.keys():
                    continue
                try:
                    promise(**{name: given[name] for name in wanted})
                except (Exception, pytest.fail.Exception):  # noqa: BLE001 (mistakes show in many ways)
                    broken.append(name)
    return list(dict.fromkeys(broken))
