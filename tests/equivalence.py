"""
Whether a method with a mistake does the same as without it, in everything it can come to.
"""

from functools import cached_property

from complaintflow._engine import compiled
from complaintflow._requirements import holds
from complaintflow.verification._exploring import explore

from .aspects import ASPECTS, follow


def behaviour(method, configurations, trigger):
    """
    Return what an act comes to in each of some configurations, for each of its outcomes.
    """
    event = compiled(method).events.get(trigger)
    found = {}
    for here in configurations if event is not None else ():
        for outcome, path in event.paths.items():
            if not path.facts <= here.facts:
                continue
            for transition in event.transitions.get(here.state, ()):
                move = transition.moves.get(outcome)
                if move is not None and transition.given <= here.facts:
                    after = move.after(here.facts)
                    found[here, outcome] = (
                        move.target,
                        after,
                        move.begins_cycle,
                        move.ends,
                        path.effects,
                        {need.code for need in path.beyond if need.met is not holds},
                        {advice.code for advice in path.advice},
                    )
                    break
    return found


class Everything:
    """
    Everything that a method can come to, by state and facts and by each aspect of the ledger.

    A mutant changes one act. Where that does the same in everything that the original reaches,
    the mutant reaches nothing else: it is proved, and not only not seen.
    """

    def __init__(self, method, aspects=ASPECTS):
        self.method, self.aspects = method, aspects
        self.configurations = explore(method).configurations
        self._behaviours = {}

    @cached_property
    def followed(self):
        """
        What the method can come to, as far as each aspect of the ledger tells it.
        """
        return follow(self.method, self.aspects)

    def is_equivalent(self, mutant, trigger):
        """
        Return whether a mutant asks for the same and does the same, whatever the ledger says.
        """
        return not self.differing(mutant, trigger)

    def is_never_possible(self, mutant, trigger):
        """
        Return whether a mutant differs only where the ledger lets neither of the two do it.

        Wherever an act would come to something else, one aspect of the ledger shows that no case
        gets there, or that the act cannot come out so there, with the mistake or without.
        """
        machines = compiled(self.method), compiled(mutant)
        return all(
            any(followed.rules_out(machines, trigger, outcome, here) for followed in self.followed)
            for here, outcome in self.differing(mutant, trigger)
        )

    def differing(self, mutant, trigger):
        """
        Return the configurations in which an act comes to something else, each with an outcome.
        """
        mine = self._behaviours.get(trigger)
        if mine is None:
            mine = behaviour(self.method, self.configurations, trigger)
            self._behaviours[trigger] = mine
        others = behaviour(mutant, self.configurations, trigger)
        return [key for key in mine.keys() | others.keys() if mine.get(key) != others.get(key)]
