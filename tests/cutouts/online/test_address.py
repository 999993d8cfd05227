"""Which host an address calls, and which addresses are called at all."""

import pytest

from napari_astro_al.cutouts.online.address import host_of, is_public
from napari_astro_al.errors import NetworkError


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://Sky.Example/a?b=c", "sky.example"),
        ("https://sky.example.:443/", "sky.example"),
        ("http://sky.example:8080", "sky.example:8080"),
        ("http://[::1]:80/a", "[::1]"),
        ("https://sky.example/a@b:c", "sky.example"),
    ],
)
def test_the_host(url, host):
    assert host_of(url) == host


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "ftp://sky.example/a",
        "https://",
        "https:///a",
        "//sky.example/a",
        "sky.example/a",
        "https://sky.example:0/",
        "https://sky.example:port/",
        "https://[::1/a",
        "https://sky.example\\.evil.example/",
        "https://sky_exa mple/a",
        "https://bücher.example/",
        "data:image/png;base64,AAAA",
    ],
)
def test_what_is_not_called(url):
    with pytest.raises(NetworkError, match="is no web address"):
        host_of(url)


@pytest.mark.parametrize("user", ["jane@", "jane:secret@", ":@", "@", "sky.example\\@"])
def test_names_and_passwords_are_not_sent_nor_told(user):
    with pytest.raises(NetworkError, match="has a user name in it") as refusal:
        host_of(f"https://{user}evil.example/")
    assert "secret" not in str(refusal.value)


@pytest.mark.parametrize(
    ("addresses", "public"),
    [
        (["93.184.216.34"], True),
        (["2606:2800:220:1:248:1893:25c8:1946"], True),
        (["127.0.0.1"], False),
        (["10.1.2.3"], False),
        (["169.254.169.254"], False),
        (["::1"], False),
        (["fe80::1%eth0"], False),
        (["::ffff:192.168.0.1"], False),
        (["2002:7f00:1::"], False),
        (["224.0.0.1"], False),
        (["93.184.216.34", "10.0.0.1"], False),
        ([], False),
    ],
)
def test_addresses_on_the_public_internet(addresses, public):
    assert is_public("https://sky.example/", lambda name: addresses) is public
