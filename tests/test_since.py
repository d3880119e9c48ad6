"""The date compared with: a part of the scope, kept from page to page, followed by every tile."""

import pytest

from tests.opened import DETAILS, READER, address, fine, person, plain
from ui import since

# Who opens a page that not everyone may.
READERS = {"audit_plan": person("auditor")}
pytestmark = pytest.mark.usefixtures("small_book")


@pytest.mark.parametrize("page", sorted(since.PAGES - {"why"}))
@pytest.mark.parametrize(("asked", "word"), [("year", "y/y"), ("2024-06-30", "since 2024-06")])
def test_every_page_with_tiles_compares_with_the_date_of_the_scope(opened, page, asked, word):
    at = opened(page, READERS.get(page, READER), since=asked)
    marked = [each.proto.delta_description for each in at.metric if each.proto.delta_description]
    assert all(word in said for said in marked), marked
    # On the others nothing of this small book moved.
    assert marked or page not in ("overview", "quality", "ageing", "cash")
    near = at.segmented_control(key=since.NEAR).value
    assert near == (asked if asked == "year" else None)
    assert [each.key for each in at.button if each.key == f"chip_since_{asked}"]


@pytest.mark.parametrize("page", ["overview", "cash", "watchlist", "loan"])
def test_every_link_keeps_the_date(opened, page):
    at = opened(page, since="year", **DETAILS.get(page, {}))
    links = [each.proto for each in at.get("page_link")]
    assert links
    assert all("since=year" in each.query_string for each in links)


def test_a_date_that_cannot_be_compared_with_is_ignored_and_said_once(opened):
    at = opened("quality", as_of="2024-06-30", since="2024-06-30")
    assert plain(at).count("asked to compare with 2024-06-30, which is no month end") == 1
    assert not [each.key for each in at.button if str(each.key).startswith("chip_since")]
    marked = [each.proto.delta_description for each in at.metric if each.delta]
    assert marked
    assert all("m/m" in said for said in marked)


def test_the_choice_goes_to_the_address_and_its_chip_takes_it_off(opened):
    at = opened("ageing")
    at.segmented_control(key=since.NEAR).set_value("year").run()
    fine(at)
    assert address(at, "since") == ["year"]
    at.selectbox(key=since.ANY).set_value("2024-03-31").run()
    fine(at)
    assert address(at, "since") == ["2024-03-31"]
    at.button(key="chip_since_2024-03-31").click().run()
    fine(at)
    assert "since" not in at.query_params
