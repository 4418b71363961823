from schemas.codes import COVERAGE, OFFICE_SEATS
from schemas.columns import COUNTRY, Table, Texts, column


class LeaderCoverage(Table):
    """Who held one office of one independent country in one year, as far as the reference knows; or that it does not.

    Made of all terms of the reference, whether an article names the person or not. Several holders may have followed
    each other within the year.
    """

    country: str = column(COUNTRY, references="countries.country")
    office_kind: str = column("The office", codes=OFFICE_SEATS)
    year: int = column("The year", least=2000)
    status: str = column("How the holder is known", codes=COVERAGE)
    holders: int = column("People known to have held the office in that year", least=0)
    names: Texts = column("Their names, in the order in which they took office")

    class Config:
        metadata = {"table": "leader_coverage", "key": ("country", "office_kind", "year")}
