"""
Pictures of a case and of a team, drawn while the documentation is built.

In a page:

    ```{case-picture}
    ```

    ```{team-picture}
    ```

The one is the timeline of `examples/reopened.jsonl`; the other, in light and dark, wide and for a
phone, is what `examples/team_statistics.py` makes up.
"""
# ruff: noqa: INP001  (a folder of Sphinx extensions is no package)

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective
from sphinx.util.typing import ExtensionMetadata

from complaintflow import Desk
from complaintflow.methods import six_steps
from complaintflow.rendering import timeline
from complaintflow.statistics.plots import plot

EXAMPLES = Path(__file__).parents[2] / "examples"
DRAWN_FOR = datetime(2026, 3, 10, 12, tzinfo=UTC)

CASE, TEAM = "a-case.html", "a-team-{}-{}.svg"
SCHEMES = {"light": False, "dark": True}
WIDTHS = {"wide": False, "narrow": True}
PHONE = "(max-width: 48em)"
TOLD = (
    "Four charts of 120 made-up cases: where they stand and for how long, how long each state "
    "takes, what became of promises, and why acts were refused"
)


def case_page() -> str:
    """Return the timeline of the example as a page."""
    method = six_steps()
    desk = Desk(method)
    case = desk.import_story((EXAMPLES / "reopened.jsonl").read_text("utf-8"))
    return timeline(case, desk.history(case.id), method=method, at=DRAWN_FOR).as_html()


def draw(app: Sphinx) -> None:
    """Draw both, where Sphinx copies static files from."""
    folder = Path(app.doctreedir) / "case-pictures"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / CASE).write_text(case_page(), "utf-8")
    sys.path.insert(0, str(EXAMPLES))
    from team_statistics import count

    counted = count()
    for scheme, is_dark in SCHEMES.items():
        for width, is_narrow in WIDTHS.items():
            file = folder / TEAM.format(scheme, width)
            plot(counted, file, is_dark=is_dark, is_narrow=is_narrow)
    app.config.html_static_path.append(str(folder))


class CasePicture(SphinxDirective):
    """The timeline of the example, in the page and to be opened alone."""

    def run(self) -> list[nodes.Node]:
        """Return the picture."""
        place = f"{_up(self.env.docname)}_static/{CASE}"
        frame = f'<iframe src="{place}" title="The timeline of a case" loading="lazy"></iframe>'
        alone = f'<p><a href="{place}">Open it alone</a></p>'
        return [nodes.raw("", f'<div class="case-picture">{frame}{alone}</div>', format="html")]


class TeamPicture(SphinxDirective):
    """The statistics of the example, light or dark, wide or narrow as the page is."""

    def run(self) -> list[nodes.Node]:
        """Return the picture."""
        above = f"{_up(self.env.docname)}_static/"
        shown = "".join(
            f'<picture class="only-{scheme}">'
            f'<source media="{PHONE}" srcset="{above}{TEAM.format(scheme, "narrow")}">'
            f'<img alt="{TOLD}" src="{above}{TEAM.format(scheme, "wide")}"></picture>'
            for scheme in SCHEMES
        )
        return [nodes.raw("", f'<figure class="team-picture">{shown}</figure>', format="html")]


def _up(docname: str) -> str:
    return "../" * docname.count("/")


def setup(app: Sphinx) -> ExtensionMetadata:
    """Have Sphinx know the pictures."""
    app.add_directive("case-picture", CasePicture)
    app.add_directive("team-picture", TeamPicture)
    app.connect("builder-inited", draw)
    return {"parallel_read_safe": True}
