"""A run directory -> one HTML page that needs no network, no scripts and no trust in what the run wrote."""

from carer.report.page import build
from carer.report.pictures import figure

__all__ = ["build", "figure"]
