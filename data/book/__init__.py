"""A fictional Chinese city bank: what it lends, to whom, how they repay, and what is made of it."""
