"""Samples (14.3): sizes and limits of the worked examples, draws that come out the same again."""

import math

import numpy as np
import pandas as pd
import pytest

from queries import sampling
from queries.sampling import NotPossible

SEED = "engagement 2025-07"
HASH_OF_FIVE = "e56a493e87aea2fc127347c87976c775f78c712356f1436652b7744a9cb01f1d"


def population(count: int = 400) -> pd.DataFrame:
    """Items of uneven size in three strata; the second one has a heavy tail."""
    rows = [
        (
            f"L{n:05d}",
            f"L{n:05d}",
            ("a", "b", "c")[n % 3],
            (n * 7919 % 10_007) * (50 if n % 3 == 1 else 1),
        )
        for n in range(1, count + 1)
    ]
    return pd.DataFrame(rows, columns=sampling.COLUMNS)


@pytest.mark.parametrize(
    ("confidence", "tolerable", "expected", "size"),
    [
        (0.95, 0.05, 0, 59),
        (0.95, 0.05, 1, 93),
        (0.90, 0.05, 0, 45),
        (0.95, 0.10, 0, 29),
        (0.90, 0.10, 0, 22),
    ],
)
def test_w19_attribute_sizes(confidence, tolerable, expected, size):
    assert sampling.attribute_size(confidence, tolerable, expected) == size


def test_w19_two_deviations_in_sixty():
    assert sampling.attribute_upper(60, 2, 0.95) == pytest.approx(0.101236, abs=1e-6)
    assert sampling.attribute_upper(5, 5, 0.95) == 1.0


def test_w18_both_forms_and_their_factors():
    size, factors = sampling.mus_size(2_500_000, 125_000, 27_722, 0.95, "expansion")
    assert (size, factors) == (94, {"reliability": 3.0, "expansion": 1.6})
    assert pytest.approx(26_881.72, abs=0.005) == 2_500_000 / 93
    assert sampling.mus_size(2_500_000, 125_000, 27_722, 0.95, "exact")[0] == 98
    size, factors = sampling.mus_size(300_000, 15_000, 6_000, 0.95, "exact")
    assert (size, round(factors["factor"], 4)) == (162, 8.0864)
    assert sampling.mus_size(300_000, 15_000, 6_000, 0.95, "expansion")[0] == 167


@pytest.mark.parametrize(
    ("share", "factor"),
    [
        (0, 2.9957),
        (0.05, 3.3089),
        (0.1, 3.675),
        (0.15, 4.1066),
        (0.2, 4.6202),
        (0.3, 5.9902),
        (0.5, 11.5368),
    ],
)
def test_w18_the_exact_factor_reproduces_the_table(share, factor):
    assert sampling.mus_factor(0.95, share) == pytest.approx(factor, abs=5e-5)


def test_w18_reliability_factors():
    assert [sampling.reliability(0.95, n) for n in range(6)] == [3.0, 4.75, 6.3, 7.76, 9.16, 10.52]


def test_w18_evaluation_to_the_cent():
    items = pd.DataFrame(
        [("A", 40_000, 32_000), ("B", 50_000, 0), ("C", 300_000, 250_000), ("D", 90_000, 90_000)],
        columns=["item_id", "cents", "audited"],
    )
    found = sampling.evaluate_mus(items, 165_700, 0.95)
    assert found.likely / 100 == pytest.approx(2_488.40)
    assert found.upper / 100 == pytest.approx(8_884.42, abs=0.005)
    assert found.parts["taint"].tolist() == [1.0, 0.2]


def test_an_understatement_is_not_set_off():
    items = pd.DataFrame([("A", 100, 900)], columns=["item_id", "cents", "audited"])
    assert sampling.evaluate_mus(items, 1000, 0.95).upper == pytest.approx(3000)


def test_a_draw_is_the_same_whatever_the_order_of_the_rows():
    rows = population()
    for draw in (
        lambda frame: sampling.draw_random(frame, SEED, 30),
        lambda frame: sampling.draw_stratified(frame, SEED, 30, "neyman"),
        lambda frame: sampling.draw_mus(frame, SEED, 30),
    ):
        first, again = draw(rows), draw(rows.sample(frac=1, random_state=3))
        pd.testing.assert_frame_equal(first.items, again.items)
        assert sampling.population_hash(rows) == sampling.population_hash(rows.iloc[::-1])
    assert sampling.population_hash(rows) != sampling.population_hash(rows.iloc[1:])


def test_the_draw_is_fixed_for_ever():
    drawn = sampling.draw_random(population(), SEED, 5)
    assert drawn.items["item_id"].tolist() == ["L00223", "L00154", "L00376", "L00023", "L00203"]
    assert sampling.order_key("s", "L1") == (
        "22dce100155049cff7f7ca7340dc8666853fb96603f555282e16f371a29e7629"
    )


def test_many_rows_are_drawn_in_the_order_of_their_keys():
    rows = population(5000)
    by_key = sorted(rows["item_id"], key=lambda item: sampling.order_key(SEED, item))
    drawn = sampling.draw_random(rows.sample(frac=1, random_state=3), SEED, 5000)
    assert drawn.items["item_id"].tolist() == by_key
    assert drawn.items["position"].tolist() == list(range(1, 5001))
    by_stratum = sampling.draw_stratified(rows, SEED, 300, "proportional").items
    for stratum, part in by_stratum.groupby("stratum"):
        own = set(rows.loc[rows["stratum"] == stratum, "item_id"])
        assert part["item_id"].tolist() == [item for item in by_key if item in own][: len(part)]


def test_the_hash_of_a_population_is_fixed_for_ever():
    assert sampling.population_hash(population(5)) == HASH_OF_FIVE


def test_another_seed_draws_other_rows():
    first, other = (set(sampling.draw_random(population(), s, 30).items["item_id"]) for s in "ab")
    assert len(first) == len(other) == 30 and first != other


def test_monetary_units_hit_each_item_as_often_as_its_money_says():
    rows = population()
    drawn = sampling.draw_mus(rows, SEED, 40)
    assert drawn.interval and drawn.start is not None
    assert drawn.items["hits"].sum() == 40
    large = rows[rows["cents"] >= drawn.interval]
    assert set(large["item_id"]) <= set(drawn.items["item_id"])
    assert (drawn.items["cents"] > 0).all()
    # W18's points, one by one.
    until = rows[rows["cents"] > 0].sort_values("item_id").assign(u=lambda f: f["cents"].cumsum())
    points = [drawn.start + n * drawn.interval for n in range(40)]
    by_hand = {until.loc[until["u"] >= point, "item_id"].iloc[0] for point in points}
    assert by_hand == set(drawn.items["item_id"])


def test_allocation_by_number_and_by_spread():
    rows = population(300)
    even = sampling.allocate(rows, 30, "proportional")
    assert even == {"a": 10, "b": 10, "c": 10}
    neyman = sampling.allocate(rows, 30, "neyman")
    assert sum(neyman.values()) == 30 and neyman["b"] > 25 and min(neyman.values()) >= 1
    with pytest.raises(NotPossible):
        sampling.allocate(rows, 2, "proportional")


def test_every_item_above_the_interval_is_taken():
    """Of 1 000 and ten rows the interval is 100: the 500 and the 101 are taken, the 100 is not."""
    cents = [500, 101, 100, *[13] * 23]
    items = pd.DataFrame(
        {
            "item_id": [f"I{n:02}" for n in range(len(cents))],
            "loan_id": "L",
            "stratum": ["a", "b"] * 13,
            "cents": cents,
        }
    )
    drawn, figures = sampling.draw(items, "s", sampling.Plan("stratified", size=10, top=True))
    assert figures == {"size": 10, "interval": 100}
    whole = drawn.items[drawn.items["stratum"] == "top"]
    assert whole["cents"].tolist() == [500, 101]
    assert set(drawn.items["stratum"]) == {"top", "a", "b"}
    # What is wrong of them is known, and adds nothing to the doubt.
    worked = drawn.items.assign(audited=drawn.items["cents"].mask(drawn.items["cents"] == 500, 400))
    found = sampling.evaluate_means(worked, {"top": 2, "a": 12, "b": 12}, 0.95)
    assert (found.likely, found.upper) == (100, 100)
    # Samples kept from before know nothing of it and are drawn again as they were.
    before = sampling.draw(items, "s", sampling.Plan("stratified", size=10))[0].items
    assert before.equals(sampling.draw_stratified(items, "s", 10, "proportional").items)


def test_difference_estimation():
    items = pd.DataFrame(
        [("A", "x", 100, 90), ("B", "x", 100, 100), ("C", "y", 50, 50), ("D", "y", 50, 50)],
        columns=["item_id", "stratum", "cents", "audited"],
    )
    found = sampling.evaluate_means(items, {"x": 10, "y": 4}, 0.95)
    assert found.likely == 50
    # 10 (10 - 2) 50 / 2 = 2000; 1.6449 times its root.
    assert found.upper == pytest.approx(50 + 1.644854 * 2000**0.5, abs=1e-3)


def test_w29_first_digits():
    published = (11449, 6943, 4464, 3435, 2825, 2381, 1882, 1716, 2810)
    counts = dict(enumerate(published, start=1))
    found = sampling.first_digits(counts, 1, 100_000)
    assert (found.number, found.refused, found.verdict) == (37_905, "", "acceptable")
    assert found.deviation == pytest.approx(0.008104, abs=1e-6)
    assert found.chi_square == pytest.approx(800.10, abs=0.005)


def lawful(places: int, number: int) -> dict[int, int]:
    """Counts of first digits that follow the law, of so many amounts."""
    digits = range(10 ** (places - 1), 10**places)
    return {digit: round(number * math.log10(1 + 1 / digit)) for digit in digits}


@pytest.mark.parametrize(
    ("places", "number", "largest", "why"),
    [
        (1, 990, 1e6, "few"),
        (1, 1010, 99.0, "narrow"),
        (1, 1010, 100.0, ""),
        (2, 5100, 1e6, "few"),
        (2, 5300, 99.0, "narrow"),
        (2, 5300, 100.0, ""),
    ],
)
def test_first_digits_are_refused_where_they_say_nothing(places, number, largest, why):
    found = sampling.first_digits(lawful(places, number), 1.0, largest, places)
    assert found.refused == why


@pytest.mark.parametrize(
    ("moved", "verdict"),
    [(0.053, "close"), (0.055, "acceptable"), (0.082, "marginal"), (0.1, "nonconform")],
)
def test_two_digits_have_bounds_of_their_own(moved, verdict):
    """A share taken from the lowest and put on 99 counts twice among ninety deviations."""
    counts = lawful(2, 1_000_000)
    counts[99] += round(moved * 1_000_000)
    for digit in (10, 11, 12, 13):
        counts[digit] -= round(moved * 250_000)
    found = sampling.first_digits(counts, 1, 1e6, places=2)
    assert found.deviation == pytest.approx(2 * moved / 90, abs=1e-5)
    assert found.verdict == verdict


@pytest.mark.parametrize("places", [1, 2])
def test_with_the_fewest_amounts_chance_makes_half_of_what_is_no_conformity(places):
    number, bound = sampling.FEWEST_DIGITS[places], sampling.DEVIATIONS[places][-1]
    law = np.array([math.log10(1 + 1 / n) for n in range(10 ** (places - 1), 10**places)])
    drawn = np.random.default_rng(7).multinomial(number, law / law.sum(), size=400)
    by_chance = np.abs(drawn / number - law).mean()
    assert by_chance == pytest.approx(bound / 2, rel=0.03)
    found = sampling.first_digits(lawful(places, number), 1, 1e6, places)
    assert found.by_chance == pytest.approx(by_chance, rel=0.02)


@pytest.mark.parametrize("wrong", [(0, 0.05, 0), (0.95, 0, 0), (0.95, 0.05, -1)])
def test_sizes_that_make_no_sense_are_refused(wrong):
    with pytest.raises(NotPossible):
        sampling.attribute_size(*wrong)


def test_an_expected_error_as_large_as_the_tolerable_is_refused():
    for form in ("expansion", "exact"):
        with pytest.raises(NotPossible):
            sampling.mus_size(1000, 10, 10, 0.95, form)
