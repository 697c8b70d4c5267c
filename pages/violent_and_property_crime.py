"""Violent and property crime: both claims, under every window."""

from lib.web.pages.page import show_page

show_page("violent-and-property-crime")
