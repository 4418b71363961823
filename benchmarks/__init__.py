"""Measurements against annotated text that is not part of the project."""
