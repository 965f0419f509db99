"""Where numba can keep nothing, every verb works, and one warning says why it is slow."""

import gc
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
from numba import types
from numba.core.caching import NullCache

from search.compiling import compiled, digest_kernels, entry, list_kernels

ROOT = Path(__file__).resolve().parent.parent
NOWHERE = """
import sys
import numba.core.caching as caching
kind = getattr(caching, "CacheImpl", None) or caching._CacheImpl
kind._locator_classes = []
"""


def run(code: str, *words: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-c", NOWHERE + code, *words],
        capture_output=True, text=True, encoding="utf-8", cwd=ROOT, check=False,
        env=os.environ | {"PYTHONIOENCODING": "utf-8"},
    )  # fmt: skip


def test_a_verb_starts_where_nothing_can_be_kept_and_warns_once(small_folder: Path) -> None:
    answer = run(
        "sys.argv[0] = 'luanchuyen'; import cli; cli.main()",
        "--lang", "en", "check", str(small_folder),
    )  # fmt: skip
    assert answer.returncode == 0, answer.stderr
    assert "no fault" in answer.stdout
    lines = answer.stderr.splitlines()
    assert ["NUMBA_CACHE_DIR" in line for line in lines].count(True) == 1
    assert [line for line in lines if "libraries.csv" not in line] == lines[:1]


def test_all_that_is_compiled_loads_and_works_where_nothing_can_be_kept() -> None:
    answer = run(
        "import numpy as np, rotation.lns.search, routing.pvrp.search, routing.bounds.bound;"
        "from roads.searching import total_up;"
        "parts, given = np.array([-1, -1, 0]), np.array([[1.0, 2.0], [3.0, 4.0]]);"
        "print(total_up(2, parts, np.array([-1, -1, 1]), given)[2].tolist())"
    )
    assert answer.returncode == 0, answer.stderr
    assert answer.stdout == "[4.0, 6.0]\n"  # the third arc is the first and then the second
    assert answer.stderr.count("NUMBA_CACHE_DIR") == 1


def test_any_change_to_a_kernel_or_to_what_it_imports_compiles_all_anew(tmp_path: Path) -> None:
    (tmp_path / "routing").mkdir()
    (tmp_path / "rotation").mkdir()
    kernel, numbers, other = (tmp_path / f"{name}.py" for name in
                              ("routing/kernel", "rotation/numbers", "rotation/other"))  # fmt: skip
    kernel.write_text("from rotation.numbers import MOST\nfrom search.compiling import entry\n")
    numbers.write_text("MOST = 3\n")
    other.write_text("LEAST = 1\n")
    assert list_kernels(tmp_path) == [numbers, kernel]
    before = digest_kernels(tmp_path)
    digest_kernels.cache_clear()
    other.write_text("LEAST = 2\n")
    assert digest_kernels(tmp_path) == before
    digest_kernels.cache_clear()
    numbers.write_text("MOST = 4\n")
    assert digest_kernels(tmp_path) != before


def test_every_compiled_function_of_the_house_is_a_kernel() -> None:
    folders = [ROOT / name for name in ("search", "roads", "rotation", "routing")]
    files = [path for folder in folders for path in folder.rglob("*.py")]
    of_numba = re.compile("^(import|from) numba", re.MULTILINE)
    assert {path for path in files if of_numba.search(path.read_text("utf-8"))} == {
        ROOT / "search" / "compiling.py",
        ROOT / "search" / "linking.py",
    }
    users = {path for path in files if "from search.compiling" in path.read_text("utf-8")}
    assert users <= set(list_kernels())


def test_what_an_earlier_version_kept_is_never_read(tmp_path: Path) -> None:
    program = """
import sys
from pathlib import Path
from search.compiling import keep_compiled

def double(x):
    return 2 * x

made = keep_compiled(double)
folder = Path(made._cache.cache_path)
for path in folder.glob("*double*"):
    path.unlink()
old = folder / f"{made._cache._impl.filename_base}.nbi"
old.write_bytes(b"no index")
made = keep_compiled(double)
print(made(21), old.exists(), len(list(folder.glob("*double*.nbi"))))
"""
    file = tmp_path / "program.py"
    file.write_text(program, encoding="utf-8")
    answer = subprocess.run(
        [sys.executable, str(file)], capture_output=True, text=True, check=False,
        env=os.environ | {"PYTHONPATH": str(ROOT), "NUMBA_CACHE_DIR": str(tmp_path / "kept")},
    )  # fmt: skip
    assert answer.stdout.split() == ["42", "False", "1"], answer.stderr


def test_a_part_is_compiled_once_for_all_whole_numbers_and_only_into_its_callers() -> None:
    @compiled
    def weigh(values, first, step):
        return values[first] * step

    @compiled
    def weigh_both(values, places):
        return weigh(values, places[0], 3) + weigh(values, 1, places[1])

    @entry
    def weigh_all(values, places):
        return weigh_both(values, places) + weigh(values, 0, np.int16(100))

    # 20 x 3 and 20 x 2 by places of 32 bits and constants, 10 x 100 by a number of 16
    values, places = np.array([10.0, 20.0]), np.array([1, 2], np.int32)
    assert weigh_all(values, places) == 20 * 3 + 20 * 2 + 10 * 100
    (kinds,) = weigh.overloads
    assert kinds[1:] == (types.int64, types.int64)
    library = weigh.overloads[kinds].library
    assert library.get_pointer_to_function(weigh.overloads[kinds].fndesc.llvm_func_name) == 0


def test_python_looks_for_no_garbage_only_while_a_function_is_compiled() -> None:
    seen = []

    def double(x):
        return 2 * x

    made = entry(double)
    compile_double = made._compiler.compile

    def compile_watched(*kinds):
        seen.append(gc.isenabled())
        return compile_double(*kinds)

    made._compiler.compile = compile_watched
    made._cache = NullCache()
    assert made(21) == 42
    assert seen == [False]
    assert gc.isenabled()
    gc.disable()
    try:
        assert made(2.5) == 5.0
        assert not gc.isenabled()  # as it was before
    finally:
        gc.enable()
