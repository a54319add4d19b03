"""Double misalignment in the village: a drive, tuned where an elder listens."""
