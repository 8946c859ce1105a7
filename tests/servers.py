"""
The database servers that the tests run against: where they are, and rooms of our own in them.

Each test session has a schema of its own on each server, and drops it afterwards.
"""

import os
from contextlib import contextmanager
from functools import cache
from secrets import token_hex

import pytest

POSTGRES = os.environ.get("COMPLAINTFLOW_POSTGRES", "postgresql://postgres@127.0.0.1:5432/test")
MARIADB = os.environ.get("COMPLAINTFLOW_MARIADB", "mysql+pymysql://root@127.0.0.1:3306/test")
QUICK = f"{POSTGRES}{'&' if '?' in POSTGRES else '?'}options=-csynchronous_commit%3Doff"
"""
The same server, which does not wait for its disk; for promises that are not about that.
"""

TABLES = ("complaintflow_case", "complaintflow_entry", "complaintflow_outbox")


def needs(missing, name, variable, url):
    """
    Skip a test without its server, and say how to have one; where CI promises one, fail.
    """
    if missing:
        message = (
            f"no {name} answers at {url} ({missing}): start one, or name another with {variable}; "
            "CONTRIBUTING.md says how"
        )
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)


@cache
def missing_postgres():
    """
    Return why there is no PostgreSQL; empty: there is.
    """
    import psycopg

    try:
        psycopg.connect(POSTGRES, connect_timeout=3).close()
    except psycopg.Error as error:
        return str(error).partition("\n")[0]
    return ""


@cache
def missing_mariadb():
    """
    Return why there is no MariaDB; empty: there is.
    """
    import sqlalchemy

    engine = sqlalchemy.create_engine(MARIADB, connect_args={"connect_timeout": 3})
    try:
        engine.connect().close()
    except sqlalchemy.exc.SQLAlchemyError as error:
        return str(error).partition("\n")[0]
    finally:
        engine.dispose()
    return ""


@contextmanager
def a_schema():
    """
    Give the name of a schema on PostgreSQL that is not there yet, and drop it in the end.
    """
    import psycopg

    needs(missing_postgres(), "PostgreSQL", "COMPLAINTFLOW_POSTGRES", POSTGRES)
    name = f"complaintflow_{token_hex(4)}"
    try:
        yield name
    finally:
        with psycopg.connect(POSTGRES, autocommit=True) as connection:
            connection.execute(f'DROP SCHEMA IF EXISTS "{name}" CASCADE')


@contextmanager
def a_database():
    """
    Give the URL of an empty database on MariaDB, and drop it in the end.
    """
    import sqlalchemy

    needs(missing_mariadb(), "MariaDB", "COMPLAINTFLOW_MARIADB", MARIADB)
    name = f"complaintflow_{token_hex(4)}"
    engine = sqlalchemy.create_engine(MARIADB, isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            connection.exec_driver_sql(f"CREATE DATABASE {name}")
        yield engine.url.set(database=name).render_as_string(hide_password=False)
    finally:
        with engine.connect() as connection:
            connection.exec_driver_sql(f"DROP DATABASE IF EXISTS {name}")
        engine.dispose()


@contextmanager
def on_postgres():
    """
    Give a connection as another program has one.
    """
    import psycopg

    with psycopg.connect(POSTGRES, autocommit=True) as connection:
        yield connection


def empty(schema):
    """
    Empty the tables of a schema on PostgreSQL.
    """
    with on_postgres() as connection:
        for table in TABLES:
            connection.execute(f'DELETE FROM "{schema}".{table}')
