"""What survives of the announcement: two verdicts on every statement, and what would settle the rest."""

from lib.web.pages.page import show_page

show_page("what-survives")
