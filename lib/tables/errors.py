"""What can be wrong with the data folder."""

from lib.errors import StoryError


class DataError(StoryError):
    """A file under the data folder is missing, damaged or can't be written."""
