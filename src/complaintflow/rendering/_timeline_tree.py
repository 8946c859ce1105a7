"""A page as a tree of elements: what is put in as text comes out as text."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element

Child = Element | str | None

# No character of HTML, or one that turns the direction of everything that follows it.
_STEERING = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)


def element(tag: str, *children: Child, **attributes: str | None) -> Element:
    """
    Return an element with its children, of which texts are put in as texts.

    Args:
        tag: what it is.

        children: elements and texts, in order. None is left out.

        attributes: by name; `class_` is the class. None is left out.
    """
    made = Element(tag)
    for name, value in attributes.items():
        if value is not None:
            made.set(name.removesuffix("_"), clean(value))
    last: Element | None = None
    for child in children:
        if isinstance(child, str):
            if last is None:
                made.text = (made.text or "") + clean(child)
            else:
                last.tail = (last.tail or "") + clean(child)
        elif child is not None:
            made.append(child)
            last = child
    return made


def clean(text: str) -> str:
    """Return a text without the characters that no page can have, or that would turn it round."""
    return _STEERING.sub("\ufffd", text)
