"""What a system is told of a paper, how it is signed, and where it may be sent."""

from __future__ import annotations

import base64

import pytest

from service.exchange.webhooks import rules
from service.exchange.webhooks.rules import PaperIssued, UrlFault
from service.platform.work import outward
from service.platform.work.faults import Fault

# The standard's own example, as its libraries test it.
EXAMPLE = ("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330)
EXAMPLE_BODY, EXAMPLE_SIGNATURE = b'{"test": 2432232314}', "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_a_message_is_signed_as_the_standard_says() -> None:
    assert rules.signed(*EXAMPLE, EXAMPLE_BODY) == {
        "webhook-id": EXAMPLE[1],
        "webhook-timestamp": "1614265330",
        "webhook-signature": EXAMPLE_SIGNATURE,
    }
    assert rules.signed(*EXAMPLE, EXAMPLE_BODY + b" ")["webhook-signature"] != EXAMPLE_SIGNATURE


def test_a_secret_is_shown_as_the_standard_writes_it() -> None:
    assert rules.shown(base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")) == EXAMPLE[0]


def test_a_message_says_the_paper_and_the_same_paper_gives_the_same_bytes() -> None:
    issued = PaperIssued(
        "0580", "1", "0580-2026-0001", "statement", "Månedsopgørelse", "2026-11-06", "0" * 64, "https://a"
    )
    wanted = (
        '{"type":"paper.issued","timestamp":"2026-11-06T08:00:00+00:00","data":{"municipality_code":"0580",'
        '"document_id":"1","number":"0580-2026-0001","kind":"statement","title":"Månedsopgørelse",'
        f'"issued_on":"2026-11-06","sha256":"{"0" * 64}","url":"https://a"}}}}'
    )
    assert rules.payload(issued, "2026-11-06T08:00:00+00:00").decode() == wanted


@pytest.mark.parametrize(
    ("url", "fault"),
    [
        ("https://sag.kommune.example/ind?a=b", None),
        ("https://sag.kommune.example:443/ind", None),
        ("https://sag.kommune.example:444/ind", UrlFault.NOT_HTTPS),
        ("http://sag.kommune.example/ind", UrlFault.NOT_HTTPS),
        ("https://93.184.216.34/ind", UrlFault.NOT_HTTPS),
        ("https://[::1]/ind", UrlFault.NOT_HTTPS),
        ("https://localhost/ind", UrlFault.NOT_HTTPS),
        ("http://127.0.0.1:5432/", UrlFault.NOT_HTTPS),
        ("ftp://sag.kommune.example/", UrlFault.NOT_HTTPS),
        ("https://en:to@sag.kommune.example/", UrlFault.NO_ADDRESS),
        ("https://sag.kommune.example/#her", UrlFault.NO_ADDRESS),
        ("https://sag.kommune.example/ ind", UrlFault.NO_ADDRESS),
        ("https://sag.kommune.example/sæt", UrlFault.NO_ADDRESS),
        ("https://sag.kommune.example/\r\nHost: b", UrlFault.NO_ADDRESS),
        ("https://sag.kommune.example:x/", UrlFault.NO_ADDRESS),
        ("https:///ind", UrlFault.NO_ADDRESS),
        ("ind", UrlFault.NO_ADDRESS),
    ],
)
def test_where_a_message_may_be_sent(url: str, fault: UrlFault | None) -> None:
    assert rules.fault_of(url, production=True) is fault


def test_a_demonstration_may_tell_a_system_on_its_own_machine() -> None:
    assert rules.fault_of("http://127.0.0.1:5000/ind", production=False) is None
    for other in ("http://10.0.0.1/ind", "http://sag.kommune.example/ind", "ftp://127.0.0.1/ind"):
        assert rules.fault_of(other, production=False) is UrlFault.NOT_HTTPS


@pytest.mark.parametrize(
    ("address", "public"),
    [
        *((each, True) for each in ("93.184.216.34", "2a00:1450:400f:80d::200e")),
        *(
            (each, False)
            for each in ("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.0")  # noqa: S104 - an address that is none
        ),
        *(
            (each, False)
            for each in ("100.64.0.1", "224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1%eth0", "fd00::1")
        ),
        *((each, False) for each in ("::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "ff02::1", "2001:db8::1")),
    ],
)
def test_which_machines_are_public(address: str, public: bool) -> None:
    assert outward.is_public(address) is public


@pytest.mark.parametrize(
    ("status", "fault"),
    [
        (199, Fault.PUT_OFF),
        (200, None),
        (299, None),
        (300, Fault.PUT_OFF),
        (500, Fault.PUT_OFF),
        (410, Fault.REFUSED),
    ],
)
def test_what_an_answer_means(status: int, fault: Fault | None) -> None:
    assert rules.fault_of_answer(status) is fault
