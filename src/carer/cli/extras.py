"""The extras of the package, and the plain words where one is not installed."""

from carer.cli.doctor import LANGUAGE, WORLDS
from carer.concepts import CarerError

_EXTRAS = {"language": LANGUAGE, "worlds": (*WORLDS, "jaxlib", "PIL")}


def missing_extra(who: str, error: Exception) -> CarerError | None:
    """What to tell the user of an import that fails because an extra is not installed; None for any other fault.

    Args:
        who: what needs it, as the user typed it.
        error: the fault.

    """
    name = (getattr(error, "name", None) or "").replace("_", "-")
    extra = next((extra for extra, packages in _EXTRAS.items() if name in packages), None)
    if not isinstance(error, ModuleNotFoundError) or extra is None:
        return None
    return CarerError(
        f"{who} needs the package {error.name!r}, which is not installed.",
        f"Install the extra that brings it: pip install 'carer[{extra}]'.",
    )
