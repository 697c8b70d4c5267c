"""Who was arrested: rates and shares by race, in absolute and in relative terms."""

from lib.web.pages.page import show_page

show_page("who-was-arrested")
