"""Where things changed: the map, one neighborhood, and whether enforcement had anything to do with it."""

from lib.web.pages.page import show_page

show_page("where-things-changed")
