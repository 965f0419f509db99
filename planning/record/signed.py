"""How stops were signed: by whom, with which pictures, how far from the site."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from province.dates import Month, clock
from province.facts import Province
from province.ids import TripId
from province.language import Message, message
from province.results import (
    Proof,
    RecordedResult,
    ResultRow,
    join_proofs,
    list_standing_results,
)


@dataclass(frozen=True, slots=True)
class SignedStop:
    """A stop with its proof.

    Parameters
    ----------
    is_far
        Whether it was signed farther from the site than the settings allow, even if the phone was
        wrong by as much as it said.
    """

    row: ResultRow
    proof: Proof
    is_far: bool


def list_proofs(results: Iterable[RecordedResult], far_m: int) -> tuple[SignedStop, ...]:
    """Return the proofs among some results, by month, trip and stop.

    Parameters
    ----------
    far_m
        From how many metres on a distance is too far.
    """
    found = [
        SignedStop(result.row, proof, is_far(proof, far_m))
        for result in results
        if (proof := result.row.proof) is not None
    ]
    return tuple(sorted(found, key=lambda s: (str(s.row.month), s.row.trip_id, s.row.sequence)))


def find_proofs(month: Month, province: Province) -> dict[tuple[TripId, int], SignedStop]:
    """Return how the stops of a month's trips were signed, by trip and number of the stop."""
    recorded = (r for r in list_standing_results(province.results) if r.row.month == month)
    found: dict[tuple[TripId, int], SignedStop] = {}
    for one in list_proofs(recorded, province.settings.handover.far_m):
        key = one.row.trip_id, one.row.sequence
        before = found.get(key)
        proof = join_proofs(before.proof if before else None, one.proof) or one.proof
        far = is_far(proof, province.settings.handover.far_m)
        found[key] = SignedStop(one.row, proof, far)
    return found


def is_far(proof: Proof, far_m: int) -> bool:
    """Whether a proof was certainly made farther away than so many metres."""
    return proof.distance_m is not None and proof.distance_m - (proof.accuracy_m or 0) > far_m


def say_far(signed: SignedStop, far_m: int) -> Message:
    """Return the warning about a stop that was signed too far away."""
    return message(
        "stop {number} of trip {trip}, {site}: signed {metres} m from the site, more than {far} m",
        number=signed.row.sequence,
        trip=signed.row.trip_id or "-",
        site=signed.row.site_id,
        metres=signed.proof.distance_m or 0,
        far=far_m,
    )


def summarise_signed(signed: SignedStop) -> dict[str, Any]:
    """Return a proof as plain data."""
    proof = signed.proof
    return {
        "trip_id": signed.row.trip_id,
        "sequence": signed.row.sequence,
        "site_id": signed.row.site_id,
        "signed_by": proof.signed_by,
        "signed_at": "" if proof.signed_min is None else clock(proof.signed_min),
        "signature": proof.signature,
        "photo": proof.photo,
        "distance_m": proof.distance_m,
        "is_far": signed.is_far,
    }
