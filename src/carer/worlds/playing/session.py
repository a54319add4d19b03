"""Playing on a terminal, or by a row of keys without one."""

import sys
from collections.abc import Sequence

from rich.console import Console
from rich.layout import Layout
from rich.text import Text

from carer.concepts import CarerError
from carer.worlds.playing.game import Game
from carer.worlds.playing.keys import QUIT, action_of
from carer.worlds.playing.screen import needs, screen


def require_terminal(console: Console) -> None:
    """Refuse to go on where nobody can press a key or see the screen.

    Raises:
        CarerError: standard input or the console is no terminal.

    """
    if not sys.stdin.isatty() or not console.is_terminal:
        raise CarerError(
            "`carer play` needs a terminal to read keys from and to draw on.",
            "Without one, give the keys: carer play nursery --keys eeewwg",
        )


def play_by_hand(game: Game, console: Console) -> None:
    """Play on the whole screen until the episode ends or the person quits.

    Raises:
        CarerError: see `require_terminal`.

    """
    require_terminal(console)
    from carer.worlds.playing.terminal import Keyboard  # POSIX only, and only for a person

    width, height = needs(game.sight.view)
    with console.screen(hide_cursor=True) as shown:

        def draw() -> None:
            fits = console.width >= width and console.height >= height
            small = f"This window is {console.width} x {console.height}; the game needs {width} x {height}. q quits."
            shown.update(picture(game) if fits else Text(small))

        with Keyboard(resized=draw) as keyboard:
            draw()
            while not game.over:
                key = keyboard.read()
                if key is None or key == QUIT:
                    return
                action = action_of(key)
                if action is not None and game.possible[action]:
                    game.step(action)
                    draw()
            keyboard.read()  # the last screen stays until a key is pressed


def play_by_keys(game: Game, keys: Sequence[str], console: Console) -> None:
    """Play a row of keys, tell what was noticed in each tick, and end with the screen.

    Args:
        game: at its start.
        keys: as `carer.worlds.playing.parse_keys` gives them; what is left at the end of the episode is not played.
        console: where it is told; one that is quiet tells nothing.

    Raises:
        CarerError: a key whose action the seat does not have.

    """
    actions = [action_of(key) for key in keys]
    for at, (key, action) in enumerate(zip(keys, actions, strict=True), start=1):
        if action is None or not game.possible[action]:
            able = [name for name, possible in zip(game.world.actions, game.possible, strict=True) if possible]
            raise CarerError(
                f"key {at} is {key!r}, which {game.seat_name} cannot do here.", f"It can {', '.join(able)}."
            )
    for action in actions:
        if not game.over:
            game.step(action or 0)
    for tick, line in game.log:
        console.print(Text(f"tick {tick:>4}  {line}"))
    width, height = needs(game.sight.view)
    console.print(picture(game), width=max(width, console.width), height=height)


def picture(game: Game) -> Layout:
    """The screen of a game."""
    title = f" You are {game.seat_name}   tick {game.tick} of {game.world.horizon}   paid {game.paid:.2f}"
    return screen(game.sight, title, game.log, game.tick, game.possible)
