"""Descriptions for machines: `datapackage.json` (Frictionless), `croissant.json` (MLCommons), `CITATION.cff`.

All are made from `schemas/` and the contents. A list is of type `any`, because the readers of table schemas take an
`array` for JSON text and refuse the lists of Parquet; `duckdb_type` has the type in full. What table schemas cannot
say (spans, references of lists, whose words a column holds) stands in properties of Readout's own: the standard allows
them.
"""

from __future__ import annotations

from typing import Any

import polars as pl
import yaml

from pipelines.release.contents import ABOUT, KEYWORDS, MAKER, TITLE, Contents, File
from pipelines.release.excerpts import FACT, held
from pipelines.release.licences import TableLicence, table_licences
from schemas.columns import SPAN, Column, TableSpec
from schemas.ddl import sql_type

_FRICTIONLESS: dict[type[pl.DataType], str] = {
    pl.String: "string",
    pl.Int64: "integer",
    pl.Float64: "number",
    pl.Boolean: "boolean",
    pl.Date: "date",
    pl.Datetime: "datetime",
    pl.List: "any",
}
_CROISSANT: dict[type[pl.DataType], str] = {
    pl.String: "sc:Text",
    pl.Int64: "sc:Integer",
    pl.Float64: "sc:Float",
    pl.Boolean: "sc:Boolean",
    pl.Date: "sc:Date",
    pl.Datetime: "sc:Date",
}
_CROISSANT_CONTEXT = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "sc": "https://schema.org/",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "dct": "http://purl.org/dc/terms/",
    "conformsTo": "dct:conformsTo",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "equivalentProperty": "cr:equivalentProperty",
    "samplingRate": "cr:samplingRate",
    **{
        name: f"cr:{name}"
        for name in (
            *("citeAs", "column", "extract", "field", "fileProperty", "fileObject", "fileSet", "format", "includes"),
            *("isLiveDataset", "jsonPath", "key", "md5", "parentField", "path", "recordSet", "references", "regex"),
            *("repeated", "replace", "separator", "source", "subField", "transform"),
        )
    },
}


def data_package(contents: Contents) -> dict[str, Any]:
    """The release as a Data Package (https://datapackage.org, version 2; readers of version 1 take it too)."""
    licences = table_licences()
    return {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": "readout",
        "title": TITLE,
        "description": ABOUT,
        "version": str(contents.version),
        "created": f"{contents.version.date.isoformat()}T00:00:00Z",
        "keywords": list(KEYWORDS),
        "contributors": [{"title": MAKER, "roles": ["creator"]}],
        "licenses": [_licence(found) for found in {one.spdx: one for one in licences.values()}.values()],
        "resources": [_resource(file, licences.get(file.table.name, licences["*"])) for file in contents.files],
    }


def _licence(licence: TableLicence) -> dict[str, str]:
    return {"name": licence.spdx, "path": licence.url}


def _resource(file: File, licence: TableLicence) -> dict[str, Any]:
    return {
        "name": file.table.name,
        "title": file.table.grain,
        **({"description": file.table.notes} if file.table.notes else {}),
        "type": "table",
        "path": file.path,
        "format": "parquet",
        "mediatype": "application/vnd.apache.parquet",
        "hash": f"sha256:{file.sha256}",
        "rows": file.rows,
        "licenses": [_licence(licence)],
        "schema": table_schema(file.table),
    }


def table_schema(table: TableSpec) -> dict[str, Any]:
    """The table as a Table Schema: fields with their constraints, primary key, foreign keys; and its spans."""
    holds = held(table)
    keys = [
        {"fields": [column.name], "reference": _reference(table, column)}
        for column in table.references
        if not column.is_list
    ]
    spans = [
        {name: value for name in ("text", "start", "end", "spans") if (value := getattr(rule, name))}
        for rule in table.spans
    ]
    return {
        "missingValues": [],
        "fields": [_field(column, holds.get(column.name, FACT)) for column in table.columns],
        "primaryKey": list(table.key),
        **({"foreignKeys": keys} if keys else {}),
        **({"spans": spans} if spans else {}),
    }


def _reference(table: TableSpec, column: Column) -> dict[str, Any]:
    target, _, field = str(column.references).partition(".")
    return {"resource": "" if target == table.name else target, "fields": [field]}


def _field(column: Column, holds: str) -> dict[str, Any]:
    constraints = {
        "required": None if column.nullable else True,
        "enum": list(column.codes) or None,
        "minimum": _number(column, column.least),
        "maximum": _number(column, column.most),
    }
    return {
        "name": column.name,
        "type": _FRICTIONLESS[column.dtype.base_type()],
        "description": column.description,
        "duckdb_type": sql_type(column.dtype).replace('"', ""),
        **({"unit": column.unit} if column.unit else {}),
        **({"references": column.references} if column.references else {}),
        **({"holds": holds} if holds != FACT else {}),
        "constraints": {name: value for name, value in constraints.items() if value is not None},
    }


def _number(column: Column, value: float | None) -> float | int | None:
    return int(value) if value is not None and column.dtype == pl.Int64 else value


def croissant(contents: Contents) -> dict[str, Any]:
    """The release in Croissant 1.0 (http://mlcommons.org/croissant/1.0): a record set a table, over its Parquet file.

    The database is not among its files: Croissant wants a hash, and two builds of it differ. References between tables
    are left to the data package: the format's own reader joins along them, and stops at a tree or a second one.
    """
    licences = table_licences()
    return {
        "@context": _CROISSANT_CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        "name": "readout",
        "description": ABOUT,
        "version": str(contents.version),
        "datePublished": contents.version.date.isoformat(),
        "license": sorted({found.url for found in licences.values()}),
        "creator": {"@type": "sc:Organization", "name": MAKER},
        "keywords": list(KEYWORDS),
        "inLanguage": list(contents.languages),
        "citeAs": citation_text(contents),
        "isLiveDataset": False,
        "url": ".",
        "distribution": [
            {
                "@type": "cr:FileObject",
                "@id": f"{file.table.name}.parquet",
                "name": f"{file.table.name}.parquet",
                "description": file.table.grain,
                "contentUrl": file.path,
                "encodingFormat": "application/x-parquet",
                "contentSize": f"{file.bytes} B",
                "sha256": file.sha256,
            }
            for file in contents.files
        ],
        "recordSet": [_record_set(file.table) for file in contents.files],
    }


def _record_set(table: TableSpec) -> dict[str, Any]:
    return {
        "@type": "cr:RecordSet",
        "@id": table.name,
        "name": table.name,
        "description": " ".join(filter(None, (table.grain, table.notes))),
        "key": [{"@id": f"{table.name}/{name}"} for name in table.key],
        "field": [_croissant_field(table, column) for column in table.columns],
    }


def _croissant_field(table: TableSpec, column: Column) -> dict[str, Any]:
    place = f"{table.name}/{column.name}"
    inner = _element(column)
    field: dict[str, Any] = {"@type": "cr:Field", "@id": place, "name": column.name, "description": column.description}
    source = {"fileObject": {"@id": f"{table.name}.parquet"}, "extract": {"column": column.name}}
    if column.is_list:
        field["repeated"] = True
    if inner == SPAN:
        field["subField"] = [
            {
                "@type": "cr:Field",
                "@id": f"{place}/{part.name}",
                "name": part.name,
                "dataType": "sc:Integer",
                "source": source | {"transform": {"jsonPath": part.name}},
            }
            for part in SPAN.fields
        ]
        return field
    return field | {"dataType": _CROISSANT[inner.base_type()], "source": source}


def _element(column: Column) -> pl.DataType:
    """The type of what a list holds, or of the column itself."""
    return column.dtype.inner if isinstance(column.dtype, pl.List) else column.dtype  # type: ignore[return-value]


def citation(contents: Contents) -> str:
    """`CITATION.cff` (Citation File Format 1.2.0) of this version."""
    about = {
        "cff-version": "1.2.0",
        "type": "dataset",
        "message": "If you use this dataset, please cite this version of it. Its licences are in LICENSES.md.",
        "title": TITLE,
        "version": str(contents.version),
        "date-released": contents.version.date.isoformat(),
        "authors": [{"name": MAKER}],
        "abstract": ABOUT,
        "keywords": list(KEYWORDS),
    }
    return str(yaml.safe_dump(about, sort_keys=False, allow_unicode=True, width=100))


def citation_text(contents: Contents) -> str:
    """How to cite this version, in one line."""
    return f"{MAKER} ({contents.version.year}). {TITLE} (version {contents.version}) [data set]."
