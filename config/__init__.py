"""What differs from place to place: settings, servers, logging, deployment."""
