"""
Tests that need a server say so: skipped where somebody works alone, and red where CI promises one.
"""

import pytest

from . import servers


@pytest.mark.parametrize(
    ("ci", "outcome"), [("", pytest.skip.Exception), ("true", pytest.fail.Exception)]
)
def test_a_missing_server_is_never_passed_over_in_silence(ci, outcome, monkeypatch):
    """
    A green run that tested nothing would be believed.
    """
    monkeypatch.setenv("CI", ci)

    with pytest.raises(outcome, match=r"no PostgreSQL answers at .*COMPLAINTFLOW_POSTGRES"):
        servers.needs("refused", "PostgreSQL", "COMPLAINTFLOW_POSTGRES", "postgresql://host/x")


def test_a_server_that_answers_is_used(monkeypatch):
    """
    Nothing stands in the way then.
    """
    monkeypatch.setenv("CI", "true")

    servers.needs("", "PostgreSQL", "COMPLAINTFLOW_POSTGRES", "postgresql://host/x")


@pytest.mark.parametrize("name", ["POSTGRES", "MARIADB"])
def test_a_server_that_is_not_there_is_noticed(name, monkeypatch):
    """
    By one line that says why.
    """
    scheme = {
        "POSTGRES": "postgresql://x@127.0.0.1:1/x",
        "MARIADB": "mysql+pymysql://x@127.0.0.1:1/x",
    }
    monkeypatch.setattr(servers, name, scheme[name])
    missing = {"POSTGRES": servers.missing_postgres, "MARIADB": servers.missing_mariadb}

    told = missing[name].__wrapped__()

    assert told
    assert "\n" not in told
