"""Processes side by side do not outlive the one that asked, even when it is killed."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PROGRAM = """
import sys, time
from pathlib import Path
sys.path.insert(0, {root!r})

def begin(_):
    return beat

def beat(path):
    for count in range(1200):
        Path(path).write_text(str(count))
        time.sleep(0.1)

if __name__ == "__main__":
    from planning.side_by_side import work_side_by_side
    list(work_side_by_side(begin, None, sys.argv[1:], workers=2))
"""


def wait_until(is_done, seconds):
    for _ in range(seconds * 10):
        if is_done():
            return True
        time.sleep(0.1)
    return False


@pytest.mark.skipif(os.cpu_count() == 1, reason="one core: no other processes")
def test_processes_end_when_their_parent_is_killed(tmp_path):
    program, beats = tmp_path / "program.py", [tmp_path / "one", tmp_path / "two"]
    program.write_text(PROGRAM.format(root=str(ROOT)), encoding="utf-8")
    parent = subprocess.Popen([sys.executable, program, *beats])
    try:
        assert wait_until(lambda: all(beat.exists() for beat in beats), 60)
    finally:
        parent.kill()
        parent.wait()

    def is_still():
        before = [beat.read_text() for beat in beats]
        time.sleep(1)
        return before == [beat.read_text() for beat in beats]

    assert wait_until(is_still, 3)


@pytest.mark.skipif(not hasattr(os, "killpg") or os.cpu_count() == 1, reason="no groups, no others")
def test_ctrl_c_for_the_whole_group_ends_all_without_a_word(tmp_path):
    program, beats = tmp_path / "program.py", [tmp_path / "one", tmp_path / "two"]
    text = PROGRAM.format(root=str(ROOT))
    start = "    list(work_side_by_side("
    calm = "    import signal\n    signal.signal(signal.SIGINT, lambda *_: sys.exit(130))\n"
    program.write_text(text.replace(start, calm + start), encoding="utf-8")
    parent = subprocess.Popen(
        [sys.executable, program, *beats], stderr=subprocess.PIPE, start_new_session=True
    )
    assert wait_until(lambda: all(beat.exists() for beat in beats), 60)
    os.killpg(parent.pid, signal.SIGINT)
    _, said = parent.communicate(timeout=20)
    assert (parent.returncode, said) == (130, b"")
