"""The words in evidence: whose they are, which of them carry a text, and how they are taken out."""

from __future__ import annotations

import re
import typing
from collections.abc import Sequence
from typing import Annotated, Any

from complaintflow._evidence._annotations import Voice, Voiced, base_of

ERASED = "[erased]"
"""What stands where personal data was, once it is erased."""

_TELLING = re.compile(r"[^\W\d_]{4,}")
_COMMON_WORDS = (
    "about after again also because been before being could dear didn does doing done from have "
    "having here into just like made make many more much only other over really same should "
    "some still such than that their them then there these they this those told very want "
    "wanted wants were what when where which while will with would your yours "
    "hello kind please regards thank thanks "
)
_COMMON = frozenset(_COMMON_WORDS.split())


def voice_of(hint: Any) -> Voice | None:
    """Return whose words a field of this annotation holds; None for a note or anything else."""
    if typing.get_origin(hint) is Annotated:
        for mark in typing.get_args(hint)[1:]:
            if isinstance(mark, Voiced):
                return mark.voice
    if isinstance(hint, type) and said_in(hint):
        return "agent"
    return next((v for v in map(voice_of, typing.get_args(hint)) if v), None)


def said_in(cls: type) -> tuple[str, ...]:
    """Return the fields of an evidence class that hold what the agent says; none for others."""
    known = getattr(cls, "__evidence__", {})
    return tuple([name for name, (hint, _) in known.items() if voice_of(hint) == "agent"])


def texts_of(value: object) -> list[str]:
    """Return the texts in the value of a field: itself, those of a sequence, those of evidence."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, tuple):
        return [text for each in value for text in texts_of(each)]
    return [text for name in said_in(type(value)) for text in texts_of(getattr(value, name))]


def telling_words(text: str) -> set[str]:
    """Return the words that carry a text, cut to their stems; all of them where it has none."""
    found = {word[:6] for word in _TELLING.findall(text.lower()) if word not in _COMMON}
    return found or set(re.findall(r"\w+", text.lower()))


def personal_of(cls: type, public: Sequence[str]) -> dict[str, type | None]:
    """
    Return the fields of an evidence class that hold words or names, each with what it holds.

    Every text does, unless it is named as *public*: an id, a code, a kind. None stands for texts,
    a class for evidence that has such fields itself.

    Raises:
        TypeError: a public field is none of its texts.
    """
    found: dict[str, type | None] = {}
    for name, (hint, _) in cls.__evidence__.items():  # type: ignore[attr-defined]
        base = base_of(hint)
        if base is str or getattr(base, "__personal__", None):
            found[name] = None if base is str else base
    for name in public:
        if found.get(name, str) is not None:
            message = f"{cls.__name__}: public names texts of it, and {name!r} is none"
            raise TypeError(message)
    return {name: base for name, base in found.items() if name not in public}


def take_out(data: dict[str, Any], cls: type, words: list[str]) -> None:
    """
    Move the words and names of evidence, which is plain data, to the end of a list.

    What stands in their places says where each of them has gone.
    """
    for name, inner in cls.__personal__.items():  # type: ignore[attr-defined]
        value = data.get(name)
        if value is not None:
            data[name] = _taken(value, inner, words)


def _taken(value: Any, inner: type | None, words: list[str]) -> Any:
    if isinstance(value, (list, tuple)):
        return [_taken(each, inner, words) for each in value]
    if inner is None:
        return taken(value, words)
    take_out(value, inner, words)
    return value


def taken(text: str, words: list[str]) -> dict[str, int]:
    """Move one text to the end of a list, and return what stands in its place."""
    words.append(text)
    return {"$": len(words) - 1}  # no field can be called so


def put_back(data: Any, words: Sequence[str] | None) -> Any:
    """Return plain data with its words and names in their places. None: they were erased."""
    if isinstance(data, dict):
        if "$" in data:
            return ERASED if words is None else words[data["$"]]
        return {name: put_back(value, words) for name, value in data.items()}
    return [put_back(each, words) for each in data] if isinstance(data, list) else data
