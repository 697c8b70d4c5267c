"""911 calls: the two claims, held against the records where they are loaded, and what a fall can mean."""

from lib.web.pages.page import show_page

show_page("calls-911")
