"""
Methods and cases as pictures: one neutral model of each, and what it can be rendered as.

:func:`diagram_of` draws up what there is to see of a method. :func:`as_text` and :func:`as_mermaid`
need nothing else, and neither does :func:`as_dot`; :func:`as_svg` and :func:`as_png` need the extra
`complaintflow[diagrams]` and the program `dot` of Graphviz.

:func:`timeline` draws up a case from its history: what happened, what was promised, and what may be
done next. A :class:`Timeline` is written as one file of HTML that needs nothing else, or as text.
"""

from complaintflow.rendering._dot import as_dot
from complaintflow.rendering._drawing import diagram_of
from complaintflow.rendering._graphviz import as_png, as_svg
from complaintflow.rendering._mermaid import as_mermaid
from complaintflow.rendering._model import Diagram, Need, Node, Passage, Place, Role
from complaintflow.rendering._text import as_text
from complaintflow.rendering._timeline import timeline
from complaintflow.rendering._timeline_model import (
    Chance,
    Duty,
    Happening,
    Moment,
    Stretch,
    Timeline,
    Waypoint,
    Words,
)

__all__ = [
    "Chance",
    "Diagram",
    "Duty",
    "Happening",
    "Moment",
    "Need",
    "Node",
    "Passage",
    "Place",
    "Role",
    "Stretch",
    "Timeline",
    "Waypoint",
    "Words",
    "as_dot",
    "as_mermaid",
    "as_png",
    "as_svg",
    "as_text",
    "diagram_of",
    "timeline",
]
