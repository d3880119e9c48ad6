"""A long list: its parts, and that another question begins at the first of them."""

from streamlit.testing.v1 import AppTest

from ui import export


def _listed(asked: str) -> None:
    import pandas as pd

    from queries.warehouse import NOTHING
    from ui import long_lists
    from ui.tables import Column

    rows = pd.DataFrame({"row_id": [f"R{number:03}" for number in range(250)]})

    def part(after: str | None, limit: int) -> pd.DataFrame:
        return rows[rows["row_id"] > (after or "")].head(limit)

    whole = ("rows", "Rows", {"row_id": Column("Row")}, part, "row_id", len(rows), NOTHING)
    long_lists.draw(*whole, asked=(asked,))


def _first(at: AppTest) -> str:
    assert not at.exception
    return str(at.dataframe[0].value["row_id"].iloc[0])


def test_another_question_begins_at_the_first_part(monkeypatch):
    # What the file says needs a build and a reader; the parts do not.
    for name in ("listing", "offer"):
        monkeypatch.setattr(export, name, lambda *told, **more: None)
    at = AppTest.from_function(_listed, kwargs={"asked": "open"}).run()
    assert _first(at) == "R000"
    at.button(key="rows_on").click().run()
    assert _first(at) == "R100"
    at.run()
    assert _first(at) == "R100"
    again = AppTest.from_function(_listed, kwargs={"asked": "late"})
    again.session_state["pages_rows"] = at.session_state["pages_rows"]
    assert _first(again.run()) == "R000"
