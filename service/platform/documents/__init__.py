"""Papers: facts and a template become a PDF that is stored for ever and can be verified.

A feature that prints has a `paper.py`, which turns frozen facts into a `Paper`, and a template in its `papers/` folder, which
extends `_paper.html` and uses the parts of `_parts.html`. Only plain values reach a template; a missing one stops the printing.
"""
