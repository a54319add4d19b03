"""What is noticed, in words. Nothing is told here that the observation does not hold."""

from carer.worlds.nursery.state import ABANDON, CRY, DEFEND, EAST, EAT, GIVE, LIFT, NORTH, STEP_X, STEP_Y
from carer.worlds.playing.sight import Other, Sight

POSTURES = ("", "looks hungry", "looks cold", "looks in pain")
_FOODS = ("nothing", "a red berry (food A)", "a yellow fruit (food B)")
_LOUD = 10
_HUNGRY = 0.25


def where(east: int, south: int) -> str:
    """A direction: ``north-east``, or ``here``."""
    across = "east" if east > 0 else "west" if east < 0 else ""
    along = "south" if south > 0 else "north" if south < 0 else ""
    if across and along:
        steep = abs(south) > 2 * abs(east)
        flat = abs(east) > 2 * abs(south)
        return along if steep else across if flat else f"{along}-{across}"
    return across or along or "here"


def hands(sight: Sight) -> str:
    """What the hands hold."""
    held = _FOODS[sight.food]
    return held if not sight.carries else "a body in your arms" + (f", and {held}" if sight.food else "")


def about(other: Other) -> list[str]:
    """What one notices of another: where, size and kind, bearing, cry, scent."""
    steps = abs(other.east) + abs(other.south)
    if not other.seen:
        return [f"out of sight, {where(other.east, other.south)}", *_cry(other)]
    place = "in this cell" if not steps else f"{steps} step{'s' * (steps > 1)} {where(other.east, other.south)}"
    size = (
        "tiny" if other.size < 0.2 else "small" if other.size < 0.5 else "half grown" if other.size < 0.95 else "grown"
    )
    kind = f"{size}, of another kind" if other.looks[3] < 0 else size
    carried = ["carried"] if other.carried else []
    posture = [POSTURES[other.posture]] if other.posture else []
    return [place, kind, *carried, *posture, *_cry(other), scent(other)]


def scent(other: Other) -> str:
    """How it smells."""
    if other.kin is None:
        return "no scent reaches you"
    return "smells like you" if other.kin > 0.6 else "smells a little like you" if other.kin > 0.3 else "smells strange"


def noticed(before: Sight, now: Sight, action: int) -> list[str]:
    """What a tick brought, first what came of one's own action."""
    told = [*_own_deed(before, now, action), *_body(before, now), *_world(before, now)]
    return [line for line in told if line]


def _own_deed(before: Sight, now: Sight, action: int) -> list[str]:
    middle = before.view // 2
    if NORTH <= action <= EAST:
        ahead = before.maps["wall"][middle + STEP_Y[action], middle + STEP_X[action]]
        return ["A wall is in the way."] if ahead else []
    if action == EAT:
        return [_eaten(before, now)]
    if action == GIVE:
        taken = before.food > 0 and now.food == 0
        return ["The food is taken from your hand." if taken else "Nobody takes food from your hand."]
    if action == LIFT:
        if before.carries == now.carries:
            return ["Nobody is near enough to be lifted."]
        return ["You hold somebody in your arms." if now.carries else "You put down whom you carried."]
    if action == DEFEND:
        seen, sees = before.maps["predator"].any(), now.maps["predator"].any()
        return ["There was no predator to face." if not seen else "The predator stays." if sees else "It is gone!"]
    return [{ABANDON: "You abandon your baby.", CRY: "You cry."}.get(action, "")]


def _eaten(before: Sight, now: Sight) -> str:
    if before.food and not now.food:
        return "You eat what you hold."
    if now.food and not before.food:
        return f"You pick {_FOODS[now.food]}."
    return "You eat from the bush." if now.energy > before.energy else "There is nothing to eat here."


def _body(before: Sight, now: Sight) -> list[str]:
    return [
        f"Pain! You lose {round(100 * now.pain)} % of health." if now.pain else "",
        "You feel a birth." if now.cue and not before.cue else "",
        "You are lifted." if now.is_carried and not before.is_carried else "",
        "You are put down." if before.is_carried and not now.is_carried else "",
        "You are starving." if now.energy < _HUNGRY <= before.energy else "",
        "You are freezing." if now.warmth < _HUNGRY <= before.warmth else "",
    ]


def _world(before: Sight, now: Sight) -> list[str]:
    told = []
    if now.night != before.night:
        told.append("Night falls." if now.night else "Day breaks.")
    if now.maps["predator"].any() and not before.maps["predator"].any():
        row, column = (int(places[0]) for places in now.maps["predator"].nonzero())
        told.append(f"A predator! {where(column - now.view // 2, row - now.view // 2).capitalize()}.")
    loudest = max(now.others, key=lambda other: other.cry, default=None)
    if loudest and loudest.cry >= _LOUD > max((other.cry for other in before.others), default=0):
        told.append(f"Loud crying: {where(loudest.east, loudest.south)}.")
    return told


def _cry(other: Other) -> list[str]:
    if not other.cry:
        return []
    return ["cries loudly" if other.cry >= _LOUD else "cries" if other.cry >= 5 else "whimpers"]
