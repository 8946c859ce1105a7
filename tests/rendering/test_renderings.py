"""
What is made of a diagram: text, Mermaid and DOT by ourselves, SVG and PNG by Graphviz.
"""

import itertools
import json
import os
import re
import shutil
import sys
from xml.etree import ElementTree as ET

import pytest
from attrs import evolve
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from complaintflow import (
    ComplaintflowError,
    Departure,
    Desk,
    Edge,
    EvidenceError,
    Fact,
    Method,
    Outcome,
    Rule,
    State,
    TimeLimit,
    UnknownMethod,
    Within,
)
from complaintflow.acts import Close, Listen, Thank, Withdraw
from complaintflow.adapters.sqlite import SqliteStore
from complaintflow.cli import app
from complaintflow.cli._methods import every_method
from complaintflow.errors import CannotDraw
from complaintflow.methods import five_steps, personal_ownership, six_steps
from complaintflow.rendering import _words as words
from complaintflow.rendering import (
    as_dot,
    as_mermaid,
    as_png,
    as_svg,
    as_text,
    diagram_of,
)
from complaintflow.rendering._lines import columns, wrapped
from complaintflow.rendering._style import INKS
from complaintflow.testing import methods as made_up

ALL = [pytest.param(method, id=method.name) for method in every_method()]
NASTY = "<script>alert('x')</script> & \"quotes\" | {brace} [x] `tick` *b* _i_ # ; \\ -- %% end"
SVG = "{http://www.w3.org/2000/svg}"
UNSHRUNK = [Phase.explicit, Phase.reuse, Phase.generate]


def a_road(*names, about="something is to be done", title="A road"):
    """
    Return a method that goes through states in a row, thanking, and can be left at any time.
    """
    working = [State(name, about, place) for place, name in enumerate(names, 1)]
    return Method(
        name="road",
        version="1",
        title=title,
        initial=names[0],
        states=[
            *working,
            State("over", "it is over", final=True),
            State("left", about, final=True),
        ],
        facts=[Fact("heard", "{customer} is not heard")],
        rules=[
            Rule(Listen, outcomes=[Outcome("finished", establishes="heard")]),
            Rule(Thank, ["heard"]),
            Rule(Close, ["heard"], in_way=False),
            Rule(Withdraw, in_way=False),
        ],
        edges=[
            *(Edge(source, Thank, target) for source, target in itertools.pairwise(names)),
            Edge(names[-1], Thank),
            Edge(names, Listen),
            Edge(names[-1], Close, "over"),
            Edge(names, Withdraw, "left"),
        ],
    )


ODD = [
    pytest.param(a_road("alone"), id="one state"),
    pytest.param(a_road(*(f"state_{n}" for n in range(30))), id="thirty states"),
    pytest.param(a_road("empfangen_ä", "受付済み", "готово", "مغلق"), id="any script"),
    pytest.param(a_road(NASTY, "b" * 300, about=NASTY, title=NASTY), id="hostile"),
    pytest.param(a_road("a", "a b", "a_b", "-", "\x1b[31m\x00"), id="steering"),
]


@pytest.fixture
def dot():
    """
    Skip where Graphviz is not installed: what it is given is tested without it.
    """
    if shutil.which("dot") is None:
        pytest.skip("the program 'dot' is missing; install Graphviz to have drawings tested, too")


def squeezed(text):
    """
    Return a text without what wraps and frames it.
    """
    return re.sub(r"[\s┃│┆▼←]+", "", text)


# -- text ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", [*ALL, *ODD])
def test_the_text_tells_every_state_and_every_passage(method):
    """
    Whoever has nothing but a terminal misses nothing.
    """
    diagram = diagram_of(method)
    text = squeezed(as_text(diagram))
    for node in diagram.nodes:
        assert squeezed(words.plain(node.name)) in text
    for passage in diagram.passages:
        said = words.plain(passage.act) if passage.role == "stays" else words.act(passage)
        assert squeezed(said) in text


@pytest.mark.parametrize("method", [*ALL, *ODD])
@pytest.mark.parametrize("width", [40, 80, 120])
def test_no_line_of_the_text_is_wider_than_there_is_room(method, width):
    """
    A line that is broken by the terminal breaks the picture.
    """
    assert max(map(columns, as_text(diagram_of(method), width=width).splitlines())) <= width


def test_the_text_cannot_be_narrower_than_it_is_legible():
    """
    A terminal of ten columns is none.
    """
    diagram = diagram_of(six_steps())

    assert as_text(diagram, width=10) == as_text(diagram, width=40)


def test_departures_from_the_charter_are_told_first(last):
    """
    Every rendering of a method that departs from the charter shows that.
    """
    diagram = diagram_of(last)
    told = "departs from I2 of the charter"

    assert told in as_text(diagram).partition("┃")[0]
    assert told in diagram.alternative
    assert told in as_dot(diagram)
    assert told in as_mermaid(diagram)


@pytest.fixture
def last():
    """
    Return a method that departs from the charter.
    """
    return next(method for method in every_method() if method.departs)


def test_a_time_limit_is_told_with_what_starts_and_ends_it():
    """
    In every rendering.
    """
    limit = TimeLimit(
        "soon", "too late", Within(2, "days"), ["open", "listen"], ["learn"], recurs=True
    )
    diagram = diagram_of(evolve(six_steps(), limits=[limit]))
    told = "soon: within 2 days of the opening or listen, until learn, again and again"

    assert told == words.clocks(diagram)[0]
    assert squeezed(told) in squeezed(as_text(diagram))


# -- words --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("names", "told"),
    [
        (["a", "b", "c", "d", "over", "left"], "any state"),
        (["a", "b", "c", "d"], "any open state"),
        (["b", "c", "d"], "any open state but a"),
        (["b", "d"], "b or d"),
        (["over", "left"], "any final state"),
        (["a", "over", "left"], "a or any final state"),
        (["a", "c", "d", "over", "left"], "any state but b"),
    ],
)
def test_a_set_of_states_is_told_in_few_words(names, told):
    """
    Eight names in a row are not read.
    """
    assert told == words.states(diagram_of(a_road("a", "b", "c", "d")), names)


def test_states_that_wait_for_the_customer_are_told_as_such():
    """
    That is where a case may lapse.
    """
    [lapse] = [passage for passage in diagram_of(six_steps()).of("exit") if passage.act == "lapse"]

    assert "any state that waits for the customer" == words.states(
        diagram_of(six_steps()), lapse.sources
    )


@pytest.mark.parametrize("method", [*ALL, *ODD])
def test_the_alternative_tells_every_state_and_every_passage(method):
    """
    Whoever cannot see a picture misses nothing of it.
    """
    diagram = diagram_of(method)
    told = diagram.alternative
    for node in diagram.nodes:
        assert words.plain(node.name) in told
    for passage in diagram.passages:
        assert (words.plain(passage.act) if passage.role == "stays" else words.act(passage)) in told


@given(st.text(), st.integers(2, 60))
def test_wrapped_lines_fit_and_lose_nothing(text, width):
    """
    Also where a word is wider than the line, in any script.
    """
    lines = wrapped(text, width)

    assert all(columns(line) <= width for line in lines)
    assert squeezed("".join(lines)) == squeezed("".join(wrapped(text, 10_000)))


# -- where a case stands ------------------------------------------------------------------------

MARK = "● the case stands here"


@pytest.fixture
def heard():
    """
    Return a case that has been heard.
    """
    desk = Desk(six_steps())
    desk.open("t-1", customer="Ana", complaint="It broke", by="sam")
    return desk.record("t-1", Listen(account="Late"), by="sam")


def test_the_text_marks_where_a_case_stands(heard):
    """
    Below the name of its state, and nowhere else.
    """
    lines = as_text(diagram_of(six_steps(), at=heard)).splitlines()
    (place,) = (number for number, line in enumerate(lines) if MARK in line)

    assert lines[place - 1].split() == ["2", "┃", "heard"]
    assert MARK not in as_text(diagram_of(six_steps()))


@pytest.mark.untraced
@pytest.mark.parametrize("method", ALL)
def test_every_state_can_be_marked_and_nothing_else_changes(method):
    """
    On the road, beside it and at an end; a mark adds a line, and moves nothing.
    """
    plain = as_text(diagram_of(method)).splitlines()
    for state in method.states:
        diagram = diagram_of(method, at=state.name)
        marked = as_text(diagram).splitlines()

        assert [state.name] == [node.name for node in diagram.nodes if node.is_here]
        assert [line for line in marked if MARK not in line] == plain
        assert len(marked) == len(plain) + 1
        assert f"The case stands in {state.name.replace('_', ' ')}." in diagram.alternative
        told = as_mermaid(diagram)
        place = [each.name for each in method.states].index(state.name) + 1
        assert f"class state{place} here\n" in told
        assert 1 == told.count("the case stands here")
        for line in told.partition("flowchart TB\n")[2].splitlines():
            assert LINES.fullmatch(line.removeprefix("  ")), line


@pytest.mark.parametrize("method", ALL)
def test_a_picture_marks_where_a_case_stands(dot, method):
    """
    In an ink that turns dark with the page, with a label for a reader of screens, over nothing.
    """
    state = method.states[-1].name
    svg = as_svg(diagram_of(method, at=state))
    picture = ET.fromstring(svg)

    assert "; the case stands in" in picture.get("aria-label")
    assert [MARK] == [e.text for e in picture.iter(f"{SVG}text") if "stands here" in e.text]
    assert [] == overlapping(cards(picture))
    assert [] == overlapping(texts(picture))
    assert {ink.light for ink in INKS} >= set(re.findall(r'(?:fill|stroke)="(#\w+)"', svg))


def test_a_place_that_is_none_of_the_method_is_told(heard):
    """
    A state that it has not, and a case under another method.
    """
    with pytest.raises(EvidenceError) as caught:
        diagram_of(six_steps(), at="herd")
    assert "six_steps has no state 'herd' (did you mean 'heard'?); it has: received" in str(
        caught.value
    )
    with pytest.raises(EvidenceError):
        diagram_of(six_steps(), at=7)
    with pytest.raises(UnknownMethod):
        diagram_of(five_steps(), at=heard)


def test_show_marks_the_case_of_a_store(tmp_path):
    """
    With what is wrong told where there is none, or its place cannot be shown.
    """
    path = tmp_path / "cases.sqlite3"
    with SqliteStore(path) as kept:
        desk = Desk(six_steps(), store=kept)
        desk.open("t-1", customer="Ana", complaint="It broke", by="sam")
        case = desk.record("t-1", Listen(account="Late"), by="sam")
    where = ("--store", str(path), "--case", "t-1")

    def told(*arguments):
        done = CliRunner().invoke(app, ["show", *arguments])
        return " ".join(done.output.split()), done.exit_code

    assert MARK in told("six_steps", *where)[0]
    mermaid = CliRunner().invoke(app, ["show", "six_steps", *where, "--format", "mermaid"]).output
    assert mermaid == as_mermaid(diagram_of(six_steps(), at=case))
    for arguments, said in (
        (("five_steps", *where), f"case 't-1' is under {case.pin}, and not five_steps/1/"),
        (("six_steps", *where[:3], "t-2"), "there is no case 't-2'"),
        (("six_steps", *where[:2]), "by --case ID and --store STORE; give both"),
        (("six_steps", *where[2:]), "by --case ID and --store STORE; give both"),
        (("six_steps", *where, "--format", "json"), "json holds a method, and no case; leave out"),
        (("six_steps", *where, "-o", str(tmp_path / "x.toml")), "toml holds a method, and no case"),
    ):
        answer, code = told(*arguments)
        assert (code, said in answer) == (2, True), answer


# -- Mermaid ------------------------------------------------------------------------------------

LABEL = r'"(?:[^"\n])*"'
LINES = re.compile(
    rf"""  (?:
    accTitle:\ [^\n{{}}]* | accDescr\ {{ | [ ]{{2}}[^{{}}\n]* | }}
    | (?:state|gate|note)\d+\[{LABEL}\]
    | state\d+\ ==>\|{LABEL}\|\ state\d+
    | gate\d+\ -\.->\ state\d+
    | (?:state|note)\d+\ ~~~\ (?:gate|note)\d+
    | classDef\ \w+\ [\w:,\ -]+ | class\ [\w,]+\ \w+
    )""",
    re.VERBOSE,
)


@pytest.mark.parametrize("method", [*ALL, *ODD])
def test_mermaid_is_made_of_these_statements_alone(method):
    """
    The shape that Mermaid's own parser was seen to take; nothing that a method says adds to it.
    """
    front, title, *rest = as_mermaid(diagram_of(method)).splitlines()

    assert ("---", "title: ") == (front, title[:7])
    assert not set(json.loads(title[7:])) & set("<>&")
    assert ["config:", "  flowchart:", "    wrappingWidth: 300", "---", "flowchart TB"] == rest[:5]
    for line in rest[5:]:
        assert LINES.fullmatch(line.removeprefix("  ")), line


@pytest.mark.parametrize("method", [*ALL, *ODD])
def test_nothing_that_a_method_says_means_anything_to_mermaid(method):
    """
    In a label there are our own marks, and signs that are letters or numbers.
    """
    for label in re.findall(LABEL, as_mermaid(diagram_of(method)).partition("flowchart TB")[2]):
        said = re.sub(r"</?[bi]>|<br/>|#\d+;", "", label[1:-1])

        assert re.fullmatch(r"[\w ,()']*", said)
        assert "_" not in said


@settings(max_examples=20, phases=UNSHRUNK)
@given(made_up())
def test_mermaid_has_an_arrow_for_every_passage_that_is_drawn(method):
    """
    None is lost between the diagram and the picture.
    """
    diagram = diagram_of(method)
    told = as_mermaid(diagram)

    assert len({(s.sources, s.target) for s in diagram.of("onward")}) == told.count("==>")
    assert len({s.target for s in diagram.of("aside", "exit")}) == told.count("-.->")


def test_mermaid_names_no_colours():
    """
    So that it is as light or dark as the page.
    """
    assert not re.search(r"(fill|stroke|color):#?[a-f]", as_mermaid(diagram_of(six_steps())))


# -- DOT ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", [*ALL, *ODD])
def test_labels_in_dot_are_well_formed(method):
    """
    Graphviz reads them as a tree of elements, and refuses anything else.
    """
    labels = re.findall(r"label=<(.*)>[,\]]", as_dot(diagram_of(method)))

    assert labels
    for label in labels:
        for part in re.split(r">, (?=\w+=)", label)[:1]:
            ET.fromstring(part)


@settings(max_examples=20, phases=UNSHRUNK)
@given(made_up())
def test_dot_has_an_arrow_for_every_passage_that_is_drawn(method):
    """
    None is lost between the diagram and the picture.
    """
    diagram = diagram_of(method)
    arrows = [line for line in as_dot(diagram).splitlines() if " -> " in line]
    seen = [line for line in arrows if "invis" not in line]

    assert len({(s.sources, s.target) for s in diagram.of("onward")}) == sum(
        'class="onward"' in line for line in seen
    )
    assert len({s.target for s in diagram.of("aside", "exit")}) == sum(
        'class="off"' in line for line in seen
    )


def test_the_inks_can_be_told_apart():
    """
    The style sheet finds what was drawn in an ink by its colour, in the light.
    """
    assert len({ink.light for ink in INKS}) == len(INKS)


def luminance(colour):
    """
    Return how bright a colour is, as the guidelines for accessible content reckon it.
    """
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(
    ("ink", "ground"),
    [
        ("text", "paper"),
        ("text", "card"),
        ("faint", "paper"),
        ("faint", "card"),
        ("road", "card"),
        ("on-road", "road"),
        ("beware", "paper"),
    ],
)
def test_every_text_stands_out_from_its_ground(theme, ink, ground):
    """
    4.5 to 1, in the light and in the dark.
    """
    colours = {each.name: getattr(each, theme) for each in INKS}
    bright, dim = sorted((luminance(colours[ink]), luminance(colours[ground])), reverse=True)

    assert (bright + 0.05) / (dim + 0.05) >= 4.5


# -- drawn by Graphviz --------------------------------------------------------------------------


@pytest.mark.parametrize("method", [*ALL, *ODD])
def test_svg_can_be_read_by_everybody(dot, method):
    """
    In light and dark, and without seeing it; and it asks nobody for anything.
    """
    diagram = diagram_of(method)
    svg = as_svg(diagram)
    picture = ET.fromstring(svg)
    first, second, style = list(picture)[:3]

    assert ("img", words.label(diagram)) == (picture.get("role"), picture.get("aria-label"))
    assert (words.label(diagram), diagram.alternative) == (first.text, second.text)
    assert "prefers-color-scheme:dark" in style.text
    assert not re.search(r"(href|src|url\(|@import|<script)", svg)
    assert len([each for each in picture.iter() if each.tag == f"{SVG}title"]) == 1


@pytest.mark.parametrize("method", ALL)
def test_everything_in_an_svg_is_drawn_in_an_ink(dot, method):
    """
    What is not would stay dark in the dark.
    """
    drawn = set()
    for element in ET.fromstring(as_svg(diagram_of(method))).iter():
        drawn |= {element.get("fill"), element.get("stroke")}

    assert drawn - {None, "none", "transparent"} <= {ink.light for ink in INKS}


@pytest.mark.parametrize("method", [*ALL, *ODD])
def test_png_is_a_picture(dot, method):
    """
    For where nothing else can be shown.
    """
    assert as_png(diagram_of(method)).startswith(b"\x89PNG\r\n\x1a\n")


def texts(element):
    """
    Return where each text below an element stands, as left, top, right, bottom; it takes at least
    so much room, as the narrowest of the usual fonts has it.
    """
    found = []
    for each in element.iter(f"{SVG}text"):
        x, y, size = (float(each.get(name)) for name in ("x", "y", "font-size"))
        wide = 0.42 * size * columns(each.text.strip("\N{NO-BREAK SPACE} "))
        indent = len(each.text) - len(each.text.lstrip("\N{NO-BREAK SPACE}"))
        left = x + 0.25 * size * indent
        found.append((left, y - 0.6 * size, left + wide, y))
    return found


def cards(element):
    """
    Return where each state that is drawn below an element is, as left, top, right, bottom.
    """
    found = []
    for group in element.iter(f"{SVG}g"):
        if group.get("class", "").startswith("node state"):
            places = [
                [
                    float(each)
                    for each in re.findall(r"-?[\d.]+", path.get("d") or path.get("points"))
                ]
                for path in group
                if path.tag in {f"{SVG}path", f"{SVG}polygon"}
            ]
            xs = [x for each in places for x in each[0::2]]
            ys = [y for each in places for y in each[1::2]]
            found.append((min(xs), min(ys), max(xs), max(ys)))
    return found


def overlapping(boxes):
    """
    Return the pairs of boxes that overlap.
    """
    return [
        (a, b)
        for a, b in itertools.combinations(boxes, 2)
        if not (a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1])
    ]


@pytest.mark.parametrize("method", [*ALL, *ODD])
def test_nothing_overlaps(dot, method):
    """
    Neither two states, nor two texts, nor a state and what stands on an arrow.
    """
    picture = ET.fromstring(as_svg(diagram_of(method)))
    on_arrows = [
        text
        for group in picture.iter(f"{SVG}g")
        if group.get("class", "").startswith("edge")
        for text in texts(group)
    ]

    assert len(method.states) == len(cards(picture))
    assert [] == overlapping([*cards(picture), *on_arrows])
    assert [] == overlapping(texts(picture))


def test_what_overlaps_would_be_found(dot):
    """
    A check that finds nothing has to be seen to find something.
    """
    picture = ET.fromstring(as_svg(diagram_of(five_steps())))
    one, other, *_ = picture.iter(f"{SVG}text")
    other.set("y", one.get("y"))

    assert len(overlapping(texts(picture))) == 1
    assert [((0, 0, 2, 2), (1, 1, 3, 3))] == overlapping([(0, 0, 2, 2), (2, 0, 3, 1), (1, 1, 3, 3)])


DRAWN = """<?xml version="1.0"?>
<svg xmlns="http://www.w3.org/2000/svg" width="9pt" height="9pt">
<g id="graph0"><title>a</title><g id="node1" class="node"><title>state1</title>
<text fill="#1c2733">heard</text></g></g></svg>
"""


def test_what_graphviz_drew_is_made_readable_for_everybody(monkeypatch, tmp_path):
    """
    Looked at with a program that draws always the same, so that it is looked at everywhere.
    """
    program = tmp_path / "dot"
    program.write_text(f"#!/bin/sh\ncat > /dev/null\ncat <<'END'\n{DRAWN}END\n", encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    diagram = diagram_of(five_steps())
    picture = ET.fromstring(as_svg(diagram))

    assert ["title", "desc", "style", "g"] == [each.tag.removeprefix(SVG) for each in picture]
    assert diagram.alternative == picture[1].text
    assert "complaintflow-diagram" == picture.get("class")
    assert not [each for each in picture.iter() if each.get("id")]
    assert ["heard"] == [each.text for each in picture.iter(f"{SVG}text")]


# -- what is missing ----------------------------------------------------------------------------


def test_without_the_program_the_error_says_what_to_install(monkeypatch, tmp_path):
    """
    The extra is no drawing program, and many have the one without the other.
    """
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(CannotDraw) as error:
        as_svg(diagram_of(five_steps()))

    told = str(error.value)
    assert "cannot draw SVG: the program 'dot' is not on the search path" in told
    assert "install Graphviz" in told
    assert "or take Mermaid, DOT or text" in told


def test_without_the_extra_the_error_says_which(monkeypatch):
    """
    Text, Mermaid and DOT do not miss it.
    """
    monkeypatch.setitem(sys.modules, "graphviz", None)
    diagram = diagram_of(five_steps())

    with pytest.raises(CannotDraw, match=r"install complaintflow\[diagrams\]"):
        as_png(diagram)
    assert as_text(diagram)
    assert as_mermaid(diagram)
    assert as_dot(diagram)


def test_a_program_that_fails_is_told_with_what_it_says(monkeypatch, tmp_path, capfd):
    """
    A bare exit code helps nobody; and once is enough.
    """
    program = tmp_path / "dot"
    program.write_text("#!/bin/sh\necho no fonts >&2\nexit 3\n", encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")

    with pytest.raises(CannotDraw, match="the program 'dot' failed: no fonts"):
        as_svg(diagram_of(five_steps()))
    assert ("", "") == capfd.readouterr()


# -- at the terminal ----------------------------------------------------------------------------


def run(*arguments):
    """
    Return what a command answers.
    """
    return CliRunner().invoke(app, [str(each) for each in arguments])


def test_show_begins_with_the_road():
    """
    People would rather look than read.
    """
    told = run("show", "six_steps").stdout

    assert told.index("▼ listen (finished)") < told.index("States, in the order of the road")


@pytest.mark.parametrize(
    ("form", "render"), [("mermaid", as_mermaid), ("dot", as_dot)], ids=["mermaid", "dot"]
)
def test_show_gives_what_a_program_gets(form, render):
    """
    One rendering, two doors.
    """
    assert render(diagram_of(six_steps())) == run("show", "six_steps", "--format", form).stdout


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("six.mmd", b"---\ntitle:"),
        ("six.mermaid", b"---\ntitle:"),
        ("six.gv", b"digraph "),
        ("six.DOT", b"digraph "),
        ("six.json", b"{\n"),
        ("six.txt", b"The six steps"),
        ("six", b"The six steps"),
    ],
)
def test_the_name_of_a_file_says_the_format(tmp_path, name, first):
    """
    Nobody wants to say it twice.
    """
    path = tmp_path / name
    answer = run("show", "six_steps", "-o", path)

    assert (answer.exit_code, answer.stdout) == (0, "")
    assert path.read_bytes().startswith(first)


def test_a_format_that_there_is_not_is_answered_with_those_there_are():
    """
    In a sentence of ours.
    """
    answer = run("show", "last", "--format", "xml")

    assert answer.exit_code == 2
    assert "there is no format 'xml'; there are: text, json, toml, mermaid, dot, svg, png" in (
        answer.stderr
    )
    assert "(did you mean 'mermaid'?)" in run("show", "last", "--format", "mermade").stderr


@pytest.mark.parametrize("name", ["six.pdf", "six.", "six.svgz"])
def test_an_ending_that_nothing_is_written_as_is_told(tmp_path, name):
    """
    Nobody can open a picture that is plain text; `--format` says that it is meant.
    """
    path = tmp_path / name
    answer = run("show", "six_steps", "-o", path)

    assert (answer.exit_code, path.exists()) == (2, False)
    assert ".txt, .json, .toml, .mmd, .dot, .svg, .png, or say --format" in answer.stderr
    assert run("show", "six_steps", "-o", path, "--format", "text").exit_code == 0


def test_a_format_that_is_asked_for_wins(tmp_path):
    """
    Over what the name of the file ends in.
    """
    path = tmp_path / "six.txt"
    run("show", "last", "--format", "toml", "--output", path)

    assert path.read_text(encoding="utf-8").startswith("format = 1\n")


@pytest.mark.parametrize(("name", "first"), [("a.svg", b"<svg "), ("a.png", b"\x89PNG")])
def test_show_draws_pictures(dot, tmp_path, name, first):
    """
    Into a file.
    """
    assert run("show", "five_steps", "-o", tmp_path / name).exit_code == 0
    assert (tmp_path / name).read_bytes().startswith(first)


def test_show_gives_a_png_to_a_pipe(dot):
    """
    `complaintflow show five_steps --format png > five.png`.
    """
    answer = run("show", "five_steps", "--format", "png")

    assert answer.stdout_bytes.startswith(b"\x89PNG")


@pytest.mark.parametrize("form", ["svg", "png"])
def test_show_without_graphviz_is_one_message(monkeypatch, tmp_path, form):
    """
    No traceback of somebody else's, and no empty file.
    """
    monkeypatch.setenv("PATH", str(tmp_path))
    path = tmp_path / f"a.{form}"
    answer = run("show", "five_steps", "-o", path)

    assert answer.exit_code == 2
    assert answer.stderr.startswith(f"complaintflow: cannot draw {form.upper()}: ")
    assert not path.exists()


def test_a_file_that_cannot_be_written_is_told(tmp_path):
    """
    With its name and the reason.
    """
    answer = run("show", "five_steps", "-o", tmp_path / "nowhere" / "five.dot")

    assert answer.exit_code == 2
    assert "five.dot' cannot be written: there is no folder '" in answer.stderr
    assert "nowhere'; make it first, or name another file" in answer.stderr


def test_a_departure_that_is_long_is_wrapped():
    """
    A reason may be a paragraph.
    """
    why = "because " * 40
    diagram = evolve(diagram_of(personal_ownership()), departs=[Departure("I1", why)])

    assert all(columns(line) <= 60 for line in as_text(diagram, width=60).splitlines())
    assert issubclass(CannotDraw, ComplaintflowError)
