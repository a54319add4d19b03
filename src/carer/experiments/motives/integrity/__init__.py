"""Goal integrity: who avoids an update of its own goals."""
