"""The screen of a game: the view as tiles of four by two characters, and beside it what is known and noticed.

Tiles differ by their characters as well as by colour, so that they read on a terminal that has none.
"""

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.layout import Layout
from rich.padding import Padding
from rich.panel import Panel
from rich.text import Text

from carer.worlds.nursery.state import GIVE
from carer.worlds.playing.keys import legend
from carer.worlds.playing.sight import Other, Sight
from carer.worlds.playing.words import about, hands

_PANEL = 38
_OTHERS = 3
_MESSAGES = 4

Tile = tuple[str, str, str]
"""Two rows of four characters, and their style."""

_GROUND, _NIGHT = "on #e7dfcb", "on #4a5272"
_TILES: dict[str, Tile] = {
    "wall": ("▒▒▒▒", "▒▒▒▒", "#8b857b on #5d5850"),
    "nest": ("· · ", " · ·", "#8a6428 on #d8b778"),
    "pit": (" ▄▄ ", " ▀▀ ", "#17120f on #a5978a"),
    "bush A": (" ●● ", "●●●●", "#ffb3a8 on #2f6f47"),
    "bush B": (" ▲▲ ", "▲▲▲▲", "#f0d43a on #14505b"),
    "box": ("[**]", "[**]", "#12455f on #bfe3f2"),
    "predator": ("/\\/\\", "(><)", "bold #ff6a5a on #241f2a"),
}
_LAYERS = ("nest", "pit", "bush A", "bush B", "box", "wall")
_SELF_STYLE = "bold #ffffff on #b84d00"
_POSTURES = ("    ", "food", "cold", "ouch")


def needs(view: int) -> tuple[int, int]:
    """Columns and rows that the screen needs where `view` cells on a side are seen."""
    return 4 * view + 4 + _PANEL, 2 * view + 6


def screen(sight: Sight, title: str, log: Sequence[tuple[int, str]], tick: int, possible: list[bool]) -> Layout:
    """The whole screen.

    Args:
        sight: what the seat is told.
        title: of the first line: who plays, the time, what was paid.
        log: what was noticed, each with its tick.
        tick: the tick now; what is older is pale.
        possible: which actions the seat has.

    """
    side = 2 * sight.view + 2
    both, whole = Layout(size=side), Layout()
    framed = Panel(view(sight), padding=0, border_style="bright_black")
    both.split_row(
        Layout(framed, size=2 * side - 2), Layout(Padding(_beside(sight, log, tick, possible), (0, 1, 0, 2)))
    )
    heading = Text(title, style="bold", no_wrap=True, overflow="ellipsis")
    whole.split_column(Layout(heading, size=1), both, Layout(_keys(possible, needs(sight.view)[0])))
    return whole


def view(sight: Sight) -> Text:
    """What is seen, two lines of text for each row of cells."""
    lines = Text(no_wrap=True)
    for row in range(sight.view):
        tiles = [_tile(sight, row, column) for column in range(sight.view)]
        for half in (0, 1):
            for tile in tiles:
                lines.append(tile[half], tile[2])
            if (row, half) != (sight.view - 1, 1):
                lines.append("\n")
    return lines


def _tile(sight: Sight, row: int, column: int) -> Tile:
    middle = sight.view // 2
    top, bottom, style = "    ", "    ", _NIGHT if sight.night else _GROUND
    for layer in _LAYERS:
        if sight.maps[layer][row, column]:
            top, bottom, style = _TILES[layer]
    bodies = [
        other for other in sight.others if other.seen and (other.south, other.east) == (row - middle, column - middle)
    ]
    if sight.maps["predator"][row, column]:
        return _TILES["predator"]
    if (row, column) == (middle, middle):
        carried = any(other.carried for other in bodies)
        below = "(..)" if sight.carries and carried else f"+{len(bodies)}  " if bodies else "YOU "
        return "(oo)", below, _SELF_STYLE
    if bodies:
        first = bodies[0]
        face = "(oo)" if first.size >= 0.95 else "(..)"
        below = f"x{len(bodies)}  " if len(bodies) > 1 else _POSTURES[first.posture]
        return (f"{face[:3]}»" if first.cry else face), below, f"bold #101010 on {fur(first)}"
    return top, bottom, style


def fur(other: Other) -> str:
    """A colour for how a body looks: bodies that look alike have the same."""
    red, green, blue = (min(255, max(110, round(185 + 60 * look))) for look in other.looks[:3])
    return f"#{red:02x}{green:02x}{blue:02x}"


def _beside(sight: Sight, log: Sequence[tuple[int, str]], tick: int, able: list[bool]) -> RenderableType:
    hour = f"{'night' if sight.night else 'day'}, {round(100 * sight.hour)} % gone"
    lines: list[RenderableType] = [
        _bar("energy", sight.energy, "#e69f00"),
        _bar("health", sight.health, "#0a9a72"),
        *([_bar("warmth", sight.warmth, "#2f7fc4")] if sight.warmth < 1 else []),
        Text.assemble(("time    ", "dim"), hour),
        *([Text.assemble(("hands   ", "dim"), hands(sight))] if able[GIVE] else []),
        Text.assemble("\n", ("Lately", "bold")),
        *(Text(f"{at:>4} {line}", "" if at == tick else "dim") for at, line in log[-_MESSAGES:]),
        Text.assemble("\n", ("You notice", "bold")),
    ]
    shown = sight.others[:_OTHERS]
    for other in shown:
        lines.append(Text.assemble(("● ", fur(other) if other.seen else "dim"), ", ".join(about(other))))
    if len(sight.others) > len(shown):
        lines.append(Text(f"and {len(sight.others) - len(shown)} more", style="dim"))
    if not shown:
        lines.append(Text("nobody", style="dim"))
    return Group(*lines)


def _bar(name: str, share: float, colour: str) -> Text:
    full = round(20 * share) if share < 0.025 else max(1, round(20 * share))
    return Text.assemble(
        (f"{name:<8}", "dim"), ("━" * full, colour), ("─" * (20 - full), "bright_black"), f" {round(100 * share):3d} %"
    )


def _keys(possible: list[bool], width: int) -> Text:
    """The keys in as many lines as they need; none is torn apart."""
    line, used = Text(), 0
    for key, words in legend(possible):
        entry = Text.assemble((f" {key} ", "reverse"), f" {words}  ")
        if used and used + len(entry) > width:
            line.append("\n")
            used = 0
        line.append_text(entry)
        used += len(entry)
    return line
