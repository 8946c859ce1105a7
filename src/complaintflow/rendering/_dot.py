"""A diagram in the language of Graphviz, written without it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from html import escape

from complaintflow.rendering import _words as words
from complaintflow.rendering._lines import clean, wrapped
from complaintflow.rendering._model import Diagram, Node, Passage
from complaintflow.rendering._style import (
    BEWARE,
    CARD,
    FAINT,
    FONT,
    LINE,
    ON_ROAD,
    PAPER,
    ROAD,
    TEXT,
    Ink,
)

HEAD_WIDTH, TITLE_WIDTH, NAME_WIDTH = 50, 80, 28
CARD_WIDTH, LABEL_WIDTH, GATE_WIDTH, NOTES_WIDTH = 44, 40, 36, 54
"""How many characters go on a line, where it stands."""

NO_BREAK = "\N{NO-BREAK SPACE}"
"""What is not lost at the beginning of a text, as a space is."""

CARD_POINTS, BADGE_POINTS = 276, 28
"""How wide a card is at least, and the number of a step on it."""


def as_dot(diagram: Diagram) -> str:
    """Return a diagram in the DOT language; it takes Graphviz to draw it, and nothing to write."""
    ids = {node.name: f"state{place}" for place, node in enumerate(diagram.nodes, 1)}
    lines = [
        *_opening(diagram),
        *(_node(diagram, node, ids) for node in diagram.nodes),
        *_road(diagram, ids),
        *_below(diagram, ids),
    ]
    told = "".join(f"  {line}\n" for line in lines)
    return f"digraph {_quoted(clean(diagram.name))} {{\n{told}}}\n"


def _opening(diagram: Diagram) -> Iterator[str]:
    yield _statement(
        "graph",
        bgcolor=PAPER.light,
        fontname=FONT,
        labelloc="t",
        labeljust="l",
        nodesep="0.35",
        ranksep="0.3",
        pad="0.25",
        rankdir="TB",
        label=_Html(_title(diagram)),
    )
    yield _statement("node", shape="plain", fontname=FONT, fontsize="12", fontcolor=TEXT.light)
    yield _statement(
        "edge",
        fontname=FONT,
        fontsize="11",
        fontcolor=TEXT.light,
        color=ROAD.light,
        penwidth="2.2",
        arrowsize="0.9",
    )


def _title(diagram: Diagram) -> str:
    heads = wrapped(words.heading(diagram), HEAD_WIDTH)
    rows = [[_styled(line, TEXT, size=16, bold=True) for line in heads]]
    rows += [_lines(words.origin(diagram), FAINT, TITLE_WIDTH)] if words.origin(diagram) else []
    rows += [_lines(each, BEWARE, TITLE_WIDTH) for each in words.departures(diagram)]
    return _table(["<BR ALIGN='LEFT'/>".join(row) + "<BR ALIGN='LEFT'/>" for row in rows])


# -- states -------------------------------------------------------------------------------------


def _node(diagram: Diagram, node: Node, ids: dict[str, str]) -> str:
    on_road = node.place in {"road", "end"}
    cells = [
        _name(node),
        *([_here()] if node.is_here else []),
        _cell(_lines(node.state.about, TEXT if on_road else FAINT, CARD_WIDTH)),
        *(_cell(_work(fact, acts)) for fact, acts in words.work(diagram, node)),
        *(
            _cell(_lines(words.aside(passage), FAINT, CARD_WIDTH, indent="    "))
            for passage in diagram.leaving(node.name, "back", "returns", "undoes")
        ),
    ]
    badge = "" if node.state.step is None else _badge(str(node.state.step))
    gap = "<TD></TD>" if badge else ""
    width = f"WIDTH='{CARD_POINTS - (BADGE_POINTS if badge else 0)}'"
    rows = "".join(
        f"<TR>{gap if place else badge}<TD ALIGN='LEFT' BALIGN='LEFT' {width}>{cell}</TD></TR>"
        for place, cell in enumerate(cells)
    )
    line, fill = (ROAD, CARD) if on_road or node.is_here else (LINE, PAPER)
    border = "4" if node.is_here else "1"
    label = (
        f"<TABLE BORDER='{border}' COLOR='{line.light}' BGCOLOR='{fill.light}' STYLE='ROUNDED' "
        f"CELLBORDER='0' CELLSPACING='0' CELLPADDING='5'>{rows}</TABLE>"
    )
    here = " here" if node.is_here else ""
    return _statement(ids[node.name], label=_Html(label), **{"class": f"state {node.place}{here}"})


def _name(node: Node) -> str:
    ink = ROAD if node.place in {"road", "end"} else FAINT
    names = wrapped(words.plain(node.name), NAME_WIDTH) or [""]
    lines = [_styled(name, ink, size=14, bold=True) for name in names]
    if turn := words.turn(node):
        lines[-1] += _styled(NO_BREAK * 3 + turn, FAINT, size=10)
    return lines[0] if len(lines) == 1 else _cell(lines)


def _here() -> str:
    told = _styled(words.HERE, ON_ROAD, size=12, bold=True)
    return (
        "<TABLE BORDER='0' CELLBORDER='0' CELLSPACING='0' CELLPADDING='4'>"
        f"<TR><TD BGCOLOR='{ROAD.light}' STYLE='ROUNDED'>{told}</TD></TR></TABLE>"
    )


def _badge(step: str) -> str:
    told = _styled(step, ON_ROAD, size=12, bold=True)
    size = f"FIXEDSIZE='TRUE' WIDTH='{14 + 8 * len(step)}' HEIGHT='20'"
    return (
        f"<TD VALIGN='TOP' WIDTH='{BADGE_POINTS}' CELLPADDING='1'>"
        "<TABLE BORDER='0' CELLBORDER='0' CELLSPACING='3'>"
        f"<TR><TD BGCOLOR='{ROAD.light}' STYLE='ROUNDED' {size}>{told}</TD></TR></TABLE></TD>"
    )


def _work(fact: str, acts: Sequence[str]) -> list[str]:
    said = wrapped(f"{fact}: {', '.join(acts)}", CARD_WIDTH, indent="    ")
    head, first = f"{fact}:", said[0]
    if not first.startswith(head):
        return [_styled(line, TEXT) for line in said]
    return [
        f"{_styled(head, TEXT, bold=True)}{_styled(NO_BREAK + first[len(head) + 1 :], TEXT)}",
        *(_styled(line, TEXT) for line in said[1:]),
    ]


# -- arrows -------------------------------------------------------------------------------------


def _road(diagram: Diagram, ids: dict[str, str]) -> Iterator[str]:
    order = [node.name for node in diagram.road]
    arrows: dict[tuple[str, str], list[Passage]] = {}
    for passage in diagram.of("onward"):
        arrows.setdefault((passage.sources[0], passage.target or ""), []).append(passage)
    for (source, target), passages in arrows.items():
        is_next = order.index(target) - order.index(source) == 1
        yield _arrow(
            ids[source],
            ids[target],
            label=_Html(_table([_cell(_passage(passage)) for passage in passages], padding=5)),
            weight="20" if is_next else "1",
            **{"class": "onward"},
        )


def _passage(passage: Passage, ink: Ink = TEXT) -> list[str]:
    lines = [_styled(line, ink, bold=True) for line in wrapped(words.act(passage), LABEL_WIDTH)]
    for label, what in words.demands(passage):
        shade = FAINT if label == "should" else ink
        lines += _lines(f"{label} {', '.join(what)}", shade, LABEL_WIDTH, indent="    ", size=10)
    return lines


def _below(diagram: Diagram, ids: dict[str, str]) -> Iterator[str]:
    """
    Yield what stands below the road, each beneath the other: what leads off it, and the notes.

    A gate stands for all states from which one that is off the road can be reached, so that no
    arrow crosses the picture.
    """
    above = [ids[node.name] for node in diagram.road][-1:]
    for place, node in enumerate(diagram.at("aside", "exit"), 1):
        passages = diagram.reaching(node.name, "aside", "exit")
        gate, target = f"gate{place}", ids[node.name]
        if passages:
            yield _statement(gate, label=_Html(_gate(diagram, passages)), **{"class": "gate"})
            yield f"{{rank=same {target} {gate}}}"
            yield _arrow(target, gate, **OFF_ROAD)
        yield from (_arrow(each, target, style="invis", weight="20") for each in above)
        above = [target]
    for place, (head, rows) in enumerate(_notes(diagram), 1):
        cells = [_cell([_styled(head, FAINT, size=12, bold=True)])]
        cells += [_cell(_noted(where, lines)) for where, lines in rows]
        yield _statement(
            f"note{place}", label=_Html(_table(cells, width=CARD_POINTS)), **{"class": "note"}
        )
        yield from (_arrow(each, f"note{place}", style="invis", weight="20") for each in above)
        above = [f"note{place}"]


OFF_ROAD = {
    "color": LINE.light,
    "style": "dashed",
    "penwidth": "1.2",
    "dir": "back",
    "class": "off",
}


def _gate(diagram: Diagram, passages: Iterable[Passage]) -> str:
    """Return what leads off the road: from where, and by what."""
    return _table(
        _cell(
            [
                *_lines(
                    f"from {words.states(diagram, passage.sources)}", FAINT, GATE_WIDTH, size=10
                ),
                *_passage(passage, FAINT),
            ]
        )
        for passage in passages
    )


def _notes(diagram: Diagram) -> Iterator[tuple[str, list[tuple[str, Sequence[str]]]]]:
    if back := words.common(diagram):
        yield "Leads back", list(back)
    if clocks := words.clocks(diagram):
        yield "In time", [("", [each]) for each in clocks]
    if anytime := words.anytime(diagram):
        yield "Possible at any time", [(where, [", ".join(acts)]) for where, acts in anytime]


def _noted(where: str, lines: Sequence[str]) -> list[str]:
    told = _lines(f"{where}:", FAINT, NOTES_WIDTH, size=10) if where else []
    indent = "    " if where else ""
    for line in lines:
        told += [
            _styled(indent + each, FAINT, size=10)
            for each in wrapped(line, NOTES_WIDTH - len(indent), indent="    ")
        ]
    return told


# -- writing ------------------------------------------------------------------------------------


class _Html(str):
    """A label in the markup of Graphviz."""

    __slots__ = ()


def _statement(subject: str, **attributes: str) -> str:
    return f"{subject} [{_attributes(attributes)}]"


def _arrow(source: str, target: str, **attributes: str) -> str:
    return f"{source} -> {target} [{_attributes(attributes)}]"


def _attributes(attributes: dict[str, str]) -> str:
    return ", ".join(
        f"{name}=<{value}>" if isinstance(value, _Html) else f"{name}={_quoted(value)}"
        for name, value in attributes.items()
    )


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _table(cells: Iterable[str], *, width: int = 0, padding: int = 3) -> str:
    wide = f" WIDTH='{width}'" if width else ""
    rows = "".join(f"<TR><TD ALIGN='LEFT' BALIGN='LEFT'{wide}>{cell}</TD></TR>" for cell in cells)
    spaces = f"BORDER='0' CELLBORDER='0' CELLSPACING='0' CELLPADDING='{padding}'"
    return f"<TABLE {spaces}>{rows}</TABLE>"


def _cell(lines: Iterable[str]) -> str:
    return "".join(f"{line}<BR ALIGN='LEFT'/>" for line in lines)


def _lines(text: str, ink: Ink, width: int, *, indent: str = "", size: int = 11) -> list[str]:
    return [_styled(line, ink, size=size) for line in wrapped(text, width, indent=indent)]


def _styled(text: str, ink: Ink, *, size: int = 11, bold: bool = False) -> str:
    # Graphviz does not take an element with nothing in it.
    told = escape(text).replace("    ", NO_BREAK * 4) or NO_BREAK
    told = f"<B>{told}</B>" if bold else told
    return f"<FONT COLOR='{ink.light}' POINT-SIZE='{size}'>{told}</FONT>"
