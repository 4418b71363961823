"""URLs and addresses: one spelling an article, names that lead nowhere, and which addresses are public."""

from __future__ import annotations

import ipaddress
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.fetching.addresses import is_public
from pipelines.fetching.faults import Fault
from pipelines.fetching.urls import canonical, file_stem


@pytest.mark.parametrize(
    ("written", "known_as"),
    [
        ("HTTP://News.Example:80/a/../b#top", "http://news.example/b"),
        ("https://news.example", "https://news.example/"),
        ("https://news.example/a?utm_source=x&id=3&fbclid=y", "https://news.example/a?id=3"),
        ("https://news.example/a?b=2&a=1", "https://news.example/a?b=2&a=1"),
        ("/two", "https://base.example/two"),
        ("https://news.example:8443/a", "https://news.example:8443/a"),
        ("https://xn--mnchen-3ya.example/", "https://xn--mnchen-3ya.example/"),
        ("https://münchen.example/", "https://xn--mnchen-3ya.example/"),
        ("http://[::1]:80/a", "http://[::1]/a"),
    ],
)
def test_one_article_has_one_spelling(written: str, known_as: str) -> None:
    assert canonical(written, "https://base.example/one") == known_as


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "javascript:x",
        "http://",
        "http://u:p@a.example/",
        "http://a.example:99999/",
        "http://a.b/c d",
    ],
)
def test_what_is_no_web_page_is_refused(url: str) -> None:
    with pytest.raises(Fault) as raised:
        canonical(url)
    assert raised.value.reason == "bad_url"


@given(st.text(max_size=80))
def test_any_text_is_a_url_or_a_fault_and_its_spelling_is_final(text: str) -> None:
    for written in (text, f"https://news.example/{text}"):
        try:
            known = canonical(written)
        except Fault:
            continue
        assert canonical(known) == known


@given(st.text(max_size=300))
def test_a_name_holds_nothing_but_letters_digits_and_hyphens(text: str) -> None:
    assert re.fullmatch(r"([a-z0-9]+-)*[0-9a-f]{16}", file_stem(f"https://news.example/{text}"))


@given(st.text(max_size=30), st.text(max_size=30))
def test_names_differ_where_urls_do(one: str, other: str) -> None:
    assert (file_stem(one) == file_stem(other)) == (one == other)


@pytest.mark.parametrize(
    "address",
    [
        *(
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.0.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "224.0.0.1",
        ),
        *("255.255.255.255", "::1", "::", "fe80::1", "fc00::1", "ff02::1", "::ffff:10.0.0.1", "64:ff9b::7f00:1"),
        *("2002:7f00:1::", "2001:0:0:0:0:0:80ff:fffe", "240.0.0.1", "192.0.2.1", "2001:db8::1"),
    ],
)
def test_special_addresses_are_not_public(address: str) -> None:
    assert not is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    "address", ["93.184.216.34", "8.8.8.8", "2606:2800:220:1::1", "::ffff:8.8.8.8", "64:ff9b::808:808"]
)
def test_addresses_of_the_internet_are_public(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))
