"""Self-reflective valence: whether a plan is as good with oneself in the picture."""
