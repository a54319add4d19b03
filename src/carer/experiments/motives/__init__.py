"""Experiments on motives: what an agent wants of those things that came together when it learned."""
