"""The announcement: what was said, and what the records say of each statement."""

from lib.web.pages.page import show_page

show_page("")
