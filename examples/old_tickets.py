"""
Audit old tickets: who was offered a refund before anyone acknowledged the problem.

A helpdesk exported its tickets as CSV. A mapping says which of its actions are which acts, and
states two rules. Then the same log is held against a whole method.
"""

from pathlib import Path

from complaintflow import methods
from complaintflow.audit import Verdict, audit, read_mapping

HERE = Path(__file__).parent / "old_tickets"


def main() -> None:
    """Audit the export twice."""
    mapping = read_mapping(HERE / "mapping.toml")
    report = audit(HERE / "export.csv", mapping)

    print(f"{len(report.cases)} tickets, {report.lines} lines")
    for rule in report.rules:
        counts = {str(verdict): rule.count(verdict) for verdict in Verdict if rule.count(verdict)}
        print(f"{rule.code}: {counts}")
    print("offered too early:", ", ".join(report.broken("hasty_offer")))
    for found in report.findings:
        print(" ", found)
    print("not known:", dict(report.unknown))
    print("not read:", *(f"line {each.line}: {each.why}" for each in report.samples))

    print()
    print("by the six steps:")
    for found in audit(HERE / "export.csv", mapping, methods.six_steps()).findings:
        if found.rule == "six_steps":
            print(" ", found)


if __name__ == "__main__":
    main()
