"""Explore: any measures, places and windows counted anew, with the command that gives the same numbers."""

from lib.web.pages.page import show_page

show_page("explore")
