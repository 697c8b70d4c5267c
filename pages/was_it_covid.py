"""Was it the policy, or was it COVID-19? Seven looks, each with what it can and cannot say."""

from lib.web.pages.page import show_page

show_page("was-it-covid")
