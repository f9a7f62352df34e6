"""The shell: who is asking, for which municipality, and may they; errors, input, pages and lists."""
