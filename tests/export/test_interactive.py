import copy
import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.export.files import Order, file_of
from lib.export.interactive import changes, embedded, responsive_spec, vega_version
from lib.figures.citation import facts
from tests.export.test_images import FIRST, VIEW

TREES = st.recursive(
    st.integers() | st.text(max_size=3) | st.none(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=2), inner, max_size=3),
    max_leaves=8,
)


@given(TREES, TREES)
def test_changes_lead_from_one_tree_to_the_other(one: object, other: object):
    whole = {"root": copy.deepcopy(one)}
    for path, value in changes({"root": one}, {"root": other}):
        node: object = whole
        for key in path[:-1]:
            node = node[key]  # type: ignore[index]
        node[path[-1]] = value  # type: ignore[index]
    assert whole == {"root": other}


@pytest.mark.slow
@pytest.mark.parametrize(("figure", "claim"), FIRST)
def test_an_embedded_figure_is_light_on_bytes_and_carries_its_words(figure: str, claim: str | None):
    about = facts(figure, VIEW, claim, "https://story.example/")
    page = embedded(figure, VIEW, claim, "auto", about, "../")
    assert f"../script/vega-{vega_version()}.js" in page
    assert "@font-face" in page
    assert about.address.replace("&", "&amp;") in page
    spec = json.loads(re.search(r'id="drawing">(.*?)</script>', page)[1])["spec"]  # type: ignore[index]
    assert spec == json.loads(json.dumps(responsive_spec(figure, VIEW, claim, "light")))
    assert not re.search(r'"url":', json.dumps(spec))


@pytest.mark.slow
def test_the_whole_page_asks_for_nothing():
    page = file_of(Order("change-map", VIEW, None, "html")).decode()
    head = page.split("<script>")[0]
    assert not re.search(r"(?:src|href)=", head)
    assert "url(data:font" in head
    assert page.count("</script>") == 3
