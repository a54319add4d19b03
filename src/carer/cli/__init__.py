"""The command line: parsing and lazy dispatch only. Nothing here imports torch."""
