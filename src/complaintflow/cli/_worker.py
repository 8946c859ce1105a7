"""A worker at the command line: at which desk it works, whom it tells, how it is stopped."""

from __future__ import annotations

import asyncio
import logging
import os
import platform
import signal
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from urllib.parse import unquote, urlsplit

from attrs import frozen

from complaintflow import AsyncDesk, Desk
from complaintflow.adapters.mail import PORTS, MailNotifier, Security
from complaintflow.adapters.notifiers import FanOut, LoggingNotifier
from complaintflow.cli._methods import every_method, method_of, no_calendars
from complaintflow.cli._opening import opened
from complaintflow.cli._program import ADDRESS, made_at
from complaintflow.cli._reading import Unusable
from complaintflow.ports import Notifier
from complaintflow.worker import JsonLines, stop_on_signals, work, work_async

WEBHOOK_SECRET = "COMPLAINTFLOW_WEBHOOK_SECRET"  # noqa: S105  (where it is, not what it is)
SMTP_PASSWORD = "COMPLAINTFLOW_SMTP_PASSWORD"  # noqa: S105
"""What other users of a machine may not read off a list of its processes."""

MAIL: dict[str, Security] = {"smtp": "starttls", "smtps": "tls", "smtp+plain": "none"}
"""How a connection to a mail server is secured, by the scheme of its address."""

PLAIN = "%(asctime)s %(levelname)-7s %(message)s"


@frozen
class Telling:
    """Whom a worker tells."""

    notify: Sequence[str] = ()
    """`log`, or the addresses of an endpoint or a mail server. Empty: nobody is told."""
    source: str = "urn:complaintflow"
    """The `source` of the CloudEvents."""
    sender: str | None = None
    """The address that letters are from."""
    recipients: Sequence[str] = ()
    """Who is written to: `team=help@example.org`."""

    def notifier(self) -> Notifier | None:
        """
        Return what tells them. None: nothing is delivered.

        Raises:
            Unusable: an address is none.

            EvidenceError: what is needed to tell them is missing, or wrong.
        """
        made = [self._made(each) for each in self.notify]
        if len(made) > 1:
            return FanOut(*made)
        return made[0] if made else None

    def _made(self, told: str) -> Notifier:
        if told == "log":
            return LoggingNotifier()
        scheme = urlsplit(told).scheme
        if scheme in MAIL:
            return self._mail(told, MAIL[scheme])
        if scheme in {"http", "https"}:
            return self._webhooks(told)
        raise Unusable(
            f"--notify {told!r:.80} is nobody who can be told; give log, the address of an "
            f"endpoint (https://...) or of a mail server ({', '.join(f'{s}://' for s in MAIL)})"
        )

    def _mail(self, url: str, security: Security) -> Notifier:
        parts = urlsplit(url)
        if self.sender is None or not self.recipients:
            raise Unusable(
                "mail needs --mail-from ADDRESS, and --mail-to WHOM=ADDRESS for each who is to "
                "be told: customer, owner, approver, team"
            )
        to: dict[str, list[str]] = {}
        for each in self.recipients:
            whom, is_said, address = each.partition("=")
            if not is_said or not address.strip():
                raise Unusable(f"--mail-to {each!r:.80} must be WHOM=ADDRESS, such as team=a@b.org")
            to.setdefault(whom.strip(), []).append(address.strip())
        return MailNotifier(
            parts.hostname or "",
            sender=self.sender,
            recipients=to,
            port=parts.port or PORTS[security],
            security=security,
            username=unquote(parts.username) if parts.username else None,
            password=os.environ.get(SMTP_PASSWORD),
        )

    def _webhooks(self, url: str) -> Notifier:
        secrets = os.environ.get(WEBHOOK_SECRET, "").split()
        if not secrets:
            variable = f"the environment variable {WEBHOOK_SECRET}"
            raise Unusable(f"webhooks are signed; put the secret into {variable}")
        try:
            from complaintflow.adapters.webhooks import WebhookNotifier
        except ImportError as error:
            raise Unusable(str(error)) from None
        return WebhookNotifier(url, secrets=secrets, source=self.source)


@contextmanager
def desk_over(store: str, names: Sequence[str], telling: Telling) -> Iterator[Desk]:
    """
    Lend a desk over a store, with some methods or all that are shipped.

    Raises:
        ComplaintflowError: the store, a method or whom to tell cannot be used.
    """
    methods = [method_of(name) for name in names] or every_method()
    if missing := sorted(no_calendars(*methods)):
        raise Unusable(
            f"the days of {', '.join(missing)} are counted on calendars that no option gives; "
            "give --desk MODULE:NAME, a desk that has them"
        )
    with ExitStack() as stack:
        notifier = telling.notifier()
        stack.callback(getattr(notifier, "close", lambda: None))
        kept = stack.enter_context(opened(store))
        yield Desk(*methods, store=kept, notifier=notifier)


@contextmanager
def desk_at(address: str) -> Iterator[Desk | AsyncDesk]:
    """
    Give the desk that a program of the host's has, by `module:name`.

    The name is of a desk, or of a function that returns one. Closing it is the host's.

    Raises:
        Unusable: there is no such module, or nothing of this name in it, or it is no desk.
    """
    if not ADDRESS.fullmatch(address):
        raise Unusable(f"--desk {address!r:.80} must be MODULE:NAME, such as helpdesk.desks:desk")
    desk = made_at(address)
    if not isinstance(desk, Desk | AsyncDesk):
        raise Unusable(
            f"--desk {address} is no desk, and makes none: {desk!r:.80}; name one that does"
        )
    yield desk


def run_worker(desk: Desk | AsyncDesk, *, once: bool, notify_within: float | None) -> None:
    """
    Work at a desk until a signal says to stop.

    Raises:
        StoreError: only with *once*: the store cannot be used.

        EvidenceError: *notify_within* is more than a minute, or not more than nothing.
    """
    name = f"{platform.node() or 'worker'}:{os.getpid()}"
    if isinstance(desk, AsyncDesk):
        asyncio.run(_await_worker(desk, name, once=once, notify_within=notify_within))
        return
    with stop_on_signals() as stop:
        work(desk, stop=stop, once=once, notify_within=notify_within, name=name)


async def _await_worker(
    desk: AsyncDesk, name: str, *, once: bool, notify_within: float | None
) -> None:
    stop, loop = asyncio.Event(), asyncio.get_running_loop()

    def told(number: signal.Signals) -> None:
        loop.remove_signal_handler(number)  # a second one does what it always did
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, told, number)
    await work_async(desk, stop=stop, once=once, notify_within=notify_within, name=name)


@contextmanager
def logging_to_standard_error(*, as_json: bool) -> Iterator[None]:
    """
    Write what the library says it does to standard error, one line each.

    What other libraries warn of is written so too: a program that reads JSON reads only JSON.
    """
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines() if as_json else logging.Formatter(PLAIN))
    every, logger = logging.getLogger(), logging.getLogger("complaintflow")
    before = logger.level
    every.addHandler(handler)
    logger.setLevel(logging.INFO)
    try:
        yield
    finally:
        logger.setLevel(before)
        every.removeHandler(handler)
