"""
Webhooks: what is posted, how it is signed, and what an endpoint may answer.
"""

from __future__ import annotations

import asyncio
import contextlib
import http.server
import json
import threading
from datetime import UTC, datetime, timedelta

import pytest
from attrs import evolve
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from complaintflow import EvidenceError, NotDelivered
from complaintflow.adapters.webhooks import (
    AsyncWebhookNotifier,
    WebhookNotifier,
    envelope,
    new_secret,
)
from complaintflow.ports import Notification
from complaintflow.testing import AsyncNotifierContract, FrozenClock, NotifierContract

SECRET, NEXT = new_secret(), new_secret()

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


class Hook(http.server.BaseHTTPRequestHandler):
    """
    An endpoint that answers as it is scripted.
    """

    timeout = 5
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        """
        Keep what was posted, and answer.
        """
        body = self.rfile.read(int(self.headers["content-length"]))
        self.server.posted.append((dict(self.headers), body))
        status, headers = self.server.answer
        if status is not None and status < 300:
            self.server.taken.append(body)
        if self.server.drips:
            self.wfile.write(b"HTTP/1.1 200 OK\r\nx-a: ")
            for _ in range(100):
                self.wfile.write(b"a")
                if self.server.may_end.wait(0.05):
                    break
            self.close_connection = True
            return
        if status is None:
            self.server.may_end.wait(5)
            self.close_connection = True
            return
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if self.server.body is None:
            self.end_headers()
            with contextlib.suppress(OSError):
                while not self.server.may_end.wait(0.01):
                    self.wfile.write(b"and so on, ")
            return
        self.send_header("content-length", str(len(self.server.body)))
        self.end_headers()
        self.wfile.write(self.server.body)

    def log_message(self, *_):
        """
        Say nothing.
        """


@contextlib.contextmanager
def endpoint(status=204, **headers):
    """
    Run an endpoint on this machine for as long as a test takes.
    """
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Hook) as server:
        server.daemon_threads = True
        server.answer = (status, {k.replace("_", "-"): v for k, v in headers.items()})
        server.body = b""
        server.taken, server.drips = [], False
        server.posted, server.may_end = [], threading.Event()
        server.url = f"http://127.0.0.1:{server.server_address[1]}/hooks/t0ken"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.may_end.set()
            server.shutdown()
            thread.join(5)


def post(url, notification=OFFER, **settings):
    """
    Post a notification, and be done.
    """
    settings = {"secrets": SECRET, "source": "https://desk.example.org", "timeout": 5} | settings
    with WebhookNotifier(url, **settings) as notifier:
        notifier.notify(notification)


def post_async(url, notification=OFFER, **settings):
    """
    Do the same in an event loop.
    """
    settings = {"secrets": SECRET, "source": "https://desk.example.org", "timeout": 5} | settings

    async def told():
        async with AsyncWebhookNotifier(url, **settings) as notifier:
            await notifier.notify(notification)

    asyncio.run(told())


BOTH = pytest.mark.parametrize("post", [post, post_async], ids=["sync", "async"])


# -- what is posted -----------------------------------------------------------------------------


@BOTH
def test_a_webhook_is_a_signed_cloud_event(post):
    """
    The receiver checks it with the library of the specification, and finds the event in it.
    """
    with endpoint() as server:
        post(server.url)

    ((headers, body),) = server.posted
    told = Webhook(SECRET).verify(body, headers)
    assert {
        "specversion": "1.0",
        "id": "ticket-42:3:1",
        "source": "https://desk.example.org",
        "type": "complaintflow.offer_made",
        "subject": "ticket-42",
        "time": "2026-01-05T09:00:00Z",
        "datacontenttype": "application/json",
        "data": {
            "case_id": "ticket-42",
            "version": 3,
            "topic": "offer_made",
            "to": "customer",
            "trigger": "offer",
            "state": "offered",
        },
    } == told
    assert "application/cloudevents+json; charset=utf-8" == headers["content-type"]
    assert "ticket-42:3:1" == headers["webhook-id"]


def test_the_same_notification_is_the_same_event():
    """
    A receiver drops what it has seen by the id; how often it was tried is not its business.
    """
    first = envelope(OFFER, source="x")

    assert first == envelope(evolve(OFFER, attempts=7), source="x")
    assert "org.x.offer_made" == envelope(OFFER, source="x", prefix="org.x.")["type"]


def test_while_secrets_change_it_is_signed_with_each():
    """
    Receivers go over one after the other, and none of them is left out.
    """
    with endpoint() as server:
        post(server.url, secrets=[NEXT, SECRET])

    ((headers, body),) = server.posted
    assert 2 == len(headers["webhook-signature"].split(" "))
    for secret in (SECRET, NEXT):
        assert "ticket-42:3:1" == Webhook(secret).verify(body, headers)["id"]
    with pytest.raises(WebhookVerificationError):
        Webhook(new_secret()).verify(body, headers)


def test_a_body_that_was_changed_is_found_out():
    """
    That is what the signature is for; the check of the other tests can fail.
    """
    with endpoint() as server:
        post(server.url)

    ((headers, body),) = server.posted
    with pytest.raises(WebhookVerificationError):
        Webhook(SECRET).verify(body.replace(b"offered", b"closed!"), headers)


@pytest.mark.parametrize("case_id", ["Größe 42", "a.b", "42\r\nx-evil: 1", "  ", "日本"])
def test_an_id_is_fit_for_a_header(case_id):
    """
    Ids are the host's, and hold what they hold; in the body they stand as they are.
    """
    with endpoint() as server:
        post(server.url, evolve(OFFER, case_id=case_id, key=f"{case_id}:3:1"))

    ((headers, body),) = server.posted
    told = Webhook(SECRET).verify(body, headers)
    assert (case_id, f"{case_id}:3:1") == (told["subject"], told["id"])
    assert "." not in headers["webhook-id"]
    assert "x-evil" not in headers


def test_it_is_signed_at_the_time_of_the_attempt():
    """
    A receiver refuses what is minutes old; the step may have been days ago.
    """
    clock = FrozenClock(datetime(2026, 1, 7, 12, tzinfo=UTC))
    with endpoint() as server:
        post(server.url, clock=clock)

    ((headers, body),) = server.posted
    assert str(int(clock.now().timestamp())) == headers["webhook-timestamp"]
    signed = Webhook(SECRET).sign(headers["webhook-id"], clock.now(), body.decode())
    assert signed == headers["webhook-signature"]


# -- what an endpoint may answer ----------------------------------------------------------------


@BOTH
@pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
def test_any_yes_is_delivered(post, status):
    """
    Whatever else it means.
    """
    with endpoint(status) as server:
        post(server.url)

    assert 1 == len(server.posted)


@BOTH
@pytest.mark.parametrize(
    ("status", "told"),
    [
        (400, "400 Bad Request"),
        (401, "401 Unauthorized"),
        (404, "404 Not Found"),
        (500, "500 Internal Server Error"),
        (599, "599"),
    ],
)
def test_a_no_is_tried_again(post, status, told):
    """
    The receiver may be mended by then.
    """
    with endpoint(status) as server, pytest.raises(NotDelivered) as error:
        post(server.url)

    assert f"the endpoint answered {told}" == error.value.reason
    assert not error.value.is_permanent
    assert error.value.retry_after is None


@BOTH
def test_an_endpoint_that_is_gone_is_gone_for_good(post):
    """
    So says the specification: 410 means that nothing more is wanted.
    """
    with endpoint(410) as server, pytest.raises(NotDelivered, match="410 Gone; trying") as error:
        post(server.url)

    assert error.value.is_permanent


@BOTH
def test_a_webhook_is_not_taken_elsewhere(post):
    """
    Whoever can redirect would get what was signed for another.
    """
    sentence = "answered 307 Temporary Redirect, and a signed"
    with (
        endpoint() as other,
        endpoint(307, location=other.url) as server,
        pytest.raises(NotDelivered, match=sentence),
    ):
        post(server.url)

    assert [] == other.posted


@pytest.mark.parametrize(
    ("told", "wait"),
    [
        ("120", timedelta(minutes=2)),
        ("0", timedelta(0)),
        ("99999999999999", timedelta(days=1)),
        ("Mon, 05 Jan 2026 09:05:00 GMT", timedelta(minutes=5)),
        ("Mon, 05 Jan 2026 08:00:00 GMT", timedelta(0)),
        ("Mon, 05 Jan 2026 09:05:00 -0000", timedelta(minutes=5)),
        ("Mon, 05 Jan 2099 08:00:00 GMT", timedelta(days=1)),
        ("soon", None),
        ("-5", None),
        ("", None),
    ],
)
def test_an_endpoint_says_how_long_to_wait(told, wait):
    """
    In seconds or as a date; and for no longer than a day, whatever it says.
    """
    clock = FrozenClock(datetime(2026, 1, 5, 9, tzinfo=UTC))
    with endpoint(429, retry_after=told) as server, pytest.raises(NotDelivered) as error:
        post(server.url, clock=clock)

    assert wait == error.value.retry_after


@BOTH
def test_an_endpoint_that_is_not_there_is_told_without_its_address(post):
    """
    What is in an address may be a secret, and messages are kept and logged.
    """
    with endpoint() as server:
        url = server.url

    with pytest.raises(NotDelivered) as error:
        post(url)
    assert "the endpoint could not be asked (ConnectError)" == error.value.reason
    assert not error.value.is_permanent


@BOTH
def test_an_endpoint_that_says_nothing_is_not_waited_for(post):
    """
    It would hold up the rest of the batch.
    """
    with endpoint(None) as server, pytest.raises(NotDelivered, match="ReadTimeout"):
        post(server.url, timeout=0.2)


@BOTH
def test_an_endpoint_that_never_comes_to_an_end_is_given_up(post):
    """
    It says something all the time, so no silence is too long.
    """
    with endpoint() as server:
        server.drips = True
        with pytest.raises(NotDelivered, match=r"it took more than 0\.2 seconds") as error:
            post(server.url, deadline=0.2)
    assert not error.value.is_permanent


@pytest.mark.parametrize("length", [0, 100])
def test_connections_are_used_again(length):
    """
    A batch of notifications is not a batch of handshakes.
    """
    with endpoint() as server:
        server.answer, server.body = (200, {}), b"x" * length
        ports = set()
        server.process_request = _noting(server, ports)
        with WebhookNotifier(server.url, secrets=SECRET, source="x", timeout=5) as notifier:
            for number in range(1, 4):
                notifier.notify(evolve(OFFER, key=f"ticket-42:3:{number}"))

    assert (3, 1) == (len(server.posted), len(ports))


@BOTH
def test_an_answer_that_never_ends_is_not_read(post):
    """
    It was taken by then; what else an endpoint has to say would hold up the others.
    """
    with endpoint() as server:
        server.answer, server.body = (200, {}), None
        post(server.url)

    assert 1 == len(server.posted)


def _noting(server, ports):
    process = server.process_request

    def noting(request, address):
        ports.add(address)
        process(request, address)

    return noting


# -- settings that make no sense ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("settings", "problem"),
    [
        ({"url": "example.org/hooks"}, "url must be the address of an endpoint, such as"),
        ({"url": "ftp://example.org"}, "url must be the address of an endpoint, such as"),
        ({"url": "https://"}, "url must be the address of an endpoint, such as"),
        ({"url": None}, "url must be the address of an endpoint, such as"),
        ({"url": "http://example.org"}, "url must begin with https: what is told of a case"),
        ({"url": "http://192.168.0.7"}, "url must begin with https: what is told of a case"),
        ({"secrets": []}, "secrets must hold one secret at least; new_secret() makes one"),
        ({"secrets": "hunter2"}, "secret 1 is none: 'whsec_' and base64, as new_secret()"),
        ({"secrets": [SECRET, "whsec_c2hvcnQ="]}, "secret 2 is too short: it has fewer than 24"),
        ({"secrets": ["whsec_A"]}, "secret 1 is too short"),
        ({"secrets": [7]}, "secret 1 is none"),
        ({"source": " "}, "source must be a URI that says who sends it, not ' '"),
        ({"timeout": 0}, "timeout must be a number of seconds, not 0"),
        ({"deadline": 0}, "deadline must be a number of seconds, at most 60, not 0"),
    ],
)
def test_settings_that_make_no_sense_are_refused(settings, problem):
    """
    When the desk is set up, and without telling a secret.
    """
    settings = {"url": "https://example.org", "secrets": SECRET, "source": "x"} | settings
    with pytest.raises(EvidenceError) as error:
        WebhookNotifier(settings.pop("url"), **settings)

    assert str(error.value).startswith(f"webhooks: {problem}")
    assert "hunter2" not in str(error.value)


@pytest.mark.parametrize(
    ("url", "options"),
    [
        ("https://example.org/hooks", {}),
        ("http://localhost:8000", {}),
        ("http://[::1]:8000", {}),
        ("http://hooks.internal", {"plain_http": True}),
    ],
)
def test_plain_http_is_for_this_machine_or_on_purpose(url, options):
    """
    Inside a network where nobody else listens, somebody may say so.
    """
    with WebhookNotifier(url, secrets=SECRET, source="x", **options) as notifier:
        told = repr(notifier)

    assert f"<WebhookNotifier to {url.split('/')[2].removesuffix(':8000').strip('[]')}>" == told


def test_a_secret_is_long_random_and_new():
    """
    As the specification asks for.
    """
    assert SECRET != NEXT
    assert SECRET.startswith("whsec_")
    assert json.loads(json.dumps(SECRET)) == SECRET


# -- the contract -------------------------------------------------------------------------------

WIRED = {"secrets": SECRET, "source": "https://desk.example.org", "timeout": 5}


class Hooked:
    """
    What the two contracts need to know of the endpoint.
    """

    @pytest.fixture
    def server(self):
        """
        Return an endpoint that takes everything.
        """
        with endpoint() as server:
            yield server

    @pytest.fixture
    def arrived(self, server):
        """
        Return what tells the keys of what the endpoint has taken.
        """
        return lambda: [json.loads(body)["id"] for body in server.taken]

    @pytest.fixture
    def cut_off(self, server):
        """
        Return what has the endpoint take nothing for a while.
        """

        @contextlib.contextmanager
        def down():
            before, server.answer = server.answer, (503, {})
            yield
            server.answer = before

        return down


class TestWebhookNotifier(Hooked, NotifierContract):
    """
    What is posted keeps every promise of a notifier.
    """

    @pytest.fixture
    def notifier(self, server):
        """
        Return what posts to the endpoint.
        """
        with WebhookNotifier(server.url, **WIRED) as notifier:
            yield notifier


class TestAsyncWebhookNotifier(Hooked, AsyncNotifierContract):
    """
    Each call awaited, the same promises.
    """

    @pytest.fixture
    def opening(self, server):
        """
        Return what opens one, on the loop that it is used on.
        """
        return lambda: AsyncWebhookNotifier(server.url, **WIRED)


def test_an_awaited_notifier_without_a_way_to_open_it_is_told_so(pytester):
    """
    Whoever forgets a fixture reads which.
    """
    pytester.makepyfile(
        """
        from complaintflow.testing import AsyncNotifierContract

        class TestNothing(AsyncNotifierContract):
            pass
        """
    )
    outcome = pytester.runpytest_subprocess("-p", "no:cacheprovider", "-k", "late_attempt")

    outcome.assert_outcomes(errors=1)
    outcome.stdout.fnmatch_lines(["*AsyncNotifierContract needs a notifier: override*"])
