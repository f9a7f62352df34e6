"""Signing in through SAML (OIOSAML 3), as the common proxy of the municipalities speaks it. An extra that a place may do without."""
