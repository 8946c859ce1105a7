"""Cases in one SQLite file, on nothing but the standard library."""

from complaintflow.adapters.sqlite._sql import SCHEMA, SCHEMA_VERSION, UPGRADES
from complaintflow.adapters.sqlite._store import SqliteStore

__all__ = ["SCHEMA", "SCHEMA_VERSION", "UPGRADES", "SqliteStore"]
