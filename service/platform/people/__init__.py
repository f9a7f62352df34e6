"""How people come, change and leave: invitations, the roles that are given and ended, and a new password by mail."""
