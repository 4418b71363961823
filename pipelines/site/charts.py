"""Charts as SVG, drawn by Vega while the site is built, so that a page needs no chart library.

Colours are those of `static/readout.css` in the light, which puts its own in their place in the dark. Names in a chart
may come from articles: Vega escapes them.
"""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from typing import Any

import altair as alt
import vl_convert

_INK, _RULE, _STATEMENTS, _COMMITMENTS = "#1c1b18", "#d9d4c7", "#0b5a7a", "#b04a12"
_WIDTH, _BAR = 240, 20
_MOST_TICKS = 12


def by_month(rows: Sequence[dict[str, Any]]) -> str:
    """Statements and commitments by month: upright bars, stacked; a month without any has its place."""
    if not rows:
        return ""
    rows = _without_gaps(rows)
    months = [row["name"] for row in rows]
    step = -(-len(months) // _MOST_TICKS)
    axis = alt.Axis(title=None, labelAngle=-45, values=months[::step], ticks=False, domainColor=_RULE)
    chart = alt.Chart(_long(rows)).mark_bar().encode(
        x=alt.X("name:O", sort=None, axis=axis, scale=alt.Scale(paddingInner=0.15)),
        y=alt.Y("rows:Q", axis=_figures()),
        color=_colours(),
        order=alt.Order("kind:N", sort="descending"),
    )  # fmt: skip
    return _svg(chart.properties(width=_WIDTH + 130, height=190), "Statements and commitments by month of publication")


def by_name(rows: Sequence[dict[str, Any]], title: str) -> str:
    """Statements and commitments by name: bars that lie, stacked, in the order of `rows`."""
    if not rows:
        return ""
    chart = alt.Chart(_long(rows)).mark_bar().encode(
        y=alt.Y("name:N", sort=[row["name"] for row in rows], axis=_names(), scale=alt.Scale(paddingInner=0.25)),
        x=alt.X("rows:Q", axis=_figures()),
        color=_colours(),
        order=alt.Order("kind:N", sort="descending"),
    )  # fmt: skip
    return _svg(chart.properties(width=_WIDTH, height=_BAR * len(rows)), title)


def counts(rows: Sequence[dict[str, Any]], title: str, *, commitments: bool) -> str:
    """One count a name: bars that lie, each with its number."""
    base = alt.Chart(alt.InlineData(values=[{"name": row["name"], "count": row["count"]} for row in rows])).encode(
        y=alt.Y("name:N", sort=None, axis=_names(), scale=alt.Scale(paddingInner=0.25)),
        x=alt.X("count:Q", axis=None),
    )
    bars = base.mark_bar(color=_COMMITMENTS if commitments else _STATEMENTS)
    figures = base.mark_text(align="left", dx=4, color=_INK).encode(text=alt.Text("count:Q", format=","))
    return _svg((bars + figures).properties(width=_WIDTH - 30, height=_BAR * len(rows)), title)


def _without_gaps(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Every month from the first to the last."""
    found = {row["name"]: row for row in rows}
    (year, month), last = map(int, min(found).split("-")), max(found)
    whole = []
    while (name := f"{year:04}-{month:02}") <= last:
        whole.append(found.get(name, {"name": name, "statements": 0, "commitments": 0}))
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return whole


def _long(rows: Sequence[dict[str, Any]]) -> alt.InlineData:
    kinds = ("statements", "commitments")
    return alt.InlineData(
        values=[{"name": row["name"], "kind": kind, "rows": row[kind]} for row in rows for kind in kinds]
    )


def _names() -> alt.Axis:
    return alt.Axis(title=None, labelLimit=150, domain=False, ticks=False, labelPadding=6)


def _figures() -> alt.Axis:
    return alt.Axis(title=None, tickCount=4, format="~s", gridColor=_RULE, domain=False, ticks=False)


def _colours() -> alt.Color:
    scale = alt.Scale(domain=["statements", "commitments"], range=[_STATEMENTS, _COMMITMENTS])
    return alt.Color("kind:N", scale=scale, legend=alt.Legend(title=None, orient="top", symbolType="square", offset=4))


def _svg(chart: alt.Chart | alt.LayerChart, title: str) -> str:
    dressed = (
        chart.configure(
            background="transparent",
            font="Liberation Sans, Arial, sans-serif",
            padding={"left": 24, "right": 12, "top": 2, "bottom": 2},
        )
        .configure_view(stroke=None)
        .configure_axis(labelColor=_INK, labelFontSize=12)
        .configure_legend(labelColor=_INK, labelFontSize=12)
    )
    drawn = vl_convert.vegalite_to_svg(dressed.to_dict())
    width, height = re.search(r'width="([\d.]+)" height="([\d.]+)"', drawn).groups()  # type: ignore[union-attr]
    inside = re.sub(r' (?:role|aria-[a-z]+)="[^"]*"', "", drawn[drawn.index(">") + 1 :])
    opening = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
    )
    return f'{opening} role="img" aria-label="{html.escape(title)}">{inside}'
