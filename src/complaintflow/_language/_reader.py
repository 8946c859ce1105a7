"""The rules of a method, compiled, and what an act says, read by them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import NamedTuple

from attrs import frozen

from complaintflow._evidence import MOODS, Mood
from complaintflow._language._phrases import (
    ADDRESS,
    KEY,
    WORD,
    beginnings_of,
    pattern_of,
    word_with,
)
from complaintflow._language._rule import LanguageRule
from complaintflow._language._texts import Own, Text
from complaintflow._value import Value
from complaintflow.errors import Unmet

_QUOTE = "'"


@frozen(eq=False, repr=False)
class Spoken(Value):
    """What an act says, and in which situation: all that language rules look at."""

    trigger: str
    """The act."""
    said: tuple[str, ...]
    """What the agent says to the customer."""
    notes: tuple[str, ...] = ()
    """What is written for the record."""
    facts: frozenset[str] = frozenset()
    """What is established."""
    accounts: tuple[str, ...] = ()
    """The customer's own words."""
    mood: Mood | None = None
    """How the customer feels. None: not known."""
    limited: bool = False
    """Whether the actor has limits."""


class _Hit(NamedTuple):
    words: str
    start: int
    """Where in the text it begins."""
    text: Text


_Try = tuple[str, Callable[[str, int], "re.Match[str] | None"]]
"""A phrase, and what tries it at a place."""


class Reader:
    """The compiled rules of one method."""

    __slots__ = ("_any_notes", "_anywhere", "_at_addresses", "_beginning", "_rules", "_word")

    def __init__(self, rules: Iterable[LanguageRule]) -> None:
        self._rules = tuple(rules)
        self._any_notes = any(rule.notes for rule in self._rules)
        self._beginning: dict[str, list[_Try]] = {}
        self._anywhere: list[_Try] = []
        self._at_addresses: list[_Try] = []
        for phrase in sorted({p for rule in self._rules for p in (*rule.phrases, *rule.unless)}):
            tried = phrase, re.compile(pattern_of(phrase)).match
            beginnings = beginnings_of(phrase)
            for beginning in beginnings:
                self._beginning.setdefault(beginning, []).append(tried)
            if phrase.startswith("<link>"):
                self._at_addresses.append(tried)
            elif not beginnings:
                self._anywhere.append(tried)
        for phrases in self._beginning.values():
            phrases.extend(self._anywhere)
        every = self._anywhere or not self._beginning
        self._word = re.compile(WORD) if every else word_with(self._beginning)

    def read(self, spoken: Spoken) -> tuple[tuple[LanguageRule, Unmet], ...]:
        """Return each rule that the words run into, with its warning, in the rules' order."""
        return tuple(
            [
                (rule, self._warning(rule, hit.words if hit else "", spoken.mood))
                for rule, hit in self._found(spoken)
            ]
        )

    def first(self, spoken: Spoken) -> tuple[str, int]:
        """Return what the first rule to find something finds, and in which text; -1: none does."""
        for _, hit in self._found(spoken):
            if hit is not None:
                return hit.words, hit.text.number
        return "", -1

    def _found(self, spoken: Spoken) -> list[tuple[LanguageRule, _Hit | None]]:
        """Return each rule that the words run into, with the words; None where words lack."""
        own = Own(spoken.accounts)
        said = self._hits(spoken.said, own)
        noted = self._hits(spoken.notes, own) if self._any_notes else {}
        found = []
        for rule in self._rules:
            if _applies(rule, spoken):
                hits = noted if rule.notes else said
                hit = _first(rule, hits, own)
                if hit is not None or (rule.wanted and _lacks(rule, hits)):
                    found.append((rule, hit))
        return found

    def _hits(self, texts: Iterable[str], own: Own) -> dict[str, list[_Hit]]:
        """Return the phrases found, each with where it was found."""
        hits: dict[str, list[_Hit]] = {}
        beginning, anywhere, word_in = self._beginning, self._anywhere, self._word.finditer
        for number, text in enumerate(texts):
            read = Text(text, number, own)
            plain = read.plain
            for word in word_in(plain):
                phrases = beginning.get(word.group()[:KEY], anywhere)
                if not phrases:
                    continue
                start = word.start()
                for phrase, try_at in phrases:
                    match = try_at(plain, start)
                    if match is not None:
                        hits.setdefault(phrase, []).append(_Hit(match.group(), start, read))
            if self._at_addresses and ("://" in plain or "www." in plain):
                self._find_addresses(read, hits)
        return hits

    def _find_addresses(self, text: Text, hits: dict[str, list[_Hit]]) -> None:
        """Add the phrases that begin with an address; within one no other begins."""
        for address in re.finditer(ADDRESS, text.plain):
            start = address.start()
            if start and text.plain[start - 1].isalnum():
                continue
            for phrase, try_at in self._at_addresses:
                match = try_at(text.plain, start)
                if match is not None:
                    hits.setdefault(phrase, []).append(_Hit(match.group(), start, text))

    @staticmethod
    def _warning(rule: LanguageRule, found: str, mood: Mood | None) -> Unmet:
        strong = (
            rule.strong_from is not None
            and mood is not None
            and MOODS.index(mood) >= MOODS.index(rule.strong_from)
        )
        # A phrase such as 's fault begins with the mark that it is quoted with.
        quoted = f"'{found.strip(_QUOTE)}'"
        text = rule.text.replace("'{phrase}'", quoted).replace("{phrase}", found)
        return Unmet(rule.code, text, rule.cites, strong=strong)


def _applies(rule: LanguageRule, spoken: Spoken) -> bool:
    return (
        bool(spoken.notes if rule.notes else spoken.said)
        and (not rule.acts or spoken.trigger in rule.acts)
        and not (rule.until and rule.until <= spoken.facts)
        and (spoken.limited or not rule.where_limits)
    )


def _first(rule: LanguageRule, hits: dict[str, list[_Hit]], own: Own) -> _Hit | None:
    """Return the first words of a rule that should not be said. None: there are none."""
    if rule.wanted or not hits.keys().isdisjoint(rule.unless):
        return None
    for phrase in rule.phrases:
        for hit in hits.get(phrase, ()):
            if rule.nothing_taken_up and hit.text.takes_up:
                continue
            if rule.whole and not hit.text.is_no_more_than(hit.words):
                continue
            if not rule.own_words and hit.words in own:
                continue
            if not hit.text.denies(hit.start):
                return hit
    return None


def _lacks(rule: LanguageRule, hits: dict[str, list[_Hit]]) -> bool:
    """Return whether none of the phrases is there that should be."""
    return hits.keys().isdisjoint(rule.unless) and hits.keys().isdisjoint(rule.phrases)
