"""`python -m complaintflow`, and the command `complaintflow`."""

from __future__ import annotations

import sys

MISSING = """\
complaintflow: the command line needs the extra 'cli', and '{name}' is missing. Install it:

    python -m pip install 'complaintflow[cli]'
"""


def main() -> None:
    """Run the command line, or say what to install where its libraries are missing."""
    try:
        from complaintflow.cli import run
    except ModuleNotFoundError as error:
        name = (error.name or "").partition(".")[0]
        if name in {"", "complaintflow"}:
            raise
        sys.stderr.write(MISSING.format(name=name))
        sys.exit(2)
    run()


if __name__ == "__main__":
    main()
