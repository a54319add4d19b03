"""Experiments of the caring drive: mothers in the nursery, what grows in them, and whether it is care."""
