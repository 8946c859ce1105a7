"""
The desk: what a host talks to, and the only part that touches the outside world.

It reads a case, decides, keeps the entry with its notifications in one commit, and delivers
afterwards. Everything it knows of storage, time, people and messages comes through the ports.
What it does is written once, as coroutines; `Desk` and `AsyncDesk` are two ways to run them.
"""

from complaintflow._desk._front import Desk

__all__ = ["Desk"]
