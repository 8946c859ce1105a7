"""Colours and type: one palette for what is drawn, and the sheet that turns it dark."""

from __future__ import annotations

from attrs import frozen

FONT = "Helvetica,Arial,sans-serif"
CLASS = "complaintflow-diagram"


@frozen
class Ink:
    """One colour, by what it is for."""

    name: str
    light: str
    dark: str


# Each is another one, in light: the sheet finds what was drawn in it by its colour.
PAPER = Ink("paper", "#fffffe", "#11161d")
TEXT = Ink("text", "#1c2733", "#e6edf3")
FAINT = Ink("faint", "#5b6775", "#9aa7b4")
ROAD = Ink("road", "#0b5cad", "#6db3ff")
ON_ROAD = Ink("on-road", "#fefeff", "#0b1017")
CARD = Ink("card", "#f3f7fc", "#18212c")
LINE = Ink("line", "#98a3b0", "#566270")
BEWARE = Ink("beware", "#9a3b12", "#ffa878")

INKS = (PAPER, TEXT, FAINT, ROAD, ON_ROAD, CARD, LINE, BEWARE)


def values(*, dark: bool) -> str:
    """Return the colours of one theme, as the properties that the sheet reads."""
    return "".join(f"--cf-{ink.name}:{ink.dark if dark else ink.light};" for ink in INKS)


def sheet() -> str:
    """Return the style sheet of a drawing: as it was drawn in the light, and for the dark."""
    drawn = "".join(
        f'.{CLASS} [{what}="{ink.light}"]{{{what}:var(--cf-{ink.name})}}\n'
        for ink in INKS
        for what in ("fill", "stroke")
    )
    return (
        f".{CLASS}{{{values(dark=False)}color-scheme:light dark}}\n"
        f"@media (prefers-color-scheme:dark){{.{CLASS}{{{values(dark=True)}}}}}\n{drawn}"
    )
