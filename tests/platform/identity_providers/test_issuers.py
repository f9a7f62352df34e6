"""Which issuer a municipality may have: one that speaks for its own people, over TLS."""

from __future__ import annotations

import pytest

from service.platform.identity_providers.issuers import IssuerFault, fault_of
from service.platform.web.errors import Refusal
from tests.platform.identity_providers.conftest import Login


@pytest.mark.parametrize(
    ("issuer", "tenant", "fault"),
    [
        ("https://login.kommune.example", "", None),
        ("https://login.microsoftonline.com/0000-1111/v2.0", "0000-1111", None),
        ("https://login.microsoftonline.com/0000-1111/v2.0", "", IssuerFault.NO_TENANT),
        ("https://login.microsoftonline.com/0000-1111/v2.0", "2222", IssuerFault.NO_TENANT),
        ("https://login.microsoftonline.com/common/v2.0", "common", IssuerFault.EVERYBODYS),
        ("https://LOGIN.microsoftonline.com./Organizations/v2.0", "", IssuerFault.EVERYBODYS),
        ("https://login.microsoftonline.com/consumers/v2.0", "", IssuerFault.EVERYBODYS),
        ("https://login.microsoftonline.com/9188040d-6c67-4c5b-b112-36a304b66dad/v2.0", "", IssuerFault.EVERYBODYS),
        ("https://sts.windows.net/", "", IssuerFault.EVERYBODYS),
        ("http://login.kommune.example", "", IssuerFault.NOT_HTTPS),
        ("http://127.0.0.1:8610", "", None),
        ("ftp://login.kommune.example", "", IssuerFault.NOT_HTTPS),
        ("https://user@login.kommune.example", "", IssuerFault.NO_ADDRESS),
        ("https://login.kommune.example?tenant=1", "", IssuerFault.NO_ADDRESS),
        ("https://login.kommune.example:99999", "", IssuerFault.NO_ADDRESS),
        ("https://", "", IssuerFault.NO_ADDRESS),
        ("login.kommune.example", "", IssuerFault.NO_ADDRESS),
    ],
)
def test_which_issuer_a_municipality_may_have(issuer: str, tenant: str, fault: IssuerFault | None) -> None:
    assert fault_of(issuer, tenant, production=False) is fault
    expected = IssuerFault.NOT_HTTPS if issuer.startswith("http://127") else fault
    assert fault_of(issuer, tenant, production=True) is expected


def test_an_issuer_of_everybodys_is_not_kept(login: Login) -> None:
    with pytest.raises(Refusal):
        login.keep(issuer="https://login.microsoftonline.com/common/v2.0")
