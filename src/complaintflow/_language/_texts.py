"""
One text as it is read: what in it is the agent's own, what is denied, and what is taken up.

What stands around a hit is looked at within bounds, or once for all hits.
"""

from __future__ import annotations

import re

from complaintflow._evidence._words import telling_words
from complaintflow._language._phrases import ADDRESS, normal

# Texts, which `re` compiles once, when the first is read.
_QUOTED = r"""(?x)
    "([^"]+)"
    | '(?<!\w')([^']*(?:(?<=\w)'(?=\w)[^']*)*)'(?!\w)  # what stands within words is an apostrophe
    """
_REPLY = r"(?m)^[^\S\n]*>.*$"
_CLAUSE = (
    r"[.,;:!?()\[\]\u2013\u2014\u2026]|--|\n\s*\n|\s[-/*\u2022]\s"
    r"|\b(?:but|because|since|so|and|as|therefore)\b"
)
_NEGATION = (
    r"\b(?:not|never|no|without|nor|cannot|avoid|instead of|rather than"
    r"|(?:ca|wo|do|is|are|was|were|does|did|should|would|could|have|has|had)nt)\b|n't\b"
)
_NO_NEGATION = r"\b(?:not only|not just|no doubt|no problem|no worries|why not)\b"
_WORDS_OF_A_NEGATION = 5
_REACH = 120
"""How many characters before a hit are looked at, at most; five words take far fewer."""

_AROUND = " .,;:!?\n\t\"'"


def _words_of(text: str) -> str:
    """Return the words of a text, each between single spaces."""
    return " " + " ".join(re.findall(r"[\w']+", text)) + " "


class Own:
    """The customer's own words, looked at only where something was found."""

    __slots__ = ("_accounts", "_known", "_telling", "_words")

    def __init__(self, accounts: tuple[str, ...]) -> None:
        self._accounts = accounts
        self._known: dict[str, bool] = {}
        self._telling: set[str] | None = None
        self._words: str | None = None

    def __contains__(self, text: str) -> bool:
        known = self._known.get(text)
        if known is None:
            if self._words is None:
                self._words = _words_of(normal("\n".join(self._accounts)))
            known = self._known[text] = _words_of(text) in self._words
        return known

    @property
    def telling(self) -> set[str]:
        """The words that carry what they told."""
        if self._telling is None:
            self._telling = set().union(*map(telling_words, self._accounts))
        return self._telling


class Text:
    """One text as it is read, and what it takes all of it to know, which is found out once."""

    __slots__ = ("_alone", "_own", "_takes_up", "number", "plain", "whole")

    def __init__(self, text: str, number: int, own: Own) -> None:
        self._own = own
        self._alone: str | None = None
        self._takes_up: bool | None = None
        self.number = number
        """Which text of the act it is."""
        self.whole = without_answered(normal(_parted(text)))
        """It without the mail it answers."""
        self.plain = _without_quotations(self.whole, own)
        """It without what it quotes of the customer, too."""

    def is_no_more_than(self, words: str) -> bool:
        """Return whether a text says nothing else."""
        if self._alone is None:
            self._alone = self.plain.strip(_AROUND)
        return len(self._alone) <= len(words) and self._alone == words.strip(_AROUND)

    @property
    def takes_up(self) -> bool:
        """Whether it uses, its addresses apart, a telling word of the customer's."""
        if self._takes_up is None:
            plain = re.sub(ADDRESS, " ", self.whole)
            said = telling_words(plain) | set(re.findall(r"\w+", plain))
            self._takes_up = not said.isdisjoint(self._own.telling)
        return self._takes_up

    def denies(self, start: int) -> bool:
        """Return whether the words before a place, in the same clause, say that it is not so."""
        before = self.plain[max(0, start - _REACH) : start]
        near = before.rsplit(None, _WORDS_OF_A_NEGATION)
        if len(near) > _WORDS_OF_A_NEGATION:
            before = before[len(near[0]) :]
        elif near and start > _REACH:  # a word that is cut is none
            before = before.lstrip()[len(near[0]) :]
        clause = " ".join(re.split(_CLAUSE, before)[-1].split())
        return re.search(_NEGATION, re.sub(_NO_NEGATION, " ", clause)) is not None


def _parted(text: str) -> str:
    """Return a text with its lines apart where the next one begins something new: a capital."""
    if "\n" not in text:
        return text
    return "\n".join(
        [f"\n{line}" if line.lstrip()[:1].isupper() else line for line in text.split("\n")]
    )


def without_answered(text: str) -> str:
    """Return a text without the mail it answers."""
    return re.sub(_REPLY, " ", text) if ">" in text else text


def _without_quotations(text: str, own: Own) -> str:
    """Return a text without what it quotes of the customer."""
    if '"' not in text and "'" not in text:
        return text
    return re.sub(
        _QUOTED, lambda quoted: " " if (quoted[1] or quoted[2]) in own else quoted.group(), text
    )
