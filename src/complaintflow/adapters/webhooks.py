"""
Notifications as signed webhooks: CloudEvents 1.0, signed after the Standard Webhooks specification.

Needs the extra `webhooks`.
"""

from __future__ import annotations

import binascii
import json
import re
from asyncio import timeout as no_longer_than
from base64 import b64encode
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from ipaddress import ip_address
from secrets import token_bytes
from typing import Self
from urllib.parse import quote

from complaintflow._extras import extra
from complaintflow._waiting import at_most, problems_of_times, too_long
from complaintflow.adapters.system import SystemClock
from complaintflow.errors import EvidenceError, NotDelivered
from complaintflow.ports import Clock, Notification

with extra("webhooks"):
    import httpx
    from standardwebhooks import Webhook

CONTENT_TYPE = "application/cloudevents+json; charset=utf-8"

GONE = 410
"""By this status an endpoint says that it wants no more webhooks."""

SHORTEST_SECRET = 24
"""How many bytes a secret has at least, as the specification demands."""

PIECES = range(4)
"""
So much of an answer is read, and no more: what is read to its end leaves the connection open.

It says nothing but its status that matters, and one that never ends would hold up the others.
"""

LONGEST_WAIT = timedelta(days=1)
"""The longest an endpoint can ask to be left alone."""

_SECRET = re.compile(r"whsec_[A-Za-z0-9+/]+={0,2}")


def new_secret() -> str:
    """Return a new random secret, to be shared with the receiver and with nobody else."""
    return f"whsec_{b64encode(token_bytes(32)).decode()}"


def envelope(
    notification: Notification, *, source: str, prefix: str = "complaintflow."
) -> dict[str, object]:
    """
    Return a notification as a CloudEvent. Pure; the same at every attempt.

    Its `id` is the notification's key, its `type` the topic after *prefix*, its `subject` the case.
    No word of the complaint is in it.
    """
    return {
        "specversion": "1.0",
        "id": notification.key,
        "source": source,
        "type": f"{prefix}{notification.topic}",
        "subject": notification.case_id,
        "time": notification.at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "datacontenttype": "application/json",
        "data": {
            "case_id": notification.case_id,
            "version": notification.version,
            "topic": notification.topic,
            "to": notification.to,
            "trigger": notification.trigger,
            "state": notification.state,
        },
    }


class _Webhooks:
    """What the two notifiers have in common: everything but the sending."""

    def __init__(
        self,
        url: str,
        *,
        secrets: str | Iterable[str],
        source: str,
        prefix: str = "complaintflow.",
        plain_http: bool = False,
        timeout: float = 10.0,
        deadline: float = 30.0,
        clock: Clock | None = None,
    ) -> None:
        given = (secrets,) if isinstance(secrets, str) else tuple(secrets)
        problems = [
            *_problems_of_url(url, plain_http=plain_http),
            *_problems_of_secrets(given),
        ]
        if not isinstance(source, str) or not source.strip():
            problems.append(f"source must be a URI that says who sends it, not {source!r:.40}")
        problems += problems_of_times(timeout, deadline)
        if problems:
            raise EvidenceError("webhooks", tuple(problems))
        self._url, self._source, self._prefix = url, source, prefix
        self._signers = tuple(Webhook(secret) for secret in given)
        self._clock: Clock = SystemClock() if clock is None else clock
        self._deadline = deadline
        self._connect(timeout)

    def _connect(self, timeout: float) -> None:
        """Make the client; each of the two notifiers has its own kind."""

    def __repr__(self) -> str:
        # Some addresses are secrets themselves.
        return f"<{type(self).__name__} to {httpx.URL(self._url).host}>"

    @property
    def deadline(self) -> float:
        """How many seconds a call takes at most."""
        return self._deadline

    def _request(self, notification: Notification) -> tuple[bytes, dict[str, str]]:
        """Return the body and the headers of a webhook, signed now."""
        told = envelope(notification, source=self._source, prefix=self._prefix)
        body = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
        # What is signed is joined with full stops, so an id holds none; nor what no header holds.
        name = quote(notification.key, safe=":").replace(".", "%2E")
        now = self._clock.now().astimezone(UTC)
        signed = " ".join(signer.sign(name, now, body) for signer in self._signers)
        return body.encode(), {
            "content-type": CONTENT_TYPE,
            "user-agent": "complaintflow",
            "webhook-id": name,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": signed,
        }

    def _judge(self, notification: Notification, response: httpx.Response) -> None:
        """Return where an endpoint has taken a webhook, else raise NotDelivered."""
        if response.is_success:
            return
        status = response.status_code
        reason = f"the endpoint answered {status} {response.reason_phrase}".rstrip()
        if response.is_redirect:
            reason += ", and a signed webhook is not taken elsewhere; give its new address"
        wait = _retry_after(response.headers, self._clock.now())
        raise NotDelivered(notification.key, reason, status == GONE, wait)

    def _failed(self, notification: Notification, error: Exception) -> NotDelivered:
        # The text of an error may hold the address, and its path a token.
        told = error if isinstance(error, TimeoutError) else type(error).__name__
        reason = f"the endpoint could not be asked ({told})"
        return NotDelivered(notification.key, reason)


class WebhookNotifier(_Webhooks):
    """
    Post a signed webhook for each notification: delivered once the endpoint answers with 2xx.

    Redirections are not followed, certificates are checked, and proxies of the environment are
    used as `httpx` uses them. Any number of threads may share a notifier; it keeps its connections
    until it is closed.

    Args:
        url: where it is posted; https, or http to this machine.

        secrets: one secret, such as `new_secret()` returns, or several while they change, the
            newest first: every webhook is signed with each of them.

        source: who says so, as a URI: the `source` of the CloudEvent.

        prefix: what stands before the topic in the `type` of the CloudEvent.

        plain_http: allow http to other machines: inside a network where nobody else listens.

        timeout: how many seconds the endpoint may be silent.

        deadline: how many seconds the whole may take, from the connection to the end of the
            answer; at most 60, so that it ends before the lease of `Desk.deliver`.

        clock: tells the time of signing. None: the system's.

    Raises:
        EvidenceError: the settings make no sense; all problems are listed, and no secret is.
    """

    def _connect(self, timeout: float) -> None:
        self._client = httpx.Client(timeout=timeout, follow_redirects=False)

    def notify(self, notification: Notification) -> None:
        """
        Post a notification.

        Raises:
            NotDelivered: the endpoint could not be asked, or did not take it. It is permanent
                where the endpoint is gone (410), and says how long to wait where it was told.
        """
        body, headers = self._request(notification)

        def post() -> None:
            with self._client.stream("POST", self._url, content=body, headers=headers) as response:
                self._judge(notification, response)
                for _ in zip(PIECES, response.iter_raw(), strict=False):
                    pass

        try:
            at_most(self._deadline, post)
        except (httpx.HTTPError, TimeoutError) as error:
            raise self._failed(notification, error) from error

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class AsyncWebhookNotifier(_Webhooks):
    """
    Post signed webhooks as `WebhookNotifier` does, for an `AsyncDesk`.

    One for each event loop; it takes the same arguments.
    """

    def _connect(self, timeout: float) -> None:
        self._client = httpx.AsyncClient(timeout=timeout, follow_redirects=False)

    async def notify(self, notification: Notification) -> None:
        """
        Post a notification.

        Raises:
            NotDelivered: as `WebhookNotifier.notify`.
        """
        body, headers = self._request(notification)
        try:
            async with (
                no_longer_than(self._deadline),
                self._client.stream("POST", self._url, content=body, headers=headers) as response,
            ):
                self._judge(notification, response)
                pieces = iter(PIECES)
                async for _ in response.aiter_raw():
                    if next(pieces, None) is None:
                        break
        except TimeoutError:
            late = too_long(self._deadline)
            raise self._failed(notification, late) from None
        except httpx.HTTPError as error:
            raise self._failed(notification, error) from error

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()


def _problems_of_url(url: str, *, plain_http: bool) -> Iterable[str]:
    try:
        address = httpx.URL(url)
    except (httpx.InvalidURL, TypeError):
        yield "url must be the address of an endpoint, such as https://example.org/hooks"
        return
    if address.scheme not in {"http", "https"} or not address.host:
        yield "url must be the address of an endpoint, such as https://example.org/hooks"
    elif address.scheme == "http" and not plain_http and not _is_this_machine(address.host):
        yield "url must begin with https: what is told of a case is not for everybody on the way"


def _is_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _problems_of_secrets(secrets: tuple[object, ...]) -> Iterable[str]:
    if not secrets:
        yield "secrets must hold one secret at least; new_secret() makes one"
    for place, secret in enumerate(secrets, 1):
        if not isinstance(secret, str) or not _SECRET.fullmatch(secret):
            yield f"secret {place} is none: 'whsec_' and base64, as new_secret() makes them"
        elif _length_of(secret) < SHORTEST_SECRET:
            yield f"secret {place} is too short: it has fewer than {SHORTEST_SECRET} bytes"


def _length_of(secret: str) -> int:
    try:
        return len(binascii.a2b_base64(secret.removeprefix("whsec_").rstrip("=") + "=="))
    except binascii.Error:
        return 0


def _retry_after(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    told = headers.get("retry-after", "").strip()
    if told.isascii() and told.isdigit():
        wait = timedelta(seconds=min(int(told[:10]), LONGEST_WAIT.total_seconds()))
    else:
        try:
            moment = parsedate_to_datetime(told)
        except ValueError:
            return None
        wait = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - now
    return min(max(wait, timedelta(0)), LONGEST_WAIT)
