"""
The tables of the invariants: one small automaton for each template.

The same table is multiplied with a method by the proof, stepped along a case at run time, and
folded over old histories by the audit. The letters are 0, neither of the two kinds of acts that
the invariant speaks of; 1, an act of the first kind; 2, of the second; 3, of both.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property

from attrs import field, frozen

from complaintflow._value import Value

LETTERS = range(4)

Row = tuple[int, int, int, int]


@frozen(eq=False, repr=False, slots=False)
class Table(Value):
    """
    A deterministic monitor: where each letter leads from each place, and what holds there.

    A *place* is the number of a row. There are at most five.
    """

    next: tuple[Row, ...]
    """For each place, where the letters 0 to 3 lead."""
    kept: tuple[bool, ...]
    """For each place, whether the invariant is kept if nothing more happens."""
    touched: tuple[bool, ...]
    """For each place, whether it has had anything to say; False: it is kept for want of a case."""
    late: tuple[int, ...] = ()
    """For each place, where it leads when its time has run out. Empty: no time runs."""
    renews: bool = False
    """True: every act of the first kind starts the time anew. False: the first of them does."""
    start: int = field(default=0, kw_only=True)
    """The place where it begins."""

    @cached_property
    def settled(self) -> tuple[bool, ...]:
        """For each place, whether nothing that follows can change `kept`."""
        return tuple(
            len({self.kept[place] for place in self._from(here)}) == 1
            for here in range(len(self.next))
        )

    @cached_property
    def broken(self) -> tuple[bool, ...]:
        """For each place, whether the invariant is broken for good."""
        return tuple(s and not k for s, k in zip(self.settled, self.kept, strict=True))

    def fails(self, place: int, *, at_end: bool) -> bool:
        """Return whether the invariant is broken: for good, or as a history ends here."""
        return self.broken[place] or (at_end and not self.kept[place])

    def _from(self, here: int) -> set[int]:
        seen, waiting = {here}, [here]
        while waiting:
            for place in set(self._after(waiting.pop())) - seen:
                seen.add(place)
                waiting.append(place)
        return seen

    def _after(self, place: int) -> Iterator[int]:
        yield from self.next[place]
        if self.late:
            yield self.late[place]

    def runs(self, place: int) -> bool:
        """Return whether time runs out in a place."""
        return bool(self.late) and self.late[place] != place

    def read(self, word: Iterable[int]) -> int:
        """Return the place after a word, time apart."""
        place = self.start
        for letter in word:
            place = self.next[place][letter]
        return place


def _table(rows: str, marks: str, late: str = "", *, renews: bool = False) -> Table:
    """
    Return the table that is written as one group of four digits for each place.

    The mark of a place is `+` kept, `-` not kept, `.` kept for want of a case.
    """
    return Table(
        tuple((int(r[0]), int(r[1]), int(r[2]), int(r[3])) for r in rows.split()),
        tuple(mark != "-" for mark in marks),
        tuple(mark != "." for mark in marks),
        tuple(map(int, late)),
        renews,
    )


TABLES: dict[str, Table] = {
    # The letters of `never` are 1, the act without the facts, and 2, the act with them.
    "never": _table("0212 1212 2222", ".+-"),
    "existence": _table("0101 1111", "-+"),
    "absence": _table("0101 1111", "+-"),
    "at_most_one": _table("0101 1212 2222", ".+-"),
    "exactly_one": _table("0101 1212 2222", "-+-"),
    "init": _table("2121 1111 2222", ".+-"),
    "last": _table("2121 2121 2121", ".+-"),
    "responded_existence": _table("0123 1133 2323 3333", ".-.+"),
    "response": _table("0102 1122 2122", ".-+"),
    "precedence": _table("0132 1122 2222 3333", "..+-"),
    "succession": _table("0132 1122 2122 3333", ".-+-"),
    "alternate_response": _table("0101 1321 2121 3333", ".-+-"),
    "alternate_precedence": _table("0142 1122 2342 3322 4444", "..++-"),
    "chain_response": _table("0101 3321 2121 3333", ".-+-"),
    "chain_precedence": _table("0144 0123 2344 2323 4444", "..++-"),
    # The letters of `since` are 1 the first, 2 the other, 3 what undoes the first.
    "since": _table("0140 1130 2342 3332 4444", "..++-"),
    "not_coexistence": _table("0123 1133 2323 3333", ".++-"),
    "not_succession": _table("0102 1122 2222", ".+-"),
    "not_chain_succession": _table("0101 2133 2121 3333", ".++-"),
    "coexistence": _table("0123 1133 2323 3333", ".--+"),
    "choice": _table("0111 1111", "-+"),
    "exclusive_choice": _table("0123 1133 2323 3333", "-++-"),
}
"""The table of each template."""

TIMED: dict[str, Table] = {
    "existence": _table("0101 1111 2222", "-+-", late="212"),
    "response": _table("0102 1122 2122 3333", ".-+-", late="0323"),
    "alternate_response": _table("0101 1321 2121 3333", ".-+-", late="0323", renews=True),
    "chain_response": _table("0101 3321 2121 3333", ".-+-", late="0323", renews=True),
    "precedence": _table("0143 1133 2343 3333 4444", "..++-", late="00224", renews=True),
    "alternate_precedence": _table("0142 1122 2342 3322 4444", "..++-", "00224", renews=True),
    "chain_precedence": _table("0144 0123 2344 2323 4444", "..++-", late="00224", renews=True),
    "not_succession": _table("0103 1133 2123 3333", ".++-", late="0223", renews=True),
}
"""The tables of the templates that can be timed, for where they are."""

UNARY = frozenset({"never", "existence", "absence", "at_most_one", "exactly_one", "init", "last"})
"""The templates that speak of one kind of acts."""
