"""DRC configures a partnership: a draft of its scope, and what that would open to the municipality."""
