"""What fired, what moved, what is proposed, and who owes an answer this month?"""

from queries.warehouse import Scope


def render(scope: Scope) -> None:
    """The report."""
