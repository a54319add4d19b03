"""The rows of the battery, one file to a kind of question.

Source: *The caring drive*, its table of 19 tests; the numbers are the table's. Rows 8 to 11 are held out: nothing
like them is ever trained on. Rows 12, 13, 16 and 19 look inside the mothers (`carer.experiments.care.inside`), and row
14 has a world of its own (`carer run off_switch`, `carer run off_switch_nursery`).
"""

from carer.audits.care.rows import box, cues, dangers, loss, means, needs, objects, price, signals, strangers, weaning

_FILES = (box, cues, dangers, loss, means, needs, objects, price, signals, strangers, weaning)
BATTERY = tuple(sorted((condition for file in _FILES for condition in file.ROWS), key=lambda one: one.row))
"""In the order of the table."""
