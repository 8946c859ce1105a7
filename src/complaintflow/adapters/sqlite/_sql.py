"""The SQL of the SQLite store, all of it, for a reader who keeps databases."""

from __future__ import annotations

SCHEMA_VERSION = 1
"""The layout of the tables, kept as the file's `user_version`."""

SCHEMA = (
    """
    -- Cases as they are: one row each, written anew with every step.
    CREATE TABLE complaintflow_case (
        case_id TEXT NOT NULL PRIMARY KEY,
        version INTEGER NOT NULL,      -- how many entries it has
        method TEXT NOT NULL,          -- name/version/digest of what it is bound to
        state TEXT NOT NULL,
        customer TEXT NOT NULL,
        owner TEXT,
        is_closed INTEGER NOT NULL,    -- 0 or 1
        due_at TEXT,                   -- its earliest deadline
        wake_at TEXT,                  -- when to look at it again; workers move it
        updated_at TEXT NOT NULL,      -- when its last entry was made
        head TEXT NOT NULL,            -- the digest of its last entry
        text TEXT NOT NULL             -- the whole case, as JSON
    )
    """,
    "CREATE INDEX complaintflow_case_state ON complaintflow_case (state, case_id)",
    "CREATE INDEX complaintflow_case_customer ON complaintflow_case (customer, case_id)",
    """
    CREATE INDEX complaintflow_case_owner ON complaintflow_case (owner, case_id)
    WHERE owner IS NOT NULL
    """,
    """
    CREATE INDEX complaintflow_case_due_at ON complaintflow_case (due_at, case_id)
    WHERE due_at IS NOT NULL
    """,
    """
    CREATE INDEX complaintflow_case_wake_at ON complaintflow_case (wake_at, case_id)
    WHERE wake_at IS NOT NULL
    """,
    """
    -- What happened, one row for each entry; added to, and never changed but by an erasure.
    CREATE TABLE complaintflow_entry (
        case_id TEXT NOT NULL,
        version INTEGER NOT NULL,      -- its place in the history; the first is 1
        at TEXT NOT NULL,
        "trigger" TEXT NOT NULL,       -- the name of the act
        "key" TEXT,                    -- the host's idempotency key
        digest TEXT NOT NULL,          -- SHA-256 of the digest before it and of text
        text TEXT NOT NULL,            -- what happened, as JSON, without the words
        personal TEXT,                 -- the words, as JSON; NULL: erased, or there are none
        PRIMARY KEY (case_id, version)
    )
    """,
    """
    CREATE UNIQUE INDEX complaintflow_entry_key ON complaintflow_entry (case_id, "key")
    WHERE "key" IS NOT NULL
    """,
    """
    -- Who is still to be told; a row goes when it is delivered.
    CREATE TABLE complaintflow_outbox (
        position INTEGER PRIMARY KEY,  -- in the order of the commits
        "key" TEXT NOT NULL UNIQUE,
        case_id TEXT NOT NULL,
        version INTEGER NOT NULL,
        topic TEXT NOT NULL,
        recipient TEXT NOT NULL,
        "trigger" TEXT NOT NULL,
        at TEXT NOT NULL,
        state TEXT NOT NULL,
        attempts INTEGER NOT NULL,
        held_until TEXT,               -- claimed or postponed until then; NULL: neither
        error TEXT                     -- why it is put aside; NULL: it is not
    )
    """,
    """
    CREATE INDEX complaintflow_outbox_case ON complaintflow_outbox (case_id, position)
    WHERE error IS NULL
    """,
    """
    CREATE INDEX complaintflow_outbox_parked ON complaintflow_outbox ("key")
    WHERE error IS NOT NULL
    """,
)
"""What makes the tables. Times are text of a fixed width, in UTC, and sort as moments do."""

UPGRADES: dict[int, tuple[str, ...]] = {}
"""What makes the tables of the next version of those of an earlier one, by the earlier version."""

SNAPSHOT = """
    SELECT case_id, version, method, state, customer, owner, is_closed, due_at, wake_at,
        updated_at, head, text
    FROM complaintflow_case
"""
OPEN_CASE = """
    INSERT INTO complaintflow_case
        (case_id, version, method, state, customer, owner, is_closed, due_at, wake_at,
        updated_at, head, text)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (case_id) DO NOTHING
"""
MOVE_CASE = """
    UPDATE complaintflow_case
    SET version = ?2, method = ?3, state = ?4, customer = ?5, owner = ?6, is_closed = ?7,
        due_at = ?8, wake_at = ?9, updated_at = ?10, head = ?11, text = ?12
    WHERE case_id = ?1 AND version = ?13
"""
VERSION = "SELECT version FROM complaintflow_case WHERE case_id = ?"
RECORD = """
    SELECT case_id, version, at, "trigger", "key", digest, text, personal
    FROM complaintflow_entry
"""
KEEP_RECORD = """
    INSERT INTO complaintflow_entry
        (case_id, version, at, "trigger", "key", digest, text, personal)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)
"""
ERASE = (
    """
    UPDATE complaintflow_entry SET personal = NULL
    WHERE case_id = ? AND personal IS NOT NULL
    """,
    "UPDATE complaintflow_outbox SET error = '' WHERE case_id = ? AND error IS NOT NULL",
)
TO_SCRUB = """
    -- Erasures after which the file was not yet written anew; made by the first of them.
    CREATE TABLE IF NOT EXISTS complaintflow_to_scrub (
        case_id TEXT NOT NULL,
        version INTEGER NOT NULL,
        PRIMARY KEY (case_id, version)
    )
"""
IS_TO_SCRUB = "SELECT 1 FROM sqlite_master WHERE name = 'complaintflow_to_scrub'"
LEFT_TO_SCRUB = "SELECT case_id, version FROM complaintflow_to_scrub"
LEAVE_TO_SCRUB = "INSERT INTO complaintflow_to_scrub (case_id, version) VALUES (?, ?)"
SCRUBBED = "DELETE FROM complaintflow_to_scrub WHERE case_id = ? AND version = ?"
KEEP_NOTIFICATION = """
    INSERT INTO complaintflow_outbox
        ("key", case_id, version, topic, recipient, "trigger", at, state, attempts)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
CONDITIONS = {
    "state": "state = :state",
    "owner": "owner = :owner",
    "customer": "customer = :customer",
    "method": "substr(method, 1, instr(method || '/', '/') - 1) = :method",
    "is_closed": "is_closed = :is_closed",
    "due_before": "due_at < :due_before",
    "methods": "method IN (SELECT value FROM json_each(:methods))",
}
ASLEEP = """
    WHERE wake_at < :now AND method IN (SELECT value FROM json_each(:methods))
    ORDER BY wake_at, case_id
    LIMIT :limit
"""
NOTIFICATION = """
    SELECT "key", case_id, version, topic, recipient, "trigger", at, state, attempts
    FROM complaintflow_outbox
"""
FREE_HEADS = """
    AS head WHERE error IS NULL AND (held_until IS NULL OR held_until <= :now)
        AND NOT EXISTS (
            SELECT 1 FROM complaintflow_outbox AS older
            WHERE older.case_id = head.case_id AND older.position < head.position
                AND older.error IS NULL
        )
    ORDER BY position
    LIMIT :limit
"""
POSTPONE = """
    UPDATE complaintflow_outbox
    SET attempts = attempts + 1, held_until = ?
    WHERE "key" = ? AND error IS NULL
"""
PARK = """
    UPDATE complaintflow_outbox
    SET attempts = attempts + 1, error = ?, held_until = NULL
    WHERE "key" = ? AND error IS NULL
"""
RELEASE = """
    UPDATE complaintflow_outbox
    SET attempts = 0, error = NULL
    WHERE "key" = ? AND error IS NOT NULL
"""
PARKED = """
    SELECT error, "key", case_id, version, topic, recipient, "trigger", at, state, attempts
    FROM complaintflow_outbox
    WHERE error IS NOT NULL AND "key" > ?
    ORDER BY "key"
    LIMIT ?
"""
