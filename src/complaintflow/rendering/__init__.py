"""
Methods as pictures: one neutral diagram, and what it can be rendered as.

:func:`diagram_of` draws up what there is to see of a method. :func:`as_text` and :func:`as_mermaid`
need nothing else, and neither does :func:`as_dot`; :func:`as_svg` and :func:`as_png` need the extra
`complaintflow[diagrams]` and the program `dot` of Graphviz.
"""

from complaintflow.rendering._dot import as_dot
from complaintflow.rendering._drawing import diagram_of
from complaintflow.rendering._graphviz import as_png, as_svg
from complaintflow.rendering._mermaid import as_mermaid
from complaintflow.rendering._model import Diagram, Need, Node, Passage, Place, Role
from complaintflow.rendering._text import as_text

__all__ = [
    "Diagram",
    "Need",
    "Node",
    "Passage",
    "Place",
    "Role",
    "as_dot",
    "as_mermaid",
    "as_png",
    "as_svg",
    "as_text",
    "diagram_of",
]
