"""What a fetcher may connect to, and what it may not, in every writing of an address."""

import pytest

from ingest.fetching.public_address import is_inside, is_public

PUBLIC = ("8.8.8.8", "93.184.215.14", "2606:2800:21f:cb07::1", "64:ff9b::808:808")
NOT_PUBLIC = """
127.0.0.1 127.8.9.1 0.0.0.0 10.1.2.3 172.16.0.1 172.31.255.255 192.168.1.1 169.254.169.254 100.64.0.1
192.0.0.9 192.0.2.1 192.88.99.1 198.18.0.1 203.0.113.9 224.0.0.251 239.255.255.250 240.0.0.1 255.255.255.255
:: ::1 ::127.0.0.1 ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:169.254.169.254 ::ffff:8.8.8.8 ::ffff:0:127.0.0.1
fe80::1 fe80::1%eth0 fec0::1 fc00::1 fd12:3456::1 ff02::1 100::1 2001::1 2001:db8::1 2002:7f00:1:: 3fff::1
64:ff9b::7f00:1 64:ff9b::a9fe:a9fe 64:ff9b:1::1 5f00::1 2606:2800:21f:cb07::1%eth0
168.63.129.16 localhost localhost. 2130706433 0x7f.1 0177.0.0.1 127.1 paper.example
""".split()


@pytest.mark.parametrize("address", PUBLIC)
def test_an_address_of_the_public_internet_may_be_connected_to(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("address", [*NOT_PUBLIC, ""])
def test_every_other_address_may_not(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "10.1.2.3", "192.168.1.1", "fd12:3456::1"])
def test_a_house_may_name_a_host_of_its_own_network(address: str) -> None:
    assert is_inside(address)


@pytest.mark.parametrize(
    "address",
    [
        *("169.254.169.254", "fd00:ec2::254", "fd20:ce::254", "168.63.129.16", "fe80::1", "0.0.0.0", "::"),
        *("224.0.0.1", "::ffff:127.0.0.1", "64:ff9b:1::a9fe:a9fe", "2001:0:a9fe:a9fe::1", "8.8.8.8", "x"),
    ],
)
def test_but_not_one_where_clouds_keep_secrets(address: str) -> None:
    assert not is_inside(address)
