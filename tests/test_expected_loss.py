"""Expected loss: the worked examples W20 to W23, stages with their cure, and what must agree."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from queries import reports
from queries.expected_loss import (
    Backing,
    Shock,
    aalen_johansen,
    by_year,
    cohort,
    estimates,
    exponential,
    generator,
    loan_years,
    outcomes,
    scenarios,
    shares,
    stress,
    weighted,
    workout_lgd,
)
from queries.measures import measure
from queries.metrics import EXPECTED_LOSS, PROVISION
from queries.warehouse import Scope, ask, month_ends, report_sql
from tests.book import Book
from tests.served import serve
from ui import loss_probability, loss_used


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


# --- Stages ---


def months(first: str, number: int) -> list[str]:
    """Month ends from one on."""
    ends = pd.date_range(first, periods=number, freq="ME")
    return [each.strftime("%Y-%m-%d") for each in ends]


def recorded(days: list[int], **columns: list) -> Book:
    """One loan with so many days past due at each month end of 2024 on, and a second, calm one.

    One default is enough for LGD here.
    """
    book = Book().borrower().loan("L1", principal=1000, term_months=60, matures_on="2028-12-31")
    book.loan("L2", principal=1000, term_months=60, matures_on="2028-12-31")
    # Lateness alone is no special mention here: else the first day past due would be stage 2.
    book.parameter("overdue_dpd", "90")
    book.parameter("lgd_least_cases", "1")
    ends = months("2024-01-31", len(days))
    for place, (end, late) in enumerate(zip(ends, days, strict=True)):
        own = {name: values[place] for name, values in columns.items()}
        book.recorded("L1", end, 1000 - 10 * place, days_past_due=late, **own)
        book.recorded("L2", end, 1000 - 10 * place)
    return book.build(ends[-1])


def stages(book: Book, loan_id: str = "L1") -> list[int]:
    """The stage at each month end that has one, oldest first."""
    sql = "select stage from marts.loan_ecls where loan_id = ? and is_on_book order by month_end"
    return [stage for (stage,) in book.rows(sql, loan_id)]


def all_stages(book: Book, loan_id: str = "L1") -> list[tuple[int, str | None]]:
    """Stage and rule at every month end, oldest first."""
    sql = "select stage, stage_rule from intermediate.stages where loan_id = ? order by month_end"
    return book.rows(sql, loan_id)


def test_thirty_days_are_stage_1_and_thirty_one_are_stage_2():
    assert [stage for stage, _ in all_stages(recorded([0, 30, 31]))] == [1, 1, 2]


def test_ninety_days_are_stage_2_and_ninety_one_are_stage_3():
    assert all_stages(recorded([60, 90, 91])) == [(2, "dpd_30"), (2, "dpd_30"), (3, "dpd_90")]


def test_stage_2_cures_at_the_third_month_end_without_a_trigger():
    found = all_stages(recorded([0, 45, 0, 0, 0, 0]))
    assert found == [(1, None), (2, "dpd_30"), (2, "cure"), (2, "cure"), (1, None), (1, None)]


def test_stage_3_cures_to_stage_2_first_and_then_to_stage_1():
    found = [stage for stage, _ in all_stages(recorded([0, 95, 0, 0, 0, 0, 0, 0]))]
    assert found == [1, 3, 3, 3, 2, 2, 1, 1]


def test_a_trigger_begins_the_count_anew():
    found = [stage for stage, _ in all_stages(recorded([0, 45, 0, 0, 31, 0, 0, 0]))]
    assert found == [1, 2, 2, 2, 2, 2, 2, 1]


def test_special_mention_is_stage_2_and_a_non_performing_class_stage_3():
    found = all_stages(recorded([0, 0, 0], classification=[1, 2, 3]))
    assert found == [(1, None), (2, "special_mention"), (3, "npl")]


def test_a_firm_defaults_with_any_of_its_loans_and_a_person_loan_by_loan():
    # The person's other loan is warned of, since its borrower is, but it is not in default.
    for kind, stage in (("corporate", 3), ("retail", 2)):
        book = Book().borrower(kind=kind).loan("L1").loan("L2", principal=100_000)
        for end, late in zip(months("2024-01-31", 3), (0, 60, 95), strict=True):
            book.recorded("L1", end, 900, days_past_due=late)
            book.recorded("L2", end, 90_000)
        book.build("2024-03-31")
        assert all_stages(book, "L2")[-1][0] == stage, kind


def test_the_recorded_stage_stands_beside_and_decides_nothing_but_impairment():
    book = recorded([0, 45, 95, 95], stage=[1, 1, 2, 2])
    found = book.rows(
        "select stage, stage_recorded, stage_mismatch_count from marts.loan_ecls"
        " where loan_id = 'L1' and month_end = date '2024-04-30'"
    )
    assert found == [(3, 2, 1)]
    assert all_stages(recorded([0, 0], stage=[1, 3]))[-1] == (3, "impaired")


# --- PD, LGD and expected loss in the build ---


def test_the_builds_pd_is_the_power_of_the_matrix_of_its_moves(demo_scope):
    terms = reports.pd_used(demo_scope)
    for product in ("consumer", "car"):
        found = estimates(demo_scope, product)
        assert found is not None
        own = terms[(terms["product"] == product) & ~terms["is_whole_book"]]
        both = own.merge(found.frame, on="state")
        assert len(both)
        if not terms[terms["product"] == product]["is_whole_book"].any():
            assert both["pd_12m"].tolist() == pytest.approx(both["cohort"].tolist(), rel=1e-9)


def test_pd_never_falls_over_the_months_and_stays_below_one(demo_scope):
    terms = reports.pd_terms(demo_scope, "consumer")
    for _, part in terms.groupby("state"):
        assert part["pd"].is_monotonic_increasing
        assert part["pd"].between(0, 1).all()


def test_what_was_known_does_not_change_when_the_future_comes():
    days = [0, 45, 95, 100, 0, 0, 0, 45, 95, 130]
    short, long = recorded(days[:8]), recorded(days)
    sql = (
        "select * exclude (month_end), month_end from {} where month_end > date '2024-04-30'"
        " and month_end <= date '2024-08-31' order by all"
    )
    for table in ("marts.loan_ecls", "marts.lgds"):
        assert short.rows(sql.format(table)) == long.rows(sql.format(table)) != []
    curves = "select month_end, product, state, curve[1:12] from marts.pd_curves"
    until = f"{curves} where month_end between date '2024-05-31' and date '2024-08-31' order by all"
    assert short.rows(until) == long.rows(until) != []


def w23() -> Book:
    """One default, and the flows of W23 after it: to the cent what W23 says is left."""
    book = Book().borrower().parameter("lgd_least_cases", "1")
    book.loan("L1", principal=100_000, annual_rate=0.08, term_months=60, matures_on="2028-12-31")
    for end, late in zip(months("2024-01-31", 3), (0, 60, 91), strict=True):
        book.recorded("L1", end, 100_000, days_past_due=late)
    book.recorded("L1", "2024-04-30", 0, days_past_due=121, status="written_off")
    book.add(
        "write_offs",
        write_off_id="W1",
        loan_id="L1",
        written_off_on="2024-04-15",
        amount=100_000,
        kind="write_off",
        is_partial=False,
    )
    flows = (
        ("2024-09-20", 30_000, 1_000),
        ("2025-03-10", 20_000, 0),
        ("2026-03-05", 15_000, 2_000),
    )
    for place, (day, amount, cost) in enumerate(flows):
        book.add(
            "recoveries",
            recovery_id=f"Q{place}",
            loan_id="L1",
            recovered_on=day,
            amount=amount,
            cost=cost,
        )
    # Another loan keeps the book going.
    book.loan("L2", principal=1000, term_months=60, matures_on="2028-12-31")
    for end in months("2024-01-31", 27):
        book.recorded("L2", end, 1000)
    return book.build("2026-03-31")


def test_w23_the_workout_in_the_build():
    book = w23()
    (worth,) = book.one("select sum(worth) from marts.loss_flows where loan_id = 'L1'")
    assert worth == pytest.approx(57_569.19, abs=0.005)
    sql = "select lgd_raw, cases from marts.lgds where month_end = date '2026-03-31'"
    lgd, cases = book.one(sql)
    assert lgd == pytest.approx(0.424308, abs=5e-7)
    assert cases == 1
    # As known a year after default: the last recovery has not come.
    before = "select lgd_raw from marts.lgds where month_end = date '2025-03-31'"
    assert book.one(before)[0] == pytest.approx(1 - (29_000 / 1.08**0.5 + 20_000 / 1.08) / 100_000)


def test_w23_net_cash_alone_is_not_discounted(tmp_path, monkeypatch):
    reads = ("scoped_loss_cases", "scoped_loss_flows")
    monkeypatch.setenv("WAREHOUSE", str(serve(w23(), tmp_path, reads=reads)))
    scope = Scope(("Main",), ("consumer",), date(2026, 3, 31))
    curve = reports.recovery_curve(scope).set_index("age").loc[[5, 6, 12, 24]]
    assert curve["collected"].tolist() == pytest.approx([0, 0.29, 0.49, 0.62])
    assert curve["recovered"].iloc[-1] == pytest.approx(0.575692, abs=5e-7)


def test_a_cure_counts_what_was_still_owed_as_come():
    book = recorded([0, 60, 95, 0, 0, 0])
    kinds = book.rows("select kind, amount from marts.loss_flows where kind = 'cured'")
    assert kinds == [("cured", Decimal("950.00"))]
    assert book.one("select ended_as from marts.loss_cases") == ("cured",)


def defaults(least: str, **products: str) -> Book:
    """Loans that default, named with their product: OLD ones after one month, others after four.

    Half of Y1 comes in the month after its default; who is named in capital C is cured three months
    after. Nothing else comes. Two month ends after the default of the young ones it is over.
    """
    book = Book().borrower().parameter("lgd_least_cases", least)
    book.parameter("overdue_dpd", "90")
    ends = months("2024-01-31", 7)
    for loan_id, product in products.items():
        book.loan(loan_id, product=product, term_months=60, matures_on="2028-12-31")
        late = [0, 95, 0, 0, 0, 0, 0] if "C" in loan_id else [0, 95, 125, 155, 185, 215, 245]
        if loan_id.startswith("Y"):
            late = [0, 0, 0, 0, 95, 125, 155]
        for place, end in enumerate(ends):
            owed = 500 if loan_id == "Y1" and place > 4 else 1000
            book.recorded(loan_id, end, owed, days_past_due=late[place])
    return book.build(ends[-1])


LGDS = (
    "select lgd_raw, own_months, own_last_cases, book_months, book_last_cases, is_whole_book"
    " from marts.lgds where month_end = date '2024-07-31' and product = ?"
)
CURED = 1.1 ** (-3 / 12)  # worth of a cure three months after, per yuan of exposure
HALF = 0.5 / 1.1 ** (1 / 12)


def test_a_month_watched_by_a_handful_counts_for_nothing_where_the_book_has_no_more():
    book = defaults("2", OLDC="consumer", Y2="consumer", Y3="consumer")
    # All three are watched two months; the cure of the old one is of its own and of nobody else.
    assert book.one(LGDS, "consumer") == (1.0, 2, 3, 2, 3, False)


def test_after_the_last_month_with_enough_defaults_what_is_left_falls_as_the_whole_books_does():
    book = defaults(
        "2", OLDC="consumer", Y1="consumer", Y2="consumer", OLD2="car", OLD3C="car", OLD4="asset"
    )
    consumer = book.one(LGDS, "consumer")
    # Six defaults are watched two months, four of them five: two of these four are cured.
    book_then, book_left = 1 - HALF / 6, 1 - HALF / 6 - 2 * CURED / 4
    assert consumer[0] == pytest.approx((1 - HALF / 3) * book_left / book_then, abs=1e-9)
    assert consumer[1:] == (2, 3, 5, 4, False)
    # Two of its own are watched all the time: nothing is borrowed.
    assert book.one(LGDS, "car")[0] == pytest.approx(1 - CURED / 2, abs=1e-9)
    assert book.one(LGDS, "car")[1:] == (5, 2, 5, 4, False)
    # One default alone: the whole book.
    assert book.one(LGDS, "asset")[0] == pytest.approx(book_left, abs=1e-9)
    assert book.one(LGDS, "asset")[1:] == (None, None, 5, 4, True)


def test_in_a_book_with_too_few_defaults_nothing_is_expected_to_come():
    book = defaults("30", OLDC="consumer", Y1="consumer")
    assert book.one(LGDS, "consumer") == (1.0, None, None, None, None, True)


def test_no_step_of_a_lgd_comes_from_fewer_defaults_than_the_least(demo_scope):
    """The curves again from the defaults themselves: with months of enough defaults alone."""
    least = 30
    cases = ask("select * from scoped_loss_cases($branches, $products)", demo_scope)
    flows = ask("select * from scoped_loss_flows($branches, $products)", demo_scope)
    used = ask("select * from book_lgds()", demo_scope)
    assert not used[used["own_months"].notna()].empty

    def left(month_end, among: pd.DataFrame, until: float = np.inf) -> tuple[float, int]:
        """What is left of the exposure after the months that count, and how many these are."""
        share, age = 0.0, 0
        mine = flows[flows["month_end"] <= month_end].merge(among[["loan_id", "defaulted_on"]])
        while age <= min(until, 60):
            reached = among["defaulted_on"] + pd.offsets.MonthEnd(age) <= month_end
            is_sold = among["ended_as"] == "sold"
            sold_by = among["ended_on"] <= among["defaulted_on"] + pd.offsets.MonthEnd(age)
            number = int((reached & ~(is_sold & sold_by)).sum())
            if number < least:
                break
            share += mine[mine["age"] == age]["share"].sum() / number
            age += 1
        return 1 - share, age

    for frame, columns in ((cases, ("defaulted_on", "ended_on")), (flows, ("month_end",))):
        for column in columns:
            frame[column] = pd.to_datetime(frame[column])
    for _, row in used.iterrows():
        month_end = pd.Timestamp(row["month_end"])
        known = cases[cases["defaulted_on"] <= month_end]
        own, own_ages = left(month_end, known[known["product"] == row["product"]])
        book, book_ages = left(month_end, known)
        then, _ = left(month_end, known, own_ages - 1)
        assert row["lgd_raw"] == pytest.approx(own * book / then, abs=1e-9)
        assert (own_ages or None) == (None if pd.isna(row["own_months"]) else row["own_months"] + 1)
        assert (book_ages or None) == (
            None if pd.isna(row["book_months"]) else row["book_months"] + 1
        )
        for number in (row["own_last_cases"], row["book_last_cases"]):
            assert pd.isna(number) or number >= least


def test_every_loan_of_the_book_is_the_sum_of_its_years(demo_scope):
    for stage in (1, 2):
        frame = reports.expected_loss_counts(demo_scope)
        part = frame[(frame["stage"] == stage) & frame["is_on_book"]].head(25)
        for loan_id in part["loan_id"]:
            loan = reports.loan_ecl(demo_scope, loan_id).iloc[0]
            years = loan_years(loan)["ecl"]
            assert years.sum() == pytest.approx(loan["ecl_life"], abs=0.0051)
            if stage == 2:
                assert loan["ecl"] == loan["ecl_life"]
            else:
                assert loan["ecl"] == loan["ecl_12m"]
                assert years.iloc[0] == pytest.approx(loan["ecl_12m"], abs=0.0051)


def test_stage_3_is_the_balance_less_what_is_still_to_come(demo_scope):
    frame = reports.expected_loss_counts(demo_scope)
    bad = frame[(frame["stage"] == 3) & frame["is_on_book"]]
    assert len(bad)
    assert bad["ecl"].tolist() == pytest.approx((bad["balance"] * bad["lgd"]).tolist(), abs=0.0051)


# --- What moved it ---


def test_the_steps_lead_from_opening_to_closing_for_every_loan(demo_scope):
    for as_of in month_ends(demo_scope.build)[-13:]:
        frame = reports.expected_loss_counts(replace(demo_scope, as_of=as_of))
        steps = [name for name in frame.columns if name.endswith("_ecl")]
        steps = [name for name in steps if not name.startswith(("stage1", "stage2", "stage3"))]
        assert set(steps) >= {"opening_ecl", "new_ecl", "pd_ecl", "lgd_ecl", "exposure_ecl"}
        gap = frame[steps].sum(axis=1) - frame["ecl"]
        assert gap.abs().max() < 0.005


def test_thirteen_months_close_to_the_cent_and_chain(demo_scope):
    frame = reports.ecl_bridge(demo_scope)
    assert len(frame) == 13
    assert frame["closes"].all()
    assert frame["ecl_opening"].tolist()[1:] == pytest.approx(
        frame["expected_loss"].tolist()[:-1], abs=0.005
    )


def test_a_move_to_stage_2_is_told_as_a_stage_move_and_nothing_else_as_one():
    book = recorded([0, 45, 95, 0, 0, 0, 0, 0, 45])
    rows = book.rows(
        "select opening_stage, stage, stage_ecl from marts.loan_ecls where loan_id = 'L1'"
        " and is_on_book and opening_stage is not null order by month_end"
    )
    for was, now, moved in rows:
        assert was != now or moved == 0
    assert any(was != now and moved != 0 for was, now, moved in rows)


# --- Stress ---


def test_no_shock_is_the_expected_loss_itself(demo_scope):
    cells = reports.stress_cells(demo_scope)
    assert stress(cells, Shock())["stressed"].sum() == pytest.approx(cells["ecl"].sum(), abs=0.01)
    whole = measure(demo_scope, EXPECTED_LOSS, PROVISION).iloc[0]
    row = outcomes(cells, {"base": Shock()}).iloc[0]
    assert row["ecl"] == pytest.approx(whole[EXPECTED_LOSS.id], abs=0.01)
    assert row["allowance"] == pytest.approx(whole[PROVISION.id], abs=0.01)


def test_every_shock_costs_more_and_never_more_than_everything(demo_scope):
    cells = reports.stress_cells(demo_scope)
    base = cells["ecl"].sum()
    for shock in (Shock(pd=1.5), Shock(lgd=0.1), Shock(collateral=0.3)):
        assert stress(cells, shock)["stressed"].sum() > base
    worst = stress(cells, Shock(pd=100, lgd=1, collateral=0.5))
    assert (worst["stressed"] <= worst["balance"].astype(float) * 1.00001).all()


def test_pd_changes_nothing_in_stage_3(demo_scope):
    cells = reports.stress_cells(demo_scope)
    bad = stress(cells, Shock(pd=3.0)).query("stage == 3")
    assert bad["stressed"].tolist() == pytest.approx(bad["ecl"].tolist())


def test_the_scenarios_are_weighted_by_the_parameters(demo_scope):
    shocks = scenarios(reports.ecl_parameters(demo_scope))
    assert set(shocks) == {"better", "base", "worse"}
    frame = outcomes(reports.stress_cells(demo_scope), shocks)
    found = weighted(frame)
    assert found is not None
    assert found == pytest.approx((frame["ecl"] * frame["weight"]).sum())
    assert weighted(frame.assign(weight=0.5)) is None


# --- What is not evaluated, and what the whole book stands in for ---


@pytest.mark.parametrize("worst", [1, 2], ids=["as_used", "stage_2_too"])
def test_the_rise_of_pd_counts_the_loans_of_stage_1_that_it_would_find(demo_scope, worst):
    # Whoever is late is in stage 2 already in the demo book: counted too, there is something.
    ratio, points, backstop = (2, 0.005, 3) if worst == 1 else (1.05, 0.001, 1.2)
    loans = ask(
        "select * from scoped_loan_ecls($branches, $products)"
        f" where month_end = $month_end and is_on_book and stage <= {worst}",
        demo_scope,
    )
    curves = ask(
        "select product, curve from book_pd_curves() where month_end = $month_end"
        " and state = 'current'",
        demo_scope,
    ).set_index("product")["curve"]
    calm = np.array(
        [
            curves[product][months - 1]
            for product, months in zip(loans["product"], loans["months_left"], strict=True)
        ]
    )
    now = loans["pd_life"].to_numpy(dtype=float)
    twice = (now >= ratio * calm) & (now - calm >= points)
    found = int((twice | ((now >= backstop * calm) & (now > 0))).sum())
    sql = report_sql("pd_rise")
    for param, value in (("ratio", ratio), ("points", points), ("backstop", backstop)):
        read = f"max(case when param_id = 'sicr_pd_{param}' then cast(value as double) end)"
        assert read in sql
        sql = sql.replace(read, f"max(cast({value} as double))")
    assert "loans.stage = 1" in sql
    sql = sql.replace("loans.stage = 1", f"loans.stage <= {worst}")
    assert ask(sql, demo_scope).iloc[0]["loans"] == found
    if worst == 1:
        row = reports.pd_rise(demo_scope).iloc[0]
        assert (row["ratio"], row["points"], row["backstop"]) == (ratio, points, backstop)
        assert row["loans"] == found
    else:
        assert found > 0


def test_what_is_pooled_is_named_with_the_least_number(demo_scope):
    frame = pd.DataFrame(
        {
            "product": ["housing", "housing", "asset", "asset"],
            "state": ["current", "61-90", "current", "61-90"],
            "is_whole_book": [False, True, True, True],
        }
    )
    said = loss_used.pooled(frame, loss_probability.PDS_USED, "30")
    assert "Housing, state 61-90; asset, state Current, 61-90." in said and " 30 " in said
    calm = frame.assign(is_whole_book=False)
    assert loss_used.pooled(calm, loss_probability.PDS_USED, "30") == ""


# --- Rights ---


def test_a_reader_of_one_branch_sees_its_loans_alone(demo_scope):
    branch = demo_scope.branches[0]
    own = replace(demo_scope, branches=(branch,))
    for frame in (
        reports.expected_loss_counts(own),
        reports.default_cases(own),
        reports.stage_mismatches(own),
    ):
        assert set(frame["branch"]) <= {branch}
    nothing = Scope((), (), date.min)
    assert reports.stress_cells(nothing).empty
    assert reports.pd_used(nothing).empty
