"""How departments and people are appraised: scores, their components, and what caps them."""

import pandas as pd

from queries.warehouse import Scope, report


def appraisal_counts(scope: Scope) -> pd.DataFrame:
    """One row per department appraised: weight, cases, violations, raw_score, score."""
    return report("appraisal_counts", scope)


def appraised_people(scope: Scope, department_id: str) -> pd.DataFrame:
    """Per person with enough cases: cases, violations, raw_score and score, the best first."""
    return report("appraised_people", scope, department_id=department_id)


def appraisal_parts(scope: Scope, department_id: str, staff_id: str = "") -> pd.DataFrame:
    """Per component: weight, floor, target, actual, the share of its weight, and its points."""
    return report("appraisal_parts", scope, department_id=department_id, staff_id=staff_id)
