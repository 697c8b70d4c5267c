"""What the whole story is called, wherever it is cited."""

SITE_TITLE = "What was announced on 26 March 2021, and what the records say"
