"""Mutants that do the same as the code, each with why: nothing can notice them.

Everything else is noticed by a test, or the code is made simpler.
"""

from __future__ import annotations

from tests.mutants.code.making import Mutant

# By file, what the line was, and what it becomes.
EQUIVALENT = {
    (
        "service/activity/activities/rules.py",
        "weights = dict.fromkeys(weights, 1)",
        "weights = dict.fromkeys(weights, 2)",
    ): "equal weights are equal, whatever they are",
    (
        "service/activity/activities/rules.py",
        "equal = dict.fromkeys(codes, 1)",
        "equal = dict.fromkeys(codes, None)",
    ): "no weight at all makes equal parts as well",
    (
        "service/activity/activities/rules.py",
        "equal = dict.fromkeys(codes, 1)",
        "equal = dict.fromkeys(codes, )",
    ): "no weight at all makes equal parts as well",
    (
        "service/activity/activities/rules.py",
        "equal = dict.fromkeys(codes, 1)",
        "equal = dict.fromkeys(codes, 2)",
    ): "equal weights are equal, whatever they are",
    (
        "service/reporting/statements/rules.py",
        'more = "flere" if change > 0 else "færre"',
        'more = "flere" if change >= 0 else "færre"',
    ): "as many as before is told in the line above",
    (
        "service/exchange/imports/rules.py",
        "near = difflib.get_close_matches(heading, free, 1, LIKE)",
        "near = difflib.get_close_matches(heading, free, 2, LIKE)",
    ): "the nearest comes first, and no other is looked at",
    (
        "service/exchange/imports/rules.py",
        "return hits.index(max(hits)) if max(hits, default=0) > 1 else 0",
        "return hits.index(max(hits)) if max(hits, default=1) > 1 else 0",
    ): "one is not more than one",
    (
        "service/platform/rounds/rules.py",
        "return min(FIRST_PAUSE * (1 << min(times - 1, 10)), MAX_PAUSE)",
        "return min(FIRST_PAUSE * (1 << min(times - 1, 11)), MAX_PAUSE)",
    ): "the longest pause is reached long before: it is there for the size of the number",
    (
        "service/platform/ledger/rules.py",
        "return hashlib.sha256(json.dumps(plain, ensure_ascii=False, sort_keys=True).encode()).hexdigest()",
        "return hashlib.sha256(json.dumps(plain, ensure_ascii=None, sort_keys=True).encode()).hexdigest()",
    ): "json asks whether it is true",
    (
        "service/exchange/webhooks/rules.py",
        'return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()',
        'return json.dumps(told, ensure_ascii=None, separators=(",", ":")).encode()',
    ): "json asks whether it is true",
    (
        "service/exchange/filing/rules.py",
        'return (json.dumps(entry.plain(), ensure_ascii=False, indent=1) + "\\n").encode()',
        'return (json.dumps(entry.plain(), ensure_ascii=None, indent=1) + "\\n").encode()',
    ): "json asks whether it is true",
    (
        "service/exchange/filing/rules.py",
        "about = zipfile.ZipInfo(name, (day.year, day.month, day.day, 0, 0, 0))",
        "about = zipfile.ZipInfo(name, (day.year, day.month, day.day, 0, 0, 1))",
    ): "a ZIP counts every other second",
    (
        "service/partnership/agreements/settling.py",
        "forgone_by = Party.DRC if ore > 0 else Party.MUNICIPALITY",
        "forgone_by = Party.DRC if ore >= 0 else Party.MUNICIPALITY",
    ): "where there is nothing to even out, nobody is asked whose it is",
    (
        "service/reporting/statements/editions.py",
        """f"{'+' if change > 0 else '−'}{tal(abs(change))} {words[abs(change) != 1]}\"""",
        """f"{'+' if change >= 0 else '−'}{tal(abs(change))} {words[abs(change) != 1]}\"""",
    ): "what has not moved is not told",
    (
        "service/partnership/agreements/running.py",
        "return any(each.last < day for each in running) and not any(each.has(day) for each in running)",
        "return any(each.last <= day for each in running) and not any(each.has(day) for each in running)",
    ): "on its last day it is in force",
    (
        "service/platform/notices/rules.py",
        "return _said(max((code for code, _text in error.recipients.values()), default=500))",
        "return _said(max((code for code, _text in error.recipients.values()), default=501))",
    ): "both are refusals: what matters is the first digit",
    (
        "service/reporting/declarations/rules.py",
        "return min(max((today - asked).days, 0) // REMIND_DAYS, MOST_REMINDERS)",
        "return min(max((today - asked).days, 1) // REMIND_DAYS, MOST_REMINDERS)",
    ): "of a whole number of fourteen days neither no day nor one is any",
}


def others(mutants: list[Mutant]) -> list[Mutant]:
    """Those that a test can notice."""
    return [mutant for mutant in mutants if mutant.key not in EQUIVALENT]
