"""
Pictures of methods, as Graphviz drew them, in light and dark.

In a page, with a name that the command line knows, and a state where a case stands:

    ```{method-picture} six_steps
    :at: agreed
    ```

The pictures are files in `docs/pictures`, so that building the documentation takes no Graphviz.
`make pictures` draws them anew, by running this file; a test tells when that is due.
"""
# ruff: noqa: INP001  (a folder of Sphinx extensions is no package)

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

import graphviz
from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective
from sphinx.util.typing import ExtensionMetadata
from transitions.extensions import GraphMachine

from complaintflow import machine
from complaintflow.cli._methods import every_method, method_of
from complaintflow.rendering import as_svg, diagram_of
from complaintflow.rendering._graphviz import digest
from complaintflow.rendering._style import CLASS, values

PICTURES = Path(__file__).parents[1] / "pictures"

SHEET = f"""
.method-picture .{CLASS} {{ --cf-paper: transparent; }}
body[data-theme="light"] .{CLASS} {{ {values(dark=False)} --cf-paper: transparent; }}
body[data-theme="dark"] .{CLASS} {{ {values(dark=True)} --cf-paper: transparent; }}
"""
"""A picture is as light or dark as the page: its reader may want it otherwise than their system."""


class MethodPicture(SphinxDirective):
    """The picture of a method."""

    required_arguments = 1
    option_spec: ClassVar = {"at": directives.unchanged_required}

    def run(self) -> list[nodes.Node]:
        """Return the picture where it can be shown, and its sentences where it cannot."""
        name = self.arguments[0]
        at = self.options.get("at")
        path = picture_of(name, at)
        self.env.note_dependency(str(path))
        svg = path.read_text(encoding="utf-8")
        shown = f'<figure class="method-picture" tabindex="0">{svg}</figure>'
        told = nodes.line_block(
            "",
            *(
                nodes.line("", line)
                for line in diagram_of(method_of(name), at=at).alternative.split("\n")
            ),
        )
        return [
            nodes.raw("", shown, format="html"),
            _only("not html", told),
        ]


def _only(when: str, *children: nodes.Node) -> nodes.Node:
    from sphinx.addnodes import only

    return only("", *children, expr=when)


def picture_of(name: str, at: str | None = None) -> Path:
    """Return where the picture of a method is, or of a case that stands in a state of it."""
    return PICTURES / (f"{name}.svg" if at is None else f"{name}_at_{at}.svg")


def write_the_sheet(app: Sphinx) -> None:
    """Put the style sheet where Sphinx copies it from."""
    folder = Path(app.doctreedir) / "pictures"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "pictures.css").write_text(SHEET, encoding="utf-8")
    app.config.html_static_path.append(str(folder))


def setup(app: Sphinx) -> ExtensionMetadata:
    """Have Sphinx know the pictures."""
    app.add_directive("method-picture", MethodPicture)
    app.add_css_file("pictures.css")
    app.connect("builder-inited", write_the_sheet)
    return {"parallel_read_safe": True}


def draw_all() -> None:
    """Draw every method; and the largest one as `transitions` draws it, to be compared."""
    for method in every_method():
        picture_of(method.name).write_text(as_svg(diagram_of(method)), encoding="utf-8")
    for name, at in STANDING:
        diagram = diagram_of(method_of(name), at=at)
        picture_of(name, at).write_text(as_svg(diagram), encoding="utf-8")
    source = graph_machine()
    svg = graphviz.pipe("dot", "svg", source.encode()).decode()
    told = svg.replace("<svg ", f'<svg data-drawn-from="{digest(source)}" ', 1)
    picture_of("graph_machine").write_text(told, encoding="utf-8")


def graph_machine() -> str:
    """Return the largest method as `transitions` has it drawn, in the DOT language."""
    ticket = Ticket()
    machine(method_of("personal_ownership"), cls=GraphMachine, model=ticket, **DRAWN_AS_IS)
    source: str = ticket.get_graph().source  # type: ignore[attr-defined]
    return source


STANDING = (("five_steps", "heard"),)
"""The states in which a case is drawn, each with the method."""

DRAWN_AS_IS = {"title": "Personal ownership", "graph_engine": "graphviz"}


class Ticket:
    """What a machine of `transitions` draws: it draws models, not machines."""


if __name__ == "__main__":
    draw_all()
