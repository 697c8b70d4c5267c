"""Several small maps in one picture: before, after and the change between; or a change for each offense."""

from __future__ import annotations

from functools import cache

import altair as alt

from lib.charts.ground import DOCK, Ground, land, water
from lib.charts.layers import Layers, layered
from lib.charts.place_card import place_card
from lib.charts.place_rows import CHANGE_WORDS, SHRUNKEN, change_tips, joined, named
from lib.charts.places import amount_legend, beside_all, tapped
from lib.charts.template import Template
from lib.charts.theme import NARROW_BELOW, THEMES, ThemeName
from lib.charts.wedge import shades, toned, wedge

HEAD, SMALL_HEAD, GAP = 40, 54, 14  # px over a panel for its name, over a small one, and between panels
_PHONE = f"width < {NARROW_BELOW}"
PANELS = 12


@cache
def side_maps(theme_name: ThemeName, outlines: str, ground: Ground, over: str = "") -> Template:
    """Amounts before and after on one scale, and the change between them; on a phone the change stands below.

    Data ``columns``: the lists of ``places.change_map``, and ``before`` and ``after`` (amounts, null where blank).
    Data ``card`` and ``bars``: see ``place_card``. Parameters: ``picked`` and ``per`` as there; ``top``, the amount
    that has the last color; ``heads``, a list of lines for each map, from the left.
    """
    theme = THEMES[theme_name]
    scale = alt.Scale(range=[theme.least, theme.most], domain=[0, alt.ExprRef(expr="top")], clamp=True)
    tops = {"before": f"{HEAD}", "change": f"{_PHONE} ? smallHeight + {2 * HEAD} : {HEAD}", "after": f"{HEAD}"}
    lefts = {
        "before": "0",
        "change": f"{_PHONE} ? 0 : smallWidth + {GAP}",
        "after": f"{_PHONE} ? smallWidth + {GAP} : 2 * (smallWidth + {GAP})",
    }
    layers: list[alt.Chart | Layers] = []
    for number, name in enumerate(tops):
        height = f"{_PHONE} ? width * {ground.tall:.4f} : smallHeight" if name == "change" else "smallHeight"
        at = ground.projection(f"({lefts[name]})", f"({tops[name]})", height, number)
        shapes = alt.Chart().properties(projection=at)
        drawn = shapes.mark_geoshape(stroke=theme.page, strokeWidth=0.5)
        if name == "change":
            tips = [*change_tips(), alt.Tooltip("shrunken:N", title="Estimate")]
            hit = tapped(shapes, tips).transform_calculate(shrunken=SHRUNKEN, **CHANGE_WORDS)
            filled = toned(drawn)
        else:
            tips = [alt.Tooltip("name:N", title=" "), alt.Tooltip(f"{name}:Q", title=name.capitalize(), format=",.1f")]
            hit = shapes.mark_geoshape(opacity=0).encode(tooltip=tips)
            filled = drawn.encode(
                color=alt.Color(f"{name}:Q", scale=scale, legend=amount_legend() if name == "before" else None)
            )
        outline = named(shapes).mark_geoshape(fillOpacity=0, stroke=theme.ink, strokeWidth=2)
        layers += [filled, land(theme, ground, at, named=False, over=over), outline, hit]
    columns = ("x", "y", "kind", "tone", "change", "low", "high", "before", "after")
    heads = [
        alt.Chart(alt.NamedData(name="zero")).mark_text(
            align="left",
            baseline="top",
            lineHeight=15,
            x=alt.ExprRef(expr=lefts[name]),
            y=alt.ExprRef(expr=f"({tops[name]}) - {HEAD - 4}"),
            text=alt.ExprRef(expr=f"heads[{number}]"),
        )
        for number, name in enumerate(tops)
    ]
    computed = {
        **shades(theme),
        "smallWidth": f"{_PHONE} ? (width - {GAP}) / 2 : (width - {2 * GAP}) / 3",
        "smallHeight": f"smallWidth * {ground.tall:.4f}",
        "height": f"{_PHONE} ? smallHeight + width * {ground.tall:.4f} + {2 * HEAD + DOCK + 30} "
        f": smallHeight + {HEAD + DOCK}",
        "keyX": f"{_PHONE} ? 86 : width / 2",
        "keyY": f"{_PHONE} ? height - 46 : height - 8",
        "keyRadius": f"{_PHONE} ? 58 : 80",
        "legendY": "height - 36",
        "cardX": f"{_PHONE} ? 176 : width - 210",
        "cardY": f"{_PHONE} ? height - {DOCK + 24} : height - {DOCK - 6}",
        "cardWidth": f"{_PHONE} ? width - 176 : 210",
    }
    maps = layered(*layers, shared=joined(columns, outlines), independent=("color",))
    params = {"picked": [], "per": 1, "top": 1, "heads": [[""], [""], [""]]}
    return Template.of(
        [beside_all(), maps, *heads, wedge(theme), place_card(theme)],
        theme,
        height=450,
        params=params,
        computed=computed,
        grows=False,
    )


@cache
def small_maps(theme_name: ThemeName, outlines: str, ground: Ground) -> Template:
    """The change of ``PANELS`` offenses, a small map each: four beside one another, three on a phone.

    Data ``columns``: the lists ``t0``, ``t1`` and so on (see ``wedge.tones``), and ``c0``, ``c1`` and so on, the
    changes. Parameters: ``picked``; ``heads``, a list of lines for each map.
    """
    theme = THEMES[theme_name]
    layers: list[alt.Chart | Layers] = []
    heads = []
    for panel in range(PANELS):
        left = f"({panel} % across) * (smallWidth + {GAP})"
        top = f"floor({panel} / across) * (smallHeight + {SMALL_HEAD + GAP}) + {SMALL_HEAD}"
        at = ground.projection(left, top, "smallHeight", panel)
        shapes = alt.Chart().properties(projection=at)
        tips = [alt.Tooltip("name:N", title=" "), alt.Tooltip(f"c{panel}:Q", title="Estimate", format="+.0%")]
        drawn = shapes.mark_geoshape(stroke=theme.page, strokeWidth=0.3).encode(tooltip=tips)
        outline = named(shapes).mark_geoshape(fillOpacity=0, stroke=theme.ink, strokeWidth=1.5)
        layers += [toned(drawn, f"t{panel}"), water(theme, ground, at), outline]
        heads.append(
            alt.Chart(alt.NamedData(name="zero")).mark_text(
                align="left",
                baseline="top",
                fontSize=11.5,
                lineHeight=15,
                x=alt.ExprRef(expr=left),
                y=alt.ExprRef(expr=f"{top} - {SMALL_HEAD - 4}"),
                text=alt.ExprRef(expr=f"heads[{panel}]"),
            )
        )
    columns = tuple(f"{letter}{panel}" for panel in range(PANELS) for letter in "tc")
    computed = {
        **shades(theme),
        "across": f"{_PHONE} ? 3 : 4",
        "smallWidth": f"(width - {GAP} * (across - 1)) / across",
        "smallHeight": f"smallWidth * {ground.tall:.4f}",
        "height": f"(smallHeight + {SMALL_HEAD + GAP}) * {PANELS} / across + {DOCK - 10}",
        "keyX": "96",
        "keyY": "height - 8",
        "keyRadius": "66",
    }
    return Template.of(
        [layered(*layers, shared=joined(columns, outlines)), *heads, wedge(theme)],
        theme,
        height=900,
        params={"picked": [], "heads": [[""]] * PANELS},
        computed=computed,
        grows=False,
    )
