"""The clauses that we word ourselves say what the checklist says, no more and no less."""

import os
import pathlib
import re

import pytest

from complaintflow import methods
from complaintflow.methods.clauses import CLAUSES, clauses_of

CHECKLIST = pathlib.Path(__file__).resolve().parents[2].parent / "shared" / "CHECKLIST.md"
DOCUMENTED = {clause.document[:3] for clause in CLAUSES}


def force_of(cell):
    """
    Read the column "Kind/Force": the first mark of force counts, the kind OPT is a "may".

    Rows without a mark (n/e, META, a pointer to another row) have nothing to enforce.
    """
    mark = re.search(r"(?<![\w/])[MSm](?!\w)", cell)
    if mark:
        return {"M": "must", "S": "should", "m": "may"}[mark.group()]
    return "may" if "OPT" in cell else "attitude"


@pytest.fixture(scope="module")
def checklist():
    """
    Return the rows of the checklist as id and force, for the documents we have worded.
    """
    if not CHECKLIST.is_file():
        message = "the checklist of the documents is not beside this project"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    rows = re.findall(r"^\| (\d{3}-\d{2}) \|(.*)\|$", CHECKLIST.read_text(), flags=re.MULTILINE)
    return {
        name: force_of(rest.rpartition("|")[2].strip())
        for name, rest in rows
        if name[:3] in DOCUMENTED
    }


def test_every_clause_of_the_checklist_is_worded_and_has_its_force(checklist):
    """
    A recommendation told as a demand would be our invention, and a lost clause our silence.
    """
    worded = {clause.id: clause.force for clause in CLAUSES}

    assert checklist == worded


def test_a_clause_is_worded_once_and_in_one_sentence():
    """
    A table has one line for each.
    """
    ids = [clause.id for clause in CLAUSES]

    assert sorted(set(ids)) == ids
    assert [] == [c.id for c in CLAUSES if not re.fullmatch(r"[A-Z][^.\n]*\.", c.text)]


@pytest.mark.parametrize("name", methods.names())
def test_a_documented_method_holds_every_clause_of_its_document(name):
    """
    What a document demands or recommends and nothing holds would be skipped in silence.
    """
    method = methods.get(name)
    cited = {clause for clause, _ in method.cited()}
    wanted = {c.id for c in clauses_of(method.source) if c.force in {"must", "should"}}

    assert set() == wanted - cited


@pytest.mark.parametrize("name", methods.names())
def test_a_documented_method_cites_no_clause_that_there_is_not(name):
    """
    A slip of the pen in a clause id would send a reader to nothing.
    """
    cited = {clause for clause, _ in methods.get(name).cited()}
    known = {clause.id for clause in CLAUSES} | {"editorial"}

    assert set() == {clause for clause in cited - known if clause[:3] in DOCUMENTED}


def test_a_document_we_do_not_know_has_no_clauses():
    """
    A method of a host's own has no source among ours.
    """
    assert () == clauses_of("")
