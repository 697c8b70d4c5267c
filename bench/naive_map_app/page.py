"""Count the year that ends some days ago by neighborhood, join it to the outlines, draw all of it inline."""

import altair as alt
import geopandas as gpd
import pandas as pd
import streamlit as st

from lib.tables.store import open_tables

tables = open_tables()
rows = tables.frame("crime_area_daily")
outlines = gpd.read_file(tables.path("neighborhoods"))
shift = st.slider("Days back", 0, 1000, 0)

end = pd.Timestamp("2021-03-12") - pd.Timedelta(days=shift)


def counted(last: pd.Timestamp) -> pd.Series:
    inside = rows[(rows["date"] > last - pd.Timedelta(days=365)) & (rows["date"] <= last)]
    return inside.groupby("area", observed=True)["count"].sum()


joined = outlines.assign(
    now=outlines["name"].map(counted(end)).astype(float),
    before=outlines["name"].map(counted(end - pd.Timedelta(days=365))).astype(float),
)
joined["change"] = joined["now"] / joined["before"] - 1
chart = alt.Chart(joined).mark_geoshape().encode(color="change:Q", tooltip=["name:N", "now:Q", "before:Q"])
st.altair_chart(chart, width="stretch")
