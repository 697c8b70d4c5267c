"""How the numbers are made: definitions, and every method with its check, its limits and its source."""

from lib.web.pages.page import show_page

show_page("methods")
