"""Migrations: linear, upward only, self-contained: they import nothing of the program, which moves on."""
