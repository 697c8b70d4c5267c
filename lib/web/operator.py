"""Who runs this copy of the story: what only they may do, and how they are told from readers."""

from __future__ import annotations

import os
from collections.abc import Iterable
from ipaddress import IPv6Address, ip_address

LOCAL = ("localhost", "127.0.0.1", "[::1]")
"""Names by which a machine calls itself."""
PASSED_ON = ("forwarded", "via", "x-forwarded-", "x-real-ip")
"""What a proxy adds to the headers of a request, or how that begins."""
OFF = ("", "0", "false", "no")


def is_operator(peer: str | None, headers: Iterable[tuple[str, str]]) -> bool:
    """Whether a request is the operator's: ALLOW_REFRESH is set, and it comes from this machine by no proxy.

    ``peer`` is the address at the other end of the connection, None for this machine as Streamlit has it. A proxy on
    this machine that says nothing of itself can't be told from the operator, so without ALLOW_REFRESH nobody is one.
    """
    if os.environ.get("ALLOW_REFRESH", "").strip().lower() in OFF or not is_loopback(peer):
        return False
    given = {name.lower(): value for name, value in headers}
    host = given.get("host", "")
    name = host if host.endswith("]") else host.rpartition(":")[0] or host
    return name in LOCAL and not any(header.startswith(PASSED_ON) for header in given)


def is_loopback(peer: str | None) -> bool:
    """Whether an address is this machine's own, also as a listener for both kinds of addresses writes it."""
    if peer is None:
        return True
    try:
        address = ip_address(peer)
    except ValueError:
        return False
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    return address.is_loopback
