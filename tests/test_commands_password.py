"""No command prints or writes the password of the server that keeps a ledger."""

from pathlib import Path
from urllib.parse import quote

import pytest
from postgresql_server import PASSWORD, Server, use_schema
from program import run
from recording import record_entries
from test_province_ledger import GOOD

from province.read import read_province

pytestmark = pytest.mark.usefixtures("few_iterations", "one_round")


def test_the_commands_keep_a_password_to_themselves(small_folder: Path, postgresql: Server) -> None:
    use_schema(small_folder, postgresql.url_by_tcp(), postgresql.new_schema())
    record_entries(read_province(small_folder), GOOD)
    secret = quote(PASSWORD, safe="")
    said = [
        run("ledger", "check", small_folder),
        run("check", small_folder, "--debug"),
        run("plan", small_folder, "--month", "2027-02", "--work", "0.02", "--debug"),
        run("ledger", "check", small_folder,
            LUANCHUYEN_LEDGER=postgresql.url_by_tcp("khac")),
    ]  # fmt: skip
    assert [answer.returncode for answer in said] == [0, 0, 0, 3], said
    written = b"".join(
        path.read_bytes() for path in small_folder.rglob("*")
        if path.is_file() and path.name != "province.toml"
    )  # fmt: skip
    for answer in said:
        written += (answer.stdout + answer.stderr).encode()
    for text in (secret, PASSWORD, "khac@"):
        assert text.encode() not in written
