"""Which network addresses a fetcher may connect to: those of the public internet, judged one by one."""

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

# All public unicast of version 6. Everything else of it is local, reserved, multicast or a wrapping.
_PUBLIC_V6 = IPv6Network("2000::/3")
# Inside it, what leads to an address of version 4 that nobody has judged, or is for documentation.
_NOT_PUBLIC_V6 = (
    IPv6Network("2001::/23"),  # Teredo and other protocols' own
    IPv6Network("2002::/16"),  # 6to4
    IPv6Network("3fff::/20"),  # documentation
)
_NAT64 = IPv6Network("64:ff9b::/96")  # the last 32 bits are an address of version 4
_OWN_V6 = IPv6Network("fc00::/7")
# Where Azure, Amazon and Google tell their machines secrets, beside the link-local 169.254.169.254.
_OF_CLOUDS = frozenset(map(ip_address, ("168.63.129.16", "fd00:ec2::254", "fd20:ce::254")))
_RELAYS_V4 = ("192.88.99.", "192.0.0.")  # 6to4 relays, protocols' own; partly "global" to the library


def is_public(address: str) -> bool:
    """Whether this is an address of the public internet. Text that is no address is not.

    After the special-purpose registries of IANA (RFC 6890), stricter where an address wraps another.
    """
    try:
        found = ip_address(address)
    except ValueError:
        return False
    return _public_v4(found) if isinstance(found, IPv4Address) else _public_v6(found)


def is_inside(address: str) -> bool:
    """Whether this is the machine itself or a private network; never where clouds keep secrets."""
    try:
        found = ip_address(address)
    except ValueError:
        return False
    if isinstance(found, IPv6Address):
        return found.scope_id is None and found not in _OF_CLOUDS and (found.is_loopback or found in _OWN_V6)
    if found.is_link_local or found.is_multicast or found.is_unspecified:
        return False
    return found.is_loopback or (found.is_private and not found.is_reserved)


def _public_v4(found: IPv4Address) -> bool:
    if found in _OF_CLOUDS:
        return False
    return found.is_global and not found.is_multicast and not str(found).startswith(_RELAYS_V4)


def _public_v6(found: IPv6Address) -> bool:
    if found in _NAT64:
        return _public_v4(IPv4Address(found.packed[-4:]))
    if found.scope_id is not None or found not in _PUBLIC_V6:
        return False
    return found.is_global and not any(found in network for network in _NOT_PUBLIC_V6)
