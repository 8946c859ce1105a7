"""
E-mail: what is written, to whom, and what a mail server may say to it.
"""

from __future__ import annotations

import contextlib
import email
import email.policy
import logging
import pathlib
import socketserver
import ssl
import threading
from datetime import UTC, datetime

import pytest
from attrs import evolve

from complaintflow import EvidenceError, NotDelivered
from complaintflow.adapters.mail import Letter, MailNotifier, plain_letter
from complaintflow.ports import Notification

PEM = pathlib.Path(__file__).parent / "tls" / "loopback.pem"
"""A certificate of this machine for itself, and its key: no secret."""

OFFER = Notification(
    key="ticket-42:3:1",
    case_id="ticket-42",
    version=3,
    topic="offer_made",
    to="customer",
    trigger="offer",
    at=datetime(2026, 1, 5, 9, tzinfo=UTC),
    state="offered",
)


class Talk(socketserver.StreamRequestHandler):
    """
    One talk of a mail server: the answers to some words are scripted, the others are polite.
    """

    timeout = 5

    def handle(self):
        """
        Answer line by line, until the other side has gone.
        """
        if self.server.wraps:
            self.wrap()
        self.say("220 mail")
        with contextlib.suppress(OSError):
            while line := self.rfile.readline():
                word = line.decode().strip()
                self.server.heard.append(word)
                if not self.answer(word):
                    return

    def answer(self, word):
        """
        Answer one line; False hangs up.
        """
        verb = word.partition(" ")[0].upper()
        scripted = self.server.script.get(word) or self.server.script.get(verb)
        if scripted == "hang up":
            return False
        if scripted in {"say nothing", "drip"}:
            self.hold(drips=scripted == "drip")
            return False
        if scripted:
            self.say(scripted)
        elif verb == "EHLO":
            self.say("250-mail\r\n250-STARTTLS\r\n250 AUTH PLAIN")
        elif verb == "STARTTLS":
            self.say("220 go on")
            self.wrap()
        elif verb == "DATA":
            self.say("354 go on")
            lines = list(iter(self.rfile.readline, b".\r\n"))
            self.server.letters.append(b"".join(lines))
            self.say(self.server.script.get(".", "250 kept"))
        elif verb == "AUTH":
            self.say("235 welcome")
        elif verb == "QUIT":
            self.say("221 bye")
        else:
            self.say("250 fine")
        return verb != "QUIT"

    def hold(self, *, drips):
        """
        Come to no end: say nothing, or a letter now and then.
        """
        for _ in range(100):
            if drips:
                self.wfile.write(b"2")
            if self.server.may_end.wait(0.05):
                return

    def say(self, line):
        """
        Say a line.
        """
        self.wfile.write(f"{line}\r\n".encode())

    def wrap(self):
        """
        Go on under TLS.
        """
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(PEM)
        super().finish()
        self.request = context.wrap_socket(self.request, server_side=True)
        self.setup()

    def finish(self):
        """
        End the talk, with the socket that TLS has put in the place of the first.
        """
        super().finish()
        self.request.close()


class Quiet(socketserver.ThreadingTCPServer):
    """
    A mail server that keeps what goes wrong in a talk to itself: the client tells.
    """

    daemon_threads = True

    def handle_error(self, request, client_address):
        """
        Say nothing.
        """


@contextlib.contextmanager
def mail_server(*, wraps=False, **script):
    """
    Run a mail server on this machine for as long as a test takes.
    """
    with Quiet(("127.0.0.1", 0), Talk) as server:
        server.script = {"." if verb == "END" else verb: said for verb, said in script.items()}
        server.wraps = wraps
        server.heard, server.letters, server.may_end = [], [], threading.Event()
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.may_end.set()
            server.shutdown()
            thread.join(5)


def notifier(server=None, **settings):
    """
    Return a notifier that writes to ana, by a server of this machine.
    """
    settings = {
        "sender": "Helpdesk <help@example.org>",
        "recipients": {
            "customer": "ana@example.com",
            "owner": ["sam@example.org", "Lee <l@x.org>"],
        },
        "security": "none",
        "timeout": 5,
    } | settings
    port = server.server_address[1] if server else 1
    return MailNotifier("127.0.0.1", port=port, **settings)


def letter_of(server):
    """
    Return the one letter a server has taken.
    """
    (text,) = server.letters
    return email.message_from_bytes(text, policy=email.policy.default)


def trusting():
    """
    Return what checks certificates, and knows that of this machine.
    """
    return ssl.create_default_context(cafile=PEM)


# -- what is written ----------------------------------------------------------------------------


def test_a_letter_is_sent_to_whom_it_concerns():
    """
    With all that a mailbox needs to sort it, and a farewell to the server.
    """
    with mail_server() as server:
        notifier(server).notify(OFFER)

    letter = letter_of(server)
    assert "Helpdesk <help@example.org>" == letter["From"]
    assert "ana@example.com" == letter["To"]
    assert "Your complaint ticket-42" == letter["Subject"]
    assert "auto-generated" == letter["Auto-Submitted"]
    assert "ticket-42:3:1" == letter["X-Complaintflow-Key"]
    assert datetime(2026, 1, 5, 9, tzinfo=UTC) == letter["Date"].datetime
    assert "There is news about your complaint ticket-42." in letter.get_content()
    assert "quit" == server.heard[-1]


def test_the_same_notification_is_the_same_letter():
    """
    A mailbox can tell a second delivery, and a case is one thread.
    """
    wrote = notifier()
    first = wrote.message(OFFER)
    again = wrote.message(evolve(OFFER, attempts=3))
    other = wrote.message(evolve(OFFER, key="ticket-42:4:1"))

    assert first.as_bytes() == again.as_bytes()
    assert first["Message-ID"] != other["Message-ID"]
    assert first["References"] == other["References"]
    assert first["Message-ID"].endswith(".complaintflow@example.org>")


def test_several_are_written_to_at_once():
    """
    A name may stand with an address.
    """
    with mail_server() as server:
        notifier(server).notify(evolve(OFFER, to="owner"))

    assert "sam@example.org, Lee <l@x.org>" == letter_of(server)["To"]
    assert ["rcpt TO:<sam@example.org>", "rcpt TO:<l@x.org>"] == [
        line for line in server.heard if line.startswith("rcpt")
    ]


def test_colleagues_are_told_what_it_is_about():
    """
    And not a word of the complaint.
    """
    letter = plain_letter(evolve(OFFER, to="owner"))

    assert "Case ticket-42: offer made" == letter.subject
    assert (
        "Case: ticket-42\nAbout: offer made\nState: offered\n"
        "Recorded: 2026-01-05 09:00 UTC, entry 3 (offer)\n"
    ) == letter.body


def test_the_host_says_who_and_what():
    """
    By functions, which are given the notification.
    """
    wrote = notifier(
        recipients=lambda n: f"{n.to}@example.net",
        letters=lambda n: Letter(f"{n.topic}!", "Grüße, und alles Gute"),
    )
    message = wrote.message(OFFER)

    assert "customer@example.net" == message["To"]
    assert "offer_made!" == message["Subject"]
    assert "Grüße, und alles Gute\n" == message.get_content()


def test_a_letter_goes_by_every_server():
    """
    Some still take seven bits only, and an id or a letter may hold any character.
    """
    message = notifier().message(evolve(OFFER, case_id="Fall-ü-42"))

    assert message.as_bytes().isascii()
    assert "your complaint Fall-ü-42." in message.get_content()


@pytest.mark.parametrize(
    "settings",
    [
        {"recipients": {}},
        {"recipients": {"customer": None}},
        {"recipients": lambda _: []},
        {"letters": lambda _: None},
    ],
)
def test_where_nobody_is_to_be_told_it_is_delivered(settings, caplog):
    """
    A topic that nobody wants does not hold up its case. No server is asked.
    """
    caplog.set_level(logging.INFO)
    notifier(**settings).notify(OFFER)

    assert ["nobody is written to about 'ticket-42:3:1'"] == caplog.messages


def test_a_case_id_does_not_forge_a_header():
    """
    Ids may come from outside, and a line end in one would begin a header of its own.
    """
    message = notifier().message(
        evolve(OFFER, case_id="42\r\nBcc: eve@example.net", key="42\r\nBcc: eve@example.net:3:1")
    )

    assert "Your complaint 42 Bcc: eve@example.net" == message["Subject"]
    assert message["Bcc"] is None


@pytest.mark.parametrize(
    "address", ["", "ana", "@example.com", "ana@", "a@x.org, b@x.org", "a@x.org\r\nBcc: e@x.org", 7]
)
def test_an_address_that_is_none_is_told_for_good(address):
    """
    Nobody gets better by waiting; and the address is in no message, which is kept and logged.
    """
    with pytest.raises(NotDelivered) as error:
        notifier(recipients=lambda _: [address]).notify(OFFER)

    assert error.value.is_permanent
    assert (
        "notification 'ticket-42:3:1' was not delivered: one of the addresses it is to go to is "
        "none; trying again is no use"
    ) == str(error.value)


# -- how it is secured --------------------------------------------------------------------------


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_what_is_sent_is_secured(security):
    """
    Before anything is said, the password above all.
    """
    with mail_server(wraps=security == "tls") as server:
        notifier(
            server, security=security, context=trusting(), username="help", password="s3cret"
        ).notify(OFFER)

    assert "ana@example.com" == letter_of(server)["To"]
    verbs = [line.split()[0].upper() for line in server.heard]
    assert verbs.index("AUTH") < verbs.index("MAIL")
    if security == "starttls":
        assert verbs.index("STARTTLS") < verbs.index("AUTH")


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_server_that_nobody_vouches_for_is_told_nothing(security):
    """
    By default certificates are checked as the system does.
    """
    with (
        mail_server(wraps=security == "tls") as server,
        pytest.raises(NotDelivered, match="CERTIFICATE_VERIFY_FAILED") as error,
    ):
        notifier(server, security=security, username="help", password="s3cret").notify(OFFER)

    assert not error.value.is_permanent
    assert not any(line.upper().startswith(("AUTH", "MAIL")) for line in server.heard)


def test_a_server_without_starttls_is_told_nothing():
    """
    Somebody in between may have taken the offer out.
    """
    with (
        mail_server(EHLO="250 mail") as server,
        pytest.raises(NotDelivered, match="SMTPNotSupportedError"),
    ):
        notifier(server, security="starttls").notify(OFFER)

    assert [] == server.letters


# -- what a server may say to it ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("script", "reason", "is_permanent"),
    [
        ({"RCPT": "550 5.1.1 no ana here"}, "1 of its 1 addresses (550 5.1.1)", True),
        ({"RCPT": "450 4.2.0 greylisted"}, "1 of its 1 addresses (450 4.2.0)", False),
        ({"END": "554 5.7.1 spam"}, "the letter (554 5.7.1)", True),
        ({"END": "452 full"}, "the letter (452)", False),
    ],
)
def test_a_refusal_is_for_good_or_for_now(script, reason, is_permanent):
    """
    By the code of the server. What it writes besides may name somebody, and is kept out.
    """
    with mail_server(**script) as server, pytest.raises(NotDelivered) as error:
        notifier(server).notify(OFFER)

    assert is_permanent == error.value.is_permanent
    assert f"the server refused {reason}" == error.value.reason
    assert "ana" not in str(error.value)


@pytest.mark.parametrize(
    ("answer", "is_permanent"), [("550 5.1.1 nobody", True), ("450 4.2.0 later", False)]
)
def test_where_one_of_several_is_refused_it_is_not_delivered(answer, is_permanent):
    """
    The others have got it; but nothing is lost in silence, and the same letter does no harm twice.
    """
    with mail_server() as server:
        server.script["rcpt TO:<l@x.org>"] = answer
        with pytest.raises(NotDelivered, match="the server refused 1 of its 2 addresses") as error:
            notifier(server).notify(evolve(OFFER, to="owner"))

    assert is_permanent == error.value.is_permanent
    assert 1 == len(server.letters)


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ({"MAIL": "550 5.7.1 not from you"}, "SMTPSenderRefused, 550 5.7.1"),
        ({"AUTH": "535 5.7.8 wrong"}, "SMTPAuthenticationError, 535 5.7.8"),
        ({"MAIL": "hang up"}, "SMTPServerDisconnected"),
        ({"MAIL": "421 closing"}, "SMTPSenderRefused, 421"),
    ],
)
def test_what_can_be_put_right_is_tried_again(script, reason):
    """
    A password that was changed must not put every letter of the day aside for good.
    """
    with mail_server(wraps=True, **script) as server, pytest.raises(NotDelivered) as error:
        notifier(
            server, security="tls", context=trusting(), username="help", password="s3cret"
        ).notify(OFFER)

    assert not error.value.is_permanent
    assert f"127.0.0.1 did not take it ({reason})" == error.value.reason
    assert "s3cret" not in str(error.value)


def test_a_server_that_is_not_there_is_told():
    """
    The desk tries again later.
    """
    with mail_server() as server:
        gone = notifier(server)

    with pytest.raises(NotDelivered, match=r"127.0.0.1 did not take it .ConnectionRefusedError"):
        gone.notify(OFFER)


def test_a_server_that_says_nothing_is_not_waited_for():
    """
    It would hold up the rest of the batch.
    """
    with (
        mail_server(MAIL="say nothing") as server,
        pytest.raises(NotDelivered, match="did not take it"),
    ):
        notifier(server, timeout=0.2).notify(OFFER)


def test_a_server_that_never_comes_to_an_end_is_given_up():
    """
    It says something all the time, so no silence is too long.
    """
    with (
        mail_server(MAIL="drip") as server,
        pytest.raises(NotDelivered, match=r"it took more than 0\.2 seconds") as error,
    ):
        notifier(server, deadline=0.2).notify(OFFER)
    assert not error.value.is_permanent


@pytest.mark.parametrize("farewell", ["hang up", "500 what?"])
def test_a_farewell_that_fails_undoes_nothing(farewell):
    """
    The letter was taken before.
    """
    with mail_server(QUIT=farewell) as server:
        notifier(server).notify(OFFER)

    assert 1 == len(server.letters)


# -- settings that make no sense ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("settings", "problem"),
    [
        ({"sender": "help"}, "sender must be an address such as help@example.org, not 'help'"),
        ({"recipients": "ana@x.org"}, "recipients must be a function, or addresses by whom"),
        (
            {"recipients": {"custmer": "ana@x.org"}},
            "recipients: there is no 'custmer' (did you mean 'customer'?)",
        ),
        ({"letters": "Hello"}, "letters must be a function from a notification to a Letter"),
        ({"security": "ssl"}, "security must be one of starttls, tls, none, not 'ssl'"),
        ({"username": "help", "security": "tls"}, "username and password go together"),
        (
            {"username": "a", "password": "b"},
            (
                "a password is not sent over a connection that anybody can read: "
                "set security to starttls or tls"
            ),
        ),
        ({"timeout": 0}, "timeout must be a number of seconds, not 0"),
        ({"timeout": "10"}, "timeout must be a number of seconds, not '10'"),
        ({"deadline": 61}, "deadline must be a number of seconds, at most 60, not 61"),
    ],
)
def test_settings_that_make_no_sense_are_refused(settings, problem):
    """
    When the desk is set up, and not when the first customer waits for a letter.
    """
    with pytest.raises(EvidenceError) as error:
        notifier(**settings)

    assert str(error.value).startswith(f"mail: {problem}")


def test_a_server_needs_a_name():
    """
    An empty one would be this machine.
    """
    with pytest.raises(EvidenceError, match="host must name a mail server, not ' '"):
        MailNotifier(" ", sender="a@x.org", recipients={})


@pytest.mark.parametrize(("security", "port"), [("starttls", 587), ("tls", 465), ("none", 25)])
def test_each_kind_has_its_usual_port(security, port):
    """
    Nobody has to look it up.
    """
    wrote = MailNotifier("mail", sender="a@x.org", recipients={}, security=security)

    assert port == wrote._port
