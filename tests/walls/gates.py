"""The gates: what OWASP ASVS 5.0 asks that this service holds itself to, by its number there, and what it means here.

Each is shown by the tests that are marked with it (`git grep -n 'gate("8.2.2"'`); `make test` ends by saying how many stand
(`tests/support/gates.py`). A gate that no test can show yet stands in `NOT_YET`, with why: it counts as one that does not stand.
"""

from __future__ import annotations

GATES = {
    # Encoding and sanitization
    "1.2.1": "What people write is text on pages, in headers and in papers, never markup.",
    "1.2.4": "What people write is a value in SQL, never a part of it.",
    "1.2.10": "No cell of a file that goes out runs as a formula.",
    "1.3.6": "Nothing that people send makes the service ask an address of their choice.",
    "1.3.7": "No template is built of what people write.",
    "1.3.11": "What people write brings no header, no recipient and no second mail.",
    # Business logic
    "2.3.1": "What takes several steps is done in their order, and none is left out.",
    "2.3.3": "A step is done as a whole, or nothing of it is.",
    "2.3.4": "What can be done once is done once, however many do it at the same time.",
    "2.4.1": "Searches, calls, files and papers are held to a pace by person.",
    # Cookies
    "3.3.1": "Every cookie is for TLS alone, and its name says so.",
    "3.3.2": "No cookie goes along with what another site sends.",
    "3.3.3": "Every cookie is this host's alone.",
    "3.3.4": "No script reads a cookie.",
    "3.3.5": "No cookie is larger than browsers keep.",
    # Headers, on every answer, errors too
    "3.4.1": "Browsers come by TLS alone, for two years, on all hosts below this one.",
    "3.4.2": "No other site's script reads an answer.",
    "3.4.3": "The content policy lets nothing run but what carries this answer's own word.",
    "3.4.4": "What an answer holds is not guessed.",
    "3.4.5": "No other site is told which page one came from.",
    "3.4.6": "No page is shown within another.",
    "3.4.7": "What the content policy has stopped is reported.",
    "3.4.8": "No other site keeps a hand on a page that it opened.",
    # What other sites and addresses can do
    "3.5.1": "Nothing is done for a browser that another site has sent.",
    "3.5.3": "Reading writes nothing.",
    "3.7.2": "No address of ours leads on to another site.",
    "4.1.3": "What a proxy says of whoever asks cannot be said by those who ask.",
    # Files
    "5.2.1": "No file is larger than what can be worked on.",
    "5.2.3": "What is packed is looked at before it is opened: how much it becomes, and in how many parts.",
    "5.3.2": "The name that a file comes with is no path.",
    # Passwords
    "6.2.1": "A password has twelve letters or more.",
    "6.2.2": "Everybody can change their password.",
    "6.2.3": "To change it takes the present one.",
    "6.2.4": "A new password is not among the 3,000 most used that are long enough.",
    "6.2.5": "A password can be of any signs, and needs none of any kind.",
    "6.2.6": "A password is not shown while it is typed.",
    "6.2.7": "A password can be pasted, and kept by a program.",
    "6.2.8": "A password is compared as it was typed.",
    "6.2.9": "A password can be long.",
    "6.2.10": "A password holds until somebody changes it.",
    "6.2.11": "A new password is not built of one's own name and mail, or of the service's words.",
    "6.2.12": "A new password is not among those that have leaked.",
    # Signing in
    "6.3.1": "Passwords are not guessed, and nobody is locked out by who tries.",
    "6.3.8": "Nobody learns who has an account: not by words, status or the work that is done.",
    "6.5.1": "A code is good once.",
    "6.8.1": "A person of one identity provider is nobody of another's.",
    "6.8.2": "What an identity provider says counts with its signature alone.",
    "6.8.3": "What an identity provider has said is good once.",
    "6.8.4": "How surely an identity provider knows somebody is looked at.",
    # Sessions
    "7.2.4": "Whoever signs in, or does so anew, has a new session, and the one before is over.",
    "7.3.1": "A session that is not used ends.",
    "7.3.2": "A session ends after half a day, however much it is used.",
    "7.4.1": "A session that was ended, or whose time is over, opens nothing.",
    "7.4.2": "Whoever is shut out is out at once, with sessions and keys.",
    "7.4.3": "Another password or second step ends one's other sign-ins.",
    "7.4.4": "Every page that one must sign in to has a button to sign out.",
    "7.4.5": "Those who keep people can end somebody's sign-ins.",
    # Who may what
    "8.2.1": "Every route says who may use it, and nobody else can.",
    "8.2.2": "What is another's is not there, whatever id is given.",
    "8.2.3": "A role gets the fields that are its own to read, and no other.",
    "8.4.1": "No municipality reads or changes anything of another.",
    "15.3.1": "An answer holds the fields that are listed, and no other.",
    "15.3.3": "Nobody sends a field along that is not theirs to set.",
    # How it is set up
    "13.2.2": "The service's role in the database can do no more than serve.",
    "13.2.3": "Nothing in production opens with a word that is printed somewhere.",
    "13.4.1": "No file of the source is served.",
    "13.4.2": "Nothing in production shows its inside.",
    "13.4.3": "No folder is listed.",
    "13.4.4": "TRACE is not answered.",
    "13.4.5": "Figures for a monitor are told to the monitor alone.",
    "13.4.6": "No answer says which server and version it comes from.",
    # Data, log and faults
    "14.2.1": "No address holds a person or a secret.",
    "16.3.1": "Signing in is in the log, where it succeeds and where it does not.",
    "16.3.2": "What a wall refuses is in the log.",
    "16.3.3": "Attempts to get past a guard are in the log.",
    "16.3.4": "What nobody meant to happen is in the log.",
    "16.4.1": "Nobody writes a line of the log.",
    "16.5.1": "An error shows nothing of the inside.",
    "16.5.2": "Where something that the service stands on is away, it says so and goes on with the rest.",
    "16.5.3": "Where something breaks, nothing is let through and nothing is half done.",
    "16.5.4": "Whatever nobody has caught is answered and logged.",
}

NOT_YET: dict[str, str] = {}
