"""The audit of a schedule: seen titles and empty libraries, counted by hand."""

import dataclasses
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

import cli
from planning.answers.audit import Audit, LibraryAudit, audit_schedule, tabulate_audit
from province.dates import Month
from province.facts import Province
from province.ids import BatchId, EntryId, SiteId, TripId
from province.journal import EntryType, LedgerEntry
from province.visits import Movement, Reach

DECEMBER = Month(2026, 12)
MONTHS = tuple(DECEMBER.plus(k) for k in range(6))
OPEN = Reach({}, {}, 0, {})
"""Every library is reached in every month."""


def audit(
    province: Province, *moves: tuple[str, int, str, str], reach: Reach = OPEN
) -> dict[str, LibraryAudit]:
    return {a.site_id: a for a in full_audit(province, *moves, reach=reach).libraries}


def full_audit(province: Province, *moves: tuple[str, int, str, str], reach: Reach = OPEN) -> Audit:
    movements = tuple(
        Movement(BatchId(b), DECEMBER.plus(t), SiteId(a), SiteId(z)) for b, t, a, z in moves
    )
    return audit_schedule(province, MONTHS, movements, reach)


def test_titles_that_stood_there_count_as_seen(small: Province) -> None:
    # B1 stood at TV1 in September: N1, N2 and T1 of the seven titles of B2 are the same.
    found = audit(small, ("B2", 0, "TV2", "TV1"))["TV1"]
    assert (found.most_seen, found.worst_batch, found.worst_month) == (3 / 7, "B2", DECEMBER)
    said = full_audit(small, ("B2", 0, "TV2", "TV1")).list_faults()
    assert "TV1: 42.9 % of B2 were seen there before, in 2026-12" in [str(text) for text in said]


def test_titles_nobody_saw_do_not_count(small: Province) -> None:
    assert audit(small, ("B5", 0, "KHO", "TV1"))["TV1"].most_seen == 0


def test_a_title_shown_by_the_schedule_itself_counts(small: Province) -> None:
    # B3 is at TV2 in December and January, then B4 comes, which has T7 in common: 1 of 7.
    moves = (("B2", 0, "TV2", "KHO"), ("B3", 0, "TV1", "TV2"), ("B3", 2, "TV2", "KHO"),
             ("B4", 2, "KHO", "TV2"))  # fmt: skip
    assert audit(small, *moves)["TV2"].most_seen == pytest.approx(1 / 7)


def test_the_same_batch_again_is_wholly_seen(small: Province) -> None:
    moves = (("B2", 0, "TV2", "KHO"), ("B2", 3, "KHO", "TV2"))
    assert audit(small, *moves)["TV2"].most_seen == 1


def test_what_was_seen_long_ago_is_forgotten(small: Province) -> None:
    rules = small.settings.rotation.model_copy(update={"memory_months": 1})
    settings = small.settings.model_copy(update={"rotation": rules})
    forgetful = dataclasses.replace(small, settings=settings)
    # B1 left TV1 in October; what stands in December was seen in November or later only.
    assert audit(forgetful, ("B2", 0, "TV2", "TV1"))["TV1"].most_seen == 0


def test_empty_months_are_counted_from_the_ledger_on(small: Province) -> None:
    # B2 is fetched from TV2 in December and nothing comes: all six months are empty.
    found = audit(small, ("B2", 0, "TV2", "KHO"))["TV2"]
    assert (found.longest_empty, found.empty_until) == (6, MONTHS[5])
    # TV4 never had one since March 2026: at most the two allowed months count before December.
    assert audit(small)["TV4"].longest_empty == 2 + 6
    assert audit(small, ("B4", 0, "KHO", "TV4"))["TV4"].longest_empty == 0
    assert audit(small, ("B4", 1, "KHO", "TV4"))["TV4"].longest_empty == 2 + 1
    # B1 stays where it stands.
    assert audit(small)["TV3"].longest_empty == 0


def test_months_before_count_only_since_the_last_batch_left(small: Province) -> None:
    home = LedgerEntry(
        EntryId("X1"), date(2026, 10, 20), EntryType.MOVED, BatchId("B2"), SiteId("TV2"),
        SiteId("KHO"), 70, 2, TripId(""), EntryId(""), "",
    )  # fmt: skip
    emptied = dataclasses.replace(small, journal=(*small.journal, home))
    # TV2 had B2 in October; November was empty, and December is when nothing comes until January.
    assert audit(emptied, ("B4", 1, "KHO", "TV2"))["TV2"].longest_empty == 2


def test_months_without_a_road_are_told_apart(small: Province) -> None:
    closed = {(SiteId("TV2"), month): 0 for month in MONTHS[2:]}
    reach = Reach(closed, {}, 0, {})
    found = audit(small, ("B2", 0, "TV2", "KHO"), reach=reach)["TV2"]
    # One could come in December to be fetched in January; in January it could not be fetched
    # before the horizon ends in the fifth month after, longer than a stay may last.
    longest = small.settings.rotation.max_stay_months
    assert longest == 4
    assert (found.longest_empty, found.closed_empty) == (1, 5)


def test_a_real_plan_passes_and_the_command_says_so(planned_small: Path) -> None:
    answer = CliRunner().invoke(
        cli.command, ["--lang", "en", "audit", str(planned_small), "--month", "2026-12"]
    )
    assert answer.exit_code == 0, answer.output
    assert "no fault: 4 libraries" in answer.output


def test_a_library_over_a_limit_is_named(small: Province) -> None:
    found = full_audit(small, ("B2", 0, "TV2", "TV1"))
    said = [str(text) for text in found.list_faults()]
    assert said == [
        "TV1: 42.9 % of B2 were seen there before, in 2026-12",
        "TV2: 6 months without a batch, until 2027-05",
        "TV4: 8 months without a batch, until 2027-05",
    ]
    assert tabulate_audit(small, found)[0]["most titles seen before, %"] == 42.9
