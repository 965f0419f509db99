"""What one province has and wants of books in each month, without anything else of its facts."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from planning.find_plan import list_plans
from planning.plan import Plan
from planning.plan_file import read_plan
from planning.survey import survey_province
from province.dates import Month
from province.facts import Province
from province.fleet import Vehicle
from province.ids import BatchId, CategoryId, SiteId
from province.lendings import LendingLine, LendingStep, list_away, list_borrowed
from province.settings import CategorySettings
from province.stock import Category, Condition
from region.handover_depot import find_handover_depot
from region.sharing.passing_trips import PassingTrip, list_passing_trips
from region.sharing_settings import SharingSettings
from rotation.instance.allowed import fits, measure_seen_share
from rotation.problem import Floats, Library, RotationProblem

Topic = tuple[str, str, str]
"""Subject, audience and language: what a category is in every province, whatever its id there."""

Truths = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class OwnBatch:
    """A batch as its owner sees it.

    Parameters
    ----------
    books_by_topic
        Its books, by topic.
    is_own
        Whether it is the province's own, and fit to travel.
    works
        By month: whether it is there and of any use: it can travel, and some library may have it
        that has not seen it.
    free
        By month: whether it may be with another province then.
    """

    batch_id: BatchId
    name: str
    books: int
    boxes: int
    mass_kg: float
    networks: tuple[str, ...]
    books_by_topic: tuple[tuple[Topic, int], ...]
    is_own: bool
    works: tuple[bool, ...]
    free: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class ProvinceStock:
    """What a province has and wants.

    Parameters
    ----------
    name
        Of its folder.
    topics
        Those that it has a category of, with its id.
    demand
        Uses that readers want; shape (libraries, months, topics of the region).
    libraries
        Those that take batches in some month.
    is_open, price_uses, hours
        By library and month: whether it takes batches and how many boxes get there (0: none), what
        an exchange counts in uses; by library: vehicle hours that one takes.
    depot_id, lon, lat
        Where batches are handed over: the depot where most of them live, EPSG:4326 degrees.
    trips
        Those of its plans of the months.
    lent
        What its ledger says of its batches that other provinces have.
    """

    folder: Path
    name: str
    title: str
    currency: str
    topics: tuple[tuple[Topic, CategoryId], ...]
    batches: tuple[OwnBatch, ...]
    libraries: tuple[Library, ...]
    demand: Floats
    is_open: Floats
    price_uses: Floats
    hours: Floats
    hours_per_month: tuple[float, ...]
    half_books: float
    fades: tuple[float, ...]
    shortest_stay: int
    longest_stay: int
    most_batches: int
    uses_per_million: float
    depot_id: SiteId
    lon: float
    lat: float
    vehicles: tuple[Vehicle, ...]
    exchange_crew: int
    allowance_vnd: int
    night_vnd: int
    driving_max_day_min: int
    paperwork_min: int
    trips: tuple[PassingTrip, ...]
    lent: tuple[LendingLine, ...]


def list_topics(province: Province) -> dict[Topic, CategoryId]:
    """Return what a province has categories of, with their ids."""
    return {
        (one.subject, one.audience, one.language): one.category_id for one in province.categories
    }


def know_topics(province: Province, topics: Mapping[Topic, Category]) -> Province:
    """Return a province with a category for everything that its people read and others have.

    Their languages must stand in `language_shares`: nobody is held to read what is not named there.
    """
    own, ids = list_topics(province), {one.category_id for one in province.categories}
    new = []
    for topic, category in sorted(topics.items()):
        if topic not in own and province.settings.language_shares.get(category.language, 0) > 0:
            name = category.category_id
            while name in ids:
                name = CategoryId(f"{name}-2")
            ids.add(name)
            new.append(replace(category, category_id=name))
    rows = tuple(
        CategorySettings(
            id=one.category_id, subject=one.subject, audience=one.audience,
            language=one.language, name=one.name, classes=(),
        )
        for one in new
    )  # fmt: skip
    settings = province.settings.model_copy(
        update={"categories": (*province.settings.categories, *rows)}
    )
    every = sorted((*province.categories, *new), key=lambda one: one.category_id)
    return replace(province, categories=tuple(every), settings=settings)


def read_stock(
    province: Province,
    months: tuple[Month, ...],
    rules: SharingSettings,
    topics: Mapping[Topic, Category],
) -> ProvinceStock:
    """Return what a province has and wants; `topics` are all that some province has books of."""
    own = list_topics(province)
    wide = know_topics(province, topics)
    rotation = wide.settings.rotation.model_copy(update={"horizon_months": len(months)})
    wide = replace(wide, settings=wide.settings.model_copy(update={"rotation": rotation}))
    survey = survey_province(wide, months[0])
    problem = survey.pose_rotation(survey.reach)
    columns = {topic: k for k, topic in enumerate(sorted(topics))}
    demand = np.zeros((len(problem.libraries), len(months), len(topics)))
    for c, one in enumerate(problem.categories):
        column = columns[one.subject, one.audience, one.language]
        demand[:, :, column] = problem.demand[:, :, c]
    plans = _read_plans(province.folder, months)
    depot = find_handover_depot(province, months[0].plus(-1).last_day)
    promised = _list_promised(problem, plans, months)
    batches = _list_batches(wide, problem, rules, depot.site_id, promised)
    sizes, prices = _measure_libraries(problem)
    libraries, reach = problem.libraries, problem.reach
    costs = province.settings.costs
    return ProvinceStock(
        folder=province.folder, name=province.folder.name,
        title=province.settings.province.name, currency=province.settings.province.currency,
        topics=tuple(sorted(own.items())), batches=batches, libraries=libraries, demand=demand,
        is_open=sizes, price_uses=prices,
        hours=np.array([reach.hours.get(one.site_id, 0.0) for one in libraries]),
        hours_per_month=problem.hours_per_month,
        half_books=rotation.books_for_half_saturation, fades=rotation.fade,
        shortest_stay=rotation.min_stay_months, longest_stay=rotation.max_stay_months,
        most_batches=rotation.max_batches_per_library,
        uses_per_million=rotation.uses_per_million, depot_id=depot.site_id, lon=depot.lon,
        lat=depot.lat,
        vehicles=tuple(one for one in province.fleet if one.depot_id == depot.site_id),
        exchange_crew=province.settings.service.exchange_crew_min,
        allowance_vnd=costs.allowance_vnd_per_person_day,
        night_vnd=costs.night_vnd_per_person,
        driving_max_day_min=province.settings.trips.driving_max_day_min,
        paperwork_min=province.settings.service.paperwork_min,
        trips=tuple(
            trip
            for month, plan in plans if month >= months[0]
            for trip in list_passing_trips(plan, province, month.months_since(months[0]))
        ),
        lent=tuple(
            line for line in list_away(province.lendings).values() if line.step is LendingStep.LENT
        ),
    )  # fmt: skip


def _measure_libraries(problem: RotationProblem) -> tuple[Floats, Floats]:
    """Return how many boxes get to each library in each month, and what a visit counts in uses."""
    rules, reach = problem.rules, problem.reach
    shape = len(problem.libraries), len(problem.months)
    sizes, prices = np.zeros(shape), np.zeros(shape)
    for p, one in enumerate(problem.libraries):
        for t, month in enumerate(problem.months):
            if one.first_month <= t <= one.last_month:
                sizes[p, t] = reach.max_boxes.get((one.site_id, month), 10**6)
            money = reach.price(one.site_id, month)
            prices[p, t] = rules.weight_visit + rules.uses_per_million / 1e6 * money
    return sizes, prices


def _read_plans(folder: Path, months: tuple[Month, ...]) -> tuple[tuple[Month, Plan], ...]:
    """Return the plans of the months, and the last one before them."""
    found = [(month, file) for month, file in list_plans(folder) if month <= months[-1]]
    before = [one for one in found if one[0] < months[0]][-1:]
    wanted = [*before, *(one for one in found if one[0] >= months[0])]
    return tuple((month, read_plan(file)) for month, file in wanted)


def _list_promised(
    problem: RotationProblem,
    plans: tuple[tuple[Month, Plan], ...],
    months: tuple[Month, ...],
) -> dict[BatchId, int]:
    """Return from which month on, by number, each batch is where nobody was told that it is.

    What stands at a library by the ledger is fetched first; what a plan brings or leaves at a
    library stays there as long as the plan said.
    """
    libraries = {one.site_id for one in problem.libraries}
    free = {one.batch_id: 1 for one in problem.placements if one.site_id in libraries}
    for month, plan in plans:
        for stay in plan.rotation.stays:
            if stay.first_month <= month:
                end = stay.first_month.plus(stay.months).months_since(months[0])
                free[stay.batch_id] = max(free.get(stay.batch_id, 0), end)
    return free


def _list_batches(
    province: Province,
    problem: RotationProblem,
    rules: SharingSettings,
    depot_id: SiteId,
    promised: Mapping[BatchId, int],
) -> tuple[OwnBatch, ...]:
    months = range(len(problem.months))
    topic_of = {one.category_id: (one.subject, one.audience, one.language)
                for one in province.categories}  # fmt: skip
    pinned = {(b, t) for b, _, t in problem.pins}
    is_new = measure_seen_share(problem) <= problem.rules.max_seen_share + 1e-9
    borrowed, gone = list_borrowed(province.lendings), list_away(province.lendings)
    found = []
    for b, batch in enumerate(problem.batches):
        is_here = _list_presence(batch.batch_id, borrowed, gone, problem.months)
        is_theirs = batch.batch_id in borrowed or (
            batch.batch_id in gone and gone[batch.batch_id].step is LendingStep.GIVEN_BACK
        )
        is_own = not is_theirs and batch.condition in (Condition.GOOD, Condition.WORN)
        suits = np.array([fits(batch, one, problem) for one in problem.libraries], dtype=bool)
        works = bool((suits[:, None] & is_new[b]).any()) and (is_own or is_theirs)
        lendable = is_own and batch.owner not in rules.kept_owners and batch.depot_id == depot_id
        first = promised.get(batch.batch_id, 0)
        found.append(
            OwnBatch(
                batch.batch_id, batch.name, batch.books, batch.boxes, batch.mass_kg,
                tuple(sorted(batch.networks)),
                tuple(sorted((topic_of[c], n) for c, n in batch.books_by_category if n)),
                is_own,
                tuple(works and is_here[t] for t in months),
                tuple(
                    lendable and is_here[t] and t >= first
                    and (b, t) not in pinned and (b, t) not in problem.unavailable
                    for t in months
                ),
            )
        )  # fmt: skip
    return tuple(found)


def _list_presence(
    batch_id: BatchId,
    borrowed: Mapping[BatchId, LendingLine],
    gone: Mapping[BatchId, LendingLine],
    months: tuple[Month, ...],
) -> tuple[bool, ...]:
    """Return by month whether a batch is there by the ledger; hand-overs take their month."""
    if batch_id in borrowed:
        until = Month.of(borrowed[batch_id].terms.until)
        return tuple(month < until for month in months)
    if batch_id in gone:
        line = gone[batch_id]
        is_back = line.step is LendingStep.LENT
        return tuple(is_back and month > Month.of(line.terms.until) for month in months)
    return (True,) * len(months)
