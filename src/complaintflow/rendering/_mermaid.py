"""A diagram as Mermaid, which code hosts and notes draw by themselves."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator

from complaintflow.rendering import _words as words
from complaintflow.rendering._lines import clean
from complaintflow.rendering._model import Diagram, Node, Passage

WIDEST = 300
"""How many pixels a line takes before Mermaid goes on below it."""

# Letters and digits of any script, and what means nothing to Mermaid or to Markdown in it.
_SPECIAL = re.compile(r"[^\w ,()']|_")

# A title is read as HTML is, but without entities: these are much the same and mean nothing.
_IN_TITLE = str.maketrans(
    {
        "<": "\N{SINGLE LEFT-POINTING ANGLE QUOTATION MARK}",
        ">": "\N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK}",
        "&": "+",
    }
)

_LONG_WORD = re.compile(r"(\S{40})(?=\S)")
_MAY_BREAK = "\N{ZERO WIDTH SPACE}"


def as_mermaid(diagram: Diagram) -> str:
    """
    Return a diagram as a Mermaid flowchart.

    It names no colours, so that it is as light or dark as the page that it stands on. Exits are
    drawn once, from gates that stand for all the states they are possible in.
    """
    ids = {node.name: f"state{place}" for place, node in enumerate(diagram.nodes, 1)}
    lines = [
        f"accTitle: {_escaped(words.label(diagram))}",
        "accDescr {",
        *(f"  {_described(line)}" for line in diagram.alternative.splitlines()),
        "}",
        *(_node(diagram, node, ids[node.name]) for node in diagram.nodes),
        *_road(diagram, ids),
        *_below(diagram, ids),
        "classDef road stroke-width:3px,text-align:left",
        "classDef off stroke-dasharray:5 4,text-align:left",
        "classDef note stroke-width:0px,text-align:left",
        "classDef here stroke-width:8px,text-align:left",
        *_classes(diagram, ids),
    ]
    title = json.dumps(words.heading(diagram).translate(_IN_TITLE), ensure_ascii=False)
    room = f"config:\n  flowchart:\n    wrappingWidth: {WIDEST}\n"
    front = f"---\ntitle: {title}\n{room}---\n"
    return front + "flowchart TB\n" + "".join(f"  {line}\n" for line in lines)


def _node(diagram: Diagram, node: Node, name: str) -> str:
    number = "" if node.state.step is None else f"{node.state.step} "
    turn = f" <i>{_escaped(words.turn(node))}</i>" if words.turn(node) else ""
    lines = [f"<b>{number}{_escaped(words.plain(node.name))}</b>{turn}"]
    lines += [f"<b>{_escaped(words.HERE)}</b>"] if node.is_here else []
    lines.append(_escaped(node.state.about))
    lines += [
        f"#43;#160;<b>{_escaped(fact)}</b>{_escaped(': ' + ', '.join(acts))}"
        for fact, acts in words.work(diagram, node)
    ]
    lines += [
        _escaped(words.aside(passage))
        for passage in diagram.leaving(node.name, "back", "returns", "undoes")
    ]
    return _box(name, lines)


def _road(diagram: Diagram, ids: dict[str, str]) -> Iterator[str]:
    arrows: dict[tuple[str, str], list[str]] = {}
    for passage in diagram.of("onward"):
        arrows.setdefault((passage.sources[0], passage.target or ""), []).extend(_passage(passage))
    for (source, target), lines in arrows.items():
        yield f'{ids[source]} ==>|"{"<br/>".join(lines)}"| {ids[target]}'


def _passage(passage: Passage) -> Iterator[str]:
    yield f"<b>{_escaped(words.act(passage))}</b>"
    for label, what in words.demands(passage):
        yield _escaped(f"{label} {', '.join(what)}")


def _below(diagram: Diagram, ids: dict[str, str]) -> Iterator[str]:
    """Yield what leads off the road, and the notes, in rows below it."""
    above = [ids[node.name] for node in diagram.road][-1:]
    off = diagram.at("aside", "exit")
    for place, node in enumerate(off, 1):
        lines: list[str] = []
        for passage in diagram.reaching(node.name, "aside", "exit"):
            source = f"from {words.states(diagram, passage.sources)}"
            lines += [_escaped(source), *_passage(passage)]
        if lines:
            yield _box(f"gate{place}", lines)
            yield f"gate{place} -.-> {ids[node.name]}"
            yield from (f"{each} ~~~ gate{place}" for each in above)
    below = [ids[node.name] for node in off] or above
    for place, (head, told) in enumerate(_notes(diagram)):
        yield _box(f"note{place + 1}", [f"<b>{_escaped(head)}</b>", *map(_escaped, told)])
        yield from (f"{each} ~~~ note{place + 1}" for each in below[place : place + 1])


def _notes(diagram: Diagram) -> Iterator[tuple[str, list[str]]]:
    if back := words.common(diagram):
        yield "Leads back", [f"{where}: {', '.join(lines)}" for where, lines in back]
    if clocks := words.clocks(diagram):
        yield "In time", list(clocks)
    if anytime := words.anytime(diagram):
        yield "Possible at any time", [f"{where}: {', '.join(acts)}" for where, acts in anytime]


def _classes(diagram: Diagram, ids: dict[str, str]) -> Iterator[str]:
    road = [ids[node.name] for node in diagram.road]
    off = [ids[node.name] for node in diagram.at("aside", "exit")]
    gates = [
        f"gate{place}"
        for place, node in enumerate(diagram.at("aside", "exit"), 1)
        if diagram.reaching(node.name, "aside", "exit")
    ]
    notes = [f"note{place}" for place, _ in enumerate(_notes(diagram), 1)]
    for name, members in (
        *(("road", road), ("off", [*off, *gates]), ("note", notes)),
        ("here", [ids[node.name] for node in diagram.nodes if node.is_here]),
    ):
        if members:
            yield f"class {','.join(members)} {name}"


def _box(name: str, lines: Iterable[str]) -> str:
    return f'{name}["{"<br/>".join(lines)}"]'


def _escaped(text: str) -> str:
    """Return a text in which nothing means anything to Mermaid: signs become their numbers."""
    breakable = _LONG_WORD.sub(rf"\1{_MAY_BREAK}", clean(text))
    return _SPECIAL.sub(lambda sign: f"#{ord(sign[0])};", breakable)


def _described(line: str) -> str:
    # Braces end the description, and entities are not read in it.
    return clean(line).translate({ord("{"): "(", ord("}"): ")"})
