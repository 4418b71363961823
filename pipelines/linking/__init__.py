"""Who is meant by a phrase: people, offices, countries and organizations, and what pronouns stand for.

Takes the reference folder (`raw/reference`), an `Article` and its parse; gives mentions, leaders and referents.
Never here: what is said or promised (that is `extraction`), Dagster, or anything that compares two articles.
"""
