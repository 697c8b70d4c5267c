"""What bears on a claim beside its own two windows: other dates, other places, other causes."""
