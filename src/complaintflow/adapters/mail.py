"""
Notifications as e-mail over SMTP, with the standard library alone.

Who is written to is the host's to say. What is written is, too; without a word from the host it
is that there is news of a case, and never what anybody said.
"""

from __future__ import annotations

import logging
import re
import smtplib
import ssl
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing, suppress
from email.headerregistry import Address, HeaderRegistry
from email.message import EmailMessage
from email.policy import default as modern
from email.utils import format_datetime
from hashlib import sha256
from typing import Any, Literal, get_args
from urllib.parse import quote

from attrs import frozen

from complaintflow._fields import slip_of
from complaintflow._value import Value
from complaintflow._waiting import at_most, problems_of_times
from complaintflow.errors import EvidenceError, NotDelivered
from complaintflow.ports import Notification

log = logging.getLogger("complaintflow.mail")

Security = Literal["starttls", "tls", "none"]
"""How the connection is secured: before anything is said, from the start, or not at all."""

SECURITY: tuple[Security, ...] = get_args(Security)

PORTS: dict[str, int] = {"starttls": 587, "tls": 465, "none": 25}
"""The usual port for each."""

PERMANENT = 500
"""From this code on, a mail server means it for good."""

_STATUS = re.compile(r"[245]\.\d{1,3}\.\d{1,3}\b")
_SEVEN_BITS = modern.clone(cte_type="7bit")  # what every server takes
_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")


@frozen(eq=False, repr=False)
class Letter(Value):
    """What is written."""

    subject: str
    """Its subject."""
    body: str
    """Its text, without signs of HTML."""


Addresses = str | Iterable[str] | None
"""One address, several, or none: nobody is to be told."""

Recipients = Callable[[Notification], Addresses] | Mapping[str, Addresses]
"""Who is written to: a function, or the addresses by whom it concerns (`Notification.to`)."""

Letters = Callable[[Notification], Letter | None]
"""What is written. None: nothing, and nobody is to be told."""


def plain_letter(notification: Notification) -> Letter:
    """
    Return what is written where the host says nothing of its own.

    That there is news, of which case, and to colleagues what it is about: no name, no word of the
    complaint, no amount and no limit.
    """
    case_id = notification.case_id
    if notification.to == "customer":
        return Letter(
            f"Your complaint {case_id}",
            f"There is news about your complaint {case_id}.\n\n"
            "Please get in touch with us if you have not heard what it is.\n",
        )
    topic = notification.topic.replace("_", " ")
    return Letter(
        f"Case {case_id}: {topic}",
        f"Case: {case_id}\n"
        f"About: {topic}\n"
        f"State: {notification.state.replace('_', ' ')}\n"
        f"Recorded: {notification.at:%Y-%m-%d %H:%M} UTC, entry {notification.version} "
        f"({notification.trigger})\n",
    )


class MailNotifier:
    """
    Send an e-mail for each notification: delivered once a mail server has taken it.

    The same notification is always the same letter, with the same `Message-ID`, so that a mailbox
    can tell a second delivery; the key itself is in `X-Complaintflow-Key`, percent-encoded. The
    letters of a case refer to each other and make one thread. A notification that nobody is to be
    told of counts as delivered, and is logged.

    One connection for each notification, so any number of threads may share a notifier.

    Args:
        host: the mail server.

        sender: the address it is sent from; `'Helpdesk <help@example.org>'` has a name, too.

        recipients: who is written to. A name that is nearly an audience of ours is taken for a
            slip; any other may be an audience of a host's own.

        letters: what is written.

        port: where the server listens. None: the usual port for *security*.

        security: how the connection is secured.

        username: who logs in. None: nobody does.

        password: with what.

        timeout: how many seconds the server may be silent.

        deadline: how many seconds the whole may take, from the connection to the server's last
            word; at most 60, so that it ends before the lease of `Desk.deliver`. Functions among
            *recipients* and *letters* are called before, and take what they take.

        context: how certificates are checked. None: as the system does, names included.

    Raises:
        EvidenceError: the settings make no sense; all problems are listed.
    """

    def __init__(
        self,
        host: str,
        *,
        sender: str,
        recipients: Recipients,
        letters: Letters = plain_letter,
        port: int | None = None,
        security: Security = "starttls",
        username: str | None = None,
        password: str | None = None,
        timeout: float = 10.0,
        deadline: float = 30.0,
        context: ssl.SSLContext | None = None,
    ) -> None:
        problems = []
        if not isinstance(host, str) or not host.strip():
            problems.append(f"host must name a mail server, not {host!r:.40}")
        if not callable(recipients) and not isinstance(recipients, Mapping):
            problems.append("recipients must be a function, or addresses by whom it concerns")
        elif isinstance(recipients, Mapping):
            problems += [f"recipients: {slip}" for slip in map(slip_of, recipients) if slip]
        if not callable(letters):
            problems.append("letters must be a function from a notification to a Letter")
        if security not in SECURITY:
            problems.append(f"security must be one of {', '.join(SECURITY)}, not {security!r:.40}")
        if (username is None) != (password is None):
            problems.append("username and password go together")
        if security == "none" and username is not None:
            problems.append(
                "a password is not sent over a connection that anybody can read: "
                "set security to starttls or tls"
            )
        problems += problems_of_times(timeout, deadline)
        problems += _problems_of_sender(sender)
        if problems:
            raise EvidenceError("mail", tuple(problems))
        self._host, self._port = host, port or PORTS[security]
        self._sender, self._domain = sender, _address(sender).domain
        self._recipients, self._letters = recipients, letters
        self._security, self._timeout, self._deadline = security, timeout, deadline
        self._login = None if username is None or password is None else (username, password)
        self._context = context or (None if security == "none" else ssl.create_default_context())

    @property
    def deadline(self) -> float | None:
        """
        How many seconds a call takes at most.

        None: *recipients* or *letters* is a function of the host's, which nothing here bounds.
        """
        is_ours = isinstance(self._recipients, Mapping) and self._letters is plain_letter
        return self._deadline if is_ours else None

    def notify(self, notification: Notification) -> None:
        """
        Send a notification.

        Raises:
            NotDelivered: the server could not be reached, or did not take it for everybody. It is
                permanent where the server has refused an address, or the letter, for good.
        """
        message = self.message(notification)
        if message is None:
            log.info("nobody is written to about %r", notification.key)
            return
        try:
            refused = at_most(self._deadline, lambda: self._hand_over(message))
        except smtplib.SMTPRecipientsRefused as error:
            refused = error.recipients
        except smtplib.SMTPDataError as error:
            raise _refusal(notification, "the letter", [_answer(error)]) from None
        except OSError as error:  # which the errors of smtplib are as well
            reason = f"{self._host} did not take it ({_told(error)})"
            raise NotDelivered(notification.key, reason) from error
        if refused:
            addresses = f"{len(refused)} of its {len(message['To'].addresses)} addresses"
            raise _refusal(notification, addresses, refused.values()) from None

    def message(self, notification: Notification) -> EmailMessage | None:
        """
        Return the letter as it is sent. None: nobody is to be told.

        Raises:
            NotDelivered: one of the host's addresses is none; trying again is no use.
        """
        addresses = self._addresses(notification)
        letter = self._letters(notification) if addresses else None
        if letter is None:
            return None
        message = EmailMessage(_SEVEN_BITS)
        message["From"] = self._sender
        try:
            message["To"] = [_address(address) for address in addresses]
        except ValueError:
            reason = "one of the addresses it is to go to is none"
            raise NotDelivered(notification.key, reason, is_permanent=True) from None
        message["Subject"] = _CONTROL.sub(" ", letter.subject)
        message["Date"] = format_datetime(notification.at)
        message["Message-ID"] = self._id(notification.key)
        message["References"] = self._id(notification.case_id)
        message["X-Complaintflow-Key"] = quote(notification.key, safe=":")
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(letter.body)
        return message

    def _addresses(self, notification: Notification) -> tuple[str, ...]:
        if callable(self._recipients):
            found = self._recipients(notification)
        else:
            found = self._recipients.get(notification.to)
        if found is None:
            return ()
        return (found,) if isinstance(found, str) else tuple(found)

    def _id(self, key: str) -> str:
        # Keys hold whatever case ids do; a digest of one is as good, and fits in a header.
        return f"<{sha256(key.encode()).hexdigest()[:32]}.complaintflow@{self._domain}>"

    def _hand_over(self, message: EmailMessage) -> dict[str, tuple[int, bytes]]:
        with closing(self._connection()) as server:
            refused = self._send(server, message)
            with suppress(OSError):  # it has been taken: a farewell that fails is none
                server.quit()
        return refused

    def _connection(self) -> smtplib.SMTP:
        if self._security == "tls":
            return smtplib.SMTP_SSL(
                self._host, self._port, timeout=self._timeout, context=self._context
            )
        return smtplib.SMTP(self._host, self._port, timeout=self._timeout)

    def _send(self, server: smtplib.SMTP, message: EmailMessage) -> dict[str, tuple[int, bytes]]:
        if self._security == "starttls":
            server.starttls(context=self._context)
        if self._login is not None:
            server.login(*self._login)
        return server.send_message(message)


def _address(text: str) -> Address:
    """Return an address with its name, where it has one; ValueError where it is none."""
    if not isinstance(text, str) or _CONTROL.search(text):
        raise ValueError(text)
    try:
        header: Any = HeaderRegistry()("To", text)
        found: tuple[Address, ...] = header.addresses
    except IndexError:  # as the standard library says of an address that ends too early
        raise ValueError(text) from None
    if header.defects or len(found) != 1 or not found[0].username or not found[0].domain:
        raise ValueError(text)
    return found[0]


def _problems_of_sender(sender: str) -> list[str]:
    try:
        _address(sender)
    except ValueError:
        return [f"sender must be an address such as help@example.org, not {sender!r:.60}"]
    return []


def _answer(error: smtplib.SMTPResponseException) -> tuple[int, bytes | str]:
    return error.smtp_code, error.smtp_error


def _told(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{type(error).__name__}, {_code(_answer(error))}"
    # What a server writes besides its code may name whom it was to.
    return type(error).__name__ if isinstance(error, smtplib.SMTPException) else repr(error)


def _code(answer: tuple[int, bytes | str]) -> str:
    code, text = answer
    told = text.decode(errors="replace") if isinstance(text, bytes) else text
    status = _STATUS.match(told)
    return f"{code} {status[0]}" if status else str(code)


def _refusal(
    notification: Notification, what: str, answers: Iterable[tuple[int, bytes | str]]
) -> NotDelivered:
    given = list(answers)
    codes = ", ".join(dict.fromkeys(_code(answer) for answer in given))
    # One that may yet be taken is worth another try, and the others get the same letter again.
    for_good = all(code >= PERMANENT for code, _ in given)
    return NotDelivered(notification.key, f"the server refused {what} ({codes})", for_good)
