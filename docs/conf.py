"""
How Sphinx builds this documentation: from these files and the installed library, without network.
"""

import importlib.metadata
import logging
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.ext import napoleon
from tenacity import RetryCallState
from tenacity.wait import WaitBaseT

import complaintflow
from complaintflow import LanguageRule, Method, Outcome, Requirement, Rule, TimeLimit, worker
from complaintflow._desk import _awaited, _front
from complaintflow._help import Doc, said_of
from complaintflow.acts import Act

project = "complaintflow"
author = "complaintflow contributors"
copyright = "2026, complaintflow contributors"  # noqa: A001 (Sphinx's own name for it)
release = version = importlib.metadata.version("complaintflow")

# A style for Pygments has everything logged to the terminal; what our examples provoke is no news.
for _logger in ("complaintflow", "httpx"):
    logging.getLogger(_logger).setLevel(logging.CRITICAL)

sys.path.insert(0, str(Path(__file__).parent / "_ext"))
extensions = [
    *("myst_parser", "sphinx.ext.autodoc", "sphinx_copybutton"),
    *("breaking", "case_pictures", "document_keys", "markup_left", "messages", "method_tables"),
    *("offline", "passed_on", "pictures", "signatures", "traceability"),
]
html_theme = "furo"
pygments_dark_style = "a11y-dark"
html_title = "complaintflow"
html_static_path = ["_static"]
html_css_files = ["complaintflow.css"]
# What is copied is what one types: no prompts, no answers.
copybutton_prompt_text = r">>> |\.\.\. ?|\$ "
copybutton_prompt_is_regexp = True
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3

# `words` in docstrings are code, as everywhere else.
default_role = "code"
autodoc_default_options = {"members": True}
autodoc_member_order = "bysource"
python_maximum_signature_line_length = 88
python_use_unqualified_type_names = True
toc_object_entries_show_parents = "hide"

# What annotations name, and only a type checker imports, is followed here too.
for late in ("Delivery", "Head", "Limits", "Method", "Option", "Verification"):
    setattr(_front, late, getattr(complaintflow, late))
for module in (_front, _awaited, worker):
    module.WaitBaseT, module.RetryCallState = WaitBaseT, RetryCallState
# What fields are read by names acts and mappings; a module of pieces need not know them.
for piece in (LanguageRule, Method, Outcome, Requirement, Rule, TimeLimit):
    known = piece.__init__.__globals__
    known.setdefault("Act", Act)
    known.setdefault("Mapping", Mapping)

# Every name of ours has to lead somewhere; those of others lead out of here.
nitpicky = True
OTHERS = {
    *sys.stdlib_module_names,
    "attr",
    "attrs",
    "cattrs",
    "django",
    "graphviz",
    "holidays",
    "hypothesis",
    "matplotlib",
    "psycopg",
    "psycopg_pool",
    "pytest",
    "sqlalchemy",
    "tenacity",
    "transitions",
}
nitpick_ignore_regex = [
    (r"py:.*", rf"({'|'.join(sorted(OTHERS))})(\..*)?"),
    # What a store for SQLAlchemy says of SQLAlchemy, in its own short names.
    (r"py:.*", r"(Connection|Session|TypeDecorator|ExternalType|UserDefinedType)"),
    # A type variable leads nowhere.
    (r"py:.*", r"complaintflow\.([\w.]+\.)?_\w+\.[A-Z]"),
]


def read_google_sections(
    app: Sphinx, what: str, name: str, obj: object, options: Any, lines: list[str]
) -> None:
    """
    Turn the sections of a docstring into what Sphinx understands.

    Napoleon left to itself takes the first words of a field's docstring for its type, as in
    "When it began. None: never.", and reads no sections in a property's.
    """
    if isinstance(obj, type) and isinstance(vars(obj).get("__doc__"), Doc):
        # `help` tells the fields as well; here each of them has a place of its own.
        lines[:] = said_of(obj).splitlines()
    what = "object" if what in {"attribute", "data", "property"} else what
    lines[:] = napoleon.GoogleDocstring(
        lines, napoleon.Config(), app, what, name, obj, options
    ).lines()


def find_the_front_door(
    app: Sphinx, env: BuildEnvironment, node: pending_xref, contnode: nodes.TextElement
) -> nodes.reference | None:
    """
    Lead from the private module that defines a name to where the name is documented.

    Annotations say `complaintflow._case.Case`; what we promise, and document, is
    `complaintflow.Case`. A private name that is documented nowhere stays a warning: a public
    signature should not need it.
    """
    target = node.get("reftarget", "")
    if node.get("refdomain") != "py" or not target.startswith("complaintflow."):
        return None
    python = env.domains.python_domain
    name = target.rpartition(".")[2]
    addresses = [known for known in python.objects if known.rpartition(".")[2] == name]
    if len(addresses) != 1:
        return None
    return python.resolve_xref(
        env, node["refdoc"], app.builder, "obj", addresses[0], node, contnode
    )


def setup(app: Sphinx) -> None:
    """
    Have Sphinx ask us.
    """
    app.connect("autodoc-process-docstring", read_google_sections)
    app.connect("missing-reference", find_the_front_door)
