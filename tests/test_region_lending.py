"""A batch lent by one province to another: who has it, who may plan it, what both are told."""

import re
import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import program
import pytest
from lending_region import (
    BORROWER,
    COMES,
    GOES,
    LOAN,
    OURS,
    OWNER,
    THEIRS,
    make_loan,
    make_region,
    read_both,
    write_loans,
)
from recording import place_of, record_entries
from result_sheets import make_trip_plan
from test_province_ledger import entry

from exports.papers.lending_record import draw_lending_record
from planning.answers.history import tabulate_history
from planning.answers.ledger_check import check_ledger
from planning.answers.rotate import plan_rotation
from planning.answers.whereabouts import tabulate_places
from planning.plan_file import dump_plan
from planning.record.entries import count_content
from planning.verify_places import verify_places
from programme.due import DueKind, list_programme_due
from province.dates import Month
from province.errors import InputError, LedgerError, PlannerError
from province.facts import Province
from province.ids import BatchId, CategoryId
from province.journal import EntryType
from province.ledger.backup import read_backup, write_backup
from province.ledger.chain import SEAL_NAME
from province.ledger.csv_lines import read_csv_lines
from province.ledger.place import LEDGER_NAME, LedgerPlace
from province.ledger.transfer import read_lines, take_over
from province.lendings import LendingStep, list_away, list_borrowed
from province.read import read_province
from province.stock import Condition
from region.lending.compare import list_disagreements
from region.lending.hand_over import hand_back, hand_over
from region.lending.ledgers import read_ledgers
from region.lending.settle import book_lines, settle_lendings
from region.read_region import Region


@pytest.fixture
def region(tmp_path: Path) -> Region:
    return make_region(tmp_path / "Miền núi")


@pytest.fixture(scope="module")
def lent(tmp_path_factory: pytest.TempPathFactory) -> Region:
    """The region after the hand-over; nobody changes it."""
    region = make_region(tmp_path_factory.mktemp("region") / "Miền núi")
    hand_over(region, [LOAN], GOES)
    return region


def tell_places(province: Province, on: date | None = None) -> dict[str, str]:
    return {row["batch"]: row["site"] for row in tabulate_places(province, on)}


def run(*words: str | Path) -> tuple[int, str]:
    answer = program.run("--lang", "en", *words)
    return answer.returncode, answer.stdout + answer.stderr


def leave_out(province: Province, batch_id: BatchId) -> Province:
    return replace(
        province,
        batches=tuple(one for one in province.batches if one.batch_id != batch_id),
        titles=tuple(one for one in province.titles if one.batch_id != batch_id),
    )


def test_the_borrower_has_the_batch_with_all_that_is_in_it(lent: Region) -> None:
    owner, borrower = read_both(lent)
    own, theirs = owner.batch_by_id[OURS], borrower.batch_by_id[THEIRS]
    assert (theirs.books, theirs.boxes, theirs.mass_kg) == (own.books, own.boxes, own.mass_kg)
    assert theirs.books_by_category == own.books_by_category
    assert (theirs.condition, theirs.depot_id) == (Condition.WORN, "KHO")
    assert theirs.owner == "Thư viện tỉnh Mường Nhỏ"
    titles = {one.title: one for one in owner.titles if one.batch_id == OURS}
    copied = {one.title: one for one in borrower.titles if one.batch_id == THEIRS}
    assert titles.keys() == copied.keys() != set()
    assert all(copied[t].copies == titles[t].copies for t in titles)
    known = {one.title_id for one in borrower.titles if one.batch_id != THEIRS}
    assert not known & {one.title_id for one in copied.values()}, "no id means two titles"


def test_everybody_is_told_where_it_is(lent: Region) -> None:
    owner, borrower = read_both(lent)
    assert tell_places(owner)[OURS] == BORROWER
    assert tell_places(owner, date(2027, 1, 3))[OURS] == "KHO"
    assert tell_places(borrower)[THEIRS] == "KHO"
    assert THEIRS not in tell_places(borrower, date(2027, 1, 3))
    (row,) = tabulate_places(borrower, None, name=THEIRS)
    assert row["loan"] == f"{LOAN}: Mường Nhỏ → 2027-04-30"
    assert [row["what"] for row in tabulate_history(owner, OURS)][-1] == "lent"
    assert [row["what"] for row in tabulate_history(borrower, THEIRS)] == ["borrowed"]
    for province in (owner, borrower):
        due = list_programme_due(province, date(2027, 4, 20), date(2027, 5, 1))
        (item,) = [one for one in due if LOAN in str(one.text)]
        assert (item.day, item.kind) == (date(2027, 4, 30), DueKind.RETURN)


def test_ledger_check_knows_it(lent: Region) -> None:
    counts = []
    for path in lent.provinces:
        found = check_ledger(path, place_of(path))
        assert found.faults == ()
        counts.append((found.batches, found.lent, found.borrowed, found.sums.lendings))
    assert counts == [(6, 1, 0, 1), (7, 0, 1, 1)]


@pytest.mark.usefixtures("few_iterations")
def test_the_borrower_plans_it_until_the_return_and_the_owner_does_not(lent: Region) -> None:
    owner, borrower = read_both(lent)
    # many readers of TV4 ask for books in Mông alone, and the borrower has none of its own
    sites = tuple(
        replace(site, languages=("hmn",), population=30_000, students=4_000)
        if site.site_id == "TV4"
        else site
        for site in borrower.sites
    )
    after = replace(leave_out(borrower, OURS), sites=sites)
    before = replace(leave_out(after, THEIRS), lendings=())
    without = plan_rotation(before, Month(2027, 2), work=0.02)
    assert "TV4" not in {stay.site_id for stay in without.stays}
    plan = plan_rotation(after, Month(2027, 2), work=0.02)
    ends = [s.first_month.plus(s.months) for s in plan.stays if s.batch_id == THEIRS]
    assert [stay.site_id for stay in plan.stays if stay.batch_id == THEIRS] == ["TV4"]
    assert ends == [Month(2027, 4)], "the longest that the return lets it stay"
    assert plan.expected_uses > without.expected_uses
    own = plan_rotation(owner, Month(2027, 2), work=0.02)
    moved = [str(move.month) for move in own.movements if move.batch_id == OURS]
    assert all(month > "2027-04" for month in moved)
    # overdue: as long as it is not taken back, it does not go in the month that is planned
    late = plan_rotation(owner, Month(2027, 6), work=0.02)
    assert not [m for m in late.movements if m.batch_id == OURS and m.month == Month(2027, 6)]


def test_a_plan_that_moves_a_lent_batch_is_found_out(lent: Region) -> None:
    owner, _ = read_both(lent)
    plan = make_trip_plan(owner)
    carried = next(p.batch_id for s in plan.trips.trips[0].stops for p in s.leaves if p.batch_id)
    (line,) = owner.lendings
    batch = owner.batch_by_id[carried]
    away = replace(line, day=date(2026, 11, 20), terms=replace(line.terms, batch=batch))

    def tell(province: Province) -> list[str]:
        return [str(one.detail) for one in verify_places(province, plan) if carried in one.where]

    assert not any("Mường Mượn" in text for text in tell(replace(owner, lendings=())))
    assert any("Mường Mượn" in text for text in tell(replace(owner, lendings=(away,))))


def test_what_is_lent_is_not_moved_and_what_was_not_borrowed_neither(lent: Region) -> None:
    owner, borrower = read_both(lent)
    with pytest.raises(LedgerError, match="moves batch B4 on 2027-01-20, when Mường Mượn has it"):
        record_entries(owner, [entry("X1", "2027-01-20", OURS, "KHO", "TV1")])
    with pytest.raises(LedgerError, match="on 2027-01-02, when Mường Nhỏ has it"):
        record_entries(borrower, [entry("X1", "2027-01-02", THEIRS, "KHO", "TV1")])


def test_it_comes_home_and_what_is_lost_is_lost_to_the_owner(region: Region) -> None:
    hand_over(region, [LOAN], GOES)
    _, borrower = read_both(region)
    out = entry("M1", "2027-01-20", THEIRS, "KHO", "TV1")
    record_entries(borrower, [out])
    with pytest.raises(LedgerError, match="only what is at a depot is handed over"):
        hand_back(region, [LOAN], COMES)
    home = entry("M2", "2027-03-20", THEIRS, "TV1", "KHO")
    lost = replace(
        entry("M3", "2027-03-20", THEIRS, "KHO", "KHO", books=3), entry_type=EntryType.LOST_BOOKS
    )
    record_entries(read_both(region)[1], [home, lost])
    (line,) = hand_back(region, [LOAN], COMES, condition=Condition.REPAIR)
    assert (line.books, line.step, line.condition) == (67, LendingStep.GIVEN_BACK, "repair")
    owner, borrower = read_both(region)
    assert tell_places(owner)[OURS] == "KHO"
    assert count_content(owner.journal, owner.batch_by_id[OURS]) == (67, 2)
    assert THEIRS not in tell_places(borrower)
    assert THEIRS in tell_places(borrower, date(2027, 2, 1))
    assert THEIRS in borrower.batch_by_id, "what a library has seen of it is remembered"
    assert list_disagreements(read_ledgers(region)) == ()
    with pytest.raises(LedgerError, match="when Mường Nhỏ has it"):
        record_entries(borrower, [entry("M4", "2027-05-02", THEIRS, "KHO", "TV1")])
    # once more, by another loan: the owner lends what is left of it
    write_loans(region.folder, make_loan(loan="2027-LN-002", until=Month(2027, 9)))
    hand_over(region, ["2027-LN-002"], date(2027, 5, 3), condition=Condition.GOOD)
    borrower = read_both(region)[1]
    assert borrower.batch_by_id[THEIRS].books == 67
    assert sum(books for _, books in borrower.batch_by_id[THEIRS].books_by_category) == 67
    assert tell_places(borrower)[THEIRS] == "KHO"


def test_the_same_again_changes_nothing(region: Region) -> None:
    (line,) = hand_over(region, [LOAN], GOES)
    ledgers = [(path / LEDGER_NAME).read_bytes() for path in region.provinces]
    assert hand_over(region, [LOAN], date(2027, 1, 9)) == (line,)
    assert [(path / LEDGER_NAME).read_bytes() for path in region.provinces] == ledgers


@pytest.mark.parametrize("verb", ["check", "plan"])
def test_what_was_begun_is_finished_by_whoever_comes_next(region: Region, verb: str) -> None:
    def stop(province: Province, line: object) -> None:
        raise KeyboardInterrupt

    (line,) = hand_over(make_region(region.folder.parent / "other"), [LOAN], GOES)
    book_lines(read_both(region)[0], line)
    owner, borrower = read_both(region)
    assert (list(list_away(owner.lendings)), list_borrowed(borrower.lendings)) == ([OURS], {})
    (said,) = list_disagreements(read_ledgers(region))
    assert "so that nobody has it" in str(said)
    if verb == "check":
        code, output = run("region", "check", region.folder)
        assert code == 0
        assert f"loan {LOAN}: {THEIRS} is now booked as borrowed on 2027-01-04" in output
    else:
        assert [one.step for one in settle_lendings(region)] == [LendingStep.BORROWED]
    assert list(list_borrowed(read_both(region)[1].lendings)) == [THEIRS]
    assert list_disagreements(read_ledgers(region)) == ()


def set_back(folder: Path) -> None:
    """Put a ledger back to before anything was recorded in it."""
    (folder / LEDGER_NAME).unlink()
    (folder / SEAL_NAME).unlink()


def test_a_ledger_that_was_set_back_is_named_with_what_mends_it(region: Region) -> None:
    hand_over(region, [LOAN], GOES)
    set_back(region.folder / OWNER)
    code, output = run("region", "check", region.folder)
    assert code == 5
    assert (
        f"the ledger of {BORROWER} says that {THEIRS} was borrowed, and that of {OWNER}" in output
    )
    assert "run luanchuyen region hand-over with this loan" in output
    assert run("region", "hand-over", region.folder, LOAN, "--date", "2027-01-04")[0] == 0
    assert run("region", "check", region.folder)[0] == 0
    hand_back(region, [LOAN], COMES)
    set_back(region.folder / BORROWER)
    code, output = run("region", "check", region.folder)
    assert code == 5
    assert "run luanchuyen region hand-back with this loan" in output
    assert not list_borrowed(read_both(region)[1].lendings), "the owner has it again"
    hand_back(region, [LOAN], COMES)
    set_back(region.folder / OWNER)
    assert run("region", "check", region.folder)[0] == 0, "the borrower's ledger says all of it"
    steps = [[one.step.value for one in province.lendings] for province in read_both(region)]
    assert steps == [["lent", "taken_back"], ["borrowed", "given_back"]]


def test_a_copied_folder_is_named(region: Region) -> None:
    hand_over(region, [LOAN], GOES)
    shutil.copytree(region.folder / OWNER, region.folder / "Bản sao")
    code, output = run("region", "check", region.folder)
    assert code == 5
    assert f"by a folder called {OWNER}" in output


def break_categories(region: Region) -> None:
    path = region.folder / BORROWER / "province.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('subject = "tales"\naudience = "child"\nlanguage = "hmn"',
                                 'subject = "songs"\naudience = "child"\nlanguage = "hmn"'),
                    encoding="utf-8")  # fmt: skip


def plan_a_trip(region: Region) -> None:
    owner = read_province(region.folder / OWNER)
    plan = make_trip_plan(owner)
    path = region.folder / OWNER / "plans" / "2026-12" / "plan.json"
    path.parent.mkdir(parents=True)
    path.write_bytes(dump_plan(plan))
    batch = next(p.batch_id for s in plan.trips.trips[0].stops for p in s.leaves if p.batch_id)
    write_loans(region.folder, make_loan(batch=batch))


REFUSED = {
    "unknown loan": (lambda r: write_loans(r.folder), "a loan of an exchange plan"),
    "unknown province": (
        lambda r: write_loans(r.folder, make_loan(borrower="Lào")), "a province folder inside"
    ),
    "unknown batch": (
        lambda r: write_loans(r.folder, make_loan(batch=BatchId("B9"))), "a batch of its own in"
    ),
    "over": (
        lambda r: write_loans(r.folder, make_loan(until=Month(2026, 12))), "not before 2027-01-04"
    ),
    "no category": (break_categories, "a category of province.toml like Truyện, thiếu nhi"),
    "still to be moved": (plan_a_trip, "a batch that no trip still moves"),
    "out": (
        lambda r: write_loans(r.folder, make_loan(batch=BatchId("B1"))), "is at TV3 on 2027-01-04"
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", REFUSED)
def test_what_cannot_be_lent_is_refused_and_nothing_is_booked(region: Region, what: str) -> None:
    damage, said = REFUSED[what]
    damage(region)
    with pytest.raises(PlannerError, match=re.escape(said)):
        hand_over(region, [LOAN], GOES)
    assert not list(region.folder.glob(f"*/{LEDGER_NAME}"))


def test_a_batch_in_repair_is_not_lent(region: Region) -> None:
    with pytest.raises(InputError, match="mend it before it is lent"):
        hand_over(region, [LOAN], GOES, condition=Condition.REPAIR)


def test_a_category_that_was_taken_away_is_asked_for(region: Region) -> None:
    hand_over(region, [LOAN], GOES)
    break_categories(region)
    with pytest.raises(InputError, match="put it back: the ledger tells of a borrowed batch"):
        read_province(region.folder / BORROWER)


def test_categories_are_matched_by_what_they_are(region: Region) -> None:
    for path in (region.folder / BORROWER).glob("*"):
        if path.suffix in (".toml", ".csv"):
            text = path.read_text(encoding="utf-8")
            path.write_text(text.replace("tales-child-hmn", "mong-tre"), encoding="utf-8")
    hand_over(region, [LOAN], GOES)
    mix = dict(read_both(region)[1].batch_by_id[THEIRS].books_by_category)
    assert mix == {CategoryId("mong-tre"): 50, CategoryId("tales-child-vi"): 20}


def test_backup_and_tables_keep_it(lent: Region, tmp_path: Path) -> None:
    place = place_of(lent.folder / BORROWER)
    lines = read_lines(place)
    write_backup(place, tmp_path / "so.zip")
    assert read_backup(tmp_path / "so.zip")[0].whole_chain == lines.whole_chain
    assert run("ledger", "export", place.folder, tmp_path / "tables")[0] == 0
    there = LedgerPlace(tmp_path / "copy")
    there.folder.mkdir()
    assert take_over(there, read_csv_lines(tmp_path / "tables")).after.lendings == 1
    assert read_lines(there).rows == lines.rows


def test_both_sign_in_their_own_language(lent: Region) -> None:
    owner, borrower = read_both(lent)
    line = owner.lendings[0]
    title = replace(line.terms.titles[0], title="<b>Mẹ</b>")
    line = replace(line, terms=replace(line.terms, titles=(title, *line.terms.titles[1:])))
    ours = draw_lending_record(line, owner).decode()
    settings = borrower.settings
    latvian = settings.model_copy(
        update={"province": settings.province.model_copy(update={"language": "lv"})}
    )
    theirs = draw_lending_record(line, replace(borrower, settings=latvian)).decode()
    assert "Hạn trả: ngày 30 tháng 04 năm 2027" in ours
    assert "Atdošanas termiņš: 2027. gada 30. aprīlis" in theirs
    for page in (ours, theirs):
        assert "<b>Mẹ" not in page
        assert "&lt;b&gt;Mẹ" in page
        assert all(text in page for text in (LOAN, str(THEIRS), "Mường Mượn", "Mường Nhỏ"))
        assert page.count('class="tick') == 1 + len(line.terms.titles)
    back = draw_lending_record(replace(line, step=LendingStep.GIVEN_BACK, books=67), owner).decode()
    assert "Thiếu so với khi cho mượn" in back


def test_the_command_writes_the_records_of_both(region: Region) -> None:
    code, output = run("region", "hand-over", region.folder, LOAN, "--date", "04/01/2027")
    assert code == 0, output
    names = sorted(path.name for path in (region.folder / "sharing" / "records").iterdir())
    assert len(names) == 2
    assert all(name.startswith(f"{LOAN}-hand-over") for name in names)
    code, output = run(
        "region", "hand-back", region.folder, LOAN, "--date", "2027-03-29", "--condition", "repair"
    )
    assert code == 0, output
    assert f"write repair into {OWNER}/batches.csv" in output
    assert len(list((region.folder / "sharing" / "records").iterdir())) == 4
    code, output = run("region", "hand-back", region.folder, "2027-LN-007", "--date", "2027-03-29")
    assert code == 3
    assert "a loan that was handed over" in output
