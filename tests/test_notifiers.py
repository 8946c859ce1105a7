"""
Notifiers tell people, and say so when they could not.
"""

from __future__ import annotations

import logging
from datetime import UTC, datetime

import pytest
from attrs import evolve

from complaintflow.adapters.notifiers import CallableNotifier, FanOut, LoggingNotifier
from complaintflow.ports import Notification
from complaintflow.testing import RecordingNotifier


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

        with pytest.raises(ExceptionGroup, match="2 of 3 did not deliver 'ticket-42:3:1'") as group:
            FanOut(mail, chat, log).notify(notification)

        assert [notification] == chat.delivered
        assert [ConnectionError, ConnectionError] == [
            type(error) for error in group.value.exceptions
        ]

    def test_after_a_failure_all_are_asked_again(self, notification):
        """
        It remembers nothing: who must not be told twice has to look at the key.
        """
        mail, chat = RecordingNotifier(), RecordingNotifier()
        chat.fail_next()
        fan_out = FanOut(mail, chat)

        with pytest.raises(ExceptionGroup):
            fan_out.notify(notification)
        fan_out.notify(notification)

        assert ["ticket-42:3:1"] * 2 == [told.key for told in mail.delivered]
        assert ["ticket-42:3:1"] == [told.key for told in chat.delivered]

    def test_nobody_to_tell_is_no_failure(self, notification):
        """
        What is switched off in a configuration is an empty list.
        """
        FanOut().notify(notification)
