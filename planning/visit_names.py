"""Gives visits the names that people know them by from a plan before."""

import dataclasses
from collections.abc import Iterable

from province.ids import VisitId
from province.visits import Visit


def keep_names(visits: Iterable[Visit], planned: Iterable[Visit]) -> tuple[Visit, ...]:
    """Return visits by the names that a plan has for them, so that people know them again.

    Parameters
    ----------
    planned
        Visits of the plan that are not made yet; each gives its name to one visit of the same
        site, the one of its own name before one of the same tasks, and that before any other.
    """
    free = {visit.visit_id: visit for visit in planned}
    named: dict[VisitId, VisitId] = {}
    rest = sorted(visits, key=lambda visit: visit.visit_id)
    for likeness in (_has_name, _has_tasks, _shares_task):
        for visit in [one for one in rest if one.visit_id not in named]:
            found = next((old for old in free.values() if likeness(visit, old)), None)
            if found is not None:
                named[visit.visit_id] = free.pop(found.visit_id).visit_id
    taken = set(named.values())
    return tuple(
        dataclasses.replace(visit, visit_id=_choose_name(visit, named, taken)) for visit in rest
    )


def _has_name(visit: Visit, old: Visit) -> bool:
    return visit.visit_id == old.visit_id and visit.receiver_id == old.receiver_id


def _has_tasks(visit: Visit, old: Visit) -> bool:
    return visit.receiver_id == old.receiver_id and visit.tasks == old.tasks


def _shares_task(visit: Visit, old: Visit) -> bool:
    return visit.receiver_id == old.receiver_id and bool(set(visit.tasks) & set(old.tasks))


def _choose_name(visit: Visit, named: dict[VisitId, VisitId], taken: set[VisitId]) -> VisitId:
    if visit.visit_id in named:
        return named[visit.visit_id]
    name, number = visit.visit_id, 1
    while name in taken:
        number += 1
        name = VisitId(f"{visit.visit_id}-{number}")
    taken.add(name)
    return name
