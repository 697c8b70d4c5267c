"""Charts on one another: what is on top, what they share, and where what a reader picks is said."""

import altair as alt

from lib.charts.layers import layered
from lib.figures import catalog  # noqa: F401 - declares every figure
from lib.figures.registry import FIGURES, spec
from lib.story.view import default_view
from tests.figures.drawn import nodes

ROWS = alt.Chart(alt.NamedData(name="rows"))
POINT = ROWS.mark_point().encode(x=alt.X("x:Q"))
LINE = ROWS.mark_line().encode(x=alt.X("x:Q"))
ELSEWHERE = alt.Chart(alt.NamedData(name="events")).mark_rule()


def test_data_that_all_have_alike_is_said_once_and_other_data_by_each():
    alike = layered(LINE, POINT)
    assert alike["data"] == {"name": "rows"}
    assert [(part["mark"]["type"], "data" in part) for part in alike["layer"]] == [("line", False), ("point", False)]
    apart = layered(LINE, ELSEWHERE)
    assert "data" not in apart
    assert [part["data"]["name"] for part in apart["layer"]] == ["rows", "events"]
    outer = layered(alike, layered(POINT))
    assert outer["data"] == {"name": "rows"}
    assert all("data" not in part for part in outer["layer"])


def test_what_a_chart_without_a_mark_says_holds_for_all_and_a_part_may_have_data_of_its_own():
    shared = ROWS.transform_calculate(y="datum.x * 2").encode(y=alt.Y("y:Q"))
    made = layered(alt.Chart().mark_point(), ELSEWHERE, shared=shared, independent=("color",))
    assert made["data"] == {"name": "rows"}
    assert made["encoding"] == {"y": {"field": "y", "type": "quantitative"}}
    assert made["transform"] == [{"calculate": "datum.x * 2", "as": "y"}]
    assert made["resolve"] == {"scale": {"color": "independent"}}
    assert "mark" not in made
    assert ["data" in part for part in made["layer"]] == [False, True]


def test_a_selection_is_said_at_the_top_with_the_view_that_it_is_made_in():
    pick = alt.selection_point(name="pick", fields=["x"], toggle=False)
    for point, view in ((POINT, "view_pick"), (POINT.properties(name="dots"), "dots")):
        inner = layered(point.add_params(pick), LINE)
        outer = layered(ELSEWHERE, inner)
        (lifted,) = outer["params"]
        assert (lifted["name"], lifted["views"], lifted["select"]["fields"]) == ("pick", [view], ["x"])
        assert [node["name"] for node in nodes(outer["layer"]) if "mark" in node and "name" in node] == [view]
        assert not any("params" in node for node in nodes(outer["layer"]))
        assert inner["params"] == outer["params"]  # what was handed in is as it was


def test_every_selection_of_a_figure_names_one_view_that_is_in_it():
    found = 0
    for figure in FIGURES.values():
        if figure.id == "place-series":  # shows the counts of a chosen place, and none is
            continue
        for claim in figure.claims()[:1]:
            made = spec(figure.id, default_view(), "light", claim)
            names = [node["name"] for node in nodes(made["layer"]) if "mark" in node and "name" in node]
            for param in made["params"]:
                if "select" in param:
                    found += 1
                    assert [names.count(view) for view in param["views"]] == [1], figure.id
    assert found >= 3
