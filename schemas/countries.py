from schemas.columns import COUNTRY, Table, column


class Countries(Table):
    """One country, or the European Union, that a code in the other tables may name."""

    country: str = column(COUNTRY)
    name: str = column("Common name in English")

    class Config:
        metadata = {"table": "countries", "key": ("country",)}
