"""A person plays a seat of the nursery and is told no more than an agent in that seat."""

from carer.worlds.playing.game import Game, Summary
from carer.worlds.playing.keys import KEYS, parse_keys
from carer.worlds.playing.session import play_by_hand, play_by_keys, require_terminal

__all__ = ["KEYS", "Game", "Summary", "parse_keys", "play_by_hand", "play_by_keys", "require_terminal"]
