"""The contract of the `Store` port, as tests that a host runs against its own store."""

from complaintflow.testing._stores._awaited import AsyncStoreContract
from complaintflow.testing._stores._contract import StoreContract

__all__ = ["AsyncStoreContract", "StoreContract"]
