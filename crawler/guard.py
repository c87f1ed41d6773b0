"""The gate at the socket (地址安全): every connection goes to an address that was looked up and checked here, and nowhere else.

The check stands where the connection is made: redirects, robots.txt and sitemaps pass it too, and a name that is looked up anew
(rebinding) can't lead elsewhere, because the socket is opened to the checked address, never to the name.
"""

from __future__ import annotations

import socket
from collections.abc import Sequence
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler, _ScrapyAgent
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.utils._download_handlers import wrap_twisted_exceptions
from scrapy.utils.defer import maybe_deferred_to_future
from twisted.internet.defer import Deferred
from twisted.internet.endpoints import TCP4ClientEndpoint, TCP6ClientEndpoint, wrapClientTLS
from twisted.internet.error import DNSLookupError
from twisted.internet.interfaces import IProtocol, IProtocolFactory, IReactorCore, IStreamClientEndpoint
from twisted.internet.threads import deferToThread
from twisted.python.failure import Failure
from twisted.web.client import URI, Agent, HTTPConnectionPool
from twisted.web.iweb import IAgentEndpointFactory, IPolicyForHTTPS
from zope.interface import implementer

from compliance.reading.address import AddressRefused, resolve_public, target_of

CONNECT_SECONDS = 15


@implementer(IStreamClientEndpoint)
class CheckedEndpoint:
    """Looks the host up, refuses what isn't public, connects to the address that was checked."""

    def __init__(self, guard: Guard, uri: URI) -> None:
        self._guard = guard
        self._host = uri.host.decode("ascii")
        self._port = uri.port
        self._secure = uri.scheme == b"https"

    def connect(self, factory: IProtocolFactory) -> Deferred[IProtocol]:
        """A connection of `factory`; fails with AddressRefused, DNSLookupError or the error of the socket."""
        found = self._guard.addresses_of(self._host, self._port)
        found.addCallback(self._connect_to, factory)
        return found

    def _connect_to(self, places: Sequence[tuple[str, int]], factory: IProtocolFactory) -> Deferred[IProtocol]:
        ip, port = places[0]
        kind = TCP6ClientEndpoint if ":" in ip else TCP4ClientEndpoint
        endpoint = kind(self._guard.reactor, ip, port, timeout=CONNECT_SECONDS)
        if self._secure:
            endpoint = wrapClientTLS(self._guard.policy.creatorForNetloc(self._host.encode(), self._port), endpoint)
        tried = endpoint.connect(factory)
        if len(places) > 1:
            tried.addErrback(lambda _: self._connect_to(places[1:], factory))
        return tried


@implementer(IAgentEndpointFactory)
class Guard:
    """Makes checked endpoints. `hosts`: the sample world's hosts and the loopback address that stands for each."""

    def __init__(
        self, reactor: IReactorCore, policy: IPolicyForHTTPS, hosts: dict[str, str], allow_loopback: bool
    ) -> None:
        self.reactor = reactor
        self.policy = policy
        self._allow_loopback = allow_loopback
        self._hosts = {host: (urlsplit(url).hostname or "", urlsplit(url).port or 80) for host, url in hosts.items()}

    def endpointForURI(self, uri: URI) -> CheckedEndpoint:
        """The endpoint for one request's address."""
        return CheckedEndpoint(self, uri)

    def addresses_of(self, host: str, port: int) -> Deferred[list[tuple[str, int]]]:
        """(address, port) pairs that may be connected to, at most three, in the resolver's order. Fails with AddressRefused."""
        if host in self._hosts:
            host, port = self._hosts[host]
        looked_up = deferToThread(look_up, host, port, self._allow_loopback)
        looked_up.addCallback(lambda ips: [(ip, port) for ip in ips[:3]])
        return looked_up


class GuardedHandler(HTTP11DownloadHandler):
    """Scrapy's own handler for http and https, with our endpoints in place of its own; no proxy is ever used."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._pool.retryAutomatically = False  # tries are ours to count
        from twisted.internet import reactor

        self._guard = Guard(
            reactor,
            self._contextFactory,
            crawler.settings.getdict("CERTMARK_HOSTS"),
            crawler.settings.getbool("CERTMARK_ALLOW_LOOPBACK"),
        )

    async def download_request(self, request: Request) -> Response:
        """The answer to one request. Raises AddressRefused beside scrapy's own errors."""
        agent = _GuardedAgent(
            self._guard,
            contextFactory=self._contextFactory,
            pool=self._pool,
            maxsize=self._default_maxsize,
            warnsize=self._default_warnsize,
            fail_on_dataloss=self._fail_on_dataloss,
            crawler=self._crawler,
        )
        with wrap_twisted_exceptions():
            return await maybe_deferred_to_future(agent.download_request(request))


class _GuardedAgent(_ScrapyAgent):
    def __init__(self, guard: Guard, *, pool: HTTPConnectionPool, **rest: object) -> None:
        super().__init__(pool=pool, **rest)  # type: ignore[arg-type]
        self._guard = guard

    def _get_agent(self, request: Request, timeout: float) -> Agent:
        return Agent.usingEndpointFactory(self._guard.reactor, self._guard, pool=self._pool)


def look_up(host: str, port: int, allow_loopback: bool) -> list[str]:
    """The checked addresses of a host. Runs in a thread: the system's resolver blocks."""
    shown = f"[{host}]" if ":" in host else host
    target_of(f"http://{shown}:{port}/", allow_loopback)
    try:
        return resolve_public(host, port, allow_loopback)
    except (socket.gaierror, UnicodeError) as error:
        raise DNSLookupError(f"{host}: the name can't be looked up: {error}") from error


def refusal_in(error: BaseException | None) -> str | None:
    """The words of an AddressRefused, wherever in the chain of causes it stands; None when it's another failure."""
    for _ in range(6):
        if error is None or isinstance(error, AddressRefused):
            break
        reasons = getattr(error, "reasons", None) or []
        inner = next((r.value for r in reasons if isinstance(r, Failure) and r.check(AddressRefused)), None)
        error = inner or error.__cause__
    return f"refused: {error}" if isinstance(error, AddressRefused) else None
