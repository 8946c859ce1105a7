"""Telling what the language rules of a method find: to people by sentence, to programs as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from attrs import frozen
from rich.text import Text

from complaintflow import Method
from complaintflow._evidence import Mood
from complaintflow.cli._description import Data
from complaintflow.cli._page import BEWARE, FAINT, NO, Page, Row, flat
from complaintflow.cli._reading import read_text
from complaintflow.cli._show import clauses
from complaintflow.methods import LintFinding, lint

A_FILE = "@"
"""What begins so names a file, where a text is asked for."""


@frozen
class Reading:
    """What is read, and in which situation."""

    method: Method
    text: str
    step: str
    mood: Mood | None
    accounts: tuple[str, ...]
    facts: tuple[str, ...]
    limited: bool

    def findings(self) -> tuple[LintFinding, ...]:
        """Return what the method finds in it."""
        return lint(
            self.method,
            self.text,
            step=self.step,
            mood=self.mood,
            accounts=self.accounts,
            facts=self.facts,
            limited=self.limited,
        )


def words_of(account: str) -> str:
    """
    Return the text of an account, or of the file that it names.

    Raises:
        Unusable: there is no such file, or it holds no text.
    """
    return read_text(account.removeprefix(A_FILE)) if account.startswith(A_FILE) else account


def put_findings(page: Page, reading: Reading, findings: Iterable[LintFinding]) -> None:
    """Put what was found on a page, each with the sentence it was found in."""
    page.title(f"{reading.method.title}: {reading.step}", _situation(reading))
    rows = list(_rows(findings))
    page.blank()
    page.rows(rows)
    if not rows:
        page.put("nothing found")


def _situation(reading: Reading) -> str:
    known = ", ".join(dict.fromkeys(reading.facts)) or "nothing"
    mood = f"; the customer is {reading.mood}" if reading.mood else ""
    note = "" if reading.method.rule(reading.step).act.spec.said else "a note for the record; "
    return f"{note}established: {known}{mood}"


def _rows(findings: Iterable[LintFinding]) -> Iterator[Row]:
    for found in findings:
        yield _mark(found), found.text, clauses(found.cites)
        if found.sentence:
            yield "", _marked(flat(found.sentence), found.phrase), ""


def _mark(found: LintFinding) -> Text:
    if found.blocks:
        return Text("refused", style=NO)
    return Text("strong warning" if found.strong else "warning", style=BEWARE)


def _marked(sentence: str, phrase: str) -> Text:
    """Return a sentence with the phrase that was found in it underlined, on a terminal."""
    told = Text(f"“{sentence}”", style=FAINT)
    told.highlight_words([phrase], style="not dim underline", case_sensitive=False)
    return told


def data_of_findings(reading: Reading, findings: Iterable[LintFinding]) -> Data:
    """
    Return what was found as data.

    The keys, which stay: `method`, `step`, `mood` (or null), `facts`, `limited`, and `findings`,
    each `code`, `text`, `cites`, `phrase` and `sentence` (both empty: it is words that lack),
    `blocks` (the act would be refused) and `strong`.
    """
    return {
        "method": reading.method.pin,
        "step": reading.step,
        "mood": reading.mood,
        "facts": sorted(set(reading.facts)),
        "limited": reading.limited,
        "findings": [
            {
                "code": found.code,
                "text": found.text,
                "cites": list(found.cites),
                "phrase": found.phrase,
                "sentence": found.sentence,
                "blocks": found.blocks,
                "strong": found.strong,
            }
            for found in findings
        ],
    }
