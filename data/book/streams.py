"""Random generators of what was added to the book later: one per topic and chunk, so that none of
them disturbs what was drawn before it was there.
"""

import numpy as np

TOPICS = (
    "plan",
    "accounts",
    "statements",
    "marks",
    "bureau",
    "securities",
    "uses",
    "contacts",
    "payers",
    "watchlist",
    "legal",
    "recovery",
    "payments_out",
    "contracts",
    "audit",
    "conduct",
    "documents",
    "class_changes",
    "servicing",
    "rare",
    "figures",
    "insurance",
    "memberships",
    "agencies",
    "lendings",
    "begun",
)
NEWER_FACTS = 5
"""The place of these generators beside those that the book had before."""


class Streams:
    """The generators of one chunk."""

    def __init__(self, seed: int, chunk: int) -> None:
        self.seed, self.chunk = seed, chunk

    def __getitem__(self, topic: str) -> np.random.Generator:
        return np.random.default_rng([self.seed, NEWER_FACTS, self.chunk, TOPICS.index(topic)])
