"""One slider and one line chart of about 330 weekly points."""

import gc

import numpy as np
import pandas as pd
import streamlit as st

WEEKS = 330


@st.cache_resource
def settle() -> None:
    """Once, after the first run has imported everything: what stays, the collector no longer looks at."""
    gc.collect()
    gc.freeze()


@st.cache_data
def weekly() -> pd.Series:
    """The points before the slider: a walk, always the same."""
    steps = np.random.default_rng(1).normal(size=WEEKS).cumsum()
    return pd.Series(steps, index=pd.date_range("2015-01-04", periods=WEEKS, freq="W"), name="walk")


factor = st.slider("Factor", 1, 1000, 1)
st.line_chart(weekly() * factor)
settle()
