"""The clauses that we word ourselves say what the checklist says, no more and no less."""

import os
import pathlib
import re

import pytest

from complaintflow import methods
from complaintflow.methods.clauses import CLAUSES, clauses_of

ROOT = pathlib.Path(__file__).resolve().parents[2]
CHECKLIST = ROOT.parent / "shared" / "CHECKLIST.md"
COMPARISON = ROOT / "docs" / "explanation" / "choose-a-method.md"
SOURCES = {method.source for method in methods.all()}
DOCUMENTED = {source[:3] for source in SOURCES}


def force_of(cell):
    """
    Read the column "Kind/Force": the first mark of force counts, the kind OPT is a "may".

    Rows without a mark (n/e, META, a pointer to another row) have nothing to enforce.
    """
    mark = re.search(r"(?<![\w/])[MSm](?!\w)", cell)
    if mark:
        return {"M": "must", "S": "should", "m": "may"}[mark.group()]
    return "may" if "OPT" in cell else "attitude"


def places(text, heading):
    """
    Read where each act stands, row by row: a step, a part of one, implied, or nowhere.

    What is said beside the number is left out: it is the page's own wording.
    """
    rows = re.findall(r"^\|(.*)\|$", text.partition(heading)[2].partition("\n## ")[0], re.MULTILINE)
    cells = [[cell.strip() for cell in row.split("|")[1:]] for row in rows[2:]]
    place = re.compile(r"\[?\d\w?\]?|-|\(implied\)")
    return [
        [place.match(cell.replace("\N{EN DASH}", "-").strip("*")).group() for cell in row]
        for row in cells
    ]


@pytest.fixture(scope="module")
def told():
    """
    Return the text of the checklist; a checkout without it has nothing to compare.
    """
    if not CHECKLIST.is_file():
        message = "the checklist of the documents is not beside this project"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    return CHECKLIST.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def checklist(told):
    """
    Return the rows of the checklist as id and force, for the documents of the four methods.
    """
    rows = re.findall(r"^\| (\d{3}-\d{2}) \|(.*)\|$", told, flags=re.MULTILINE)
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


def test_the_document_of_every_method_is_worded():
    """
    A document left out would be compared with nothing.
    """
    assert SOURCES == {clause.document for clause in CLAUSES}
    assert {"000", "001", "002", "003"} == DOCUMENTED


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


def test_the_comparison_of_the_methods_puts_every_act_where_its_document_does(told):
    """
    Somebody chooses by this table, and nobody would notice a step that slipped.
    """
    compared = places(COMPARISON.read_text(encoding="utf-8"), "## What stands where")

    assert 18 == len(compared)
    assert places(told, "## 5. Canonical acts") == compared
