"""Charts of tables, for those who look before they read: statements by month and publisher, confidences, and the like.

Takes the frame of a table; gives Vega-Lite specifications of what is counted in it, and draws them as SVG.
Never here: where a chart is shown (`resources.py`); the charts of a release's page, which are drawn in the browser.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from typing import Any

import polars as pl

from pipelines.months import UNDATED

Spec = dict[str, Any]
Tables = Callable[[str], pl.DataFrame]
"""Gives another table by name."""

PUBLISHED = ("article_id", "published_on", "publisher")
"""What charts of other tables need of `articles`."""

MOST_SERIES = 7
"""Publishers with a colour of their own; the others are one."""
OTHERS = "others"

_BINS = 20
_COLOURS = ["#2a6f97", "#e07a1f", "#4c956c", "#b5446e", "#7768ae", "#c9a227", "#5c6b73", "#b8b8b8"]


def charts(table: str, frame: pl.DataFrame, tables: Tables) -> dict[str, Spec]:
    """The charts of a table, by title: none where it has none, or no rows. `tables` gives the table `articles`."""
    made = _CHARTS.get(table)
    return made(frame, tables) if made and frame.height else {}


def draw(spec: Spec) -> str:
    """The chart as SVG. The same specification gives the same text."""
    import vl_convert  # a JavaScript engine: only where something is drawn

    return str(vl_convert.vegalite_to_svg(json.dumps(spec)))


def as_markdown(title: str, svg: str) -> str:
    """The drawing as an image inside Markdown: it needs no file beside it, and no script in it runs."""
    return f"![{title}](data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()})"


def _articles(frame: pl.DataFrame, _: Tables) -> dict[str, Spec]:
    return {"articles by month and publisher": _by_month(frame, "articles")}


def _statements(frame: pl.DataFrame, tables: Tables) -> dict[str, Spec]:
    return {
        "statements by month and publisher": _by_month(_published(frame, tables), "statements"),
        "statements by confidence": _histogram(frame, "statements"),
        "statements by speech act": _bars(frame, "speech_act", "statements"),
    }


def _commitments(frame: pl.DataFrame, tables: Tables) -> dict[str, Spec]:
    return {
        "commitments by month and publisher": _by_month(_published(frame, tables), "commitments"),
        "commitments by confidence": _histogram(frame, "commitments"),
        "commitments by firmness": _bars(frame, "firmness", "commitments"),
    }


def _events(frame: pl.DataFrame, _: Tables) -> dict[str, Spec]:
    return {"events by type": _bars(frame, "event_type", "events")}


def _quarantine(frame: pl.DataFrame, _: Tables) -> dict[str, Spec]:
    return {"inputs refused, by reason": _bars(frame, "reason", "inputs or rows")}


_CHARTS: Mapping[str, Callable[[pl.DataFrame, Tables], dict[str, Spec]]] = {
    "articles": _articles,
    "statements": _statements,
    "commitments": _commitments,
    "events": _events,
    "quarantine": _quarantine,
}


def _published(frame: pl.DataFrame, tables: Tables) -> pl.DataFrame:
    about = tables("articles").select(PUBLISHED)
    return frame.select("article_id").join(about, on="article_id", how="left")


def _by_month(rows: pl.DataFrame, unit: str) -> Spec:
    """Stacked bars: a month each, or a year where that would be too many; the biggest publishers apart."""
    days = rows.get_column("published_on")
    by_year = days.dt.strftime("%Y-%m").n_unique() > 36
    when = pl.col("published_on").dt.strftime("%Y" if by_year else "%Y-%m").fill_null(UNDATED)
    named = rows.select(when.alias("when"), pl.col("publisher").fill_null("unknown"))
    biggest = named.group_by("publisher").len().sort(["len", "publisher"], descending=[True, False])
    apart = biggest.get_column("publisher").head(MOST_SERIES).to_list()
    counted = (
        named.with_columns(
            pl.when(pl.col("publisher").is_in(apart))
            .then(pl.col("publisher"))
            .otherwise(pl.lit(OTHERS))
            .alias("publisher")
        )
        .group_by("when", "publisher")
        .agg(pl.len().alias("rows"))
        .sort("when", "publisher")
    )
    return _chart(
        counted,
        {
            "x": {"field": "when", "type": "ordinal", "title": None, "axis": {"labelAngle": -45}},
            "y": {"field": "rows", "type": "quantitative", "title": unit, "axis": _counts(counted)},
            "color": {
                "field": "publisher",
                "type": "nominal",
                "title": None,
                "sort": [*apart, OTHERS],
                "scale": {"range": _COLOURS},
                "legend": {"labelLimit": 160},
            },
        },
        width={"step": max(14, min(48, 420 // counted.get_column("when").n_unique()))},
    )


def _histogram(frame: pl.DataFrame, unit: str) -> Spec:
    bins = (frame.get_column("confidence").drop_nulls() * _BINS).floor().clip(0, _BINS - 1)
    counted = bins.alias("from").to_frame().group_by("from").agg(pl.len().alias("rows")).sort("from")
    counted = counted.select(
        (pl.col("from") / _BINS).round(2), ((pl.col("from") + 1) / _BINS).round(2).alias("to"), "rows"
    )
    return _chart(
        counted,
        {
            "x": {
                "field": "from", "type": "quantitative", "bin": {"binned": True, "step": 1 / _BINS},
                "scale": {"domain": [0, 1]}, "title": "confidence", "axis": {"values": [0, 0.25, 0.5, 0.75, 1]},
            },
            "x2": {"field": "to"},
            "y": {"field": "rows", "type": "quantitative", "title": unit, "axis": _counts(counted)},
        },
        width=420,
    )  # fmt: skip


def _bars(frame: pl.DataFrame, column: str, unit: str) -> Spec:
    counted = frame.group_by(column).agg(pl.len().alias("rows")).sort(["rows", column], descending=[True, False])
    return _chart(
        counted,
        {
            "y": {"field": column, "type": "nominal", "title": None, "sort": None, "axis": {"labelLimit": 220}},
            "x": {"field": "rows", "type": "quantitative", "title": unit, "axis": _counts(counted)},
        },
        width=300,
        height={"step": 20},
    )


def _counts(counted: pl.DataFrame) -> Spec:
    """An axis of whole numbers: no more ticks than there are."""
    return {"format": ",d", "tickCount": min(5, max([1, *counted.get_column("rows").to_list()]))}


def _chart(rows: pl.DataFrame, encoding: Spec, width: Any, height: Any = 150) -> Spec:
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "background": "white",
        "padding": {"left": 30, "top": 5, "right": 15, "bottom": 5},
        "data": {"values": rows.to_dicts()},
        "mark": {"type": "bar", "color": _COLOURS[0]},
        "encoding": encoding,
        "width": width,
        "height": height,
        "config": {"view": {"stroke": None}, "axis": {"grid": False, "labelFontSize": 11, "titleFontSize": 11}},
    }
