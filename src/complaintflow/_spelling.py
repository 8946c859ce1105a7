"""Words in messages: which one somebody may have meant, known ones in a list, given ones cut."""

from __future__ import annotations

from collections.abc import Iterable


def did_you_mean(word: object, known: Iterable[str]) -> str:
    """Return a hint at the nearest known word, `(did you mean 'x'?)`; empty where none is near."""
    near = nearest(word, known)
    return f" (did you mean '{near}'?)" if near else ""


def listed(words: Iterable[str], last: str = "and") -> str:
    """Return words as a list in a sentence."""
    *first, end = words
    return f"{', '.join(first)} {last} {end}" if first else end


def nearest(word: object, known: Iterable[str], *, alike: float = 0.6) -> str | None:
    """
    Return the known word that is nearest to one. None: none is near, or it is no text.

    Near is what is as much *alike* as that, from 0 to 1.
    """
    if not isinstance(word, str):
        return None
    from difflib import get_close_matches

    return next(iter(get_close_matches(word, list(known), n=1, cutoff=alike)), None)


def cut(value: object, most: int = 40) -> str:
    """Return how Python writes a value, in so many letters at most; an ellipsis says it goes on."""
    told = repr(value)
    return told if len(told) <= most else f"{told[: most - 3]}..."
