"""How many people answer in time: Erlang C, for work that arrives at random and does not wait (11).

Nobody gives up waiting in it, so it asks for rather too many people than too few.
"""

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Queue:
    """What so many people make of so much work.

    `load` is in persons, `occupancy` and `waits` are shares, `answer_seconds` is the average wait,
    `in_time` the share answered within the time that was asked for.
    """

    agents: int
    load: float
    occupancy: float
    waits: float
    answer_seconds: float
    in_time: float


def erlang_c(calls_per_hour: float, handle_seconds: float, agents: int, within: float) -> Queue:
    """The queue of `agents` people. Raises ValueError when the load is theirs or more."""
    load = calls_per_hour * handle_seconds / 3600
    if agents <= load:
        raise ValueError(f"{agents} people cannot carry a load of {load:.2f}")
    # The chance that all are busy, built up one by one: no factorial grows out of hand.
    blocked = 1.0
    for number in range(1, agents + 1):
        blocked = load * blocked / (number + load * blocked)
    occupancy = load / agents
    waits = blocked / (1 - occupancy * (1 - blocked))
    in_time = 1 - waits * math.exp(-(agents - load) * within / handle_seconds)
    answer = waits * handle_seconds / (agents - load)
    return Queue(agents, load, occupancy, waits, answer, in_time)


def agents_needed(
    calls_per_hour: float, handle_seconds: float, within: float, share: float
) -> Queue:
    """The queue of the fewest people who answer that share of the calls within so many seconds."""
    agents = math.floor(calls_per_hour * handle_seconds / 3600) + 1
    while (found := erlang_c(calls_per_hour, handle_seconds, agents, within)).in_time < share:
        agents += 1
    return found
