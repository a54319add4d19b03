"""The nursery's rules in plain Python, read from docs/nursery.md alone: slow, one episode, whole numbers.

The tests step this and `carer.worlds.nursery` side by side and compare everything. It shares no code with it but the
parameters. The order of the methods is that of the page.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace

from counted_reference import Words, below, chance, clip, odds, single, tick_word
from nursery_reference_start import FAMILY, FULL, PREDATOR, Body, Start, share

STAY, NORTH, SOUTH, WEST, EAST, EAT, GIVE, LIFT, DEFEND, ABANDON, CRY = range(11)
STEPS = {NORTH: (0, -1), SOUTH: (0, 1), WEST: (-1, 0), EAST: (1, 0)}
PIT, BITE, COLD, FOOD, DEFENCE, ILLNESS = range(6)


class Episode(Start):
    """One episode: `Episode(params, words)`, then `step(key, actions)` until it is `terminated` or `truncated`."""

    def step(self, key: Words, actions: Sequence[int]) -> None:
        """One tick; `actions` of all agents' seats."""
        self.word = tick_word(key, self.episode, self.time)
        self.truth = self.no_truth()
        self.time += 1
        self.hour = (self.hour + 1) % self.p.day
        self.choice = self._choices(actions)
        self.entered: set[int] = set()
        self._steps()
        self._eating()
        self._giving()
        self._lifting()
        self._defending()
        self._predator()
        self._pits()
        self._cold()
        self._living()
        self._family()
        self._showing()
        self._end()

    def is_night(self) -> bool:
        return self.hour >= self.p.day - self.p.night

    def in_nest(self, body: Body) -> bool:
        centre = self.p.size // 2
        return max(abs(body.x - centre), abs(body.y - centre)) <= self.p.nest

    def nearest(self, x: int, y: int, things: Iterable[tuple[int, int, int, int]], reach: int) -> int | None:
        """The index of the nearest of `things` (x, y, index, draw) within `reach` steps."""
        ranked = [
            ((steps << 23) | (drawn >> 16 << 7) | index, index)
            for to_x, to_y, index, drawn in things
            if (steps := abs(to_x - x) + abs(to_y - y)) <= reach
        ]
        return min(ranked)[1] if ranked else None

    def nearest_body(self, x: int, y: int, bodies: Iterable[Body], purpose: int, reach: int) -> Body | None:
        found = self.nearest(x, y, [(b.x, b.y, b.number, self.draw(b.number, purpose)) for b in bodies], reach)
        return None if found is None else self.bodies[found]

    @staticmethod
    def toward(x: int, y: int, to_x: int, to_y: int, coin: int) -> int:
        """The action of a step toward a cell."""
        dx, dy = to_x - x, to_y - y
        if dx == dy == 0:
            return STAY
        if abs(dx) > abs(dy) or (abs(dx) == abs(dy) and chance(coin, 32768)):
            return EAST if dx > 0 else WEST
        return SOUTH if dy > 0 else NORTH

    def moved(self, x: int, y: int, action: int) -> tuple[int, int]:
        """Walls stop."""
        dx, dy = STEPS.get(action, (0, 0))
        return clip(x + dx, 1, self.p.size - 2), clip(y + dy, 1, self.p.size - 2)

    def _choices(self, actions: Sequence[int]) -> list[int]:
        choice = [STAY] * len(self.bodies)
        for body, action in zip(self.agents, actions, strict=True):
            if not body.alive or body.boxed:
                continue
            if body.is_baby:
                if self.p.brain == "scripted":
                    action = self._script(body)
                if action not in (NORTH, SOUTH, WEST, EAST, EAT, CRY):
                    action = STAY
            choice[body.number] = action
        return choice

    def _script(self, body: Body) -> int:
        p, coin = self.p, self.draw(body.number, 104)
        if self.is_night() and self.in_nest(body):
            return STAY
        grown_enough = body.age >= p.feeds_itself
        ripe = [(i, bush) for i, bush in enumerate(self.bushes) if bush.wait == 0 and bush.food == body.diet]
        on_one = any((bush.x, bush.y) == (body.x, body.y) for _, bush in ripe)
        if on_one and grown_enough and body.energy < FULL - share(p.baby_meal) // 2:
            return EAT
        if grown_enough and body.energy < share(0.6):
            options = [(bush.x, bush.y, i, self.draw(body.number, 512 + i)) for i, bush in ripe]
            found = self.nearest(body.x, body.y, options, p.view // 2)
            if found is not None:
                return self.toward(body.x, body.y, self.bushes[found].x, self.bushes[found].y, coin)
        if chance(self.draw(body.number, 100), odds(p.lure)):
            options = [(pit.x, pit.y, i, self.draw(body.number, 640 + i)) for i, pit in enumerate(self.pits)]
            found = self.nearest(body.x, body.y, options, 2 * p.size)
            if found is not None:
                return self.toward(body.x, body.y, self.pits[found].x, self.pits[found].y, coin)
        if chance(self.draw(body.number, 101), odds(p.follow)) and self.mother.alive:
            return self.toward(body.x, body.y, self.mother.x, self.mother.y, coin)
        if chance(self.draw(body.number, 102), odds(p.wander)):
            return NORTH + below(self.draw(body.number, 103), 4)
        return STAY

    def _steps(self) -> None:
        p = self.p
        young, grown = odds(p.speed_young), odds(p.speed_grown)
        slope = math.floor(64 * (grown - young) / p.growth)
        for body in self.agents:
            if body.number == self.carried and body.number:
                continue
            speed = young + (min(body.age, p.growth) * slope >> 6)
            if body.is_baby and not chance(self.draw(body.number, 110), speed):
                continue
            before = body.x, body.y
            body.x, body.y = self.moved(*before, self.choice[body.number])
            if (body.x, body.y) != before:
                self.entered.add(body.number)
        self._keep_in_arms()

    def _keep_in_arms(self) -> None:
        if self.carried:
            self.bodies[self.carried].x, self.bodies[self.carried].y = self.mother.x, self.mother.y

    def _eating(self) -> None:
        p = self.p
        for bush in self.bushes:
            bush.wait = max(0, bush.wait - 1)
        ripe = {(bush.x, bush.y): bush for bush in self.bushes if bush.wait == 0}
        if self.choice[0] == EAT:
            if self.food:
                self.food = 0
                self.truth.meal[0] = self.mother.eats(share(p.mother_meal))
            elif bush := ripe.pop((self.mother.x, self.mother.y), None):
                self.food, bush.wait = bush.food, p.regrow
        for body in self.babies:
            able = body.number != self.carried and body.age >= p.feeds_itself
            if self.choice[body.number] == EAT and able and (bush := ripe.pop((body.x, body.y), None)):
                bush.wait = p.regrow
                self.truth.meal[body.number] = self._meal(body, bush.food)

    def _meal(self, body: Body, food: int) -> int:
        if food == body.diet:
            return body.eats(share(self.p.baby_meal))
        self.truth.harm[FOOD][body.number] += share(self.p.wrong_food)
        return 0

    def _giving(self) -> None:
        if self.choice[0] == GIVE and self.food:
            near = [body for body in self.babies if body.alive and not body.boxed]
            body = self.nearest_body(self.mother.x, self.mother.y, near, 120, 1)
            if body:
                self.truth.gift[body.number] = self._meal(body, self.food)
                self.food = 0

    def _lifting(self) -> None:
        if self.choice[0] != LIFT:
            return
        if not self.carried:
            near = [body for body in self.bodies[1:] if body.alive or not body.is_agent]
            body = self.nearest_body(self.mother.x, self.mother.y, near, 121, 1)
            if body:
                self.carried = self.truth.lifted = body.number
                body.boxed = False
                self._keep_in_arms()
            return
        body = self.bodies[self.carried]
        self.carried, self.truth.laid = 0, body.number
        if self.p.cryosleep and body.is_baby and (body.x, body.y) == (self.box_x, self.box_y):
            body.boxed = True
        else:
            self.entered.add(body.number)

    def _defending(self) -> None:
        near = self.predator_left and self.mother.steps_to(self.predator_x, self.predator_y) <= self.p.reach
        if self.choice[0] == DEFEND and near:
            self.truth.harm[DEFENCE][0] += share(self.p.defend_cost)
            self.truth.defended = 1
            if chance(self.draw(PREDATOR, 3), odds(self.p.defend_success)):
                self.predator_left, self.truth.defended = 0, 2

    def _dangerous(self, amount: int) -> int:
        return amount * (self.danger >> 4) >> 12

    def _predator(self) -> None:
        p = self.p
        if p.predator_rate == 0:
            return
        if not self.predator_left:
            if chance(self.draw(PREDATOR, 0), self._dangerous(odds(p.predator_rate))):
                along, far = 1 + below(self.draw(PREDATOR, 2), p.size - 2), p.size - 2
                sides = [(along, 1), (along, far), (1, along), (far, along)]
                self.predator_x, self.predator_y = sides[below(self.draw(PREDATOR, 1), 4)]
                self.predator_left = p.predator_stay
            return
        shielded = self.carried if p.carry_shields and self.carried else None
        prey = [body for body in self.agents if body.alive and not body.boxed and body.number != shielded]
        self.predator_left -= 1
        if chance(self.draw(PREDATOR, 4), odds(p.predator_speed)):
            x, y = self.predator_x, self.predator_y
            action = NORTH + below(self.draw(PREDATOR, 5), 4)
            if seen := self.nearest_body(x, y, prey, 130, p.predator_sight):
                action = self.toward(x, y, seen.x, seen.y, self.draw(PREDATOR, 6))
            self.predator_x, self.predator_y = self.moved(x, y, action)
        if bitten := self.nearest_body(self.predator_x, self.predator_y, prey, 131, 1):
            self.truth.harm[BITE][bitten.number] += self._dangerous(share(p.bite))

    def _pits(self) -> None:
        cells = {(pit.x, pit.y) for pit in self.pits}
        for body in self.agents:
            falls = body.number in self.entered and body.number != (self.carried or None)
            if falls and body.alive and (body.x, body.y) in cells:
                cost = self.p.baby_pit if body.is_baby else self.p.mother_pit
                self.truth.harm[PIT][body.number] += self._dangerous(share(cost))

    def _cold(self) -> None:
        p = self.p
        if p.night == 0 or p.cold == 0:
            return
        for body in self.bodies:
            held = p.carry_shields and body.number == self.carried
            exposed = body.is_baby and not (self.in_nest(body) or body.boxed or held)
            change = -share(p.cold) if exposed and self.is_night() else share(p.warming)
            body.warmth = clip(body.warmth + change, 0, FULL)
            if body.is_baby and body.alive and not body.boxed and body.warmth == 0:
                self.truth.harm[COLD][body.number] += self._dangerous(share(p.freezing))

    def _living(self) -> None:
        p = self.p
        # Who lived, was ill and was carried at the start of this item.
        mother_lived, own_lived, own_ill = self.mother.alive, self.own.alive, self.own.ill
        ill = {body.number for body in self.agents if body.ill}
        grows = [body for body in self.babies if body.number != self.carried and not body.boxed and not body.ill]
        for body in self.agents:
            if body.alive:
                self._metabolism(body)
            body.hurt = sum(cause[body.number] for cause in self.truth.harm)
            if body.alive and (body.energy == 0 or body.health == 0):
                self._dies(body)
        risk = odds(p.care_risk_ill if own_ill else p.care_risk_well)
        if mother_lived and own_lived and chance(self.draw(0, 143), risk):
            self._dies(self.mother)
        orphan_risk = 65536 - odds(p.orphan_survival)
        if own_lived and not mother_lived and chance(self.draw(1, 144), orphan_risk):
            self._dies(self.own)
        held = self.bodies[self.carried]
        if not self.mother.alive or not held.alive:
            self.carried = 0
        for body in grows:
            body.age += body.alive
        for body in self.agents:
            if not body.alive:
                body.ill = False
            elif body.number in ill:
                body.ill = body.boxed or not chance(self.draw(body.number, 142), odds(p.recovery))
            elif body.is_baby and not body.boxed:
                body.ill = chance(self.draw(body.number, 141), odds(p.illness))

    def _metabolism(self, body: Body) -> None:
        """Burning, being fed by unseen parents, and what the tick did to health, of one that lives."""
        p, number = self.p, body.number
        if not body.boxed:
            body.energy -= share(p.baby_burn if body.is_baby else p.mother_burn)
            if body.kind == "mother" and self.carried:
                body.energy -= self._dangerous(share(p.carry_cost))
                self.truth.spent = self._dangerous(share(p.carry_cost))
        if body.kind in ("foreign", "other") and chance(self.draw(number, 140), odds(p.foreign_fed)):
            body.eats(share(p.baby_meal))
        if body.ill and not body.boxed:
            self.truth.harm[ILLNESS][number] += share(p.illness_harm)
        healing = share(p.healing) if not body.boxed and body.energy > FULL // 2 else 0
        lost = sum(cause[number] for cause in self.truth.harm)
        body.health = clip(body.health - lost + healing, 0, FULL)
        body.energy = max(0, body.energy)

    def _dies(self, body: Body) -> None:
        body.alive = False
        self.truth.died[body.number] = True

    def _family(self) -> None:
        p = self.p
        if p.generations and self.own.alive and self.own.age >= p.adult_age:
            self._succession()
        for child, whereabouts in enumerate(self.away):
            survival = odds(p.fledged_survival if whereabouts == 1 else p.orphan_survival)
            if whereabouts and not chance(self.draw(FAMILY, 16 + child), survival):
                self.away[child] = 0
        if self.own.alive and p.fledge_age and self.own.age >= p.fledge_age:
            self._leaves(1)
            self.truth.fledged = True
        elif self.own.alive and self.mother.alive and p.abandon and self.choice[0] == ABANDON:
            self._leaves(2)
            self.truth.abandoned = True
        ended = self.truth.died[1] or self.truth.fledged or self.truth.abandoned
        if ended and self.births_left and not p.yoked:
            self.birth_at = self.time + p.gap
        if self.birth_at == self.time and self.mother.alive and self.births_left:
            self._birth()

    def _leaves(self, whereabouts: int) -> None:
        """The own baby, the child born last, lives on out of sight."""
        self.own.alive = False
        self.away[self.p.births - self.births_left - 1] = whereabouts
        if self.carried == 1:
            self.carried = 0

    def _succession(self) -> None:
        p, baby = self.p, self.own
        self.bodies[0] = replace(baby, number=0, kind="mother", boxed=False)
        self.bodies[1] = replace(baby, alive=False)
        self.food = self.carried = 0
        self.cue = False
        self.away = [0] * p.births
        self.births_left = p.births
        self.birth_at = self.time + p.birth_from + below(self.draw(FAMILY, 5), p.birth_to - p.birth_from + 1)
        self.generation += 1
        self.truth.succeeded = True

    def _birth(self) -> None:
        p, mother = self.p, self.mother
        self.cue = True
        if p.birth == "sham":
            self.truth.sham = True
            return
        if self.own.alive:
            self._leaves(2)
        self.births_left -= 1
        self.birth_at = self.time + p.fledge_age + p.gap if p.yoked and self.births_left else -1
        x, y = self.moved(mother.x, mother.y, NORTH + below(self.draw(1, 3), 4))
        self.bodies[1] = Body(1, x, y, "baby", self.own.diet, age=p.growth * self.grown // 100)
        self.own.scent = self.scent_of_child(1, [byte / 64 for byte in mother.scent])
        self.own.looks = self.looks(self.own)
        for body in self.bodies:
            if body.kind == "toy":
                body.looks = list(self.own.looks)
        self.truth.born = self.has_borne = True
        if chance(self.draw(FAMILY, 4), self.provided) and not self.food:
            self.food = self.own.diet

    def _showing(self) -> None:
        for body in self.bodies:
            body.cry = body.posture = 0
            if not (body.is_baby and body.alive and not body.boxed):
                continue
            lacks = [FULL - level for level in (body.energy, body.warmth, 0 if body.ill else body.health)]
            need = max(lacks)
            body.posture = 1 + lacks.index(need)
            if not chance(self.draw(body.number, 152), odds(self.p.posture_truth)):
                body.posture = below(self.draw(body.number, 151), 4)
            if self.p.brain == "scripted" or self.choice[body.number] == CRY:
                body.cry = clip((need * 6292 >> 22) + below(self.draw(body.number, 150), 5) - 2, 0, 15)

    def _end(self) -> None:
        p = self.p
        lives = self.own.alive + sum(whereabouts > 0 for whereabouts in self.away)
        self.truth.lives = lives
        left = {"childless": self.mother.alive and self.births_left, "family": self.mother.alive, "horizon": True}
        self.terminated = lives == 0 and not left[p.ends]
        self.truncated = not self.terminated and self.time >= p.horizon
        paid = [int(body.alive) for body in self.agents]
        if self.has_borne:
            paid[0] = lives
        self.reward = [single(single(p.pay) * count) for count in paid]
