"""The network through a municipality's eyes: what it is offered and sees, and DRC looking with it."""
