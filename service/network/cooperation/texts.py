"""What a group's standing is called, and where its agreement is."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from service.network.cooperation.rules import CooperationStanding, OfferParty, OfferState, OfferWay, OwnHand

STANDINGS = {  # the words, and the badge
    CooperationStanding.NONE: (_l("No agreement is noted"), "warning"),
    CooperationStanding.AHEAD: (_l("Signed, not begun"), "info"),
    CooperationStanding.VALID: (_l("Valid"), "success"),
    CooperationStanding.ENDS: (_l("Ends soon"), "warning"),
    CooperationStanding.OVER: (_l("Ended"), "warning"),
}

OFFERS = {  # where an agreement that is made here is, in words and as a badge
    OfferState.DRAFT: (_l("Draft"), ""),
    OfferState.PREPARING: (_l("The PDF is being made"), "info"),
    OfferState.OFFERED: (_l("Awaits the group"), "info"),
    OfferState.ACCEPTED: (_l("Awaits DRC"), "warning"),
    OfferState.CONCLUDED: (_l("Concluded"), "success"),
    OfferState.DECLINED: (_l("Declined"), "error"),
    OfferState.WITHDRAWN: (_l("Withdrawn"), ""),
    OfferState.TERMINATED: (_l("Notice given"), "warning"),
}
PARTIES = {OfferParty.GROUP: _l("The group"), OfferParty.DRC: _l("DRC")}
WAYS = {  # how it is known whose act it was
    OfferWay.ACCOUNT: _l("signed in"),
    OfferWay.LINK: _l("by the mailed link and the code"),
    OfferWay.TOLD: _l("told to %(name)s"),
}
OWN_HANDS = {  # why somebody else approves for DRC
    OwnHand.ANSWERED: _l("You have noted the group's answer yourself. Somebody else approves for DRC."),
    OwnHand.SENT: _l("You have sent the link and seen its code yourself. Somebody else approves for DRC."),
    OwnHand.ADDRESSED: _l(
        "You have filled in the contact's e-mail address yourself within the last 30 days. Somebody else approves for DRC."
    ),
}
