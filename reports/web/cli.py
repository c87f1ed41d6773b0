"""`certmark review`: the investigators' web pages. Heavy imports stand inside the command."""

from __future__ import annotations

import socket
import sys
from typing import TYPE_CHECKING, Annotated, NoReturn, Optional

import typer

if TYPE_CHECKING:
    from compliance.store.session import Store
    from reports.web.guard import Entrance

app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
BAD_USAGE = 2


@app.command()
def review(
    host: Annotated[str, typer.Option(metavar="ADDRESS", help="address to listen on")] = "127.0.0.1",
    port: Annotated[int, typer.Option(metavar="PORT", min=0, max=65535, help="port to listen on")] = 8000,
    name: Annotated[
        Optional[list[str]],
        typer.Option("--name", metavar="HOST", help="a host name that people reach the desk by; may be repeated"),
    ] = None,
    secure: Annotated[
        bool, typer.Option("--secure", help="people reach the desk through TLS: cookies are sent over TLS only")
    ] = False,
    first_account: Annotated[
        Optional[str],
        typer.Option(
            metavar="LOGIN", help="make the first account, an administrator, and end; its password is asked for here"
        ),
    ] = None,
) -> None:
    """Open the review desk: queue, cases, companies, rules, crawl jobs. Ctrl-C ends it.

    Every page needs a login. With no account yet, every address leads to the set-up of the first one, which wants the
    one-time code printed here. On another address than loopback the desk starts only when an administrator's account exists.
    """
    try:
        import argon2  # noqa: F401
        import fastapi  # noqa: F401
        import nh3  # noqa: F401
        import python_multipart  # noqa: F401
        import uvicorn
    except ModuleNotFoundError as missing:
        _stop(f"{missing.name} is not installed; pip install '.[review]'")
    from compliance.settings import SettingsError
    from compliance.store.accounts import any_account, has_admin
    from compliance.store.session import StoreError, open_store
    from reports.web.app import make_app
    from reports.web.passwords import SetUpCode

    inside = _loopback(host)
    try:
        store = open_store()
    except (StoreError, SettingsError) as error:
        _stop(str(error))
    with store:
        if first_account is not None:
            _make_first(store, first_account)
            return
        if not inside and not has_admin(store):
            _stop(
                f"--host {host}: not loopback, and no administrator's account exists yet; "
                "`certmark review --first-account LOGIN` makes it, or start without --host on this machine"
            )
        listening = _listening(host, port)
        code = SetUpCode(_print_code)
        address = f"http://{'[' + host + ']' if ':' in host else host}:{listening.getsockname()[1]}/"
        if not (inside or secure):
            _say(
                "the line to this desk is not encrypted by certmark: put a TLS proxy before it and start with --secure"
            )
        _say(f"the desk is at {address} (Ctrl-C ends it)")
        if not any_account(store):
            code.print_new()
        served = make_app(store, _entrance(host, inside, name or [], secure), code)
        config = uvicorn.Config(
            served, log_level="warning", access_log=False, server_header=False, date_header=True, proxy_headers=False,
            timeout_graceful_shutdown=5, lifespan="off", ws="none",
        )  # fmt: skip
        with listening:
            uvicorn.Server(config).run(sockets=[listening])


def _make_first(store: Store, login: str) -> None:
    from reports.web.first import Refused, make_first_account

    try:
        make_first_account(store, login)
    except Refused as refused:
        _stop(f"--first-account {login}: {refused}")
    _say(f"{login} can sign in, as an administrator")


def _loopback(host: str) -> bool:
    """Whether all that the host means is this machine alone."""
    import ipaddress

    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        pass
    try:
        found = socket.getaddrinfo(host, None)
    except (OSError, UnicodeError) as error:
        _stop(f"--host {host}: no such address: {error}")
    return all(ipaddress.ip_address(one[4][0]).is_loopback for one in found)


def _entrance(host: str, inside: bool, names: list[str], secure: bool) -> Entrance:
    from reports.web.guard import Entrance

    known = {one.casefold() for one in (*names, host)} | ({"localhost", "127.0.0.1", "[::1]"} if inside else set())
    if not inside:
        known |= {socket.gethostname().casefold(), "localhost"}
    return Entrance(frozenset(known), addresses=not inside, secure=secure)


def _listening(host: str, port: int) -> socket.socket:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host.strip("[]"), port, type=socket.SOCK_STREAM)[0]
        made = socket.socket(family, kind, protocol)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind(address)
        made.listen(128)
        return made
    except OSError as error:
        _stop(f"--host {host} --port {port}: can't listen there: {error.strerror or error}; choose another --port")


def _print_code(code: str) -> None:
    _say(f"no account yet: the set-up of the first one wants this one-time code: {code}")


def _say(line: str) -> None:
    print(f"certmark review: {line}", file=sys.stderr, flush=True)


def _stop(message: str) -> NoReturn:
    _say(message)
    raise typer.Exit(BAD_USAGE)
