"""The Vintages page: its switches, its words, its pictures, and the loans behind a cell."""

from dataclasses import replace
from itertools import pairwise
from typing import Any

import pandas as pd
import pytest

from queries import reports
from queries.metrics import VINTAGE_CUM_NET_LOSS, VINTAGE_EVER30_BAL
from queries.vintage_reading import ages_shown, half_lost, ranking, reading
from queries.warehouse import month_ends
from tests.book import Book
from tests.opened import person, plain
from tests.served import serve
from ui.vintage_charts import curves

pytestmark = pytest.mark.usefixtures("demo_scope")


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("compare", ["period", "branch", "product"])
@pytest.mark.parametrize("state", ["ever", "on_book", "net_loss", "due_unpaid"])
def test_every_switch(opened, state, compare, language):
    asked = {"state": state, "compare": compare, "step": "month", "counted": "count", "days": "90"}
    at = opened("vintages", person(language=language), **asked)
    assert len(at.subheader) >= 2


def test_the_loans_behind_a_cell_are_listed_with_its_sum(opened, demo_scope):
    cells = reports.vintage_cells(demo_scope, VINTAGE_EVER30_BAL, "quarter")
    cell = cells[(cells["months_on_book"] == 6) & (cells["numerator"] > 0)].iloc[0]
    at = opened("vintages", cohort=f"{cell['curve']}:6")
    shown = plain(at)
    assert f"Behind {cell['curve']} at 6 months" in shown
    assert f"add up to {cell['numerator']:,.2f}, of {cell['denominator']:,.2f}" in shown
    listed = at.dataframe[-1].value
    assert listed["counted"].sum() == pytest.approx(cell["numerator"])
    assert f"{len(listed)} of the {cell['original_count']:,.0f} loans made" in shown


def test_a_segments_cell_lists_its_loans_only(opened, demo_scope):
    chosen = tuple(reports.vintage_periods(demo_scope, "quarter")["period"][:2])
    at = opened("vintages", compare="product", quarter=list(chosen), cohort="consumer:6")
    assert "Behind Consumer at 6 months" in plain(at)
    assert set(at.dataframe[-1].value["product"]) == {"Consumer"}
    _, amount = reports.vintage_counts_total(
        replace(demo_scope, products=("consumer",)), VINTAGE_EVER30_BAL, "quarter", chosen, 6
    )
    assert at.dataframe[-1].value["counted"].sum() == pytest.approx(float(amount))


def test_the_loans_behind_a_point_of_the_loss_timing_add_up_to_its_net_loss(
    opened, monkeypatch, tmp_path
):
    book = Book().borrower()
    ends = [f"{day:%Y-%m-%d}" for day in pd.date_range("2024-01-31", "2024-06-30", freq="ME")]
    # Of LATE nothing is known in its first months: it is in no point of the curve.
    lent = {"A": "2024-01-10", "B": "2024-02-10", "C": "2024-03-10", "LATE": "2023-10-10"}
    for loan_id, day in lent.items():
        book.loan(loan_id, disbursed_on=day)
        for month_end in [end for end in ends if day < end < "2024-04"]:
            book.recorded(loan_id, month_end, 1000)
        gone = loan_id in ("A", "LATE")
        for month_end in ends[3:4] if gone else ends[3:]:
            left = "written_off" if gone else "active"
            book.recorded(loan_id, month_end, 0 if gone else 1000, status=left)
    for loan_id in ("A", "LATE"):
        row = {"write_off_id": loan_id, "loan_id": loan_id, "amount": 1000}
        book.add("write_offs", written_off_on="2024-04-20", **row)
    book.add("recoveries", recovery_id="R1", loan_id="A", recovered_on="2024-04-25", amount=300)
    monkeypatch.setenv("WAREHOUSE", str(serve(book.build("2024-06-30"), tmp_path / "builds")))
    at = opened("vintages", state="gross_loss", step="month", cohort="all:3")
    assert "1 of the 3 loans made add up to 700.00, of 3,000.00" in plain(at)
    assert at.dataframe[-1].value["loan_id"].tolist() == ["A"]


@pytest.mark.parametrize("cohort", ["2099Q1:3", "x", ":", "2024Q1:999", "consumer:6", "2024Q1:-1"])
def test_a_cell_that_is_not_shown_has_no_list(opened, cohort):
    at = opened("vintages", cohort=cohort)
    assert "Behind" not in plain(at)


def test_the_words_are_the_figures(opened, demo_scope):
    cells = reports.vintage_cells(demo_scope, VINTAGE_EVER30_BAL, "quarter")
    found = reading(cells)
    assert found is not None
    at_age = cells[cells["months_on_book"] == found.age].set_index("curve")
    before = at_age.loc[: found.curve].iloc[-5:-1]
    assert found.value == at_age.loc[found.curve, "value"]
    assert found.before == pytest.approx(before["numerator"].sum() / before["denominator"].sum())
    shown = plain(opened("vintages"))
    assert f"At {found.age} months on book, {found.curve} stands at {found.value:.2%}" in shown
    assert f"together stood at {found.before:.2%}" in shown
    at = opened("vintages").button(key="vintage_said").click().run()
    assert at.query_params["cohort"] in (
        f"{found.curve}:{found.age}",
        [f"{found.curve}:{found.age}"],
    )
    assert f"Behind {found.curve} at {found.age} months" in plain(at)


def test_the_highest_is_sought_among_all_that_have_the_age(opened, demo_scope):
    cells = reports.vintage_cells(demo_scope, VINTAGE_EVER30_BAL, "quarter")
    picked = reports.vintage_periods(demo_scope, "quarter")["period"].tolist()[:2]
    shown = plain(opened("vintages", quarter=picked))
    assert f"{picked[1]} stands at" in shown
    assert "the 1 before it together stood at" in shown
    age = int(shown.partition(" months on book, ")[0].rpartition("At ")[2])
    at_age = cells[cells["months_on_book"] == age].dropna(subset=["value"])
    highest = at_age.sort_values(["value", "curve"]).iloc[-1]
    none_higher = highest["curve"] == picked[1]
    assert none_higher == ("Of all vintages of that age none stands higher." in shown)
    said = f"The highest of all at that age is {highest['curve']} with {highest['value']:.2%}"
    assert none_higher or said in shown
    alone = plain(opened("vintages", quarter=picked[:1]))
    assert "stands at" not in alone, "nothing beside it to compare with"


def test_curves_that_are_all_nothing_are_said_and_not_drawn(opened, monkeypatch):
    cells = reports.vintage_cells

    def nothing(*asked: Any) -> pd.DataFrame:
        found = cells(*asked)
        return found.assign(value=found["value"] * 0, numerator=found["numerator"] * 0)

    monkeypatch.setattr(reports, "vintage_cells", nothing)
    for compare in ("period", "branch"):
        at = opened("vintages", compare=compare)
        assert "all of them stand at 0.00%" in plain(at)
        assert "stands" not in plain(at)
        assert not at.get("plotly_chart")


def test_before_the_first_quarter_is_over_only_months_are_shown(opened, demo_scope):
    first = month_ends(demo_scope.build)[0].isoformat()
    at = opened("vintages", as_of=first)
    assert "No quarter is over yet" in plain(at)
    at = opened("vintages", as_of=first, step="month")
    assert "stands at" not in plain(at), "nothing to compare with yet"


def test_an_empty_selection_says_so(opened):
    at = opened("vintages", person(branches=()))
    assert "No loans in this selection." in plain(at)
    assert "0.00%" not in plain(at)


# --- Figures worked by hand ---

CELLS = pd.DataFrame(
    [
        ("A", 1, 0.10, 10, 100),
        ("B", 1, 0.30, 90, 300),
        ("C", 1, 0.20, 20, 100),
        ("A", 2, 0.20, 20, 100),
    ],
    columns=["curve", "months_on_book", "value", "numerator", "denominator"],
)


def test_the_newest_is_read_against_the_sum_of_those_before():
    found = reading(CELLS)
    assert found is not None
    assert (found.curve, found.age, found.value, found.count) == ("C", 1, 0.20, 2)
    assert found.before == 0.25
    assert (found.highest, found.highest_value) == ("B", 0.30)
    assert reading(CELLS[CELLS["curve"] == "A"]) is None


def test_a_curve_that_is_not_drawn_can_be_the_highest():
    drawn = CELLS[CELLS["curve"] != "B"]
    found = reading(drawn, every=CELLS)
    assert found is not None
    assert (found.curve, found.before) == ("C", 0.10)
    assert (found.highest, found.highest_value) == ("B", 0.30)


def test_segments_are_ranked_at_the_age_that_all_have():
    found = ranking(CELLS)
    assert found is not None
    assert (found.age, found.order) == (1, ("B", "C", "A"))
    assert found.together == pytest.approx(120 / 500)


def test_ages_are_told_as_committees_read_them():
    assert ages_shown(CELLS) == [1, 2]
    assert ages_shown(pd.DataFrame({"months_on_book": range(26)})) == [
        1,
        2,
        3,
        6,
        9,
        12,
        15,
        18,
        24,
    ]


def test_loss_timing_ends_at_all_of_it_and_rests_on_what_came(demo_scope):
    timing = reports.vintage_loss_timing(demo_scope)
    assert timing["value"].iloc[-1] == 1
    assert (timing["vintages"].diff().dropna() <= 0).all()
    half = half_lost(timing)
    assert half is not None
    before = timing[timing["months_on_book"] < half]
    assert (before["value"] < 0.5).all()
    cells = reports.vintage_cells(demo_scope, VINTAGE_CUM_NET_LOSS, "month")
    sums = cells.groupby("months_on_book")["numerator"].sum()
    assert timing["net_loss"].tolist() == pytest.approx(sums.iloc[: len(timing)].tolist())


def test_curves_carry_their_codes_and_their_names():
    figure: Any = curves(CELLS, ("A", "B", "C"))
    assert [trace.name for trace in figure.data] == ["A", "B", "C"]
    assert figure.data[0].customdata[1] == ["A", "2"]
    assert len({trace.line.dash for trace in figure.data}) == 3
    names = figure.layout.annotations
    assert {name.text for name in names} == {"A", "B", "C"}
    assert max(name.y for name in names) < figure.layout.yaxis.range[1]


def test_names_of_curves_that_end_together_stand_apart():
    same = pd.DataFrame(
        [(code, 5, 0.1) for code in "ABCD"], columns=["curve", "months_on_book", "value"]
    )
    figure: Any = curves(same, tuple("ABCD"))
    places = sorted(name.ay for name in figure.layout.annotations)
    gaps = [above - below for below, above in pairwise(places)]
    assert min(gaps) > 0.004


def test_a_name_stands_on_no_other_line_and_paints_over_none():
    rows = [("OLD", age, 0.1) for age in range(13)] + [("NEW", age, 0.1) for age in range(6)]
    frame = pd.DataFrame(rows, columns=["curve", "months_on_book", "value"])
    figure: Any = curves(frame, ("OLD", "NEW"))
    names = {name.text: name for name in figure.layout.annotations}
    assert abs(names["NEW"].ay - 0.1) > 0.003, "the older line runs on through its end"
    assert names["OLD"].ay == 0.1
    assert not any(name.bgcolor for name in names.values())
