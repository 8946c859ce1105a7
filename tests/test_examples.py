"""
The examples: each runs as somebody runs it who has just found it, and tells what it should.
"""

import importlib.util
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from complaintflow import methods
from complaintflow.testing import StoreContract

FOLDER = Path(__file__).parents[1] / "examples"

TELLS = {
    "six_steps.py": (
        "kim cannot offer yet:",
        "ana has not been heard [003-10, 003-11, 003-12]",
        "first: listen (finished), acknowledge_problem, empathize, ask_expectation (answered)",
        "whoever asks for approval cannot give it: somebody else has to",
        "but: the words do not say that the customer's business is valued",
        "p1: replacement (a new cover), by the bindery, until Friday, 12:00",
        "not everything that was promised is settled",
        "The case is closed.",
    ),
    "five_steps.py": (
        "runa cannot take_action yet:",
        "no empathy shown [000-10]",
        "first: empathize, listen (finished), ask_question (answered), note_issue, take_action",
        "but: theo's point of view is not noted",
        "first: take_action (settled, i1), follow_up (satisfied)",
        "The case is closed.",
    ),
    "seven_as.py": (
        "milan cannot offer yet:",
        "ines has not been heard to the end [001-21, 001-22]",
        "first: acknowledge_feelings, invite, listen (finished), apologize, assure,",
        "but: what you commit yourself to is not said",
        "the apology does not cover m1 (the pump was not looked at on the first visit)",
        "p1: a new pump, by milan, until Tuesday, 08:00",
        "first: keep_promise (settled, p2), follow_up (satisfied), thank, assure_prevention",
        "The case is closed,",
    ),
    "personal_ownership.py": (
        "lea cannot recognise_anger yet:",
        "'that's our policy' shuts the customer down; document 002 forbids it [002-21]",
        "but: 'refund' tells the customer what will happen before asking what is fair",
        "first: follow_up (not before 2026-03-20 18:00)",
        "p2: refund of 150.00 EUR, by lea, until Friday, 18:00",
        "The case is closed,",
    ),
    "own_method.py": (
        "charter I1: loan_bike must need a fact that says the customer's account is heard",
        "charter I2: loan_bike must need",
        "cannot loan_bike while received: ben has not told what happened",
        "first: listen (finished), acknowledge_problem",
        "4. loan_bike by jo: recognised",
        "by jo: collected",
    ),
    "old_tickets.py": (
        "4 tickets, 20 lines",
        "hasty_offer: {'kept': 1, 'broken': 1, 'cannot tell': 1, 'not applicable': 1}",
        "offered too early: 1042",
        "1043: hasty_offer cannot tell at 'Refund offered' on 2026-03-02 13:00: it hangs on the",
        "not known: {'Tag: VIP': 1}",
        "not read: line 22:",
        "1042: six_steps broken at 'Refund offered' on 2026-03-02 11:02: the customer has not been",
    ),
    "team_statistics.py": (
        "120 cases, 14 of them open",
        "% of the promises were kept in time",
        "% of the cases that ended began anew",
        "times: promises_settled",
    ),
    "plain_host.py": (
        "T-2  new           nobody",
        "T-1  negotiating   sam",
        "Delivery(delivered=0, failed=1, parked=0)",
        "mail to ana@home.example: Our offer (The lamp buzzes again)",
        "Delivery(delivered=1, failed=0, parked=0)",
        "6 offer",
    ),
    "joined_host.py": (
        "T-1: new, case received",
        "the mail server does not answer",
        "the problem is not recognised",
        "T-1: heard, no offer yet, case heard",
    ),
    "tickets_as_cases.py": (
        "T-1: received, sam, The lamp buzzes again",
        "the problem is not recognised",
        "T-1: heard, sam, The lamp buzzes again",
        "T-2: new, None, How do I change my password?",
    ),
}


def test_every_example_is_looked_at_here():
    """
    An example that nobody runs is wrong within a year.
    """
    assert sorted(TELLS) == sorted(file.name for file in FOLDER.glob("*.py"))


@pytest.mark.parametrize("name", TELLS)
def test_an_example_runs_and_leaves_nothing_behind(name, tmp_path):
    """
    It needs nothing but the library, and any warning is an error.
    """
    if name in {"joined_host.py", "tickets_as_cases.py"}:
        pytest.importorskip("sqlalchemy")
    command = [sys.executable, "-W", "error", "-B", str(FOLDER / name)]
    run = subprocess.run(command, check=False, capture_output=True, text=True, cwd=tmp_path)

    assert (0, "") == (run.returncode, run.stderr)
    assert [] == [line for line in TELLS[name] if line not in run.stdout]
    assert [] == list(tmp_path.iterdir())


@pytest.mark.parametrize("name", methods.names())
def test_every_method_has_an_example_with_a_refusal_and_a_warning(name, tmp_path):
    """
    Whoever chooses a method reads how it says no, and how it lets something pass.
    """
    command = [sys.executable, "-B", str(FOLDER / f"{name}.py")]
    told = subprocess.run(command, check=True, capture_output=True, text=True, cwd=tmp_path).stdout

    assert all(each in told for each in (" cannot ", "      first: ", "      but: ", "closed"))


@pytest.mark.parametrize("name", TELLS)
def test_an_example_uses_public_names_only(name):
    """
    What it shows, a reader may do.
    """
    lines = (FOLDER / name).read_text(encoding="utf-8").splitlines()
    imported = [line.split()[1] for line in lines if line.startswith(("import ", "from "))]

    assert [] == [module for module in imported if "._" in module]


def example(name):
    """
    Return an example as a module.
    """
    spec = importlib.util.spec_from_file_location(name, FOLDER / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class TestTheStoreOfTheHelpdesk(StoreContract):
    """
    The store over a helpdesk's own tables keeps every promise, so that it can be copied.
    """

    threads = False

    @pytest.fixture
    def store(self):
        """
        Return the store; here, unlike there, a complaint makes its own ticket.
        """
        host = example("plain_host")
        db = sqlite3.connect(":memory:", detect_types=sqlite3.PARSE_DECLTYPES)
        db.executescript(host.TICKETS + host.COMPLAINTS)

        class Store(host.TicketStore):
            def commit(self, change):
                if change.expected == 0:
                    with self.db:
                        sql = "INSERT OR IGNORE INTO ticket (id) VALUES (?)"
                        self.db.execute(sql, (change.case_id,))
                super().commit(change)

        yield Store(db)
        db.close()
