"""What happened afterwards, month by month to 2024, in Baltimore and in the median city."""

import streamlit as st

from lib.figures.chapters import BY_SLUG
from lib.figures.leads import lead
from lib.web import layout
from lib.web.levers import cities_lever, measure_lever
from lib.web.state import current_view

here = BY_SLUG["afterwards"]
view = current_view()

st.title(here.title)
layout.lead(lead(here, view))
measure_lever(view)
cities_lever(view)
layout.figure("afterwards", view)
layout.caveats(("peers-limits",))

st.header("Year by year, offense by offense")
layout.lead_caption("afterwards-years", view)
layout.figure("afterwards-years", view)

st.header("When the policy was recalled")
layout.lead_caption("recall", view)
layout.figure("recall", view)
layout.caveats(("recall-weak", "before-after"))
