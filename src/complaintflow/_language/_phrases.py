"""
Phrases as patterns: however one is spaced, contracted or written out, and how a word begins it.

A word of a text is looked up by its beginning, so only the phrases that begin so are tried there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_PLAIN = str.maketrans(
    {
        **dict.fromkeys("\u2018\u2019\u201a\u201b\u02bc\u00b4`\u2032\uff07", "'"),
        **dict.fromkeys("\u201c\u201d\u201e\u201f\u00ab\u00bb\u2033\uff02", '"'),
        **dict.fromkeys("\u00a0\u2007\u202f", " "),
        **dict.fromkeys("\u00ad\u200b\u2060\ufeff", ""),
    }
)
"""Marks that are typed for an apostrophe, a quotation mark or a space, and those nobody sees."""
_EXPANDED = (
    (r"\bwon't\b", "will not"),
    (r"\bshan't\b", "shall not"),
    (r"\b(?:can't|cannot)\b", "can not"),
    (r"(\w)n't\b", r"\1 not"),
    (r"(\w)'re\b", r"\1 are"),
    (r"(\w)'ll\b", r"\1 will"),
    (r"(\w)'ve\b", r"\1 have"),
    (r"\bi'm\b", "i am"),
    (r"\b(it|that|there|here|what|where|who|he|she)'s\b", r"\1 is"),
)
"""Contractions, written out. The 's of a name is none: "Tom's fault"."""

_CONTRACTED = {"not": "n't", "are": "'re", "will": "'ll", "have": "'ve", "am": "'m", "is": "'s"}
_VERB_AND_NOT = {
    "can": r"can(?:'?t|not|\s+not)",
    "will": r"(?:won'?t|will\s+not)",
    "shall": r"(?:shan'?t|shall\s+not)",
}
_UNMARKED_WORDS = (
    "dont isnt arent wasnt werent doesnt didnt shouldnt wouldnt couldnt havent hasnt hadnt "
    "thats theres heres whats wheres whos hes youre theyre youll theyll itll thatll "
    "ive youve weve theyve im"
)
_UNMARKED = frozenset(_UNMARKED_WORDS.split())
"""What is typed for a contraction, and is no other word; "were" is not "we're"."""
_STANDS_FOR = {
    "...": r"(?:[^\w.!?]+\w+){0,8}?[^\w.!?]+",
    "<link>": r"(?:https?://|www\.)\S*[^\s.,;:!?()]",
}
"""What is no word in a phrase: a few words of the same sentence, and an address."""
ADDRESS = _STANDS_FOR["<link>"]

WORD = r"\w+|'"
KEY = 3
"""How many letters of a word it is looked up by."""


def normal(text: str) -> str:
    """Return a text in small letters, and with plain marks for all that are typed for them."""
    return text.translate(_PLAIN).casefold()


def _expand(phrase: str) -> str:
    plain = normal(phrase)
    for contraction, expanded in _EXPANDED:
        plain = re.sub(contraction, expanded, plain)
    return plain


def pattern_of(phrase: str) -> str:
    """Return the pattern of a phrase: however it is spaced, contracted or written out."""
    plain = _expand(phrase)
    pattern, before = "", ""
    for word in plain.split():
        stem = _STANDS_FOR.get(word) or _stem(word)
        if word == "not" and before in _VERB_AND_NOT:
            pattern = pattern.removesuffix(re.escape(before)) + _VERB_AND_NOT[before]
        elif word in _CONTRACTED and before:
            pattern += _after(before, word)
        else:
            pattern += (r"\s+" if pattern and "..." not in {word, before} else "") + stem
        before = word
    boundary = r"(?<!\w)" if plain[:1].isalnum() else ""
    return rf"{boundary}(?:{pattern})(?!\w)"


def _after(before: str, word: str) -> str:
    """Return the pattern of a word that can be contracted with the one before it."""
    contracted = _CONTRACTED[word]
    unmarked = contracted.replace("'", "")
    typed = contracted.replace("'", "'?") if before + unmarked in _UNMARKED else contracted
    return rf"(?:{typed}|\s+{word})"


def _stem(word: str) -> str:
    return re.escape(word.removesuffix("*")) + (r"\w*" if word.endswith("*") else "")


def beginnings_of(phrase: str) -> set[str]:
    """Return what a word can begin with where a phrase begins; nothing where it can be any."""
    plain = _expand(phrase)
    first = re.match(WORD, plain)
    if first is None:
        return set()
    word = first.group()
    if len(word) < KEY and plain[len(word) :].startswith("*"):
        return set()
    following = plain[len(word) :].split(None, 1)[:1]
    words = {word, *(word + _CONTRACTED.get(next_, "").replace("'", "") for next_ in following)}
    if following == ["not"]:
        words |= {f"{word}n", "won" if word == "will" else word}
    return {each[:KEY] for each in words}


def word_with(beginnings: Iterable[str]) -> re.Pattern[str]:
    """Return the pattern of how words begin, as far as it is one of some beginnings."""
    words = {each for each in beginnings if each != "'"}
    patterns = [rf"(?<!\w){_one_of(words)}"] if words else []
    return re.compile("|".join(patterns + ["'"] * ("'" in beginnings)))


def _one_of(beginnings: Iterable[str], letters: int = KEY) -> str:
    """Return the pattern of some beginnings letter by letter; a shorter one is a whole word."""
    by_letter: dict[str, list[str]] = {}
    for each in sorted(beginnings):
        by_letter.setdefault(each[:1], []).append(each[1:])
    ways = [
        re.escape(letter) + (_one_of(rests, letters - 1) if letters > 1 else "")
        if letter
        else r"(?!\w)"
        for letter, rests in by_letter.items()
    ]
    return f"(?:{'|'.join(ways)})"
