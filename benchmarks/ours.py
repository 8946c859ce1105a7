"""Our own figures: lives, the size of a case, and the answers that are no entries."""

from __future__ import annotations

import gc
import statistics
import tracemalloc
from collections.abc import Callable
from datetime import datetime
from time import process_time_ns

from attrs import frozen

from benchmarks.stories import ACTS, LIMIT, Story
from benchmarks.stories import stories as tell
from complaintflow import Actor, Case, Entry, Method, Refused, decide, open_case, options
from complaintflow._language._reader import Reader, Spoken
from complaintflow.acts import (
    Accept,
    AcknowledgeProblem,
    Act,
    AskExpectation,
    Close,
    Empathize,
    Expectation,
    KeepPromise,
    Learn,
    Listen,
    Offer,
    Open,
    Remedy,
)
from complaintflow.methods import five_steps, personal_ownership, seven_as, six_steps

Lives = Callable[[], None]

SAM = Actor("sam", limits={"EUR": LIMIT})


@frozen
class Script:
    """A story as our acts, evidence built beforehand."""

    id: str
    opening: Open
    began: datetime
    steps: tuple[tuple[Act, datetime], ...]


def acts(story: Story) -> tuple[Act, ...]:
    """Return the nine acts of a story; building one checks its evidence."""
    return (
        Listen(account=story.account, mood="upset"),
        AcknowledgeProblem(words=story.acknowledgement),
        Empathize(
            words=story.sympathy, issue=story.issue, concern=story.concern, impact=story.impact
        ),
        AskExpectation(
            question=story.question, expectation=Expectation(words=story.wish, kind=story.kind)
        ),
        Offer(
            remedies=(Remedy(story.kind, story.amount, "EUR"),),
            words=story.offer,
            customer_need=story.need,
            company_constraint=story.constraint,
        ),
        Accept(words=story.acceptance),
        KeepPromise("p1", proof=story.proof),
        Learn(improvement=story.improvement),
        Close(retained="yes", cost=story.amount, currency="EUR"),
    )


def opening(story: Story) -> Open:
    """Return the act that opens the case of a story."""
    return Open(complaint=story.complaint, customer=story.customer)


def script(story: Story) -> Script:
    """Return the story with its evidence built."""
    steps = zip(acts(story), story.moments[1:], strict=True)
    return Script(story.id, opening(story), story.moments[0], tuple(steps))


def live(method: Method, story: Script) -> tuple[Case, list[Entry]]:
    """Live a whole life: decide each act, keep the entry, apply it."""
    entry = open_case(method, story.id, story.opening, at=story.began, by=SAM)
    history = [entry]
    case = Case.open(entry)
    for act, at in story.steps:
        entry = decide(method, case, act, at=at, by=SAM)
        history.append(entry)
        case = case.apply(entry)
    return case, history


def cases_on_the_way(method: Method, story: Script) -> list[Case]:
    """Return the case before each of the nine acts."""
    case = Case.open(open_case(method, story.id, story.opening, at=story.began, by=SAM))
    cases = []
    for act, at in story.steps:
        cases.append(case)
        case = case.apply(decide(method, case, act, at=at, by=SAM))
    return cases


def deciding(stories: list[Story], *, language: bool) -> Lives:
    """Return lives that are decided and not applied: the cases are made beforehand."""
    method = six_steps(language=language)
    scripts = [script(story) for story in stories]
    pairs = [(each, cases_on_the_way(method, each)) for each in scripts]

    def lives() -> None:
        for story, cases in pairs:
            history = [open_case(method, story.id, story.opening, at=story.began, by=SAM)]
            for case, (act, at) in zip(cases, story.steps, strict=True):
                history.append(decide(method, case, act, at=at, by=SAM))

    return lives


def living(stories: list[Story], *, language: bool) -> Lives:
    """Return whole lives: decided, kept and applied."""
    method = six_steps(language=language)
    scripts = [script(story) for story in stories]
    for story in scripts:
        case, history = live(method, story)
        assert case.is_closed, case.state
        assert len(history) == 1 + len(ACTS), len(history)
        assert case == Case.replay(history)

    def lives() -> None:
        for story in scripts:
            live(method, story)

    return lives


def evidence(stories: list[Story]) -> Lives:
    """Return the building of all the acts of a life, which checks their evidence."""

    def lives() -> None:
        for story in stories:
            opening(story)
            acts(story)

    return lives


# -- a case at rest -----------------------------------------------------------------------------

CUTS = (1, 2, 3, 4, 5, 6)
"""After how many of the nine acts a case is left to rest: heard to agreed, evenly."""


def bytes_per_case(count: int) -> dict[str, float]:
    """
    Return what a live case takes in memory, and how much of that are texts.

    Everything that exists because of the case is counted: it, its ledger, texts, times and
    amounts. What cases share is counted once. Its history is the store's, and not counted.
    """
    method = six_steps()
    _rest(method, 2 * len(CUTS))  # so that nothing is loaded or shared for the first time
    gc.collect()
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    cases = _rest(method, count)
    gc.collect()
    after = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    size = (after - before - cases.__sizeof__()) / count
    texts = sum(_characters(case) for case in cases) / count
    return {"bytes": size, "characters": texts, "cases": count}


def _rest(method: Method, count: int) -> list[Case]:
    return [
        _until(method, story, CUTS[number % len(CUTS)]) for number, story in enumerate(tell(count))
    ]


def _until(method: Method, story: Story, steps: int) -> Case:
    own = script(story)
    case = Case.open(open_case(method, own.id, own.opening, at=own.began, by=SAM))
    for act, at in own.steps[:steps]:
        case = case.apply(decide(method, case, act, at=at, by=SAM))
    return case


def _characters(case: Case) -> int:
    ledger = case.ledger
    said = [*ledger.accounts, *(proposal.words for proposal in ledger.proposals)]
    return sum(map(len, said))


# -- answers that are no entries ----------------------------------------------------------------


def answers(seconds: float) -> dict[str, float]:
    """Return what the answers cost that change nothing, in microseconds of CPU time."""
    method = six_steps(language=False)
    story = script(tell(1)[0])
    case = cases_on_the_way(method, story)[0]
    steps = {act.trigger: (act, at) for act, at in story.steps}

    def refused(trigger: str) -> Refused:
        act, at = steps[trigger]
        try:
            decide(method, case, act, at=at, by=SAM)
        except Refused as no:
            return no
        raise AssertionError(trigger)

    offer = _cost(lambda: refused("offer"), seconds)
    close = _cost(lambda: refused("close"), seconds)
    return {
        "refusal": offer,
        "way to offer": _cost(lambda: refused("offer").way, seconds) - offer,
        "way to close": _cost(lambda: refused("close").way, seconds) - close,
        "options": _cost(lambda: options(method, case, at=story.steps[0][1], by=SAM), seconds),
    }


def _cost(call: Callable[[], object], seconds: float) -> float:
    """Return microseconds of CPU time per call: the median of eleven batches."""
    call()
    start = process_time_ns()
    call()
    once = max(process_time_ns() - start, 1)
    number = max(1, int(seconds * 1e9 / 11 / once))
    batches = []
    for _ in range(11):
        start = process_time_ns()
        for _ in range(number):
            call()
        batches.append((process_time_ns() - start) / number / 1000)
    return statistics.median(batches)


HARD = (
    "We never refund it here. ",
    "No asap-asap-asap-asap-asap-asap ",
    "no refund-refund-refund-refund ",
    "not calm down-not calm down ",
    "please call no one or ",
    '"refund" ',
    "'that's 'refund' ",
    "https://shop.example/teapot ",
)
"""What texts are made of that take long to read: hits that are excused, one after the other."""
HARD_LENGTH = 20_000


def reading(seconds: float) -> dict[str, float]:
    """
    Return what language rules cost per kilobyte of what is said, in microseconds of CPU time.

    Ordinary: what the rules add to deciding a life. Hard: the slowest of the texts made of one
    thing over and over, read by any of the four methods.
    """
    told = tell(60)
    with_rules, without = deciding(told, language=True), deciding(told, language=False)
    kilobytes = sum(len(story.said.encode()) for story in told) / 1000
    added = _cost(with_rules, seconds) - _cost(without, seconds)
    return {
        "per kilobyte": added / kilobytes,
        "per hard kilobyte": max(
            _per_kilobyte(Reader(method.language), unit, told[0].account, seconds / 10)
            for method in (five_steps(), seven_as(), personal_ownership(), six_steps())
            for unit in HARD
        ),
    }


def _per_kilobyte(reader: Reader, unit: str, account: str, seconds: float) -> float:
    text = unit * (HARD_LENGTH // len(unit))
    spoken = Spoken("offer", (text,), accounts=(account,), limited=True)
    return _cost(lambda: reader.read(spoken), seconds) / (len(text.encode()) / 1000)
