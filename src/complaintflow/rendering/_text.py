"""A diagram as text for a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from complaintflow.rendering import _words as words
from complaintflow.rendering._lines import columns, wrapped
from complaintflow.rendering._model import Diagram, Node, Passage

MARGIN = 4
"""The columns before the road, which hold the numbers of the steps."""

NARROWEST = 40


def as_text(diagram: Diagram, *, width: int = 80) -> str:
    """
    Return a diagram as lines of text.

    It takes a font with the lines of boxes and arrows, and no colour.

    Args:
        diagram: the diagram.

        width: how many columns there are; at least 40.
    """
    room = max(width, NARROWEST)
    head = [
        *wrapped(words.heading(diagram), room),
        *wrapped(words.origin(diagram), room),
        *(line for each in words.departures(diagram) for line in wrapped(f"! {each}", room)),
    ]
    return "".join(f"{line}\n" for line in (*head, "", *drawn(diagram, room)))


def drawn(diagram: Diagram, room: int) -> Iterator[str]:
    """Yield the lines of a diagram, without what it is called."""
    yield from (line.rstrip() for line in _drawn(diagram, room))


def _drawn(diagram: Diagram, room: int) -> Iterator[str]:
    road = diagram.road
    for place, node in enumerate(road):
        following = road[place + 1].name if place + 1 < len(road) else None
        yield from _state(diagram, node, room, "┃ ")
        yield from _onward(diagram, node, following, room)
    for node in diagram.at("aside", "exit"):
        yield ""
        yield from _state(diagram, node, room, "┆ ")
        for passage in diagram.reaching(node.name, "aside", "exit"):
            source = f"from {words.states(diagram, passage.sources)}"
            yield from _passage(f"← {words.act(passage)}, {source}", passage, room, "┆ ")
    for head, rows in _notes(diagram):
        yield from ("", head)
        for where, told in rows:
            yield from _indented(f"{where}:", room, "  ") if where else ()
            for each in told:
                yield from _indented(each, room, "    " if where else "  ")


def _state(diagram: Diagram, node: Node, room: int, line: str) -> Iterator[str]:
    number = "" if node.state.step is None else str(node.state.step)
    inner = room - MARGIN - len(line)
    names = wrapped(words.plain(node.name), inner) or [""]
    turn = words.turn(node)
    gap = inner - columns(names[0]) - columns(turn)
    if turn and gap > 1:
        names[0] += " " * gap + turn
    yield from _margin(number, line, names)
    rest = wrapped(words.HERE, inner) if node.is_here else []
    rest += wrapped(node.state.about, inner)
    for fact, acts in words.work(diagram, node):
        rest += wrapped(f"+ {fact}: {', '.join(acts)}", inner, indent="    ")
    for passage in diagram.leaving(node.name, "back", "returns", "undoes"):
        rest += wrapped(words.aside(passage), inner, indent="    ")
    yield from _margin("", line, rest)


def _onward(diagram: Diagram, node: Node, following: str | None, room: int) -> Iterator[str]:
    passages = diagram.leaving(node.name, "onward")
    for passage in passages:
        far = "" if passage.target == following else f" → {words.plain(passage.target or '')}"
        yield from _margin("", "│ ", [""])
        yield from _passage(f"▼ {words.act(passage)}{far}", passage, room, "│ ")
    if following is not None:
        yield from _margin("", "│ " if passages else "  ", [""])


def _passage(told: str, passage: Passage, room: int, line: str) -> Iterator[str]:
    """Yield a passage, its mark on the line, and what it wants below it."""
    inner = room - MARGIN - len(line)
    mark, _, rest = told.partition(" ")
    first, *more = wrapped(rest, inner)
    yield from _margin("", f"{mark} ", [first])
    yield from _margin("", line, [f"  {each}" for each in more])
    for label, what in words.demands(passage):
        yield from _margin("", line, _indented(f"{label} {', '.join(what)}", inner, "    "))


def _margin(number: str, line: str, lines: Iterable[str]) -> Iterator[str]:
    for place, each in enumerate(lines):
        yield f"{number if not place else '':>{MARGIN - 1}} {line}{each}"


def _indented(text: str, room: int, indent: str) -> list[str]:
    return [indent + line for line in wrapped(text, room - len(indent), indent="  ")]


def _notes(diagram: Diagram) -> Iterator[tuple[str, Sequence[tuple[str, Sequence[str]]]]]:
    if back := words.common(diagram):
        yield "Leads back, from", back
    if clocks := words.clocks(diagram):
        yield "In time", [("", clocks)]
    if idle := words.idle(diagram):
        yield "Possible, and leads nowhere, in", [(w, [", ".join(acts)]) for w, acts in idle]
