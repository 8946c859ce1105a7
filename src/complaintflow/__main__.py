"""`python -m complaintflow`, and the command `complaintflow`."""

from __future__ import annotations

import sys

MISSING = "complaintflow: '{}' is missing; install it: python -m pip install 'complaintflow[cli]'\n"


def main() -> None:
    """Run the command line, or say what to install where its libraries are missing."""
    try:
        from complaintflow.cli import run
    except ModuleNotFoundError as error:
        name = (error.name or "").partition(".")[0]
        if name in {"", "complaintflow"}:
            raise
        sys.stderr.write(MISSING.format(name))
        sys.exit(2)
    run()


if __name__ == "__main__":
    main()
