"""
A replay of a method beside the method itself: a log of what `decide` took may not be blamed.
"""

import os
from datetime import datetime, timedelta

import pytest

from complaintflow import documents, methods
from complaintflow.audit import Verdict, audit, mapping_of
from complaintflow.testing import stories

KEPT, BROKEN, PENDING, _, NOT_APPLICABLE = Verdict
THOROUGH = os.environ.get("COMPLAINTFLOW_HYPOTHESIS_PROFILE") == "thorough"
METHODS = (*documents.all(), *(methods.all() if THOROUGH else ()))
SILENT = ["open", "not_reached", "not_reached", "lapse"]


def replayed(method, logs, activities=None):
    """
    Return what a replay says of cases, each the names of its activities, an hour apart.
    """
    lines = [
        (str(case), word, datetime(2026, 1, 5) + timedelta(hours=hour))
        for case, words in enumerate(logs)
        for hour, word in enumerate(words)
    ]
    mapping = mapping_of({"activities": {word: word for _, word, _ in lines} | (activities or {})})
    report = audit(lines, mapping, method)
    return [report.cases[str(case)][0] for case in range(len(logs))]


def words_of(entries):
    """
    Return entries as activities: the act, with its outcome where it has several.
    """
    return [e.trigger if e.outcome is None else f"{e.trigger}/{e.outcome}" for e in entries]


@pytest.mark.untraced
@pytest.mark.parametrize("method", METHODS, ids=lambda method: method.name)
def test_whatever_the_method_accepts_a_replay_of_it_accepts(method):
    """
    Every decisive story, and so every act from every state and along every edge.
    """
    told = stories(method)
    taken = [[*s.history, *([s.entry] if s.entry else [])] for s in told]
    ended = [entries[-1].state in method.final for entries in taken]
    verdicts = replayed(method, [words_of(entries) for entries in taken])

    assert {True, False} == set(ended)
    assert [] == [
        (words_of(entries), str(verdict))
        for entries, is_over, verdict in zip(taken, ended, verdicts, strict=True)
        if verdict not in ({KEPT} if is_over else {PENDING, NOT_APPLICABLE})
        if len(entries) > 1
    ]


@pytest.mark.untraced
@pytest.mark.parametrize("method", METHODS, ids=lambda method: method.name)
def test_what_the_method_refuses_for_a_fact_a_replay_finds_broken(method):
    """
    Where an act has one outcome and nothing was waived, a log leaves nothing open.
    """
    facts = {fact.name for fact in method.facts}
    several = {rule.trigger for rule in method.rules if rule.outcomes}
    refused = [
        [*words_of(story.history), story.trigger]
        for story in stories(method)
        if story.unmet and facts.issuperset(story.unmet) and story.trigger not in several
        if "waive" not in [entry.trigger for entry in story.history]
    ]

    assert len(refused) > 4
    assert {BROKEN} == set(replayed(method, refused))


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ([], KEPT),
        (["customer_replied/after_silence"], PENDING),
        (["customer_replied"], KEPT),
        (["customer_replied/after_silence", "listen/finished"], PENDING),
        (["customer_replied", "listen/finished"], PENDING),
        (["customer_replied/after_silence", "deleted"], BROKEN),
        (["customer_replied", "listen/finished", "withdraw", "reopen"], PENDING),
        (["customer_replied", "listen/finished", "deleted"], BROKEN),
    ],
)
def test_a_case_is_open_again_once_the_customer_has_come_back(words, expected):
    """
    Whatever act leads out of an end has reopened it; the mapping need not say so too.
    """
    found = replayed(methods.six_steps(), [SILENT + words], {"deleted": {"closes": True}})

    assert [expected] == found


@pytest.mark.parametrize(
    ("acts", "expected"), [(["withdraw", "reopen"], PENDING), (["reopen", "withdraw"], KEPT)]
)
def test_of_an_end_and_a_reopening_in_one_activity_the_last_one_counts(acts, expected):
    """
    Acts are done in their order.
    """
    before = ["open"] if acts[0] == "withdraw" else ["open", "withdraw"]
    found = replayed(methods.six_steps(), [[*before, "both"]], {"both": acts})

    assert [expected] == found
