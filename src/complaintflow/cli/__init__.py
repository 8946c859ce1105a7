"""
The command line: methods shown, stories told, words read, old tickets audited, and a demo.

Exit codes: 0 fine, 1 refused or found wanting, 2 unusable input; 141 where the reader has gone.
What was asked for goes to standard output, everything else to standard error.
"""

from complaintflow.cli._commands import app, run

__all__ = ["app", "run"]
