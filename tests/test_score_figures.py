"""The figures of a score, against numbers worked by hand."""

import math

import numpy as np
import pytest

from data import score_figures
from data.score_figures import EMPTY_BAND, brier, calibration, edges, gain, places, psi, separation


def array(*values: float) -> np.ndarray:
    return np.array(values, dtype=float)


def flags(*values: int) -> np.ndarray:
    return np.array(values, dtype=bool)


def test_auc_is_the_share_of_pairs_in_the_right_order():
    # Bad: 0.8, 0.4. Good: 0.6, 0.3, 0.1. Of six pairs only (0.4, 0.6) is wrong: 5 / 6.
    auc, ks = separation(array(0.8, 0.4, 0.6, 0.3, 0.1), flags(1, 1, 0, 0, 0))
    assert auc == pytest.approx(5 / 6)
    # After 0.8: 1/2 caught, none alarmed. After 0.4: all caught, one of three alarmed: 2/3.
    assert ks == pytest.approx(2 / 3)


def test_ties_count_half():
    auc, ks = separation(array(1, 1, 1, 1), flags(1, 0, 0, 1))
    assert (auc, ks) == (pytest.approx(0.5), 0.0)
    # Bad 2, 1; good 1, 0: pairs 1, 1, 1/2, 1 of four.
    auc, _ = separation(array(2, 1, 1, 0), flags(1, 1, 0, 0))
    assert auc == pytest.approx(3.5 / 4)


def test_a_score_the_wrong_way_round_has_no_separation():
    assert separation(array(1, 2, 3, 4), flags(1, 1, 0, 0)) == (0.0, 0.0)


def test_one_kind_alone_has_no_auc():
    assert all(math.isnan(each) for each in separation(array(1, 2), flags(0, 0)))


def test_brier_is_the_mean_squared_distance():
    # (0.9 - 1)^2 = 0.01, (0.2 - 0)^2 = 0.04, (0.5 - 1)^2 = 0.25: 0.30 / 3.
    assert brier(array(0.9, 0.2, 0.5), flags(1, 0, 1)) == pytest.approx(0.1)


def test_psi_by_hand():
    # (0.4 - 0.5) ln(0.4 / 0.5) + (0.6 - 0.5) ln(0.6 / 0.5) = 0.022314 + 0.018232.
    assert psi(array(50, 50), array(40, 60)) == pytest.approx(0.040547, abs=1e-6)
    assert psi(array(10, 30), array(1, 3)) == 0.0


def test_an_empty_band_counts_as_a_ten_thousandth():
    found = psi(array(100, 0), array(50, 50))
    by_hand = (0.5 - 1) * math.log(0.5) + (0.5 - EMPTY_BAND) * math.log(0.5 / EMPTY_BAND)
    assert EMPTY_BAND == 0.0001
    assert found == pytest.approx(by_hand)
    assert math.isnan(psi(array(1, 1), array(0, 0)))


def test_bands_hold_a_tenth_each_and_what_is_missing_stands_apart():
    values = np.arange(100, dtype=float)
    found = places(values, edges(values))
    assert np.bincount(found).tolist() in ([10] * 10, [11, *[10] * 8, 9])
    assert places(array(math.nan, 0), edges(values)).tolist() == [10, 0]


def test_a_value_that_fills_a_band_has_one_of_its_own():
    # Nine of ten loans are not late: whoever becomes late must be seen to move.
    values = np.concatenate([np.zeros(90), np.arange(1, 11)])
    ends = edges(values)
    assert places(array(0), ends) != places(array(1), ends)
    before, now = (np.bincount(places(v, ends), minlength=9) for v in (values, np.ones(10)))
    assert psi(before, now) > 1


def test_calibration_by_hand():
    pd = array(0.1, 0.1, 0.3, 0.5)
    low, high = calibration(pd, flags(0, 1, 0, 1), array(0.1))
    assert (low.band, low.rows, low.defaults, low.mean_pd, low.default_rate) == (1, 2, 1, 0.1, 0.5)
    assert (high.pd_from, high.pd_to, high.mean_pd) == (0.3, 0.5, pytest.approx(0.4))
    assert low.standard_error == pytest.approx(math.sqrt(0.5 * 0.5 / 2))


def test_a_score_gains_nothing_over_itself():
    rng = np.random.default_rng(1)
    scores, bad = rng.random(400), rng.random(400) < 0.2
    assert gain(scores, scores, bad, np.arange(400) % 20) == (0.0, 0.0)


def test_a_gain_has_the_error_of_a_jackknife_over_groups_of_borrowers():
    rng = np.random.default_rng(2)
    bad, groups = rng.random(400) < 0.3, np.arange(400) % 20
    ours, theirs = bad + rng.random(400), rng.random(400)
    gained, error = gain(ours, theirs, bad, groups)
    left_out = [
        separation(ours[groups != g], bad[groups != g])[0]
        - separation(theirs[groups != g], bad[groups != g])[0]
        for g in range(20)
    ]
    assert gained == pytest.approx(separation(ours, bad)[0] - separation(theirs, bad)[0])
    assert error == pytest.approx(np.std(left_out) * math.sqrt(19))


@pytest.mark.parametrize(
    ("gained", "briers", "said"),
    [
        (0.05, (0.02, 0.03), "better"),
        (0.05, (0.03, 0.02), "mixed"),
        (0.03, (0.02, 0.03), "same"),
        (-0.03, (0.02, 0.03), "same"),
        (-0.05, (0.02, 0.03), "worse"),
        (math.nan, (0.02, 0.03), "unknown"),
    ],
)
def test_better_is_beyond_two_standard_errors_and_errs_no_more(gained, briers, said):
    assert score_figures.verdict(gained, 0.02, *briers) == said
