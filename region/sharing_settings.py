"""The section `[sharing]` of `region.toml`: what provinces may lend each other, at what price."""

from pydantic import BaseModel, ConfigDict, Field


class SharingSettings(BaseModel):
    """What may be lent between provinces; every default is an assumption of ours.

    Attributes
    ----------
    shortest_loan_months, longest_loan_months
        Months of a loan, those of both hand-overs included.
    reserve_share, reserve_batches
        Of each kind of batch this share, rounded up, and so many at least stay with their owner at
        any time.
    owner_weight
        What a use that an owner loses counts, where one that a borrower gains counts one.
    loan_uses
        What the papers and the handling of one loan count, in uses.
    batches_per_run
        Batches that a run carries each way at most, if the vehicle holds as many.
    detour
        Kilometres of road for each kilometre as the crow flies between two depots.
    run_km_per_day
        Kilometres that a run makes in a day.
    trip_detour_km
        How far a planned trip goes out of its way, there and back, to hand batches over; 0: never.
    kept_owners
        Owners, as `batches.csv` names them, whose batches are not lent.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    shortest_loan_months: int = Field(4, ge=3, le=18)
    longest_loan_months: int = Field(12, ge=3, le=18)
    reserve_share: float = Field(0.5, ge=0, le=1)
    reserve_batches: int = Field(1, ge=0, le=1_000)
    owner_weight: float = Field(1.5, ge=1, le=100)
    loan_uses: float = Field(4.0, ge=0, le=10_000)
    batches_per_run: int = Field(10, ge=1, le=100)
    detour: float = Field(1.6, ge=1, le=5)
    run_km_per_day: float = Field(300.0, gt=0, le=2_000)
    trip_detour_km: float = Field(60.0, ge=0, le=1_000)
    kept_owners: tuple[str, ...] = ()
