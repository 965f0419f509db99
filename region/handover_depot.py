"""The depot of a province at which batches are handed over to other provinces."""

from collections import Counter
from datetime import date

from province.facts import Province
from province.places import Site


def find_handover_depot(province: Province, day: date) -> Site:
    """Return the depot where most batches live on a day, the first by id of equal ones."""
    homes = Counter(province.locate_homes(day).values())
    return min(province.depots, key=lambda one: (-homes[one.site_id], one.site_id))
