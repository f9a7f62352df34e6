"""Files that go out: asked for, made by a worker, and fetched."""
