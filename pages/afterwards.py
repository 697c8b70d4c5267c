"""What happened afterwards, month by month to 2024, in Baltimore and in the median city."""

from lib.web.pages.page import show_page

show_page("afterwards")
