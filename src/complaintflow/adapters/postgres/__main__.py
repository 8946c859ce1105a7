"""
Make the tables of a PostgreSQL store, or upgrade them; or print the SQL that does.

`python -m complaintflow.adapters.postgres postgresql://host/database`
"""

from __future__ import annotations

import argparse
import sys

from complaintflow.adapters.postgres import PostgresStore
from complaintflow.adapters.postgres._connections import split_schema
from complaintflow.errors import StoreError


def main() -> int:
    """Do what the command line says; exit code 1: it could not be done."""
    parser = argparse.ArgumentParser(
        prog="python -m complaintflow.adapters.postgres",
        description=(
            "Make the tables of a PostgreSQL store, or bring those of an earlier version to this "
            "one; where they are of this version, nothing changes."
        ),
    )
    parser.add_argument("url", help="a connection string or URL; ?schema=... may be in it")
    parser.add_argument("--schema", help="where the tables are (public)")
    parser.add_argument("--sql", action="store_true", help="print the SQL, and connect to nothing")
    asked = parser.parse_args()
    where, named = split_schema(asked.url) if "://" in asked.url else (asked.url, None)
    if named and asked.schema not in {None, named}:
        parser.error(f"the URL says {named}, and --schema {asked.schema}; say it once")
    schema = asked.schema or named or "public"
    with PostgresStore(where, schema=schema) as store:
        if asked.sql:
            sys.stdout.write(f"BEGIN;\n\n{store.schema_sql()}\nCOMMIT;\n")
            return 0
        try:
            store.create_schema()
        except StoreError as error:
            sys.stderr.write(f"{error}\n")
            return 1
    sys.stdout.write(f"The tables are in schema {schema!r}.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
