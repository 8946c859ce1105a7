"""Cases in PostgreSQL, on psycopg 3 (extra `postgres`): one statement, one round trip per step."""

from complaintflow._extras import extra

with extra("postgres"):
    from complaintflow.adapters.postgres._awaited import AsyncPostgresStore
    from complaintflow.adapters.postgres._sql import SCHEMA_VERSION, UPGRADES
    from complaintflow.adapters.postgres._store import PostgresStore

__all__ = ["SCHEMA_VERSION", "UPGRADES", "AsyncPostgresStore", "PostgresStore"]
