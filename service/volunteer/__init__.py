"""The volunteers, seen by DRC alone: who they are, their certificates, and two entries made one."""
