"""One thing seen in a text, on its way to a mention."""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.linking.identity import Entity
from pipelines.linking.phrases import OfficePhrase
from pipelines.linking.reference import Organization


@dataclass(slots=True)
class Sighting:
    """A name, office, country or organization at characters `[start, end)`, and what it was linked to.

    `kind` is leader, person, country, organization or office (an office whose holder is open or several).
    """

    start: int
    end: int
    kind: str
    basis: str
    confidence: float
    entity: Entity | None
    country: str | None = None
    organization: Organization | None = None
    office: OfficePhrase | None = None
    reach: tuple[int, int] | None = None
    """Where a name reaches with the titles beside it."""

    def covers(self, character: int) -> bool:
        """Whether a character belongs to the name or the titles beside it."""
        start, end = self.reach or (self.start, self.end)
        return start <= character < end
