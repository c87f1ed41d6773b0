"""PostgreSQL for the tests that need it: the server in CERTMARK_TEST_DATABASE_URL, else Debian's own, started for this session alone."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path
from uuid import uuid4

import pytest


class Server:
    """A server of our own: `url` of its first database; may be stopped and started again."""

    def __init__(self, programs, folder, port):
        self.programs, self.folder, self.port = programs, folder, port
        self.url = f"postgresql://certmark@127.0.0.1:{port}/postgres"

    def control(self, *words):
        subprocess.run(
            [*as_postgres(), str(self.programs / "pg_ctl"), "-D", str(self.folder / "data"), "-w", "-s", *words],
            check=True, stdout=subprocess.DEVNULL,
        )  # fmt: skip

    def start(self):
        self.control("-l", str(self.folder / "log"), "start")

    def restart(self):
        self.control("-m", "fast", "stop")
        time.sleep(1)
        self.start()


def as_postgres():
    """A server refuses to run as root."""
    return ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []


@pytest.fixture(scope="session")
def own_postgres():
    """A Server of this session, or a skip that says what is missing."""
    if find_spec("psycopg") is None:
        pytest.skip("needs psycopg: pip install '.[postgres]'")
    programs = next(iter(sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)), None)
    if programs is None or not (programs / "initdb").exists():
        pytest.skip("needs a PostgreSQL server: apt-get install postgresql, or CERTMARK_TEST_DATABASE_URL")
    if os.geteuid() == 0 and "postgres" not in {user.pw_name for user in pwd.getpwall()}:
        pytest.skip("PostgreSQL does not run as root, and there is no user postgres")
    folder = Path(tempfile.mkdtemp(prefix="certmark-pg-"))
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = Server(programs, folder, port)
    initdb = [str(programs / "initdb"), "-D", str(folder / "data"), "-A", "trust", "-U", "certmark", "-E", "UTF8"]
    subprocess.run([*as_postgres(), *initdb, "--locale=C.UTF-8"], check=True, stdout=subprocess.DEVNULL)
    with (folder / "data" / "postgresql.conf").open("a") as settings:
        settings.write(
            f"port = {port}\nlisten_addresses = '127.0.0.1'\nunix_socket_directories = '{folder}'\nfsync = off\n"
        )
    server.start()
    yield server
    server.control("-m", "immediate", "stop")
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_server(request):
    """The URL of a server: the one that the environment names, else our own."""
    named = os.environ.get("CERTMARK_TEST_DATABASE_URL", "")
    return named if named.startswith("postgres") else request.getfixturevalue("own_postgres").url


@pytest.fixture
def postgres(postgres_server):
    """The URL of an empty database, which is gone after the test."""
    yield from empty_database(postgres_server)


@pytest.fixture
def restartable_postgres(own_postgres):
    """(URL of an empty database, its Server) that the test may restart."""
    for url in empty_database(own_postgres.url):
        yield url, own_postgres


def empty_database(server):
    from sqlalchemy import create_engine, make_url, text

    name = f"test_{uuid4().hex[:12]}"
    place = make_url(server).set(drivername="postgresql+psycopg")
    engine = create_engine(place, isolation_level="AUTOCOMMIT", pool_pre_ping=True)
    with engine.connect() as connection:
        connection.execute(text(f"create database {name}"))
    yield place.set(database=name, drivername="postgresql").render_as_string(hide_password=False)
    with engine.connect() as connection:
        connection.execute(text(f"drop database {name} with (force)"))
    engine.dispose()
