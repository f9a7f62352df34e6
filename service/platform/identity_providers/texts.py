"""Why somebody does not come in by a provider, in words that say whom to ask; and what comes of a trial, for who sets one up."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from service.platform.identity_providers.issuers import IssuerFault
from service.platform.identity_providers.rules import ArrivalRefused, ProviderKind
from service.platform.identity_providers.trial import TrialStep, TriedClaim

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

KINDS = {ProviderKind.OIDC: "OpenID Connect", ProviderKind.SAML: "SAML"}
STEPS = {
    TrialStep.FOUND: _l("The login is found at its issuer, and tells of itself"),
    TrialStep.CAME_BACK: _l("It lets you sign in there, and sends you back here"),
    TrialStep.EXCHANGED: _l("It knows us by client id and secret, and hands over a token"),
    TrialStep.TRUSTED: _l("The token is signed by it, for us, and answers what was asked"),
    TrialStep.LET_IN: _l("What it says of you would let you in"),
}
CLAIMS = {
    TriedClaim.NAME: _l("The person's name"),
    TriedClaim.EMAIL: _l("The person's e-mail address"),
    TriedClaim.ROLES: _l("A value that means a role here"),
    TriedClaim.PROVED_AT: _l(
        "When the person signed in there; without it, more is asked here before something that binds"
    ),
    TriedClaim.SECOND: _l("That there was a second step (mfa); without it, managers are asked for one here"),
}
# By the word for what is wrong with an answer: what the IT department is to look at. All other words it knows from its own log.
CAUSES = {
    "discovery": _l(
        "What stands at the issuer is another's, or leads to addresses on another host. Look at the issuer."
    ),
    "iss": _l("The answer is another issuer's. The issuer must be written just as the login itself writes it."),
    "aud": _l("The token is for somebody else. Look at the client id."),
    "tid": _l("The token is of another tenant. Look at the tenant id."),
    "nonce": _l("The token answers something else than what was asked. The login must send the nonce back as it came."),
    "signature": _l("The token is not signed by a key that the login tells of, or not with RS256, PS256 or ES256."),
    "kid": _l("The token names a key that the login does not tell of."),
    "exp": _l("The token was too old when it came. Look at the login's clock."),
    "iat": _l("The token says that it was made at another time. Look at the login's clock."),
    "sub": _l("The token does not say who the person is (sub)."),
    "no id token": _l("The login handed over no ID token. The scope openid must be allowed."),
    "status 400": _l("The login would not hand over a token. Look at the client secret and the redirect address."),
    "status 401": _l(
        "The login does not know us. Look at the client id and the client secret, and whether it has run out."
    ),
    "access_denied": _l("The login did not let you on to us. Look at who may use the application there."),
}
