"""Text for spreadsheets: a cell that a spreadsheet would take for a formula is shown as text.

Takes one value; gives what to write into a CSV file that people may open. Never here: which columns a file has.
"""

from __future__ import annotations

import regex

_FORMULA = regex.compile(r"\s*[=+\-@\t\r\n＝＋－＠|%]")
_NUMBER = regex.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")


def safe_cell(text: str) -> str:
    """`text`, with an apostrophe before it where Excel, LibreOffice or Sheets would run it as a formula.

    After OWASP's advice on CSV injection: text that begins, blanks aside, with `=`, `+`, `-`, `@` or their wide
    forms, or with a tab or line break. A plain number stays as it is. Doing it twice changes nothing.
    """
    return f"'{text}" if _FORMULA.match(text) and not _NUMBER.fullmatch(text) else text
