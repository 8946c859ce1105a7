"""
Every clause of a document is cited by its method, and all but attitudes are shown by a test.

And what is cited exists; and so does what shows that conflicts, loops and decisions are carried.

The clauses stand in the acceptance checklist that the maintainers keep beside the repository.
"""

import ast
import os
import re
import tomllib
from pathlib import Path

import pytest

from complaintflow import methods

ROOT = Path(__file__).resolve().parents[1]
CHECKLIST = ROOT.parent / "shared" / "CHECKLIST.md"
HEADING = re.compile(r"^## \d+\. Document \d{3} `(?P<method>\w+)`", re.MULTILINE)
ROW = re.compile(r"^\| (?P<id>\d{3}-\d{2}) \|.*\| (?P<force>[^|]*) \|$", re.MULTILINE)
DEMANDED = re.compile(r"\b[MS]\b")
MENTIONED = re.compile(r"\b\d{3}-\d{2}\b")
ASKING = re.compile(r"\b(?:[MSm]|OPT|LOOP|HOST|META|REC|GUARD|TIMER|LINT|STEP)\b")
"""The mark of every clause that is no attitude: of any force, or of any kind."""
DECIDED = tomllib.loads((ROOT / "docs/reference/decisions.toml").read_text(encoding="utf-8"))[
    "rows"
]
OURS = {"editorial"}
"""What a method may cite though no document says so: our own decisions, marked as such."""


def clauses(text):
    """
    Return the clauses of each method in a checklist, by their id, with their kind and force.
    """
    parts = HEADING.split(text)
    return {
        name: {row["id"]: row["force"] for row in ROW.finditer(part.split("\n## ")[0])}
        for name, part in zip(parts[1::2], parts[2::2], strict=True)
    }


def mentioned(folder):
    """
    Return the clauses that the docstrings of tests name, each with the tests.
    """
    found = {}
    for file in sorted(folder.rglob("test_*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                for clause in MENTIONED.findall(ast.get_docstring(node) or ""):
                    found.setdefault(clause, []).append(node.name)
    return found


@pytest.fixture(scope="module")
def checklist():
    """
    Return the clauses of each document; a checkout without the checklist has nothing to compare.
    """
    return clauses(text_of_the_checklist())


@pytest.fixture(scope="module")
def told():
    """
    Return the text of the checklist.
    """
    return text_of_the_checklist()


def text_of_the_checklist():
    """
    Return the text of the checklist; a checkout without it skips, and CI does not.
    """
    if not CHECKLIST.exists():
        message = (
            f"the acceptance checklist is not at {os.path.relpath(CHECKLIST, ROOT)}: which clauses "
            "the methods cite cannot be compared with what their documents demand"
        )
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    return CHECKLIST.read_text(encoding="utf-8")


@pytest.fixture(params=methods.all(), ids=lambda method: method.name)
def method(request):
    """
    Return each of the documented methods.
    """
    return request.param


def test_a_checklist_is_read_by_method_id_and_force():
    """
    A comparison with nothing would always hold.
    """
    text = (
        "## 0. Words\n| 009-01 | no clause | M |\n"
        "## 1. Document 009 `nine_lives`: purr\n"
        "| ID | Quote | Formalisation | Kind/Force |\n|---|---|---|---|\n"
        '| 009-01 | "purr" | tagged `a|b` | STEP+REC M |\n'
        '| 009-02 | "sleep" | n/e | - |\n'
        "Silent: barking.\n"
        "## 2. Something else\n| 009-03 | no clause | M |\n"
    )

    assert {"nine_lives": {"009-01": "STEP+REC M", "009-02": "-"}} == clauses(text)


def test_every_document_has_clauses_in_the_checklist(checklist, method):
    """
    A heading that changed its wording must not make the other tests empty.
    """
    demanded = [each for each, force in checklist[method.name].items() if DEMANDED.search(force)]

    assert len(demanded) > 15


def test_every_clause_of_every_kind_is_cited(checklist, method):
    """
    It is enforced or checked or offered somewhere, or the definition says why there is nothing.
    """
    cited = {clause for clause, _ in method.cited()}
    uncovered = {c: force for c, force in checklist[method.name].items() if c not in cited}

    assert {} == uncovered


def test_whatever_is_cited_exists(checklist, method):
    """
    A refusal that quotes a clause nobody can find is worse than none.
    """
    known = checklist[method.name].keys() | OURS
    unknown = {clause: where for clause, where in method.cited() if clause not in known}

    assert {} == unknown


def test_every_citation_says_what_it_belongs_to(method):
    """
    "Which clause does this enforce" is asked both ways.
    """
    kinds = {where.partition(" ")[0] for _, where in method.cited()}

    assert kinds <= {"state", "fact", "act", "requirement", "time", "language", "invariant", "by"}
    assert {"state", "fact", "act", "requirement", "by"} <= kinds


def test_docstrings_of_tests_are_read_for_clauses(tmp_path):
    """
    A search that finds nothing, or everything, would prove nothing.
    """
    folder = tmp_path / "deeper"
    folder.mkdir()
    (folder / "test_cats.py").write_text(
        'def helper():\n    "009-01: a helper shows nothing."\n'
        'class TestCats:\n    def test_purr(self):\n        "009-02, 009-03: they do."\n'
        'def test_sleep():\n    "009-03: 2009-030 is none."\n    # 009-04\n',
        encoding="utf-8",
    )

    found = {clause: sorted(names) for clause, names in mentioned(tmp_path).items()}

    assert {"009-02": ["test_purr"], "009-03": ["test_purr", "test_sleep"]} == found


@pytest.mark.untraced
def test_every_clause_that_asks_for_something_is_shown_by_a_test(checklist, method):
    """
    What a definition cites, somebody has to have seen at work.
    """
    shown = mentioned(ROOT / "tests")
    asking = [each for each, force in checklist[method.name].items() if ASKING.search(force)]

    assert len(asking) > 20
    assert [] == [clause for clause in asking if clause not in shown]


# -- between the documents ----------------------------------------------------------------------


def section(text, number):
    """
    Return what stands under one numbered heading of a checklist.
    """
    return re.split(r"^## \d+\..*\n", text.split(f"\n## {number}. ")[1], flags=re.MULTILINE)[0]


def test_whatever_shows_a_decision_exists():
    """
    A table that names tests nobody can find would be a nice one.
    """
    names = {
        node.name
        for file in (ROOT / "tests").rglob("test_*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef)
    }

    assert [] == [(r["id"], t) for r in DECIDED for t in r["shown"] if t not in names]
    assert [] == [r["id"] for r in DECIDED if not (r["shown"] and r["held"] and r["says"])]


def test_every_conflict_loop_and_decision_of_the_checklist_is_decided(told):
    """
    Those that are not numbered there are counted.
    """
    ids = [row["id"] for row in DECIDED]
    conflicts = re.findall(r"\bC\d+\b", section(told, 6))
    loops = re.findall(r"^- ", section(told, 7), re.MULTILINE)
    decisions = re.findall(r"^- ", section(told, 9), re.MULTILINE)
    pinned = len(re.findall("^=> ", section(told, 6), re.MULTILINE))

    assert len(set(ids)) == len(ids)
    assert [*dict.fromkeys(conflicts)] == [i for i in ids if i[0] == "C"][: -pinned or None]
    assert len(loops) == len([i for i in ids if i[0] == "X"])
    assert len(decisions) == len([i for i in ids if i[0] == "D"])


LEXICON = re.compile(
    r"^\| (?P<what>[^|]+) \| (?P<phrases>[^|]+) \| (?P<where>[^|]+) \|$", re.MULTILINE
)


def test_every_phrase_of_the_checklists_lexicon_is_found_by_its_method(told):
    """
    Each in a text of its own, said in some step of the method whose document has it.
    """
    rows = [row for row in LEXICON.finditer(section(told, 8)) if row["what"] not in NO_ROW]
    missed = []
    for row in rows:
        documents = set(re.findall(r"\b(00\d)-\d\d", row["where"])) or {"000", "001", "002", "003"}
        phrases = re.sub(r"\([^)]*\)", "", row["phrases"]).replace("supervisor/manager", "manager")
        for method in methods.all():
            if method.source[:3] in documents:
                missed += [
                    (method.name, phrase)
                    for phrase in map(str.strip, re.split("[;,]", phrases))
                    if not is_found(method, phrase.replace("...", "our hotline"))
                ]

    assert len(rows) == 11
    assert [] == missed


NO_ROW = {"Category", "---"}


def is_found(method, phrase):
    """
    Return whether a rule that looks for what should not be said finds a phrase, in some step.
    """
    unwanted = {rule.code for rule in method.language if not rule.wanted}
    speaking = [rule.trigger for rule in method.rules if rule.act.spec.said]
    return any(
        finding.code in unwanted
        for step in speaking
        for finding in methods.lint(method, f"{phrase}.", step=step, limited=True)
    )
