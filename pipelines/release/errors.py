"""The one error of this room."""


class ReleaseError(Exception):
    """A release cannot be made, compared or published. The message says why and what to do."""
