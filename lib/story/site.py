"""What the whole story is called, wherever it is cited."""

SITE_TITLE = "Baltimore’s prosecutor dropped low-level cases. Did crime fall?"
