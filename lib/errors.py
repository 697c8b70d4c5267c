"""Errors whose message may be shown to a reader as it stands."""


class StoryError(Exception):
    """Something a reader, or whoever runs a command, can act on.

    The message is one plain sentence: what is wrong, with the name of the file, column, date or
    parameter, and what to do. Commands print it and exit with 2; pages show ``told`` in place of a figure.
    """

    @property
    def told(self) -> str:
        """The message as readers may see it: without what is only whoever runs the story's to know."""
        return str(self)


class ArgumentError(StoryError):
    """A command, an address or a figure was given something it can't use."""
