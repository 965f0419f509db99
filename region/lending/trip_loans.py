"""What of an exchange plan drives on trips of a month, and where each of the batches is then."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from planning.find_plan import list_plans
from planning.plan import Plan
from planning.plan_file import read_plan
from province.dates import Month, clock
from province.errors import InputError
from province.facts import Province
from province.ids import BatchId, KitId
from province.journal import locate_batches
from province.language import Message, message
from province.lendings import LendingStep, name_borrowed
from province.results import Outcome, list_standing_results
from province.visits import list_kits
from region.lending.ledgers import RegionLedgers
from region.read_region import Region
from region.sharing.sharing_file import (
    SHARING_NAME,
    BetweenLoan,
    HandoverRun,
    find_sharings,
    read_sharing,
)

Direction = Literal["out", "home"]


@dataclass(frozen=True, slots=True)
class TripLoan:
    """A batch that a trip of a month carries from one province to another.

    Parameters
    ----------
    direction
        `out` to the borrower, or `home` to the owner.
    is_fetched
        Whether the vehicle takes it at the other depot, rather than leaving it there.
    """

    run: HandoverRun
    loan: BetweenLoan
    direction: Direction
    is_fetched: bool

    @property
    def kit_id(self) -> KitId:
        """The row of `kits.csv` that asks for it."""
        return KitId(f"{self.loan.loan}-{self.direction}")

    @property
    def sender(self) -> str:
        """Folder of the province that has the batch until then."""
        return self.loan.owner if self.direction == "out" else self.loan.borrower

    @property
    def batch_id(self) -> BatchId:
        """The batch as its sender calls it."""
        if self.direction == "out":
            return self.loan.batch
        return BatchId(name_borrowed(self.loan.owner, self.loan.batch))

    @property
    def step(self) -> LendingStep:
        """What the sender's ledger says once it is gone."""
        return LendingStep.LENT if self.direction == "out" else LendingStep.GIVEN_BACK


def list_trip_loans(region: Region, month: Month) -> tuple[TripLoan, ...]:
    """Return what trips carry in a month, by the latest exchange plan that has the month.

    Raises
    ------
    InputError
        If no exchange plan has it, or one cannot be read.
    """
    plans = [read_sharing(path) for path in find_sharings(region.folder)]
    own = [one for one in plans if 0 <= month.months_since(one.first_month) < one.months]
    if not own:
        raise InputError.of(
            SHARING_NAME, "months", str(month),
            expected=message("a month of an exchange plan of this region"),
            advice=message("make it with: luanchuyen region share"),
        )  # fmt: skip
    plan = max(own, key=lambda one: one.first_month)
    loans = {loan.loan: loan for loan in plan.loans}
    found = (
        TripLoan(run, loans[name], "out" if loans[name].run == run.run else "home", is_fetched)
        for run in plan.runs
        if run.kind == "trip" and run.month == month
        for names, is_fetched in ((run.there, False), (run.back, True))
        for name in names
    )
    return tuple(sorted(found, key=lambda one: one.kit_id))


def list_known_loans(region: Region) -> dict[str, BetweenLoan]:
    """Return the loans of all exchange plans; of one that stands in several, the latest."""
    return {
        loan.loan: loan
        for path in find_sharings(region.folder)
        for loan in read_sharing(path).loans
    }


def read_month(province: Province, month: Month) -> Plan | None:
    """Return the plan in force of a month; None where there is none."""
    path = dict(list_plans(province.folder)).get(month)
    return None if path is None else read_plan(path)


def find_ready_day(province: Province, batch_id: BatchId, month: Month) -> date | None:
    """Return the first day of a month on which a batch lies at a depot, checked, and may go.

    By the ledger, else by the month's plan; None where neither brings it home in time.
    """
    depots = {site.site_id for site in province.depots}
    plan = read_month(province, month)
    batch = province.batch_by_id[batch_id]
    place, _ = locate_batches(province.journal).get(batch_id, (batch.depot_id, date.min))
    ready = month.first_day if place in depots else None
    for trip in plan.all_trips if plan else ():
        if any(p.batch_id == batch_id and p.to_site in depots for s in trip.stops for p in s.takes):
            days = province.settings.service.check_days + 1
            ready = max(month.first_day, trip.last_day + timedelta(days=days))
    return ready if ready is not None and ready <= month.last_day else None


@dataclass(frozen=True, slots=True)
class TripLoanState:
    """How far a batch that a trip is to carry has come.

    Parameters
    ----------
    what
        In words.
    day, trip_id
        When which trip of the driver's plan carries it; None and "" where none does.
    """

    what: Message
    day: date | None = None
    trip_id: str = ""


def tell_state(one: TripLoan, driver: Province, ledgers: RegionLedgers) -> TripLoanState:
    """Return how far a batch has come: booked, recorded, on a trip of the plan, asked for."""
    if ledgers.find(one.sender, one.loan.loan, one.step) is not None:
        return TripLoanState(message("handed over, by both ledgers"))
    plan = read_month(driver, one.run.month)
    day, trip_id, minute = _find_stop(plan, one.kit_id)
    if one.kit_id in list_recorded(driver):
        return TripLoanState(message("driven: book it with region hand-over or hand-back"),
                             day, trip_id)  # fmt: skip
    if day is not None:
        return TripLoanState(message("planned, at {time}", time=clock(minute)), day, trip_id)
    if plan is not None and (reason := _find_reason(plan, one.kit_id)):
        return TripLoanState(message("no trip carries it: {reason}", reason=reason))
    return TripLoanState(message("asked for: plan the month of {driver} again",
                                 driver=one.run.driver))  # fmt: skip


def list_recorded(province: Province) -> frozenset[str]:
    """Return the kits that were recorded as delivered or fetched."""
    return frozenset(
        str(result.row.content_id)
        for result in list_standing_results(province.results)
        if result.row.content_id and result.row.outcome is not Outcome.NOT_DONE
    )


def _find_stop(plan: Plan | None, kit_id: KitId) -> tuple[date | None, str, int]:
    for trip in plan.all_trips if plan else ():
        for stop in trip.stops:
            if kit_id in list_kits(*stop.leaves, *stop.takes):
                return stop.day, str(trip.trip_id), stop.start_min
    return None, "", 0


def _find_reason(plan: Plan, kit_id: KitId) -> Message | None:
    """Return why no trip of a plan has a kit; None where the plan does not know it."""
    visits = {visit.visit_id: visit for visit in plan.visits}
    for left in plan.trips.unserved:
        visit = visits[left.visit_id]
        if kit_id in list_kits(*visit.leaves, *visit.takes):
            return left.reason
    return None
