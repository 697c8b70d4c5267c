"""What can be wrong with the data folder."""

from lib.errors import StoryError


class DataError(StoryError):
    """A file under the data folder is missing, damaged or can't be written.

    The message names the file, for whoever runs the story; readers are not told how that machine is laid out.
    """

    @property
    def told(self) -> str:
        """That there are no records, and who can see why."""
        return (
            "The records of this story can’t be read here at this moment. Whoever runs this copy sees why with "
            "`python -m lib verify`, and builds them anew with `python -m lib build --raw DIR`."
        )
