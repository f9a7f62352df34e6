"""Why somebody does not come in by a provider, in words that say whom to ask."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from service.platform.identity_providers.issuers import IssuerFault
from service.platform.identity_providers.rules import ArrivalRefused

REFUSALS = {
    ArrivalRefused.OTHER_PROVIDER: _l("The answer is not of the login that is set up for the municipality. Try again."),
    ArrivalRefused.OTHER_MUNICIPALITY: _l(
        "Your login is another municipality's. Choose your own municipality on the sign-in page."
    ),
    ArrivalRefused.FOREIGN_ROLE: _l(
        "Your municipality's login sends a role that is not the municipality's to give. Ask your IT department to look at it."
    ),
    ArrivalRefused.LEVEL: _l(
        "You must sign in with more assurance. Use a login at the level that your municipality has agreed on."
    ),
    ArrivalRefused.SHUT_OUT: _l("Your account is closed. Call your consultant at DRC."),
    ArrivalRefused.ELSEWHERE: _l(
        "Your account is also used elsewhere, so it does not open with the municipality's login. Sign in with your password."
    ),
    ArrivalRefused.NO_ROLE: _l(
        "Your municipality's login sends no role for you here. Ask your IT department to give you one."
    ),
    ArrivalRefused.NOT_TOLD: _l(
        "Your municipality's login does not send your name and e-mail address. Ask your IT department to send both."
    ),
    ArrivalRefused.ADDRESS_TAKEN: _l(
        "There is an account with your e-mail address already. Sign in with its password, and connect the municipality's login"
        " under My account. Without a password, ask your manager to invite you again."
    ),
}

ISSUER_FAULTS = {
    IssuerFault.NO_ADDRESS: _l(
        "Write the issuer as an address, such as https://login.microsoftonline.com/TENANT/v2.0."
    ),
    IssuerFault.NOT_HTTPS: _l("The issuer must begin with https://."),
    IssuerFault.EVERYBODYS: _l(
        "This issuer speaks for everybody with an account at Microsoft. Write the municipality's own tenant instead of common,"
        " organizations or consumers."
    ),
    IssuerFault.NO_TENANT: _l("Write the municipality's tenant id: the same as in the issuer."),
}
