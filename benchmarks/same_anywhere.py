"""Whether the same facts give the same files on other processors: Sơn La, planned in other ways.

``python -m benchmarks.same_anywhere FOLDER --work 0.1 --month 2026-12 --month 2027-03`` runs
`rotate`, `compose` and `plan` as they are; as on a processor without AVX-512; with one thread for
products of arrays; and compiled for an older and for any processor of this kind. Every file that
they write and all they answer is compared, byte by byte. Ends with 1 where anything differs.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import click

ROOT = Path(__file__).resolve().parent.parent
SON_LA = ROOT / "data" / "son-la"
OLDER = {
    "NPY_DISABLE_CPU_FEATURES": "X86_V4 AVX512_ICL AVX512_SPR",
    "OPENBLAS_CORETYPE": "Haswell",
}
WAYS = {
    "as it is": {},
    "without AVX-512": OLDER,
    "one thread": {"OPENBLAS_NUM_THREADS": "1"},
    "compiled for Haswell": {"NUMBA_CPU_NAME": "haswell"},
    "compiled for any": {"NUMBA_CPU_NAME": "generic"},
}
"""What is set in the environment. Where it compiles otherwise, in a cache of its own."""

COMMANDS = ("rotate", "compose", "plan")
IN_NO_PLAN = (".lock",)


def run(folder: Path, command: str, month: str, work: float, setting: dict[str, str]) -> bytes:
    """Run a command on a province folder and return what it answers."""
    words = [sys.executable, str(ROOT / "cli.py")]
    words += [command, str(folder), "--month", month, "--json"]
    words += ["--out", str(folder / f"composed-{month}")] if command == "compose" else []
    words += ["--work", str(work)] if command != "compose" else []
    done = subprocess.run(words, env=os.environ | setting, capture_output=True, check=False)
    if done.returncode:
        raise click.ClickException(done.stderr.decode()[-500:])
    return done.stdout


def read_files(folder: Path) -> dict[str, bytes]:
    """Return every file below a folder by its path there."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.suffix not in IN_NO_PLAN
    }


@click.command()
@click.argument("target", type=click.Path(path_type=Path))
@click.option("--month", "months", multiple=True, default=("2026-12", "2027-03", "2027-06"))
@click.option("--work", default=0.1, show_default=True)
@click.option("--command", "commands", multiple=True, default=COMMANDS, show_default=True)
@click.option("--way", "ways", multiple=True, default=tuple(WAYS), show_default=True)
def main(
    target: Path,
    months: tuple[str, ...],
    work: float,
    commands: tuple[str, ...],
    ways: tuple[str, ...],
) -> None:
    """Run the commands in each way and tell which files differ from the first."""
    first: dict[tuple[str, str], dict[str, bytes]] = {}
    differing = 0
    for number, way in enumerate(ways):
        setting = dict(WAYS[way])
        if "NUMBA_CPU_NAME" in setting:
            setting["NUMBA_CACHE_DIR"] = str(target / f"cache-{number}")
        for month in months:
            for command in commands:
                folder = target / "son-la"  # the same for all: answers name it
                shutil.rmtree(folder, ignore_errors=True)
                shutil.copytree(SON_LA, folder, ignore=shutil.ignore_patterns("plans", "*.sqlite"))
                answer = run(folder, command, month, work, setting)
                made = read_files(folder) | {"(answer)": answer}
                known = first.setdefault((month, command), made)
                other = sorted(k for k in {*known, *made} if known.get(k) != made.get(k))
                differing += len(other)
                told = f"{len(made)} files, differing: {', '.join(other[:5]) or 'none'}"
                click.echo(f"{way}, {command} {month}: {told}")
    sys.exit(min(1, differing))


if __name__ == "__main__":
    main()
