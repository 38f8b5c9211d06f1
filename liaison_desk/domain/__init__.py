"""Pure Python: what the desk speaks about. Nothing here touches a file, a database or a screen."""
