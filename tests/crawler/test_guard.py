"""Nothing inside is ever asked: the table of addresses and tricks goes through the real spider, on every way a request can start."""

import socket

import pytest
from twisted.internet import defer
from twisted.internet.protocol import Factory
from twisted.internet.testing import MemoryReactorClock
from twisted.web.client import URI

from compliance.reading.address import AddressRefused
from compliance.store.session import open_store
from crawler.guard import CheckedEndpoint, Guard, look_up
from crawler.run import crawl
from crawler.targets import Target

# {port} is a server on loopback that must never be asked.
TABLE = """
http://127.0.0.1:{port}/ http://127.0.0.2:{port}/ http://127.1:{port}/ http://127.0.1:{port}/ http://2130706433:{port}/
http://0x7f000001:{port}/ http://0x7f.0.0.1:{port}/ http://0177.0.0.1:{port}/ http://017700000001:{port}/ http://0:{port}/
http://0.0.0.0:{port}/ http://localhost:{port}/ http://localhost.:{port}/ http://a.localhost:{port}/ http://LOCALHOST:{port}/
http://[::1]:{port}/ http://[::]:{port}/ http://[0:0:0:0:0:0:0:1]:{port}/ http://[::ffff:127.0.0.1]:{port}/ http://[::ffff:7f00:1]:{port}/
http://[::127.0.0.1]:{port}/ http://[64:ff9b::7f00:1]:{port}/ http://[2002:7f00:1::]:{port}/ http://[fe80::1]:{port}/ http://[fc00::1]/
http://[fd00:ec2::254]/ http://[ff02::1]/ http://[2001:db8::1]/ http://[fec0::1]/ http://[2001::1]/ http://[::ffff:10.0.0.1]/
http://10.0.0.1/ http://10.255.255.254/ http://172.16.0.1/ http://172.31.255.254/ http://192.168.0.1/ http://192.168.1.1:8080/
http://169.254.169.254/latest/meta-data/ http://169.254.0.1/ http://100.64.0.1/ http://100.100.100.200/ http://198.18.0.1/
http://192.0.0.1/ http://192.0.2.1/ http://198.51.100.1/ http://203.0.113.1/ http://224.0.0.1/ http://239.255.255.250/
http://240.0.0.1/ http://255.255.255.255/ http://192.88.99.1/ http://0x0a000001/ http://167772161/ http://012.0.0.1/
http://3232235777/ http://0xc0a80101/ http://router.local/ http://intranet/ http://server.internal/ http://nas.lan/
http://hidden.onion/ http://1.0.0.127.in-addr.arpa/ http://256.256.256.256/ http://1.2.3.4.5/ http://mapped.example/
http://８.８.８.８:22/ http://１２７.０.０.１:{port}/ http://127。0。0。1:{port}/ http://8.8.8.8:25/ http://8.8.8.8:6379/
"""


@pytest.fixture(scope="module")
def outcome(serve, tmp_path_factory):
    server = serve({"mapped.example": lambda handler: handler.reply("secret")})
    port = server.server_address[1]
    addresses = TABLE.format(port=port).split()
    settings = {
        "CERTMARK_ALLOW_LOOPBACK": False,
        "DOWNLOAD_DELAY": 0,
        "CONCURRENT_REQUESTS": 100,
        "CERTMARK_OPEN_SITES": 100,
        "RETRY_TIMES": 0,
        "CERTMARK_ERROR_RATE": 2,
        "CERTMARK_MIN_FREE_MB": 0,
    }
    # The target list would refuse some of these already: here they go straight to the spider.
    targets = [Target(address, None, (address,)) for address in addresses]
    with open_store(tmp_path_factory.mktemp("guard") / "crawl.db") as store:
        summary = crawl(targets, store, hosts={"mapped.example": f"http://127.0.0.1:{port}"}, settings=settings)
    return addresses, {site.company: site for site in summary.sites}, server


def test_the_table_is_long_enough():
    assert len(set(TABLE.split())) >= 60


class Rebinding:
    """A name whose first answer is a public address and every later one loopback. The addresses are of the public resolvers' kind; nothing
    is connected to: the reactor is one of memory."""

    def __init__(self):
        self.asked = 0

    def __call__(self, host, port, *rest, **more):
        self.asked += 1
        ip = "8.8.4.4" if self.asked == 1 else "127.0.0.1"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, port))]


def test_a_name_that_is_looked_up_anew_leads_nowhere_else_because_the_socket_goes_to_the_checked_address(monkeypatch):
    answers = Rebinding()
    monkeypatch.setattr(socket, "getaddrinfo", answers)
    reactor = MemoryReactorClock()
    guard = Guard(reactor, None, {}, allow_loopback=False)
    monkeypatch.setattr("crawler.guard.deferToThread", lambda f, *args: defer.maybeDeferred(f, *args))
    CheckedEndpoint(guard, URI.fromBytes(b"http://rebind.example/")).connect(Factory())
    assert [client[:2] for client in reactor.tcpClients] == [("8.8.4.4", 80)] and answers.asked == 1
    failed = []
    CheckedEndpoint(guard, URI.fromBytes(b"http://rebind.example/")).connect(Factory()).addErrback(failed.append)
    assert len(reactor.tcpClients) == 1 and failed[0].check(AddressRefused)


def test_one_inner_address_among_public_ones_refuses_the_name(monkeypatch):
    both = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, 80)) for ip in ("8.8.4.4", "10.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: both)
    with pytest.raises(AddressRefused):
        look_up("mixed.example", 80, False)


@pytest.mark.slow
def test_every_address_of_the_table_is_refused_by_name_and_the_server_inside_is_never_asked(outcome):
    addresses, sites, server = outcome
    assert {a: sites[a].reason for a in addresses if "refused" not in (sites[a].reason or "")} == {}
    assert {sites[a].state for a in addresses} == {"failed"}
    assert not server.asked
