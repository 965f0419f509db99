"""A PostgreSQL server of our own, in a temporary folder, for the tests.

They reach it by a socket in that folder, where everybody is believed, or by TCP with a password
(SCRAM-SHA-256): all of them with ``LUANCHUYEN_POSTGRESQL_TCP=1``, except where a test cuts the
line itself. The server is started from the packages of the system (Debian: ``postgresql``), by a
user without rights where we are root. Without the packages the tests skip, and say so.
"""

import os
import shutil
import socket
import subprocess
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import pytest


def find_programs() -> Path:
    """Return the folder of the server's programs; skip without them, or fail where required."""
    found = [path.parent for path in sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))]
    if on_path := shutil.which("initdb"):
        found.append(Path(on_path).parent)
    pytest_says = pytest.fail if os.environ.get("LUANCHUYEN_POSTGRESQL_REQUIRED") else pytest.skip
    if not found:
        pytest_says("no PostgreSQL server found (Debian: postgresql), so none was tried")
    pytest.importorskip("psycopg")
    return found[-1]


PASSWORD = "bí-mật @9:/%?"
"""Of the office, which is believed nowhere but on the socket."""

IS_BY_TCP = os.environ.get("LUANCHUYEN_POSTGRESQL_TCP") == "1"


@dataclass
class Server:
    """A server that is started, stopped, killed and asked."""

    programs: Path
    home: Path
    port: int
    count: int = 0
    user: str | None = field(default="nobody" if os.name == "posix" and os.getuid() == 0 else None)

    @property
    def url(self) -> str:
        """The address of the database ``books``."""
        return self.url_by_tcp() if IS_BY_TCP else self.url_by(self.home)

    def url_by_tcp(self, password: str = PASSWORD, user: str = "office") -> str:
        """Return the address of ``books`` by TCP."""
        return f"postgresql://{user}:{quote(password, safe='')}@127.0.0.1:{self.port}/books"

    def url_by(self, folder: Path, database: str = "books", user: str = "office") -> str:
        """Return the address by a socket in a folder."""
        return f"postgresql://{user}@/{database}?host={folder}&port={self.port}"

    def name_socket(self, folder: Path) -> Path:
        """Return the socket of such an address."""
        return folder / f".s.PGSQL.{self.port}"

    def run(self, program: str, *words: str, check: bool = True) -> str:
        """Run one of the server's programs as the user whose server it is."""
        done = subprocess.run(
            [self.programs / program, *words], user=self.user, check=False, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd=self.home,
            stdin=subprocess.DEVNULL,
        )  # fmt: skip
        assert not check or done.returncode == 0, done.stdout
        return done.stdout

    def make(self, *, is_safe: bool) -> None:
        """Make the server's files, start it, and make a database and an office that may all."""
        if self.user:
            shutil.chown(self.home, self.user)
        options = (
            "--auth-local=trust",
            "--auth-host=scram-sha-256",
            "-E",
            "UTF8",
            "--locale=C",
            "--no-sync",
            "--no-instructions",
        )
        self.run("initdb", "-D", str(self.home / "data"), "-U", "postgres", *options)
        with (self.home / "data" / "postgresql.conf").open("a", encoding="utf-8") as file:
            file.write(
                f"listen_addresses = '127.0.0.1'\nport = {self.port}\n"
                f"unix_socket_directories = '{self.home}'\n"
                "max_connections = 40\nshared_buffers = 16MB\nlog_min_messages = fatal\n"
                f"fsync = {'on' if is_safe else 'off'}\n"
            )
        self.start()
        self.ask(
            f"CREATE ROLE office LOGIN PASSWORD '{PASSWORD}'",
            "CREATE DATABASE books OWNER office", on="postgres",
        )  # fmt: skip

    def start(self) -> None:
        """Start the server, and wait until it answers."""
        log = str(self.home / "log")
        self.run("pg_ctl", "-D", str(self.home / "data"), "-l", log, "-w", "-s", "start")

    def stop(self, mode: str = "fast") -> None:
        """Stop the server; ``immediate`` is what a cut of the current is to it."""
        self.run("pg_ctl", "-D", str(self.home / "data"), "-m", mode, "-w", "-s", "stop")

    def ask(self, *statements: str, on: str = "books") -> list[tuple[object, ...]]:
        """Run statements as the superuser, each by itself; return the rows of the last one."""
        import psycopg

        rows: list[tuple[object, ...]] = []
        with psycopg.connect(
            host=str(self.home), port=self.port, user="postgres", dbname=on, autocommit=True
        ) as connection:
            for statement in statements:
                cursor = connection.execute(statement.encode())
                rows = cursor.fetchall() if cursor.description else []
        return rows

    def new_schema(self) -> str:
        """Return the name of a schema that nobody has used yet."""
        self.count += 1
        return f"t{self.count}"

    def remove(self) -> None:
        """Stop the server and delete its files."""
        self.run("pg_ctl", "-D", str(self.home / "data"), "-m", "immediate", "stop", check=False)
        shutil.rmtree(self.home, ignore_errors=True)


def make_server(*, is_safe: bool = False) -> Server:
    """Return a server that runs; its folder's name is short, as sockets want it.

    Parameters
    ----------
    is_safe
        Whether what it says it has kept outlasts a cut of the current; it is slower then.
    """
    programs = find_programs()
    server = Server(programs, Path(tempfile.mkdtemp(prefix="luanchuyen-")), _find_port())
    server.home.chmod(0o755)
    server.make(is_safe=is_safe)
    return server


def _find_port() -> int:
    """Return a port at which nobody listens."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])


def use_schema(folder: Path, url: str, schema: str) -> None:
    """Let the ledger of a province folder lie in a schema of a database."""
    with (folder / "province.toml").open("a", encoding="utf-8") as file:
        file.write(f'\n[ledger]\nurl = "{url}"\nschema_name = "{schema}"\n')
