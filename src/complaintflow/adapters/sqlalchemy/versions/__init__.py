"""Migrations of the tables, for Alembic: name this package among your `version_locations`."""
