"""A history is loaded month by month, and a month is made again alone."""

from __future__ import annotations

import json
from pathlib import Path

import dagster as dg
import polars as pl
import pytest

from pipelines import resources
from pipelines.assets.months import PUBLICATION_MONTHS
from pipelines.definitions import JOB, LOADED_JOB, MONTHS_JOB, make_definitions
from pipelines.settings import Settings
from tests.test_run import FirstWord

RANGE = "dagster/asset_partition_range_start", "dagster/asset_partition_range_end"
QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
PUBLISHED = {"Ann": "2026-02-05", "Bea": "2026-02-20", "Cas": "2026-03-01", "Dan": "2026-05-09", "Eva": None}


class House:
    """A project of its own: articles, warehouse, and Dagster's record of it."""

    def __init__(self, settings: Settings, instance: dg.DagsterInstance, extractor: FirstWord) -> None:
        self.settings, self.instance, self.extractor = settings, instance, extractor
        self.defs = make_definitions(settings)

    def write(self, name: str, day: str | None) -> None:
        text = f"{name} said that the harbour of Norland will be dredged again before the winter sets in this year."
        (self.settings.raw / f"{name}.txt").write_text(text, encoding="utf-8")
        meta = {"language": "en", **({"published_at": day} if day else {})}
        (self.settings.raw / f"{name}.meta.json").write_text(json.dumps(meta), encoding="utf-8")

    def list_articles(self) -> None:
        """Only what lies above extraction: this is how the months become known."""
        above = dg.AssetSelection.assets("articles").upstream()
        job = dg.Definitions.merge(self.defs, dg.Definitions(jobs=[dg.define_asset_job("list", above)]))
        assert job.resolve_job_def("list").execute_in_process(QUIET, instance=self.instance).success

    def make(self, job: str = JOB) -> None:
        config = {**QUIET, "ops": {"extracted_articles": {"config": {"only_loaded": job == LOADED_JOB}}}}
        assert self.defs.resolve_job_def(job).execute_in_process(config, instance=self.instance).success

    def load(self, first: str, last: str, again: bool = False) -> dict[str, object]:
        """One run over a range of months, as a single-run backfill makes it; gives its metadata."""
        config = {**QUIET, "ops": {"monthly_extractions": {"config": {"again": again}}}}
        job = self.defs.resolve_job_def(MONTHS_JOB)
        tags = dict(zip(RANGE, (first, last), strict=True))
        self.extractor.read.clear()
        assert job.execute_in_process(config, instance=self.instance, tags=tags).success
        made = self.instance.get_latest_materialization_event(dg.AssetKey("monthly_extractions"))
        assert made and made.asset_materialization
        return {name: value.value for name, value in made.asset_materialization.metadata.items()}

    @property
    def months(self) -> list[str]:
        return list(self.instance.get_dynamic_partitions(str(PUBLICATION_MONTHS.name)))

    @property
    def read(self) -> list[str]:
        """The articles that were extracted since the last run over months, by their first words."""
        return sorted(text.split()[0] for text in self.extractor.read)

    def mentions(self) -> pl.DataFrame:
        return pl.read_parquet(self.settings.parquet / "mentions.parquet")


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    extractor = FirstWord()
    monkeypatch.setattr(resources, "load_extractor", extractor.load)
    monkeypatch.setenv("READOUT_WORKERS", "1")  # in this process, where the extractor is ours
    settings = Settings(raw=tmp_path / "articles", warehouse=tmp_path / "warehouse")
    settings.raw.mkdir()
    found = House(settings, dg.DagsterInstance.ephemeral(), extractor)
    for name, day in PUBLISHED.items():
        found.write(name, day)
    return found


def test_months_are_those_of_the_articles_in_order_with_the_undated_last(house: House) -> None:
    house.list_articles()
    assert house.months == ["2026-02", "2026-03", "2026-05", "undated"]
    house.write("Fay", "2026-04-01")
    (house.settings.raw / "Eva.txt").unlink()
    (house.settings.raw / "Eva.meta.json").unlink()
    house.list_articles()
    assert house.months == ["2026-02", "2026-03", "2026-04", "2026-05"]


def test_three_months_are_one_run_and_the_tables_of_what_is_loaded_can_be_made(house: House) -> None:
    house.list_articles()
    told = house.load("2026-02", "2026-05")
    assert house.read == ["Ann", "Bea", "Cas", "Dan"]
    assert told["months"] == ["2026-02", "2026-03", "2026-05"]
    assert (told["articles"], told["extracted now"], told["extracted before"]) == (4, 4, 0)
    states = house.instance.get_materialized_partitions(dg.AssetKey("monthly_extractions"))
    assert states == {"2026-02", "2026-03", "2026-05"}
    house.make(LOADED_JOB)
    assert house.read == ["Ann", "Bea", "Cas", "Dan"], "the undated article is left for later"
    assert house.mentions().height == 4
    house.make(JOB)
    assert house.read == ["Ann", "Bea", "Cas", "Dan", "Eva"], "what was loaded is not extracted again"
    assert house.mentions().height == 5


def test_a_month_made_again_changes_nothing_else(house: House) -> None:
    house.make(JOB)
    before = house.mentions()
    assert house.load("2026-02", "2026-02")["extracted now"] == 0
    assert house.read == []
    assert house.load("2026-02", "2026-02", again=True)["extracted now"] == 2
    assert house.read == ["Ann", "Bea"]
    house.make(JOB)
    assert house.read == ["Ann", "Bea"], "the rows of the other months are still there"
    assert house.mentions().equals(before)
