"""
The audit of old tickets: a helpdesk's log against a method, or against invariants.

:func:`read_mapping` reads what the activities of the log stand for, :func:`audit` folds the log,
and a :class:`AuditReport` says for each rule and case whether it was kept.
"""

from complaintflow.audit._audit import audit
from complaintflow.audit._draft import draft_mapping
from complaintflow.audit._reading import mapping_of, read_mapping
from complaintflow.audit._values import (
    Activity,
    AuditFinding,
    AuditReport,
    Deed,
    Judged,
    Mapping,
    Shape,
    Unjudged,
    Unusable,
    Verdict,
)

__all__ = [
    "Activity",
    "AuditFinding",
    "AuditReport",
    "Deed",
    "Judged",
    "Mapping",
    "Shape",
    "Unjudged",
    "Unusable",
    "Verdict",
    "audit",
    "draft_mapping",
    "mapping_of",
    "read_mapping",
]
