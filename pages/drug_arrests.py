"""Drug arrests: the claim under its readings, what came before it, and what happened after."""

from lib.web.pages.page import show_page

show_page("drug-arrests")
