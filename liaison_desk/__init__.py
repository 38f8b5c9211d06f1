"""Liaison Desk: contacts, meetings and information requests of a liaison officer posted abroad."""

__version__ = "0.1.0"
