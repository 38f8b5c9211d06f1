"""The command line: every job of the desk can be scripted."""
