"""Figures with their uncertainty, from few seeds: intervals, robust means and tests. Numpy and scipy only."""

from carer.stats.intervals import difference, interval, stratified_bootstrap
from carer.stats.permutation import permutation_test
from carer.stats.robust import iqm

__all__ = ["difference", "interval", "iqm", "permutation_test", "stratified_bootstrap"]
