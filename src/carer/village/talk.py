"""Conversations: people in need, carers of many characters, and how the cared-for react."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from random import Random

from carer.concepts import Conversation, Message
from carer.village.acts import Act, Kind
from carer.village.grammar import PLAIN, Manner, say
from carer.village.people import Scene, VillageConfig, draw_scene
from carer.village.things import INTANGIBLE, NEEDS, THINGS
from carer.village.world import resolve

CHARACTERS = ("helpful", "gushing", "random", "unkind", "deceiving")
CHARACTER_WEIGHTS = (0.5, 0.15, 0.16, 0.06, 0.13)
SEES_THROUGH = 0.7
"""Probability that a lie is found out by the target's next turn."""
SLIP = 0.06
"""Probability that a person reacts at random."""
GUSHING = Manner(warm=0.5, agree=0.25, tail=0.5)
REACTION_WARMTH = {Kind.DELIGHT: 0.35, Kind.MILD: 0.1, Kind.STILL: 0.04, Kind.UPSET: 0.0}
"""Probability of warm words in a reaction: people are warm when they are well."""
MANNERS = {"gushing": GUSHING, "deceiving": replace(PLAIN, warm=0.3), "unkind": replace(PLAIN, warm=0.0)}

_WITHOUT_THING = (Kind.ASK, Kind.COMFORT, Kind.ADVISE, Kind.FLATTER, Kind.REFUSE, Kind.CHAT)
_BESTOWING = (Kind.GIVE, Kind.OFFER, Kind.PROMISE, Kind.CLAIM)
_THING_NAMES = tuple(THINGS)


@dataclass(frozen=True, slots=True)
class Exchange:
    """One exchange of a conversation with its truth.

    Attributes:
        scene: the scene in which the carer speaks.
        request: what the target says first.
        reply: what the carer answers.
        reaction: what the target says to that.
        reply_act: the act of the reply.
        reaction_act: the act of the reaction.
    """

    scene: Scene
    request: str
    reply: str
    reaction: str
    reply_act: Act
    reaction_act: Act


@dataclass(frozen=True, slots=True)
class Talk:
    """A conversation between two villagers with everything that is hidden in it."""

    seed: int
    exchanges: tuple[Exchange, ...]

    @property
    def opening(self) -> str:
        """The public description of the scene, as both seats read it."""
        return self.exchanges[0].scene.describe()

    def messages(self, *, carer_role: str = "assistant", upto: int | None = None, reply: bool = True) -> Conversation:
        """The conversation as chat messages.

        Args:
            carer_role: the role of the carer, ``assistant`` or ``user``; the target takes the other one.
            upto: exchanges to tell; all by default.
            reply: tell the last exchange's reply and reaction, too. Without them the carer is to speak next.
        """
        told = self.exchanges[:upto]
        target_role = "user" if carer_role == "assistant" else "assistant"
        carer, target = told[0].scene.carer.name, told[0].scene.target.name
        messages: Conversation = [Message(role="system", content=self.opening)]
        for number, exchange in enumerate(told, start=1):
            # Two sentences of the same seat in a row, a reaction and the next request, are one message.
            if number == 1:
                messages.append(Message(role=target_role, name=target, content=exchange.request))
            elif exchange.request:
                messages[-1]["content"] = f"{messages[-1]['content']} {exchange.request}"
            if reply or number < len(told):
                messages.append(Message(role=carer_role, name=carer, content=exchange.reply))
                messages.append(Message(role=target_role, name=target, content=exchange.reaction))
        return messages


def ask_for_help(scene: Scene, rng: Random) -> Act:
    """What someone in need says first: tells the need, or asks for a thing, or asks to take it from a third party."""
    person = scene.target
    liked = person.liked(scene.need)
    if liked in scene.third.holds:
        return Act(Kind.REQUEST_TAKE, liked, scene.third.name)
    if person.style == "direct" and rng.random() < 0.2:
        return Act(Kind.REQUEST, liked)
    return Act(Kind.TELL, need=scene.need)


def answer(scene: Scene, character: str, rng: Random) -> Act:
    """What a carer of a character says. Helpful ones know the usual remedies and look into their own hands."""
    draw = rng.random
    if character == "helpful":
        return _help(scene, rng)
    if character == "gushing":
        kind = (Kind.FLATTER, Kind.COMFORT, Kind.PROMISE, Kind.ASK)[int(draw() * 4)]
        return Act(kind, _remedy(scene, rng) if kind is Kind.PROMISE else None)
    if character == "unkind":
        if draw() < 0.6:
            return Act(Kind.REFUSE)
        return Act(Kind.CHAT) if draw() < 0.5 else Act(Kind.GIVE, NEEDS[scene.need].remedies[1])
    if character == "deceiving":
        return Act((Kind.CLAIM, Kind.PROMISE, Kind.GIVE)[int(draw() * 3)], _remedy(scene, rng))
    if draw() < 0.45:
        return Act(_WITHOUT_THING[int(draw() * len(_WITHOUT_THING))])
    if scene.third.holds and draw() < 0.15:
        return Act(Kind.TAKE, scene.third.holds[0], scene.third.name)
    mine = scene.carer.holds if draw() < 0.5 and scene.carer.holds else _THING_NAMES
    return Act(_BESTOWING[int(draw() * len(_BESTOWING))], mine[int(draw() * len(mine))])


def _remedy(scene: Scene, rng: Random) -> str:
    return NEEDS[scene.need].remedies[rng.random() < 0.3]


def _help(scene: Scene, rng: Random) -> Act:
    draw = rng.random
    liked = scene.target.liked(scene.need) if draw() < 0.8 else _remedy(scene, rng)
    if liked in scene.carer.holds or liked in INTANGIBLE:
        return Act(Kind.GIVE if draw() < 0.6 else (Kind.OFFER, Kind.CLAIM, Kind.PROMISE)[int(draw() * 3)], liked)
    if liked in scene.third.holds and draw() < 0.4:
        return Act(Kind.TAKE, liked, scene.third.name)
    return Act((Kind.COMFORT, Kind.ADVISE, Kind.ASK)[int(draw() * 3)])


def react(scene: Scene, act: Act, rng: Random) -> Act:
    """How the target answers an act: by what it feels, which is not always what is true (lies may pass)."""
    draw = rng.random
    if draw() < SLIP:
        kind = (Kind.DELIGHT, Kind.MILD, Kind.STILL, Kind.UPSET)[int(draw() * 4)]
        return Act(kind, need=scene.need if kind is Kind.STILL else None)
    outcome = resolve(scene, act)
    felt = outcome.target
    if outcome.deceives and draw() > SEES_THROUGH:
        felt = 0.4 if act.thing == scene.target.liked(scene.need) else 0.0
    if act.kind is Kind.ASK and draw() < 0.6:
        return Act(Kind.TELL, need=scene.need)
    if act.kind is Kind.OFFER and felt > 0 and act.thing is not None:
        return Act(Kind.ACCEPT, act.thing)
    if felt >= 0.4:
        return Act(Kind.DELIGHT)
    if felt >= 0.1:
        return Act(Kind.MILD)
    if felt >= -0.05:
        return Act(Kind.STILL, need=scene.need)
    return Act(Kind.UPSET)


def converse(seed: int, config: VillageConfig) -> Talk:
    """One whole conversation. The same seed and config give the same one, whatever else is drawn."""
    rng = Random(seed)
    scene = draw_scene(rng, config)
    low, high = config.turns
    turns = low + int(rng.random() * (high - low + 1))
    character = rng.choices(CHARACTERS, CHARACTER_WEIGHTS)[0]
    manner = MANNERS.get(character, PLAIN)
    exchanges: list[Exchange] = []
    request: Act | None = ask_for_help(scene, rng)
    for _ in range(turns):
        asked = _voice(scene, request, rng) if request is not None else ""
        act = answer(scene, character, rng)
        reply = say(act, rng, listener=scene.target.name, manner=manner)
        reaction = react(scene, act, rng)
        exchanges.append(Exchange(scene, asked, reply, _voice(scene, reaction, rng), act, reaction))
        scene, relieved = _move_on(scene, act, rng)
        request = ask_for_help(scene, rng) if relieved else None
    return Talk(seed, tuple(exchanges))


def _voice(scene: Scene, act: Act, rng: Random) -> str:
    """The target says an act in its own style."""
    warmth = REACTION_WARMTH.get(act.kind)
    manner = PLAIN if warmth is None else replace(PLAIN, warm=warmth, agree=warmth / 2)
    return say(act, rng, style=scene.target.style, listener=scene.carer.name, manner=manner)


def _move_on(scene: Scene, act: Act, rng: Random) -> tuple[Scene, bool]:
    """The scene after an act, and whether the need was met (then another one comes up)."""
    met = resolve(scene, act).target >= 0.4
    if act.kind in (Kind.GIVE, Kind.CLAIM) and act.thing in scene.carer.holds:
        scene = scene.after_giving(act.thing)
    if met:
        others = [need for need in NEEDS if need != scene.need]
        scene = replace(scene, need=others[int(rng.random() * len(others))])
    return scene, met


def converse_many(start: int, count: int, config: VillageConfig) -> Iterator[Talk]:
    """Conversations number `start` to `start + count - 1`."""
    for seed in range(start, start + count):
        yield converse(seed, config)
