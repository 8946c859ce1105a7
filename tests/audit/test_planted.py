"""
A generated log with planted violations: the audit finds exactly these.
"""

import sys
from pathlib import Path

import pytest

from complaintflow import methods
from complaintflow.audit import Verdict, audit, read_mapping

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def planted(tmp_path_factory):
    """
    Return a mapping, a log, and which cases are of which kind.
    """
    sys.path.insert(0, str(ROOT))
    try:
        from benchmarks import old_tickets
    finally:
        sys.path.remove(str(ROOT))
    folder = tmp_path_factory.mktemp("log")
    (folder / "map.toml").write_text(old_tickets.MAPPING, encoding="utf-8")
    kinds = old_tickets.write(folder / "log.csv", 2_000, seed=7)
    return read_mapping(folder / "map.toml"), folder / "log.csv", kinds.cases


def cases_with(report, rule, verdict):
    """
    Return the cases in which a rule has a verdict.
    """
    place = [each.code for each in report.rules].index(rule)
    return [case for case, verdicts in report.cases.items() if verdicts[place] is verdict]


def test_the_audit_finds_exactly_the_planted_violations(planted):
    """
    No more, no fewer, and each in its case.
    """
    mapping, log, kinds = planted
    report = audit(log, mapping)

    assert all(len(cases) > 3 for cases in kinds.values())
    for rule in ("offer_before_acknowledgement", "promise_not_kept", "closed_without_lesson"):
        assert kinds[rule] == cases_with(report, rule, Verdict.BROKEN)
    assert kinds["same_time"] == cases_with(
        report, "offer_before_acknowledgement", Verdict.CANNOT_TELL
    )
    assert kinds["waiting"] == cases_with(report, "promise_not_kept", Verdict.PENDING)
    assert [] == cases_with(report, "promise_not_kept", Verdict.CANNOT_TELL)
    assert (2_000, ["Viewed"], 0, 0) == (
        len(report.cases),
        list(report.unknown),
        report.unsorted,
        report.beheaded,
    )


def test_a_replay_of_the_method_finds_those_that_break_it(planted):
    """
    To note no lesson is a warning in the six steps, and everything else planted is refused.
    """
    mapping, log, kinds = planted
    report = audit(log, mapping, methods.six_steps())
    wanted = kinds["offer_before_acknowledgement"] + kinds["promise_not_kept"] + kinds["same_time"]

    assert sorted(wanted) == sorted(cases_with(report, "six_steps", Verdict.BROKEN))
    assert sorted(kinds["open"] + kinds["waiting"]) == sorted(
        cases_with(report, "six_steps", Verdict.PENDING)
    )


def test_an_unsorted_file_has_the_same_violations(planted, tmp_path):
    """
    Newest first, and every case has to be sorted.
    """
    mapping, log, _ = planted
    header, *lines = log.read_text(encoding="utf-8").splitlines()
    turned = tmp_path / "turned.csv"
    turned.write_text("\n".join([header, *reversed(lines)]) + "\n", encoding="utf-8")

    assert audit(log, mapping).cases == audit(turned, mapping).cases
