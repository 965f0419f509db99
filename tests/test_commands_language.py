"""Languages and names: `--lang` anywhere, errors in the province's words, names beside codes."""

import json
from pathlib import Path

import program
import pytest

from commands.line import find_province, line_language
from commands.usage import reword
from planning.answers.explain import explain
from planning.answers.history import tabulate_history
from planning.answers.whereabouts import tabulate_places
from province.errors import InputError
from province.find_name import Known, find_all, list_known
from province.language import Message, message, names_beside_codes, translate
from province.names import list_names, read_names

ROOT = Path(__file__).resolve().parent.parent


def run(*words: object, **environment: str) -> program.Answer:
    return program.run(
        *words, **({"LANG": "C", "LC_ALL": "C", "LUANCHUYEN_LANG": ""} | environment)
    )


def test_the_language_stands_anywhere_in_the_line(small_folder: Path) -> None:
    answers = {
        run(*words).stdout.splitlines()[0]
        for words in (
            ("--lang", "lv", "where", small_folder),
            ("where", "--lang", "lv", small_folder),
            ("where", small_folder, "--lang", "lv"),
            ("where", small_folder, "--lang=lv"),
        )
    }
    assert len(answers) == 1
    assert answers.pop().startswith("komplekts")
    assert run("roads", "--lang", "vi", "import", "--help").stdout.startswith("Usage")


@pytest.mark.parametrize(
    ("words", "language"),
    [
        (("plan", "F", "--lang", "lv"), "lv"), (("--lang=en", "plan", "F"), "en"),
        (("plan", "F"), "vi"), (("plan", "F/plans/2026-12/plan.json"), "vi"),
        (("new", "F2", "--mobile-stops", "x.csv"), "en"), (("plan", "F", "--lang", "xx"), "vi"),
        (("--", "--lang", "lv"), "en"), ((), "en"), (("check", "\\0", "x" * 5000), "en"),
    ],
)  # fmt: skip
def test_a_line_says_its_language(words, language, small_folder, monkeypatch) -> None:
    for name in ("LUANCHUYEN_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    line = [word.replace("F", str(small_folder), 1) if word[:1] == "F" else word for word in words]
    assert line_language(line) == language


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: text.replace("format = 1", "format = = 1"),
        lambda text: text.replace("format = 1", "format = 7"),
        lambda text: text.replace('language = "vi"', "language = 'vi' # người Việt"),
        lambda text: text + '\n[other]\nlanguage = "lv"\n"',
        lambda text: text.replace('language = "vi"', 'language = { value = "vi" }'),
    ],
)
def test_the_language_of_a_damaged_folder_is_read(damage, small_folder, monkeypatch) -> None:
    monkeypatch.setenv("LUANCHUYEN_LANG", "en")
    path = small_folder / "province.toml"
    path.write_text(damage(path.read_text(encoding="utf-8")), encoding="utf-8")
    assert line_language(["check", str(small_folder)]) == "vi"


@pytest.mark.parametrize(
    ("text", "language"), [("", "vi"), ('[region]\nlanguage = "lv"\n', "lv"), ("[region", "vi")]
)
def test_errors_speak_the_language_of_the_region(
    text: str, language: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LUANCHUYEN_LANG", "en")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "Miền núi").mkdir()
    (tmp_path / "Miền núi" / "region.toml").write_text(text, encoding="utf-8")
    assert line_language(["region", "share", "Miền núi", "--from", "2027-01"]) == language
    assert find_province(["region", "check", "Miền núi"]) is None


def test_errors_speak_the_language_of_the_province(small_folder: Path) -> None:
    path = small_folder / "libraries.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("90002", "90009"), encoding="utf-8")
    answer = run("check", small_folder)
    assert answer.returncode == 3
    assert "giá trị có sẵn gần nhất" in answer.stderr
    assert "nearest that exists" in run("check", small_folder, "--lang", "en").stderr
    usage = run("plan", small_folder)
    assert usage.returncode == 2
    assert "Lỗi: thiếu tùy chọn --month" in usage.stderr
    assert "Lỗi" in run("plan", small_folder, "--month", "2026-13").stderr
    assert "trūkst opcijas --month" in run("--lang", "lv", "plan", small_folder).stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("plan",), "thiếu PROVINCE_FOLDER"), (("plan", "--moth", "3"), "không có tùy chọn --moth"),
        (("pan",), "không có lệnh pan"), (("where", "a", "b", "c"), "thừa từ trong dòng lệnh: c"),
        (("plan", "x", "--month"), "tùy chọn --month cần có giá trị"),
        (("plan", "x", "--month", "2026-12", "--work", "0"), "0.0 nằm ngoài khoảng 0.01<=x<=100"),
        (("plan", "x", "--month", "2026-12", "--work", "a"), '"a" không phải là số'),
        (("plan", "x", "--month", "2026-12", "--seed", "a"), '"a" không phải là số nguyên'),
        (("plan", "x", "--lang", "xx"), '"xx" không nằm trong các lựa chọn vi, en, lv'),
        (("plan", "x", "--json=1"), "tùy chọn --json không nhận giá trị"),
    ],
)  # fmt: skip
def test_faults_of_usage_are_translated(words, said) -> None:
    answer = run(*words, LUANCHUYEN_LANG="vi")
    assert answer.returncode == 2
    assert said in answer.stderr
    assert "Error" not in answer.stderr


def test_a_fault_of_usage_that_is_not_known_stays_as_it_is() -> None:
    assert str(reword("Something new.")) == "Something new."


def test_names_stand_beside_codes(small) -> None:
    text = message("{batch} goes from {site} to {other}, {value}",
                   batch="B1, B2", site="TV1", other="TV99", value="KHO")  # fmt: skip
    with names_beside_codes(list_names(small)):
        assert translate(text, "en") == (
            "B1 (Lô Mận), B2 (Lô Đào) goes from TV1 (Thư viện xã Bản Mận) to TV99, KHO"
        )
        # what says the name anyway does not say it twice
        twice = message("{site}, {name}", site="TV1", name="Thư viện xã Bản Mận")
        assert translate(twice, "en") == "TV1, Thư viện xã Bản Mận"
        nested = message("{why}", why=message("at {where}", where="TV1, 2026-12"))
        assert translate(nested, "en") == "at TV1 (Thư viện xã Bản Mận), 2026-12"
    assert translate(Message("{site}", (("site", "TV1"),)), "en") == "TV1"


def test_names_of_a_damaged_folder_are_read(small, small_folder: Path) -> None:
    assert read_names(small_folder) == list_names(small)
    (small_folder / "batches.csv").write_bytes(b'\xff\x00,\n"')
    (small_folder / "communes.geojson").write_text("{", encoding="utf-8")
    assert read_names(small_folder)["TV1"] == "Thư viện xã Bản Mận"
    (small_folder / "libraries.csv").unlink()
    assert read_names(small_folder) == {}


def test_findings_and_tables_name_codes(small_folder: Path) -> None:
    answer = run("history", small_folder, "B1", "--lang", "en").stdout
    assert "TV1 (Thư viện xã Bản Mận)" in answer
    # rows that have a column for the name are not made longer
    assert "(" not in run("where", small_folder, "--lang", "en").stdout
    rows = json.loads(run("history", small_folder, "B1", "--json").stdout)
    assert "TV1" in {value for row in rows for value in row.values()}


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("TV1", ("TV1",)), ("tv1", ("TV1",)), ("Thư viện xã Bản Mận", ("TV1",)),
        ("bản mận", ("TV1",)), ("BAN MAN", ("TV1",)), ("  Bản   Mận ", ("TV1",)),
        ("Ba\u0309n Ma\u0323\u0302n", ("TV1",)), ("lo dao", ("B2",)),
        ("Lô", ("B1", "B2", "B3", "B4", "B5", "B6")),
        ("nothing", ()), ("", ()),
    ],
)  # fmt: skip
def test_names_are_found(text: str, codes: tuple[str, ...], small) -> None:
    assert tuple(one.code for one in find_all(list_known(small), text)) == codes


def test_accents_count_where_they_are_written(small) -> None:
    from dataclasses import replace

    other = replace(small.batches[1], name="Lô Mân")
    province = replace(small, batches=(small.batches[0], other))
    assert [one.code for one in find_all(list_known(province), "lô mận")] == ["B1"]
    assert [one.code for one in find_all(list_known(province), "lo man")] == ["B1", "B2"]


def test_lodging_is_meant_only_where_nothing_else_is() -> None:
    inn, hall = Known("N", "Nhà nghỉ Mường La", is_lodging=True), Known("T", "Thư viện Mường La")
    assert find_all([inn, hall], "mường la") == (hall,)
    assert find_all([inn, hall], "nha nghi") == find_all([inn, hall], "N") == (inn,)


def test_verbs_take_names(small) -> None:
    assert tabulate_history(small, "bản mận") == tabulate_history(small, "TV1")
    assert {row["batch"] for row in tabulate_places(small, None, name="bản mận")} == {"B3"}
    assert {row["batch"] for row in tabulate_places(small, None, name="lo dao")} == {"B2"}
    with pytest.raises(InputError, match=r"several have this name.*B1 \(Lô Mận\), B2 \(Lô Đào\)"):
        tabulate_history(small, "lô")
    with pytest.raises(InputError, match=r"nearest names: TV1 \(Thư viện xã Bản Mận\)"):
        tabulate_history(small, "Thu vien Ban Mam")
    with pytest.raises(InputError, match="luanchuyen where"):
        tabulate_places(small, None, name="qqqqqqq")


def test_explain_takes_names(small) -> None:
    from plan_fixture import make_plan

    plan = make_plan(small)
    visit = plan.visits[0]
    assert explain(small, plan, visit.visit_id)
    with pytest.raises(InputError, match="nearest names"):
        explain(small, plan, "Ban Mam")
    assert explain(small, plan, "trường tiểu học nà ớt") == explain(small, plan, "TH1")


def test_what_is_not_served_is_listed_up_to_ten(small) -> None:
    from dataclasses import replace

    from plan_fixture import make_plan

    from commands.plan import MOST_TOLD, list_unserved_lines
    from routing.trips import NO_FIX, Unserved

    plan = make_plan(small)
    visit = plan.visits[0]
    one = Unserved(visit.visit_id, "hours", message("too short"), message("open longer"), 0)
    many = replace(plan, trips=replace(plan.trips, unserved=(one,) * 12))
    lines = [str(line) for line in list_unserved_lines(many, small)]
    name = small.site_by_id[visit.receiver_id].name
    assert lines[:2] == [
        f"not served: {visit.visit_id} ({name}): too short", "    what would serve it: open longer"
    ]  # fmt: skip
    assert lines[2 * MOST_TOLD :] == ["2 more are not served: see unserved.csv"]
    lone = replace(plan, trips=replace(plan.trips, unserved=(replace(one, fix=NO_FIX),)))
    assert len(list(list_unserved_lines(lone, small))) == 1


def test_a_province_is_found_by_a_file_within_it(small_folder: Path, tmp_path: Path) -> None:
    assert find_province(["export", str(small_folder / "plans" / "2026-12")]) == small_folder
    assert find_province(["check", str(tmp_path), "--json"]) is None


def test_documents_name_codes(small, tmp_path: Path) -> None:
    from dataclasses import replace

    from plan_fixture import make_plan

    from exports.write import write_documents
    from routing.trips import Unserved

    plan = make_plan(small)
    reason = message("waits for {visit} at {site}", visit=plan.visits[0].visit_id, site="TV2")
    one = Unserved(plan.visits[0].visit_id, "giver_unserved", reason, message("none"), None)
    plan = replace(plan, trips=replace(plan.trips, unserved=(one,)))
    write_documents(plan, small, tmp_path / "x", language="en", only=("unserved",), overwrite=False)
    text = (tmp_path / "x" / "unserved.csv").read_text(encoding="utf-8-sig")
    name = small.site_by_id[plan.visits[0].receiver_id].name
    assert f"waits for {one.visit_id} ({name}) at TV2 (Nhà văn hóa Đèo Mây)" in text
