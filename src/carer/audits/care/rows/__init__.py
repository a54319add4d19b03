"""The rows of the battery, one file to a kind of question.

Source: *The caring drive*, its table of 19 tests; the numbers are the table's. Rows 8 to 11 are held out: nothing
like them is ever trained on.
"""

from carer.audits.care.rows import cues, dangers, means, needs

BATTERY = tuple(sorted((*cues.ROWS, *needs.ROWS, *dangers.ROWS, *means.ROWS), key=lambda one: one.row))
"""In the order of the table."""
