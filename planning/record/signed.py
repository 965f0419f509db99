"""How stops were signed: by whom, with which pictures, how far from the site."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from province.dates import clock
from province.language import Message, message
from province.results import Proof, RecordedResult, ResultRow


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
