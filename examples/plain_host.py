"""
A helpdesk of one's own, and complaintflow inside it.

The helpdesk has a SQLite database with tickets, and something that sends mail. Two small classes
let the library work with both: a `Store` over the helpdesk's own tables, so that a ticket and its
complaint change together or not at all; and a `Notifier`, which is called after that, and again
where it failed. Run it: `python examples/plain_host.py`.
"""

import json
import logging
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from attrs import asdict, astuple

from complaintflow import Conflict, Desk, Refused, StoreError
from complaintflow.acts import (
    AcknowledgeProblem,
    AskExpectation,
    Empathize,
    Expectation,
    Listen,
    Offer,
    Remedy,
)
from complaintflow.methods import six_steps
from complaintflow.ports import Change, Notification, Parked, Query, Record, Snapshot

# -- what the helpdesk has anyway ---------------------------------------------------------------

TICKETS = """
CREATE TABLE ticket (id TEXT PRIMARY KEY, customer TEXT, address TEXT, subject TEXT,
    status TEXT DEFAULT 'new', assignee TEXT);
INSERT INTO ticket (id, customer, address, subject) VALUES
    ('T-1', 'ana', 'ana@home.example', 'The lamp buzzes again'),
    ('T-2', 'bo', 'bo@home.example', 'How do I change my password?');
"""


class Mailer:
    """Sends mail, on good days."""

    works = True

    def send(self, address: str, subject: str) -> None:
        """Send a mail."""
        if not self.works:
            message = "the mail server does not answer"
            raise ConnectionError(message)
        print(f"    mail to {address}: {subject}")


# -- what complaints add to it ------------------------------------------------------------------

COMPLAINTS = """
ALTER TABLE ticket ADD COLUMN version INTEGER DEFAULT 0; -- 0: it is no complaint
ALTER TABLE ticket ADD COLUMN method TEXT;
ALTER TABLE ticket ADD COLUMN is_closed BOOLEAN;
ALTER TABLE ticket ADD COLUMN due_at MOMENT;
ALTER TABLE ticket ADD COLUMN wake_at MOMENT;
ALTER TABLE ticket ADD COLUMN updated_at MOMENT;
ALTER TABLE ticket ADD COLUMN head TEXT;
ALTER TABLE ticket ADD COLUMN complaint TEXT;
CREATE TABLE ticket_log (ticket TEXT, version INTEGER, at MOMENT, act TEXT, key TEXT, digest TEXT,
    entry TEXT, words TEXT, UNIQUE (ticket, version), UNIQUE (ticket, key));
CREATE TABLE outbox (key TEXT UNIQUE, ticket TEXT, version INTEGER, topic TEXT, audience TEXT,
    act TEXT, at MOMENT, status TEXT, attempts INTEGER, held_until MOMENT DEFAULT '', error TEXT);
"""


def as_text(at: datetime) -> str:
    """Return a time as text that sorts as times do."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


sqlite3.register_adapter(datetime, as_text)
sqlite3.register_converter("moment", lambda text: datetime.fromisoformat(text.decode()))
sqlite3.register_converter("boolean", lambda number: number == b"1")


CASES = """
    SELECT id, version, method, status, customer, assignee, is_closed, due_at, wake_at,
        updated_at, head, complaint
    FROM ticket WHERE version > 0 AND """
LOG = "SELECT * FROM ticket_log WHERE ticket = ? AND "
MAILS = "SELECT key, ticket, version, topic, audience, act, at, status, attempts, error FROM outbox"


class TicketStore:
    """The first hook: complaints live in the tables of the helpdesk. For one thread."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self.db = db

    def load(self, case_id: str) -> Snapshot | None:
        """Return a complaint."""
        with self._transaction() as db:
            row = db.execute(CASES + "id = ?", [case_id]).fetchone()
        return None if row is None else Snapshot(*row)

    def commit(self, change: Change) -> None:
        """Change the ticket, its log and the outbox, together or not at all."""
        conflict = Conflict(change.case_id, change.expected)
        with self._transaction() as db:
            changed = db.execute(
                "UPDATE ticket SET version = :version, method = :method, status = :state,"
                " customer = :customer, assignee = :owner, is_closed = :is_closed,"
                " due_at = :due_at, wake_at = :wake_at, updated_at = :updated_at,"
                " head = :head, complaint = :text"
                " WHERE id = :case_id AND version = :expected",
                asdict(change.snapshot) | {"expected": change.expected},
            )
            if changed.rowcount != 1:
                raise conflict
            if change.erases:
                this = (change.case_id,)
                db.execute("UPDATE ticket_log SET words = NULL WHERE ticket = ?", this)
                db.execute("UPDATE outbox SET error = '' WHERE ticket = ? AND error <> ''", this)
            log, mails = map(astuple, change.records), map(astuple, change.outbox)
            try:
                db.executemany("INSERT INTO ticket_log VALUES (?, ?, ?, ?, ?, ?, ?, ?)", log)
            except sqlite3.IntegrityError:
                raise conflict from None  # one of the keys was kept before
            db.executemany("INSERT INTO outbox VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, '', NULL)", mails)

    def history(
        self, case_id: str, *, after: int = 0, limit: int | None = None
    ) -> Sequence[Record]:
        """Return the log of a complaint."""
        values = (case_id, after, -1 if limit is None else limit)
        with self._transaction() as db:
            rows = db.execute(LOG + "version > ? ORDER BY version LIMIT ?", values).fetchall()
        return [Record(*row) for row in rows]

    def keyed(self, case_id: str, key: str) -> Record | None:
        """Return what the log has under a key."""
        with self._transaction() as db:
            row = db.execute(LOG + "key = ?", (case_id, key)).fetchone()
        return None if row is None else Record(*row)

    def find(self, query: Query) -> Sequence[Snapshot]:
        """Return the complaints that match."""
        values = asdict(query)
        if query.methods is not None:
            values["methods"] = json.dumps(query.methods)
        asked = (
            "(:state IS NULL OR status = :state) AND (:owner IS NULL OR assignee = :owner)"
            " AND (:customer IS NULL OR customer = :customer)"
            " AND (:method IS NULL OR instr(method, :method || '/') = 1)"
            " AND (:methods IS NULL OR method IN (SELECT value FROM json_each(:methods)))"
            " AND (:is_closed IS NULL OR is_closed = :is_closed)"
            " AND (:due_before IS NULL OR due_at < :due_before)"
            " AND (:after IS NULL OR (iif(:due_before IS NULL, '', due_at), id)"
            "   > (iif(:due_before IS NULL, '', :due_after), :after))"
            " ORDER BY iif(:due_before IS NULL, '', due_at), id LIMIT ifnull(:limit, -1)"
        )
        with self._transaction() as db:
            rows = db.execute(CASES + asked, values).fetchall()
        return [Snapshot(*row) for row in rows]

    def wake(
        self, *, now: datetime, until: datetime, limit: int, methods: Sequence[str]
    ) -> Sequence[Snapshot]:
        """Take complaints to look at, and let them sleep on."""
        asked = (
            "wake_at < ? AND method IN (SELECT value FROM json_each(?))"
            " ORDER BY wake_at, id LIMIT ?"
        )
        with self._transaction() as db:
            rows = db.execute(CASES + asked, (now, json.dumps(list(methods)), limit)).fetchall()
            later = [(until, case_id) for case_id, *_ in rows]
            db.executemany("UPDATE ticket SET wake_at = ? WHERE id = ?", later)
        return [Snapshot(*row) for row in rows]

    def claim(self, *, now: datetime, until: datetime, limit: int) -> Sequence[Notification]:
        """Hold the oldest notification of each complaint."""
        heads = "SELECT min(rowid) FROM outbox WHERE error IS NULL GROUP BY ticket"
        asked = f"{MAILS} WHERE rowid IN ({heads}) AND held_until <= ? ORDER BY rowid LIMIT ?"
        with self._transaction() as db:
            rows = db.execute(asked, (now, limit)).fetchall()
            held = [(until, key) for key, *_ in rows]
            db.executemany("UPDATE outbox SET held_until = ? WHERE key = ?", held)
        return [Notification(*row) for *row, _ in rows]

    def settle(
        self, key: str, *, retry_at: datetime | None = None, parked: str | None = None
    ) -> None:
        """Forget what was delivered; hold what was not, or put it aside."""
        again = (
            "UPDATE outbox SET held_until = :at, error = :parked, attempts = attempts + 1"
            " WHERE key = :key AND error IS NULL"
        )
        values = {"key": key, "at": retry_at or "", "parked": parked}
        with self._transaction() as db:
            if retry_at is None and parked is None:
                db.execute("DELETE FROM outbox WHERE key = ?", (key,))
            else:
                db.execute(again, values)

    def release(self, key: str) -> None:
        """Have what was put aside tried again."""
        again = "UPDATE outbox SET attempts = 0, error = NULL WHERE key = ? AND error IS NOT NULL"
        with self._transaction() as db:
            db.execute(again, (key,))

    def parked(self, *, after: str | None = None, limit: int | None = None) -> Sequence[Parked]:
        """Return what was put aside."""
        asked = f"{MAILS} WHERE error IS NOT NULL AND key > ? ORDER BY key LIMIT ?"
        with self._transaction() as db:
            rows = db.execute(asked, (after or "", -1 if limit is None else limit)).fetchall()
        return [Parked(Notification(*row), error) for *row, error in rows]

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        try:
            with self.db as db:
                yield db
        except (sqlite3.Error, UnicodeError) as error:
            message = f"the helpdesk's database: {error}"
            raise StoreError(message) from error


SUBJECTS = {"offer_made": "Our offer", "agreed": "What we agreed on", "closed": "Goodbye"}


class TicketMail:
    """The second hook: what customers should know is mailed; the others look at their tickets."""

    def __init__(self, db: sqlite3.Connection, mailer: Mailer) -> None:
        self.db = db
        self.mailer = mailer

    def notify(self, notification: Notification) -> None:
        """Send a mail, or raise: then it is tried again."""
        if notification.to == "customer":
            asked = "SELECT address, subject FROM ticket WHERE id = ?"
            address, subject = self.db.execute(asked, (notification.case_id,)).fetchone()
            self.mailer.send(address, f"{SUBJECTS[notification.topic]} ({subject})")


# -- a day at the helpdesk ----------------------------------------------------------------------


class HandClock:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.time = datetime(2026, 5, 12, 9, 0, tzinfo=UTC)

    def now(self) -> datetime:
        """Return the time it shows."""
        return self.time


def show(db: sqlite3.Connection) -> None:
    """Print the helpdesk's own tickets."""
    for row in db.execute("SELECT id, status, ifnull(assignee, 'nobody'), subject FROM ticket"):
        print("    {:4} {:13} {:7} {}".format(*row))


def main() -> None:
    """Handle one complaint among the tickets."""
    # A failed delivery is logged with its traceback; here the story tells it.
    logging.getLogger("complaintflow").setLevel(logging.CRITICAL)

    db = sqlite3.connect(":memory:", detect_types=sqlite3.PARSE_DECLTYPES)
    db.executescript(TICKETS + COMPLAINTS)
    mailer, clock = Mailer(), HandClock()
    desk = Desk(six_steps(), store=TicketStore(db), notifier=TicketMail(db, mailer), clock=clock)

    print("Two tickets. One of them is a complaint, and the helpdesk opens a case on it:")
    desk.open("T-1", customer="ana", complaint="Repaired last week, and it buzzes again.", by="sam")
    show(db)

    print("\nWhat is refused leaves no trace in the helpdesk's tables:")
    offer = Offer(
        remedies=[Remedy("replacement", details="a new lamp")],
        words="We send you a new lamp today.",
    )
    try:
        desk.record("T-1", offer, by="sam")
    except Refused as no:
        print("   ", no.unmet[0])
        print("    and", len(no.unmet) - 1, "more reasons")
    assert db.execute("SELECT count(*) FROM ticket_log").fetchone() == (1,)

    print(
        "\nSam does it properly. With each step the ticket changes, and the offer waits as a mail:"
    )
    for act in (
        Listen(account="I took it to you twice. I cannot read in the evening."),
        AcknowledgeProblem(words="Twice here, and it still buzzes. Thank you for coming back."),
        Empathize(
            words="You want to read in peace, and it hums at you.",
            issue="it buzzes",
            concern="no evening to read",
        ),
        AskExpectation(
            question="What would help?", expectation=Expectation("A lamp that is quiet.")
        ),
        offer,
    ):
        desk.record("T-1", act, by="sam")
    show(db)
    assert db.execute("SELECT count(*) FROM outbox").fetchone() == (1,)

    print("\nThe mail server is down. The offer stands all the same, and the mail is tried again:")
    mailer.works = False
    print(f"    {desk.deliver()}")
    assert desk.get("T-1").state == "negotiating"
    mailer.works = True
    print(f"    {desk.deliver()}, as the pause is not over")
    clock.time += timedelta(minutes=1)
    delivery = desk.deliver()
    print(f"    {delivery}")
    assert delivery.delivered == 1
    assert db.execute("SELECT count(*) FROM outbox").fetchone() == (0,)

    print("\nThe helpdesk's log is the history of the case:")
    for version, act_name in db.execute("SELECT version, act FROM ticket_log ORDER BY version"):
        print(f"    {version} {act_name}")
    db.close()


if __name__ == "__main__":
    main()
