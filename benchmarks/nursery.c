/* The nursery's standard preset in plain C: what the same rules (docs/nursery.md) cost without any framework.
 *
 *     cc -O3 -march=native benchmarks/nursery.c -o nursery -lm
 *     ./nursery --seconds 2 --rounds 5          one thread; -t 2 for two; one JSON line
 *     ./nursery --check 1000                    episodes with a fixed stream of actions, every state printed
 *
 * Policy brain, 4 agents (mother, her baby, two foreign babies), uniformly random actions, auto-reset. After every
 * tick the packed observations of all seats are made, in the format of carer.worlds.nursery.observation, and summed.
 * tests/slow/test_nursery_c.py holds it to the rules.
 */

#define _POSIX_C_SOURCE 200809L

#include <math.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
    SIZE = 13, LAST = SIZE - 2, CENTRE = SIZE / 2, NEST = 1, VIEW = 9, REACH_OF_VIEW = VIEW / 2,
    BODIES = 4, OWN = 1, BUSHES = 8, PITS = 8, HORIZON = 300, DAY = 60, NIGHT = 20, GROWTH = 200, FEEDS_ITSELF = 150,
    REGROW = 30, REACH = 2, PREDATOR_STAY = 30, PREDATOR_SIGHT = 6, SCENT_REACH = 3, HEARING = 9,
    BIRTH_FROM = 10, BIRTH_TO = 60,
    /* energy, health and warmth, of 10,000 */
    FULL = 10000, COLD = 1000, WARMING = 500, FREEZING = 500, HEALING = 20, MOTHER_BURN = 100, MOTHER_MEAL = 3500,
    CARRY_COST = 200, MOTHER_PIT = 2500, DEFEND_COST = 800, BABY_BURN = 200, BABY_MEAL = 5000, BABY_PIT = 1500,
    BITE = 1500,
    /* probabilities, of 65,536 */
    DEFEND_SUCCESS = 32768, SPEED_YOUNG = 19661, SPEED_SLOPE = 14680, POSTURE_TRUTH = 45875, FOREIGN_FED = 5243,
    PREDATOR_RATE = 1311, PREDATOR_SPEED = 26214,
    /* who draws besides the bodies */
    BUSH = 32, PIT = 128, PREDATOR = 256, FAMILY = 258,
    STAY = 0, NORTH, SOUTH, WEST, EAST, EAT, GIVE, LIFT, DEFEND, ABANDON, CRY, ACTIONS,
    MAP = 3, CHANNELS = 7, WORDS = CHANNELS * MAP + 4 * (BODIES - 1) + 4,
    BATCH = 64
};
#define PAY 0.01f
#define SCENT_NOISE 0.1f

/* Rows of the place with a border as wide as a view reaches: a view is nine shifts. Pits below, ripe bushes above. */
enum { PADDED = SIZE + 2 * REACH_OF_VIEW, ROW_BUSH = 32 };

typedef struct {
    uint64_t rows[PADDED];
    uint32_t episode[2];
    uint32_t scent[BODIES][2], looks[BODIES];
    int16_t energy[BODIES], health[BODIES], warmth[BODIES], hurt[BODIES], age[BODIES];
    int16_t time, birth_at;
    uint8_t x[BODIES], y[BODIES], alive[BODIES], cry[BODIES], posture[BODIES];
    uint8_t bush_wait[BUSHES], bush_x[BUSHES], bush_y[BUSHES];
    uint8_t food, carried, hour, predator_x, predator_y, predator_left, births_left, cue;
    uint8_t thing[SIZE][SIZE]; /* 0 nothing, 1 + the bush, 1 + BUSHES a pit */
} Nursery;

static const int8_t STEP_X[5] = {0, 0, 0, -1, 1}, STEP_Y[5] = {0, -1, 1, 0, 0};
static uint32_t wall[SIZE][SIZE][MAP], nest[SIZE][SIZE][MAP];

static inline uint32_t mix(uint32_t word)
{
    word ^= word >> 16;
    word *= 0x7feb352du;
    word ^= word >> 15;
    word *= 0x846ca68bu;
    return word ^ word >> 16;
}

static inline uint32_t draw(uint32_t word, uint32_t entity, uint32_t purpose)
{
    return mix(word ^ mix(1024 * entity + purpose + 1));
}

static inline int chance(uint32_t bits, int threshold) { return (int)(bits >> 16) < threshold; }
static inline int below(uint32_t bits, uint32_t n) { return (int)((bits >> 16) * n >> 16); }
static inline int min(int a, int b) { return a < b ? a : b; }
static inline int max(int a, int b) { return a > b ? a : b; }
static inline int clip(int value, int low, int high) { return min(max(value, low), high); }

static inline int steps(int x, int y, int to_x, int to_y) { return abs(x - to_x) + abs(y - to_y); }

static inline uint32_t tick_word(uint32_t k0, uint32_t k1, const uint32_t episode[2], int time)
{
    return mix(mix(mix(episode[0] ^ k0) ^ episode[1] ^ k1) + (uint32_t)time);
}

static inline int in_nest(int x, int y) { return abs(x - CENTRE) <= NEST && abs(y - CENTRE) <= NEST; }

/* ---------------------------------------------------------------------------------------------- the first state */

static int byte_sum(uint32_t bits)
{
    return (int)((bits & 255) + (bits >> 8 & 255) + (bits >> 16 & 255) + (bits >> 24)) - 510;
}

static void bells(uint32_t word, uint32_t body, uint32_t purpose, float out[8])
{
    for (uint32_t i = 0; i < 8; i++) out[i] = (float)byte_sum(draw(word, body, purpose + i)) / 147.8f;
}

static void normalise(float vector[8])
{
    float square = 1e-6f;
    for (int i = 0; i < 8; i++) square += vector[i] * vector[i];
    float scale = 1 / sqrtf(square);
    for (int i = 0; i < 8; i++) vector[i] *= scale;
}

static void pack_scent(const float vector[8], uint32_t out[2])
{
    out[0] = out[1] = 0;
    for (int i = 0; i < 8; i++) {
        int byte = clip((int)rintf(64 * vector[i]), -127, 127);
        out[i / 4] |= (uint32_t)(byte & 255) << 8 * (i % 4);
    }
}

static void child_scent(uint32_t word, uint32_t body, const float family[8], uint32_t out[2])
{
    float own[8], noise[8];
    bells(word, body, 24, own);
    bells(word, body, 32, noise);
    normalise(own);
    for (int i = 0; i < 8; i++) own[i] = 0.8f * family[i] + 0.6f * own[i];
    normalise(own);
    for (int i = 0; i < 8; i++) own[i] += SCENT_NOISE * noise[i];
    pack_scent(own, out);
}

static uint32_t looks_of(uint32_t word, uint32_t body)
{
    uint32_t looks = 64u << 24;
    for (uint32_t i = 0; i < 3; i++)
        looks |= (uint32_t)(clip(byte_sum(draw(word, body, 40 + i)) >> 3, -127, 127) & 255) << 8 * i;
    return looks;
}

static void scatter(Nursery *s, uint32_t word)
{
    enum { SIDE = 2 * NEST + 1, ROOM = LAST * LAST - SIDE * SIDE, CORNER = CENTRE - 1 - NEST };
    int taken[BUSHES + PITS]; /* in rising order */
    for (int i = 0; i < BUSHES + PITS; i++) {
        uint32_t stream = i < BUSHES ? BUSH + (uint32_t)i : PIT + (uint32_t)(i - BUSHES);
        int cell = below(draw(word, stream, 0), (uint32_t)(ROOM - i)), at = 0;
        while (at < i && cell >= taken[at]) cell++, at++;
        memmove(taken + at + 1, taken + at, (size_t)(i - at) * sizeof *taken);
        taken[at] = cell;
        for (int row = 0; row < SIDE; row++)
            if (cell >= (CORNER + row) * LAST + CORNER) cell += SIDE;
        int x = cell % LAST + 1, y = cell / LAST + 1;
        uint64_t bit = 1ull << (x + REACH_OF_VIEW);
        if (i < BUSHES) {
            s->bush_x[i] = (uint8_t)x, s->bush_y[i] = (uint8_t)y;
            s->thing[y][x] = (uint8_t)(1 + i);
            s->rows[y + REACH_OF_VIEW] |= bit << ROW_BUSH;
        } else {
            s->thing[y][x] = 1 + BUSHES;
            s->rows[y + REACH_OF_VIEW] |= bit;
        }
    }
}

static void begin(Nursery *s, uint32_t e0, uint32_t e1)
{
    memset(s, 0, sizeof *s);
    s->episode[0] = e0, s->episode[1] = e1;
    uint32_t word = mix(mix(e0) ^ e1);
    scatter(s, word);
    for (uint32_t body = 0; body < BODIES; body++) {
        s->x[body] = (uint8_t)(body > OWN ? 1 + below(draw(word, body, 1), LAST) : CENTRE);
        s->y[body] = (uint8_t)(body > OWN ? 1 + below(draw(word, body, 2), LAST) : CENTRE);
        s->energy[body] = s->health[body] = s->warmth[body] = FULL;
        s->alive[body] = body != OWN;
        s->looks[body] = looks_of(word, body);
        if (body == OWN) continue;
        float family[8];
        bells(word, body, 16, family);
        normalise(family);
        if (body) child_scent(word, body, family, s->scent[body]);
        else pack_scent(family, s->scent[0]);
    }
    s->age[0] = GROWTH;
    s->births_left = 1;
    s->birth_at = (int16_t)(BIRTH_FROM + below(draw(word, FAMILY, 3), BIRTH_TO - BIRTH_FROM + 1));
}

/* ------------------------------------------------------------------------------------------------------ one tick */

static inline int moved(Nursery *s, int body, int way)
{
    int x = clip(s->x[body] + STEP_X[way], 1, LAST), y = clip(s->y[body] + STEP_Y[way], 1, LAST);
    int entered = x != s->x[body] || y != s->y[body];
    s->x[body] = (uint8_t)x, s->y[body] = (uint8_t)y;
    return entered;
}

static inline void hold(Nursery *s)
{
    if (s->carried) s->x[s->carried] = s->x[0], s->y[s->carried] = s->y[0];
}

/* The nearest living body from `first` on within `reach` steps, -1 for none. */
static inline int nearest(const Nursery *s, uint32_t word, int first, int x, int y, uint32_t purpose, int reach)
{
    int best = INT32_MAX;
    for (int body = first; body < BODIES; body++) {
        int far = steps(s->x[body], s->y[body], x, y);
        if (!s->alive[body] || far > reach) continue;
        best = min(best, far << 23 | (int)(draw(word, (uint32_t)body, purpose) >> 16) << 7 | body);
    }
    return best == INT32_MAX ? -1 : best & 127;
}

static inline int toward(int x, int y, int to_x, int to_y, uint32_t coin)
{
    int dx = to_x - x, dy = to_y - y, wide = abs(dx), tall = abs(dy);
    if (!(wide | tall)) return STAY;
    if (wide > tall || (wide == tall && chance(coin, 32768))) return dx > 0 ? EAST : WEST;
    return dy > 0 ? SOUTH : NORTH;
}

static inline void pick(Nursery *s, int bush)
{
    s->bush_wait[bush] = REGROW;
    s->rows[s->bush_y[bush] + REACH_OF_VIEW] &= ~(1ull << (s->bush_x[bush] + REACH_OF_VIEW + ROW_BUSH));
}

static inline void eating(Nursery *s, const uint8_t act[BODIES])
{
    for (int bush = 0; bush < BUSHES; bush++) {
        if (!s->bush_wait[bush] || --s->bush_wait[bush]) continue;
        s->rows[s->bush_y[bush] + REACH_OF_VIEW] |= 1ull << (s->bush_x[bush] + REACH_OF_VIEW + ROW_BUSH);
    }
    for (int body = 0; body < BODIES; body++) {
        if (act[body] != EAT) continue;
        if (!body && s->food) {
            s->food = 0;
            s->energy[0] = (int16_t)min(s->energy[0] + MOTHER_MEAL, FULL);
            continue;
        }
        int bush = s->thing[s->y[body]][s->x[body]] - 1;
        if (bush < 0 || bush >= BUSHES || s->bush_wait[bush]) continue;
        if (body && (body == s->carried || s->age[body] < FEEDS_ITSELF)) continue;
        pick(s, bush);
        if (body) s->energy[body] = (int16_t)min(s->energy[body] + BABY_MEAL, FULL);
        else s->food = 1;
    }
}

/* Returns whom she put down, who thereby entered her cell, as a bit. */
static inline unsigned hands(Nursery *s, uint32_t word, int act)
{
    if (act == GIVE && s->food) {
        int body = nearest(s, word, 1, s->x[0], s->y[0], 120, 1);
        if (body > 0) s->energy[body] = (int16_t)min(s->energy[body] + BABY_MEAL, FULL), s->food = 0;
    }
    if (act != LIFT) return 0;
    if (!s->carried) {
        int body = nearest(s, word, 1, s->x[0], s->y[0], 121, 1);
        if (body > 0) s->carried = (uint8_t)body, hold(s);
        return 0;
    }
    unsigned down = 1u << s->carried;
    s->carried = 0;
    return down;
}

static inline void predator(Nursery *s, uint32_t word, int act, int harm[BODIES])
{
    if (act == DEFEND && s->predator_left && steps(s->x[0], s->y[0], s->predator_x, s->predator_y) <= REACH) {
        harm[0] += DEFEND_COST;
        if (chance(draw(word, PREDATOR, 3), DEFEND_SUCCESS)) s->predator_left = 0;
    }
    if (!s->predator_left) {
        if (!chance(draw(word, PREDATOR, 0), PREDATOR_RATE)) return;
        int side = below(draw(word, PREDATOR, 1), 4), along = 1 + below(draw(word, PREDATOR, 2), LAST);
        s->predator_x = (uint8_t)(side < 2 ? along : side == 2 ? 1 : LAST);
        s->predator_y = (uint8_t)(side >= 2 ? along : side == 0 ? 1 : LAST);
        s->predator_left = PREDATOR_STAY;
        return;
    }
    s->predator_left--;
    if (chance(draw(word, PREDATOR, 4), PREDATOR_SPEED)) {
        int x = s->predator_x, y = s->predator_y, prey = nearest(s, word, 0, x, y, 130, PREDATOR_SIGHT);
        int way = prey < 0 ? NORTH + below(draw(word, PREDATOR, 5), 4)
                           : toward(x, y, s->x[prey], s->y[prey], draw(word, PREDATOR, 6));
        s->predator_x = (uint8_t)clip(x + STEP_X[way], 1, LAST);
        s->predator_y = (uint8_t)clip(y + STEP_Y[way], 1, LAST);
    }
    int bitten = nearest(s, word, 0, s->predator_x, s->predator_y, 131, 1);
    if (bitten >= 0) harm[bitten] += BITE;
}

static inline void cold(Nursery *s, int harm[BODIES])
{
    int night = s->hour >= DAY - NIGHT;
    for (int body = 0; body < BODIES; body++) {
        int exposed = body && night && !in_nest(s->x[body], s->y[body]);
        s->warmth[body] = (int16_t)clip(s->warmth[body] + (exposed ? -COLD : WARMING), 0, FULL);
        harm[body] += body && s->alive[body] && !s->warmth[body] ? FREEZING : 0;
    }
}

static inline void living(Nursery *s, uint32_t word, const int harm[BODIES])
{
    int carried = s->carried;
    for (int body = 0; body < BODIES; body++) {
        s->hurt[body] = (int16_t)harm[body];
        if (!s->alive[body]) continue;
        int energy = s->energy[body] - (body ? BABY_BURN : MOTHER_BURN + (carried ? CARRY_COST : 0));
        if (body > OWN && chance(draw(word, (uint32_t)body, 140), FOREIGN_FED)) energy = min(energy + BABY_MEAL, FULL);
        int health = min(s->health[body] - harm[body] + (energy > FULL / 2 ? HEALING : 0), FULL);
        s->energy[body] = (int16_t)max(energy, 0);
        s->health[body] = (int16_t)max(health, 0);
        s->alive[body] = energy > 0 && health > 0;
        s->age[body] = (int16_t)(s->age[body] + (body && body != carried && s->alive[body]));
    }
    if (!s->alive[0] || !s->alive[carried]) s->carried = 0;
}

static void birth(Nursery *s, uint32_t word)
{
    float family[8];
    int way = NORTH + below(draw(word, OWN, 3), 4);
    for (int i = 0; i < 8; i++) family[i] = (float)(int8_t)(s->scent[0][i / 4] >> 8 * (i % 4)) / 64;
    s->births_left--, s->cue = 1, s->birth_at = -1;
    s->x[OWN] = s->x[0], s->y[OWN] = s->y[0];
    moved(s, OWN, way);
    s->energy[OWN] = s->health[OWN] = s->warmth[OWN] = FULL;
    s->hurt[OWN] = s->age[OWN] = 0;
    s->alive[OWN] = 1;
    s->looks[OWN] = looks_of(word, OWN);
    child_scent(word, OWN, family, s->scent[OWN]);
}

static inline void showing(Nursery *s, uint32_t word, const uint8_t act[BODIES])
{
    for (uint32_t body = 1; body < BODIES; body++) {
        s->cry[body] = s->posture[body] = 0;
        if (!s->alive[body]) continue;
        int hunger = FULL - s->energy[body], chilled = FULL - s->warmth[body], pain = FULL - s->health[body];
        int need = max(hunger, max(chilled, pain));
        int shown = chance(draw(word, body, 152), POSTURE_TRUTH);
        int which = hunger == need ? 1 : chilled == need ? 2 : 3;
        s->posture[body] = (uint8_t)(shown ? which : below(draw(word, body, 151), 4));
        if (act[body] != CRY) continue;
        s->cry[body] = (uint8_t)clip((need * 6292 >> 22) + below(draw(word, body, 150), 5) - 2, 0, 15);
    }
}

/* One tick; returns whether the episode has ended. */
static int step(Nursery *s, uint32_t k0, uint32_t k1, const uint8_t action[BODIES], float reward[BODIES])
{
    uint32_t word = tick_word(k0, k1, s->episode, s->time);
    uint8_t act[BODIES];
    unsigned entered = 0;
    int harm[BODIES] = {0};
    s->time++;
    s->hour = s->hour + 1 == DAY ? 0 : (uint8_t)(s->hour + 1);
    for (int body = 0; body < BODIES; body++) {
        int able = s->alive[body] && (!body || action[body] <= EAT || action[body] == CRY);
        act[body] = able ? action[body] : STAY;
        if (act[body] < NORTH || act[body] > EAST || (body && body == s->carried)) continue;
        int speed = SPEED_YOUNG + (min(s->age[body], GROWTH) * SPEED_SLOPE >> 6);
        if (body && !chance(draw(word, (uint32_t)body, 110), speed)) continue;
        entered |= (unsigned)moved(s, body, act[body]) << body;
    }
    hold(s);
    eating(s, act);
    entered |= hands(s, word, act[0]);
    if (s->carried) entered &= ~(1u << s->carried);
    predator(s, word, act[0], harm);
    for (int body = 0; body < BODIES; body++)
        if (entered >> body & s->alive[body] && s->thing[s->y[body]][s->x[body]] > BUSHES)
            harm[body] += body ? BABY_PIT : MOTHER_PIT;
    cold(s, harm);
    living(s, word, harm);
    if (s->time == s->birth_at && s->alive[0]) birth(s, word);
    showing(s, word, act);

    for (int body = 0; body < BODIES; body++) reward[body] = PAY * s->alive[body];
    if (!s->births_left) reward[0] = PAY * s->alive[OWN];
    return (!s->alive[OWN] && !(s->alive[0] && s->births_left)) || s->time >= HORIZON;
}

/* The next episode, as World.step begins it. */
static void renew(Nursery *s, uint32_t k0, uint32_t k1)
{
    uint32_t word = tick_word(k0, k1, s->episode, s->time);
    begin(s, mix(word ^ 0x632be59bu), mix(word ^ 0x1b56c4e9u));
}

/* ---------------------------------------------------------------------------------------------------- what is seen */

static void fill_tables(void)
{
    for (int y = 0; y < SIZE; y++)
        for (int x = 0; x < SIZE; x++)
            for (int bit = 0; bit < VIEW * VIEW; bit++) {
                int column = x - REACH_OF_VIEW + bit % VIEW, row = y - REACH_OF_VIEW + bit / VIEW;
                int inside = column >= 1 && column <= LAST && row >= 1 && row <= LAST;
                wall[y][x][bit / 32] |= (uint32_t)!inside << bit % 32;
                nest[y][x][bit / 32] |= (uint32_t)in_nest(column, row) << bit % 32;
            }
}

static inline void put_map(uint32_t out[MAP], uint32_t top, uint32_t middle, uint32_t bottom)
{
    out[0] = top | middle << 27;
    out[1] = middle >> 5 | bottom << 22;
    out[2] = bottom >> 10;
}

/* Three rows of nine, pits in the lower half and bushes in the upper. */
static inline uint64_t three_rows(const uint64_t *row, int left)
{
    const uint64_t nine = 0x1ff000001ffull;
    return (row[0] >> left & nine) | (row[1] >> left & nine) << 9 | (row[2] >> left & nine) << 18;
}

static inline uint32_t size_of(const Nursery *s, int body)
{
    return (uint32_t)(min(s->age[body], GROWTH) * (15 * 65536 / GROWTH + 1) >> 16);
}

static inline uint32_t level(int value, int at) { return (uint32_t)(value * 6685 >> 18) << 8 * at; }

static void maps(const Nursery *s, int x, int y, uint32_t *out)
{
    const uint64_t *row = s->rows + y; /* the upper edge of the view, in padded rows */
    uint64_t top = three_rows(row, x), middle = three_rows(row + 3, x), bottom = three_rows(row + 6, x);
    memset(out, 0, CHANNELS * MAP * sizeof *out);
    memcpy(out, wall[y][x], sizeof wall[y][x]);
    put_map(out + MAP, (uint32_t)top, (uint32_t)middle, (uint32_t)bottom);
    put_map(out + 2 * MAP, (uint32_t)(top >> 32), (uint32_t)(middle >> 32), (uint32_t)(bottom >> 32));
    memcpy(out + 4 * MAP, nest[y][x], sizeof nest[y][x]);
    int dx = s->predator_x - x + REACH_OF_VIEW, dy = s->predator_y - y + REACH_OF_VIEW;
    if (s->predator_left && (unsigned)dx < VIEW && (unsigned)dy < VIEW)
        out[5 * MAP + (dy * VIEW + dx) / 32] = 1u << (dy * VIEW + dx) % 32;
}

/* What a seat at (x, y) is told of another; returns the steps to it, 255 for one of whom it is told nothing. */
static inline int told_of(const Nursery *s, int other, int x, int y, uint32_t size, uint32_t out[4])
{
    int dx = s->x[other] - x + REACH_OF_VIEW, dy = s->y[other] - y + REACH_OF_VIEW;
    int far = steps(s->x[other], s->y[other], x, y), there = s->alive[other];
    int seen = there & ((unsigned)dx < VIEW) & ((unsigned)dy < VIEW);
    int heard = there & (s->cry[other] > 0) & (far <= HEARING), told = seen | heard;
    uint32_t by_sight = -(uint32_t)seen, by_ear = -(uint32_t)heard, smelt = -(uint32_t)(told & (far <= SCENT_REACH));
    uint32_t held = other && other == s->carried;
    uint32_t place = (uint32_t)clip(dx, 0, VIEW - 1) << 2 | (uint32_t)clip(dy, 0, VIEW - 1) << 6;
    out[0] = (uint32_t)seen | (uint32_t)heard << 1 | (place & -(uint32_t)told)
           | ((size << 10 | (uint32_t)s->posture[other] << 14 | held << 20) & by_sight)
           | ((uint32_t)s->cry[other] << 16 & by_ear);
    out[1] = s->looks[other] & by_sight;
    out[2] = s->scent[other][0] & smelt;
    out[3] = s->scent[other][1] & smelt;
    return told ? far : 255;
}

static inline void in_order(int *a, int *b)
{
    int less = min(*a, *b);
    *b = max(*a, *b), *a = less;
}

static void observe(const Nursery *s, uint32_t out[BODIES][WORDS])
{
    enum { OTHERS = CHANNELS * MAP, SELF = OTHERS + 4 * (BODIES - 1) };
    int tie[BODIES];
    uint32_t size[BODIES];
    for (uint32_t body = 0; body < BODIES; body++) {
        tie[body] = (int)(draw(s->episode[0] + (uint32_t)s->time, body, 160) >> 17) << 4 | (int)body;
        size[body] = size_of(s, (int)body);
    }
    for (int seat = 0; seat < BODIES; seat++) {
        uint32_t *to = out[seat], told[BODIES][4];
        int x = s->x[seat], y = s->y[seat], order[BODIES];
        maps(s, x, y, to);
        for (int body = 0; body < BODIES; body++)
            order[body] = told_of(s, body, x, y, size[body], told[body]) << 20 | tie[body];
        order[seat] = INT32_MAX;
        in_order(order, order + 1), in_order(order + 2, order + 3); /* the last place is one's own */
        in_order(order, order + 2), in_order(order + 1, order + 3), in_order(order + 1, order + 2);
        for (int slot = 0; slot < BODIES - 1; slot++) memcpy(to + OTHERS + 4 * slot, told[order[slot] & 15], 16);
        uint32_t bits = (uint32_t)(s->hour >= DAY - NIGHT) << 4 | (uint32_t)s->alive[seat] << 5;
        bits |= (uint32_t)(s->hour * 68813 >> 16) << 8 | size[seat] << 14;
        if (seat) bits |= (uint32_t)(seat == s->carried) << 3;
        else bits |= s->food | (uint32_t)(s->carried > 0) << 2 | (uint32_t)s->cue << 6;
        to[SELF] = level(s->energy[seat], 0) | level(s->health[seat], 1) | level(s->warmth[seat], 2)
                 | level(min(s->hurt[seat], FULL), 3);
        to[SELF + 1] = bits;
        memcpy(to + SELF + 2, s->scent[seat], 8);
    }
}

/* ----------------------------------------------------------------------------------------------------- measuring */

typedef struct {
    Nursery worlds[BATCH];
    uint64_t dice, steps;
    double seconds;
    uint32_t clock, seed, checksum;
} Stint;

static double now(clockid_t clock)
{
    struct timespec time;
    clock_gettime(clock, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

static inline uint64_t roll(uint64_t *dice)
{
    uint64_t x = *dice;
    x ^= x >> 12, x ^= x << 25, x ^= x >> 27;
    *dice = x;
    return x * 0x2545f4914f6cdd1dull;
}

static void *run(void *argument)
{
    Stint *stint = argument;
    uint32_t seen[BODIES][WORDS], sum = 0;
    double end = now(CLOCK_MONOTONIC) + stint->seconds;
    do {
        for (int repeat = 0; repeat < 64; repeat++) {
            uint32_t clock = stint->clock++;
            for (int at = 0; at < BATCH; at++) {
                Nursery *world = stint->worlds + at;
                uint64_t rolled = roll(&stint->dice);
                uint8_t action[BODIES];
                float reward[BODIES];
                for (int seat = 0; seat < BODIES; seat++)
                    action[seat] = (uint8_t)((rolled >> 16 * seat & 0xffff) * ACTIONS >> 16);
                if (step(world, stint->seed, clock, action, reward)) renew(world, stint->seed, clock);
                observe(world, seen);
                for (int seat = 0; seat < BODIES; seat++) {
                    for (int word = 0; word < WORDS; word++) sum += seen[seat][word];
                    sum += reward[seat] > 0;
                }
            }
        }
        stint->steps += 64ull * BATCH * BODIES;
    } while (now(CLOCK_MONOTONIC) < end);
    stint->checksum += sum;
    return NULL;
}

static int ascending(const void *a, const void *b)
{
    double one = *(const double *)a, two = *(const double *)b;
    return (one > two) - (one < two);
}

static double median(double *values, int count)
{
    qsort(values, (size_t)count, sizeof *values, ascending);
    return count % 2 ? values[count / 2] : (values[count / 2 - 1] + values[count / 2]) / 2;
}

static int measure(double seconds, int rounds, int threads)
{
    static Stint stints[64];
    double rates[256], cores[256];
    pthread_t handles[64];
    for (int t = 0; t < threads; t++) {
        stints[t].seed = (uint32_t)t + 1, stints[t].dice = 0x9e3779b97f4a7c15ull * (uint64_t)(t + 1);
        for (uint32_t at = 0; at < BATCH; at++) begin(stints[t].worlds + at, stints[t].seed, at);
    }
    for (int round = -1; round < rounds; round++) { /* one before the first warms up */
        double start = now(CLOCK_MONOTONIC), busy = now(CLOCK_PROCESS_CPUTIME_ID), took;
        uint64_t done = 0;
        for (int t = 0; t < threads; t++) {
            stints[t].steps = 0, stints[t].seconds = round < 0 ? 0.2 : seconds;
            if (pthread_create(handles + t, NULL, run, stints + t)) return perror("pthread_create"), 1;
        }
        for (int t = 0; t < threads; t++) pthread_join(handles[t], NULL), done += stints[t].steps;
        took = now(CLOCK_MONOTONIC) - start;
        if (round < 0) continue;
        rates[round] = (double)done / took;
        cores[round] = (now(CLOCK_PROCESS_CPUTIME_ID) - busy) / took;
    }
    uint32_t checksum = 0;
    for (int t = 0; t < threads; t++) checksum ^= stints[t].checksum;
    double middle = median(rates, rounds);
    printf("{\"peer\": \"plain C\", \"agents\": %d, \"agent_steps_per_s\": %.0f, \"min\": %.0f, \"max\": %.0f, "
           "\"batch\": %d, \"cores\": %.2f, \"note\": \"the nursery's standard preset, policy brain, random actions, "
           "auto-reset, packed observations of all seats summed to %08x; %d thread%s\"}\n",
           BODIES, middle, rates[0], rates[rounds - 1], BATCH, median(cores, rounds), checksum, threads,
           threads > 1 ? "s" : "");
    return 0;
}

/* A line is the state after a tick: time, hour, food, carried, predator (x, y, left), birth_at, births_left, cue and
 * whether the episode ended; the bushes' waits; of each body x, y, alive, energy, health, warmth, hurt, age, cry,
 * posture and 100 times its reward; in hexadecimal each body's scent and looks, and what each seat sees. Where an
 * episode ended, one more line is the next one's first state. */
static void print(const Nursery *s, int ended, const float reward[BODIES])
{
    uint32_t seen[BODIES][WORDS];
    observe(s, seen);
    printf("%d %d %d %d %d %d %d %d %d %d %d", s->time, s->hour, s->food, s->carried, s->predator_x, s->predator_y,
           s->predator_left, s->birth_at, s->births_left, s->cue, ended);
    for (int bush = 0; bush < BUSHES; bush++) printf(" %d", s->bush_wait[bush]);
    for (int body = 0; body < BODIES; body++)
        printf(" %d %d %d %d %d %d %d %d %d %d %.0f", s->x[body], s->y[body], s->alive[body], s->energy[body],
               s->health[body], s->warmth[body], s->hurt[body], s->age[body], s->cry[body], s->posture[body],
               100 * (double)reward[body]);
    for (int body = 0; body < BODIES; body++) printf(" %x %x %x", s->scent[body][0], s->scent[body][1], s->looks[body]);
    for (int seat = 0; seat < BODIES; seat++)
        for (int word = 0; word < WORDS; word++) printf(" %x", seen[seat][word]);
    putchar('\n');
}

/* Episode words 0 and 1; the key of step n is (7, n); seat i's action is CHOICES[mix(4 n + i) >> 28]. */
static void check(uint32_t ticks)
{
    static const uint8_t CHOICES[16] = {STAY, NORTH, SOUTH, WEST, EAST, NORTH, SOUTH, WEST,
                                        EAST, EAT,   EAT,   GIVE, LIFT, LIFT,  DEFEND, CRY};
    static const float nothing[BODIES] = {0};
    static Nursery world;
    begin(&world, 0, 1);
    print(&world, 0, nothing);
    for (uint32_t tick = 0; tick < ticks; tick++) {
        uint8_t action[BODIES];
        float reward[BODIES];
        for (uint32_t seat = 0; seat < BODIES; seat++) action[seat] = CHOICES[mix(4 * tick + seat) >> 28];
        int ended = step(&world, 7, tick, action, reward);
        print(&world, ended, reward);
        if (!ended) continue;
        renew(&world, 7, tick);
        print(&world, 0, nothing);
    }
}

int main(int count, char **words)
{
    double seconds = 2;
    int rounds = 5, threads = 1, bad = count % 2 == 0;
    long ticks = -1;
    for (int at = 1; at + 1 < count && !bad; at += 2) {
        const char *value = words[at + 1];
        if (!strcmp(words[at], "--seconds")) seconds = atof(value);
        else if (!strcmp(words[at], "--rounds")) rounds = atoi(value);
        else if (!strcmp(words[at], "-t")) threads = atoi(value);
        else if (!strcmp(words[at], "--check")) ticks = atol(value);
        else bad = 1;
    }
    if (bad || seconds <= 0 || rounds < 1 || rounds > 256 || threads < 1 || threads > 64) {
        fprintf(stderr, "usage: nursery [--seconds S] [--rounds 1..256] [-t 1..64] | --check TICKS\n");
        return 2;
    }
    fill_tables();
    if (ticks < 0) return measure(seconds, rounds, threads);
    check((uint32_t)ticks);
    return 0;
}
