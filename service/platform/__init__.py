"""What all features stand on: the web, people and sign-in, work, papers, mail, the ledger, backups. It knows nothing of partnerships."""
