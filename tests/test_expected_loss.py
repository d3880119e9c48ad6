"""Expected loss: the worked examples W20 to W23, stages with their cure, and what must agree."""

import numpy as np
import pytest

from queries.expected_loss import (
    Backing,
    aalen_johansen,
    by_year,
    cohort,
    exponential,
    generator,
    shares,
    workout_lgd,
)


def test_w20_the_power_of_the_monthly_matrix_is_the_years_pd():
    month = np.array(
        [
            [0.95, 0.04, 0.005, 0.0, 0.005],
            [0.45, 0.30, 0.20, 0.0, 0.05],
            [0.20, 0.15, 0.25, 0.38, 0.02],
            [0.0, 0.0, 0.0, 1.0, 0.0],
            [0.0, 0.0, 0.0, 0.0, 1.0],
        ]
    )
    year = cohort(month, 12)[:, 3]
    assert year[:3] == pytest.approx([0.074550, 0.200672, 0.562566], abs=5e-7)
    assert cohort(month, 24)[0, 3] == pytest.approx(0.152596, abs=5e-7)


def test_w21_three_estimators_of_one_year():
    # 15 loans in A, 15 in B: A to B after 3 months, B to A after 6, B to default after 9.
    ends = np.array([[14.0, 1.0, 0.0], [1.0, 13.0, 1.0], [0.0, 0.0, 0.0]])
    assert shares(ends)[:2] == pytest.approx(
        np.array([[0.9333, 0.0667, 0], [0.0667, 0.8667, 0.0667]]), abs=5e-5
    )

    moves = np.array([[0.0, 1.0, 0.0], [1.0, 0.0, 1.0], [0.0, 0.0, 0.0]])
    rates = generator(moves, np.array([14.75, 15.0, 0.0]))
    assert rates[0, 1] == pytest.approx(0.067797, abs=5e-7)
    assert rates[1, 0] == rates[1, 2] == pytest.approx(0.066667, abs=5e-7)
    year = exponential(rates)
    assert year[0] == pytest.approx([0.936518, 0.061367, 0.002115], abs=5e-7)
    assert year[1] == pytest.approx([0.060345, 0.877196, 0.062460], abs=1e-6)

    def one(was: int, became: int) -> np.ndarray:
        step = np.zeros((3, 3))
        step[was, became] = 1.0
        return step

    risks = [np.array(each, dtype=float) for each in ([15, 15, 0], [14, 16, 0], [15, 15, 0])]
    product = aalen_johansen([one(0, 1), one(1, 0), one(1, 2)], risks)
    assert product[0] == pytest.approx([0.9375, 0.058333, 0.004167], abs=5e-7)
    assert product[1] == pytest.approx([0.0625, 0.875, 0.0625], abs=5e-7)


def test_w22_expected_loss_of_three_years():
    years = by_year([1_000_000, 700_000, 400_000], [0.02, 0.03, 0.04], 0.4, 0.06)
    assert years["pd"].tolist() == pytest.approx([0.02, 0.0294, 0.038024], abs=5e-7)
    assert years["ecl"].round(2).tolist() == [7547.17, 7326.45, 5108.11]
    assert round(years["ecl"].sum(), 2) == 19981.73


def test_w23_loss_given_default_by_what_stands_behind_it():
    backing = Backing(
        exposure=500_000,
        collateral=320_000,
        haircut=0.25,
        guarantee_share=0.20,
        guarantor_pays=0.90,
        other=30_000,
        costs=22_000,
        rate=0.09,
        months=10,
        cure_chance=0.08,
        cure_recovery=0.72,
    )
    assert backing.recovery == pytest.approx(315_914.64, abs=0.05)
    assert backing.lgd == pytest.approx(0.3682, abs=5e-5)


def test_w23_loss_given_default_by_what_came():
    flows = [(6, 30_000), (12, 20_000), (24, 15_000), (6, -1_000), (24, -2_000)]
    worth, lgd = workout_lgd(100_000, flows, 0.08)
    assert worth == pytest.approx(57_569.19, abs=0.005)
    assert lgd == pytest.approx(0.4243, abs=5e-5)
    assert 1 - sum(amount for _, amount in flows) / 100_000 == pytest.approx(0.38)
