"""Work that must happen exactly once: the row in PostgreSQL is the truth, Redis is only the wakeup."""
