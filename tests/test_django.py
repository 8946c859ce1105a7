"""In Django, a ticket and its case stand or fall together."""

import contextlib
from secrets import token_hex
from urllib.parse import urlsplit

import django
import pytest
from django.conf import settings
from django.db import connections, transaction

from complaintflow import Desk, StoreError
from complaintflow.acts import Listen
from complaintflow.adapters.django import joining
from complaintflow.adapters.postgres import PostgresStore
from complaintflow.methods import six_steps

from .servers import POSTGRES, missing_postgres, needs


@pytest.fixture(scope="module")
def host():
    """
    Configure Django with the server of the tests, and a file.
    """
    needs(missing_postgres(), "PostgreSQL", "COMPLAINTFLOW_POSTGRES", POSTGRES)
    parts = urlsplit(POSTGRES)
    server = {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": parts.username or "",
        "PASSWORD": parts.password or "",
        "HOST": parts.hostname or "",
        "PORT": parts.port or "",
    }
    file = {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}
    settings.configure(DATABASES={"default": server, "file": file}, USE_TZ=True)
    django.setup()
    yield connections
    connections.close_all()


@pytest.fixture
def tickets(host):
    """
    Return the name of a table of the host's.
    """
    table = f"ticket_{token_hex(4)}"
    with host["default"].cursor() as cursor:
        cursor.execute(f"CREATE TABLE {table} (id text PRIMARY KEY)")
    yield table
    with host["default"].cursor() as cursor:
        cursor.execute(f"DROP TABLE {table}")


@pytest.fixture
def store(host):
    """
    Return a store on the same server, whose tables go with the test.
    """
    schema = f"complaintflow_{token_hex(4)}"
    with PostgresStore(POSTGRES, schema=schema) as opened:
        opened.create_schema()
        yield opened
    with host["default"].cursor() as cursor:
        cursor.execute(f"DROP SCHEMA {schema} CASCADE")


def handled(host, store, tickets, number):
    """
    Write a ticket and handle its case, in the transaction that is open.
    """
    desk = Desk(six_steps(), store=joining(store))
    with host["default"].cursor() as cursor:
        cursor.execute(f"INSERT INTO {tickets} VALUES (%s)", [number])
    desk.open(number, customer="Ana", complaint="It arrived broken", by="sam")
    desk.record(number, Listen(account="Two weeks late, and cracked."), by="sam")


def kept(host, store, tickets):
    """
    Return the ids of the tickets, and of the cases.
    """
    with host["default"].cursor() as cursor:
        cursor.execute(f"SELECT id FROM {tickets} ORDER BY id")
        found = [row[0] for row in cursor.fetchall()]
    return found, [case.id for case in Desk(six_steps(), store=store).cases()]


def test_a_ticket_and_its_case_are_committed_together(host, store, tickets):
    """
    Nobody sees one without the other.
    """
    with transaction.atomic():
        handled(host, store, tickets, "T-1")
        assert [] == [case.id for case in Desk(six_steps(), store=store).cases()]

    assert (["T-1"], ["T-1"]) == kept(host, store, tickets)
    assert Desk(six_steps(), store=store).verify("T-1").is_whole


def test_both_are_taken_back_together(host, store, tickets):
    """
    Also where only a part of the host's transaction is, at a savepoint.
    """
    with transaction.atomic():
        handled(host, store, tickets, "T-1")
        with contextlib.suppress(ZeroDivisionError), transaction.atomic():
            handled(host, store, tickets, "T-2")
            assert "T-2" in [case.id for case in Desk(six_steps(), store=joining(store)).cases()]
            raise ZeroDivisionError

    assert (["T-1"], ["T-1"]) == kept(host, store, tickets)


def test_who_cannot_join_is_told_what_to_do(host, store):
    """
    Without a transaction every step would stand alone, and look as if it did not.
    """
    with pytest.raises(StoreError, match=r"no transaction is open .* inside `with transaction"):
        joining(store)
    with pytest.raises(StoreError, match=r"is on sqlite, not PostgreSQL .* SqlalchemyStore"):
        joining(store, "file")
    with pytest.raises(StoreError, match="no database 'elsewhere'; there are: default, file"):
        joining(store, "elsewhere")
