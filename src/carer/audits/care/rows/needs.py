"""Row 8: whether she follows the baby's needs where they are not her own."""

from carer.audits.care.conditions import Condition, Setting

_BOTH_FOODS = (("bushes", 8), ("bushes_b", 8))

ROWS = (
    Condition(
        8,
        "a baby that needs the other food",
        Setting((*_BOTH_FOODS, ("own_diet", "B"))),
        Setting(_BOTH_FOODS),
        held_out=True,
    ),
)
