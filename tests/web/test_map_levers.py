"""What is counted on the map: windows stay where they can be counted, and years take the place of days where not."""

from lib.chapters.chapters import BY_SLUG
from tests.web.story_app import open_story

PLACES = BY_SLUG["where-things-changed"]


def test_a_measure_keeps_the_windows_that_it_can_count_and_else_has_its_own() -> None:
    at = open_story(PLACES, {"current": "2021-01-01..2021-03-31", "baseline": "2020-01-01..2020-03-31"})
    at.selectbox(key="lever_measure").set_value("robbery").run()
    assert at.query_params["current"] == "2021-01-01..2021-03-31"
    at.selectbox(key="lever_measure").set_value("calls-drugs-yearly").run()
    assert at.query_params["current"] == "2020-01-01..2020-12-31"
    at.button_group(key="lever_year").set_value(2021).run()
    at.selectbox(key="lever_measure").set_value("calls-accidents-yearly").run()
    assert at.query_params["current"] == "2021-01-01..2021-12-31"
    at.selectbox(key="lever_measure").set_value("calls-common-assault-yearly").run()  # ends in 2018
    assert at.query_params["current"] == "2018-01-01..2018-12-31"
    assert not at.exception
    assert not at.error
    assert not at.info


def test_a_community_area_is_offered_by_its_own_name_and_opens_its_part_of_the_page() -> None:
    at = open_story(PLACES, {"measure": "calls-drugs-yearly"})
    picker = at.selectbox(key="lever_area")
    assert "Canton" in picker.options
    assert "Hampden" not in picker.options
    picker.set_value("community:Canton").run()
    assert at.query_params["area"] == "community:Canton"
    assert "Canton" in [header.value for header in at.header]
    assert at.title[0].value == "How did things change in Canton, Baltimore?"
