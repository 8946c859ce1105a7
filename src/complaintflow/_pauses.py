"""How long to wait before something that failed is tried again."""

from __future__ import annotations

from datetime import timedelta
from zlib import crc32

from attrs import frozen

from complaintflow._value import Value
from complaintflow.errors import TimeError

_TYPES: dict[str, tuple[tuple[type, ...], str]] = {
    "first": ((timedelta,), "timedelta"),
    "longest": ((timedelta,), "timedelta"),
    "factor": ((int, float), "number"),
    "spread": ((int, float), "number"),
}


@frozen(eq=False, repr=False, kw_only=True)
class Pauses(Value):
    """
    Pauses that grow: each longer than the one before, up to the longest.

    Pure. What a retry library would leave to chance is spread by the key instead: what failed
    together is not tried again together, and the same attempt always waits as long.

    Raises:
        TimeError: the pauses make no sense; all problems are listed.
    """

    first: timedelta = timedelta(seconds=30)
    """The pause after the first attempt."""

    longest: timedelta = timedelta(hours=6)
    """The longest pause between two attempts."""

    factor: float = 2
    """How much longer each pause is than the one before; 1 for pauses that do not grow."""

    spread: float = 0.2
    """By what part of it a pause can be shorter, from 0 (none is) to 1."""

    def __attrs_post_init__(self) -> None:
        problems = [
            f"{name} must be a {told}, not {getattr(self, name)!r:.40}"
            for name, (types, told) in _TYPES.items()
            if type(getattr(self, name)) not in types
        ]
        if problems:
            raise TimeError(f"pauses: {'; '.join(problems)}")
        if not timedelta(0) < self.first <= self.longest:
            problems.append(f"first must be more than nothing and at most {self.longest}")
        if not 1 <= self.factor <= 100:  # noqa: PLR2004
            problems.append(f"factor must be from 1 to 100, not {self.factor!r}")
        if not 0 <= self.spread <= 1:
            problems.append(f"spread must be from 0 to 1, not {self.spread!r}")
        if problems:
            raise TimeError(f"pauses: {'; '.join(problems)}")

    def __call__(self, attempts: int, key: str = "") -> timedelta:
        """
        Return how long to wait after an attempt that failed.

        Args:
            attempts: how often it was tried before that attempt; 0 for the first.

            key: what is tried; things with other keys wait a little more or less long.

        Raises:
            EvidenceError: *attempts* is no whole number of at least 0.
        """
        from complaintflow._given import COUNT, look_over

        look_over("pauses", attempts=(COUNT, attempts))
        try:
            grown = self.first * self.factor**attempts
        except OverflowError:
            grown = self.longest
        chance = crc32(f"{attempts}:{key}".encode(errors="surrogatepass")) / 2**32
        return min(grown, self.longest) * (1 - self.spread * chance)
