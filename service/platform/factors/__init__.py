"""The second step of signing in: passkeys, codes from an app and recovery codes; and proving anew who one is."""
