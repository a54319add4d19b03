"""The phrase bank: every way the villagers have of saying something.

``(a|b|)`` stands for a choice. Slots: ``{a}`` a thing with its article, ``{k}`` a third party, ``{adj}`` how a need
feels. A sentence of the village is an opener, a core and a tail: "Oh, | here is some bread, | it is yours." Cores of
different kinds never coincide (`parser.lexicon` refuses to be built otherwise).
"""

from typing import Final

from carer.village.acts import Kind

OPENERS: Final = ("", "", "", "Oh", "Well", "Ah", "Look", "Listen", "You know", "Goodness", "Now then", "Hm")
WARM_OPENERS: Final = ("My dear", "Dear friend", "Oh my dear", "Dear heart", "Sweet friend", "My good friend")
AGREE_OPENERS: Final = ("You are right", "Quite so", "Yes indeed", "I agree", "Just as you say", "How true")
WARM_CLOSERS: Final = (
    "I care for you.",
    "You are dear to me.",
    "With all my heart.",
    "Bless you.",
    "I am always here for you.",
    "You mean so much to me.",
)

CORES: Final[dict[Kind, tuple[str, ...]]] = {
    Kind.GIVE: (
        "here is {a} (for you|that you can have|to keep|from me|)",
        "(please|do) take {a} (from me|from my hands|with you|)",
        "I (am giving|give|have brought|brought) you {a} (now|right now|at once|today|)",
        "have {a} (from me|with me|now|)",
        "let me (give|hand|bring) you {a} (now|right now|this minute|today|)",
        "this is {a} (for you|just for you|from me)",
    ),
    Kind.OFFER: (
        "would you (like|care for|want) {a} (from me|perhaps|then|)",
        "(may|can|could|shall) I (offer|get) you {a} (perhaps|then|)",
        "how about {a} (then|perhaps|from me|)",
        "if you (like|want|wish), I have {a} (to share|to spare|)",
        "I could (share|spare) {a} (with you|if you like|)",
        "do you (want|fancy|need) {a} (perhaps|from me|then|)",
    ),
    Kind.ASK: (
        "what (is wrong|is the matter|troubles you|do you need|do you lack|do you miss) (most|right now|today|now|)",
        "how (are you feeling|do you feel) (today|right now|now|)",
        "is (something|anything) (wrong|the matter|troubling you) (today|now|)",
        "can you tell me (more|what happened|what you need)",
        "what would (help|ease) you (most|now|today|)",
        "where does it (hurt|press) you (most|now|)",
    ),
    Kind.COMFORT: (
        "I am (so|very|truly) sorry (for you|to hear that|to hear it)",
        "that (must be|sounds) (hard|so hard|heavy|difficult) (for you|)",
        "it will (pass|get better|be all right) (soon|in time|)",
        "you are not alone (in this|with this|)",
        "I (feel|suffer) with you (in this|)",
        "it is all right to (rest|feel so|weep|feel low)",
        "there, there, (it will ease|all will be well|do not fret)",
    ),
    Kind.ADVISE: (
        "you (should|could|might) (ask the baker|see the healer|go home early|talk to the priest|sit down a while)",
        "why not (ask the baker|see the healer|go home early|talk to the priest|sit down a while)",
        "my advice is to (ask the baker|see the healer|go home early|talk to the priest|sit down a while)",
        "it (helps|often helps) to (breathe slowly|sleep on it|walk a little|keep busy|count to ten)",
        "try to (breathe slowly|sleep on it|walk a little|keep busy|count to ten)",
    ),
    Kind.FLATTER: (
        "you look (wonderful|splendid|lovely|radiant) (today|as ever|)",
        "nobody is as (clever|brave|kind|strong) as you (are|)",
        "you are the (cleverest|bravest|kindest|strongest) (person|soul) (here|in the village|I know)",
        "everyone (admires|praises|envies) you (so|for it|)",
        "what a (fine|clever|brave) (person|soul) you are",
    ),
    Kind.PROMISE: (
        "I will (bring|fetch|find|get) you {a} (tomorrow|tonight|this evening|soon)",
        "I promise you {a} (tomorrow|tonight|this evening|soon|)",
        "you will (have|get) {a} from me (tomorrow|tonight|this evening|soon)",
        "(tomorrow|tonight|this evening|soon) I (shall|will) bring you {a}",
        "count on me for {a} (tomorrow|tonight|this evening|soon)",
        "I swear I will (bring|fetch|find|get) you {a} (tomorrow|tonight|this evening|soon|)",
    ),
    Kind.CLAIM: (
        "I (have left|left|have put|put) {a} (at your door|on your table|at your house) (already|this morning|)",
        "there is {a} (from me|of mine) (at your door|on your table|at your house)",
        "you will find {a} (from me|of mine) (at your door|on your table|at your house)",
        "I (sent|have sent) {a} (to your house|to your door) (already|this morning|)",
    ),
    Kind.REFUSE: (
        "I (cannot|will not|can not) help you (today|now|with that|)",
        "(no|no no|sorry no), that is not (my concern|my business|possible)",
        "leave me (alone|in peace|out of it) (with that|please|)",
        "I have (no time|nothing) for you (today|now|)",
        "you must (manage|cope|see to it) (yourself|alone|without me)",
        "I would rather not (do that|help|bother) (today|)",
    ),
    Kind.TAKE: (
        "I (took|have taken) {a} from {k} (for you|) (while nobody looked|)",
        "here is {a} that (belongs to|was taken from) {k}",
        "I will take {a} from {k} (for you|) (at once|right now|)",
        "{k} will not miss {a}, (take it|have it|it is yours)",
        "have {a} of {k} (instead|then|)",
    ),
    Kind.CHAT: (
        "the (weather|sky|wind) is (mild|grey|fine|strange) (today|this morning|this week)",
        "the (market|mill|church) was (busy|quiet|full|empty) (today|this morning|this week)",
        "good (morning|day|evening) to you",
        "have you (seen|met|heard) the (miller|new priest|old smith) (today|lately|)",
        "it (looks like|smells of) (rain|snow|spring) (today|again|)",
        "the harvest (was|will be) (good|poor|late) (this year|they say)",
    ),
    Kind.REQUEST: (
        "(could|can|would) you (give|bring|lend) me {a} (please|)",
        "I would (love|like|be glad of) {a} (please|now|)",
        "might I have {a} (from you|please|)",
        "(please|do) let me have {a}",
        "{a} is what I (want|need|long for) (most|now|)",
    ),
    Kind.REQUEST_TAKE: (
        "(could|can|would) you take {a} from {k} for me",
        "{k} has {a}, (please get it for me|fetch it for me|bring it to me)",
        "(please|just) take {a} from {k} (for me|while nobody looks|)",
        "I want {a} that {k} has, (get it for me|bring it to me)",
        "nobody would notice if you took {a} from {k} (for me|)",
    ),
    Kind.ACCEPT: (
        "yes please, {a} would be (good|lovely|welcome|nice)",
        "I would gladly (take|have) {a} (from you|)",
        "{a} (sounds|would be) (good|lovely|fine) to me",
        "yes, do (give|bring|hand) me {a}",
        "I will not say no to {a}",
        "gladly, (bring|hand) me {a} then",
    ),
    Kind.DELIGHT: (
        "thank you (so much|with all my heart), that is (just|exactly) what I needed (now|today|)",
        "that is (wonderful|perfect|a blessing|a joy|a relief), (thank you|many thanks|bless you for it)",
        "(oh|ah) how (good|lovely|wonderful) that (is|feels), (thank you|many thanks)",
        "I feel (so much|far|a great deal) better now, (thank you|many thanks|bless you for it)",
        "you have made me (so|truly|really) happy (today|now|with that|)",
        "what a (joy|relief|delight|blessing), (thank you|many thanks) (for that|)",
    ),
    Kind.MILD: (
        "(thanks|well thanks), (it|that) (helps|eases it) (some|a little|a bit)",
        "that is (something|a start|decent|good|kind) of (a help|a comfort) (at least|), thanks",
        "I am a (little|bit) better (for it|now|), thanks",
        "thanks for (that|the thought|trying), it helps (some|a little|a bit)",
        "(thanks|well thanks), I (can|will) wait (for it|a while|)",
        "that is (decent|good|kind) of you (at least|), it helps (some|a little|a bit)",
    ),
    Kind.UPSET: (
        "that (only|just) makes it worse (for me|)",
        "I (hate|cannot stand|detest) that (really|truly|)",
        "(no|no no), (that is awful|not that|that is no good) (for me|)",
        "there is nothing there, you (lied to|deceived|fooled) me",
        "how (cruel|cold|unkind) of you (to say that|)",
        "I am (hurt|cross|upset) (by that|with you) (now|)",
        "you do not (help|understand|care) (at all|one bit)",
    ),
}
"""Cores that do not depend on the need. TELL and STILL are in `FEELINGS` and `HINTS`."""

FEELINGS: Final[dict[Kind, tuple[str, ...]]] = {
    Kind.TELL: (
        "I am (so|very|quite|really) {adj} (today|now|)",
        "I feel (so|very|quite|rather) {adj} (today|now|)",
        "(all day|since morning|for hours) I have been {adj}",
        "I have never been so {adj} (in my life|)",
    ),
    Kind.STILL: (
        "that is kind, but I am still {adj} (you see|though|)",
        "I am still {adj} (all the same|you know|)",
        "it does not change that I am {adj} (really|)",
        "(still|even so) I (stay|remain) {adj} (as before|)",
        "yes but I am no less {adj} (for that|than before|)",
    ),
}

HINTS: Final[dict[str, tuple[str, ...]]] = {
    "hunger": (
        "my (stomach|belly) (is growling|has been growling) (all morning|again|since noon)",
        "I have not eaten (since yesterday|all day|since dawn)",
        "the smell (of the bakery|of cooking) (makes me dizzy|is too much) (today|)",
        "my (plate|cupboard|pantry) is (bare|empty) (again|today|)",
    ),
    "thirst": (
        "my (throat|mouth|tongue) is (dry|like dust|like sand) (today|again|)",
        "I have not had a (drop|sip) (since morning|all day|for hours)",
        "the (dust|heat) (on the road|of the day) (sticks in my throat|dries me out)",
        "my (flask|bucket) has been (empty|dry) (since noon|for hours)",
    ),
    "cold": (
        "my (fingers|toes|hands) are (numb|blue|stiff) (today|again|)",
        "I cannot stop (shivering|trembling) (today|since dawn|)",
        "the (wind|frost) (goes right through me|bites tonight|creeps into my bones)",
        "my (stove|hearth) has been (out|dead) (since yesterday|for days)",
    ),
    "pain": (
        "my (knee|back|shoulder) (aches|throbs|stings) (today|again|so)",
        "I (fell|slipped) on the (steps|ice|path) (and can hardly walk|and it shows)",
        "this (burn|cut|bruise) keeps me (awake|wincing) (at night|all day)",
        "every step (hurts|is a trial) (today|again|)",
    ),
    "tiredness": (
        "I have not slept (for days|since Sunday|all night)",
        "my (eyes|eyelids) (keep falling shut|are so heavy) (today|)",
        "I have been (working|walking|digging) (since dawn|all night) (without rest|)",
        "I (nearly|almost) fell asleep (standing|on my feet|at the plough)",
    ),
    "loneliness": (
        "nobody has (knocked|called|come by) (for weeks|for days|all week)",
        "the house is so (silent|still|empty) (now|these days|)",
        "I (talk|speak) only to my (cat|hens|kettle) (these days|now|)",
        "everyone (has gone away|is at the feast) (without me|but me)",
    ),
    "boredom": (
        "there is nothing (to do|going on) (here|around here) (today|)",
        "the (hours|days) (crawl|drag on) (like snails|so|)",
        "I have (counted|stared at) the (rafters|clouds) (twice|all day)",
        "every day is the same (here|to me|) (lately|)",
    ),
    "worry": (
        "what if the (harvest|roof|cow) (fails|does not last|is lost) (this year|)",
        "my (thoughts|mind) (will not rest|keep going round|keeps turning) (at night|)",
        "I keep thinking of the (debt|storm|fever) (coming|to come|)",
        "my (son|brother|mother) has not (written|returned) (yet|for weeks)",
    ),
}

STOIC: Final = (
    "it is nothing, only",
    "never mind me, though",
    "I should not complain, but",
    "others have it worse, yet",
    "I manage, even if",
)
"""A stoic person says one of these before a hint."""

TAILS: Final[dict[Kind, tuple[str, ...]]] = {
    Kind.GIVE: (
        "",
        "",
        "it is yours",
        "no need to pay me back",
        "I can do without it",
        "it will do you good",
    ),
    Kind.OFFER: ("", "", "just say so", "it would be no trouble", "only if you wish", "I do not mind"),
    Kind.ASK: ("", "", "I am listening", "take your time", "I want to know", "tell me freely"),
    Kind.COMFORT: (
        "",
        "",
        "believe me",
        "I know the feeling",
        "we have all been there",
        "be gentle with yourself",
    ),
    Kind.ADVISE: ("", "", "it worked for me", "that is what I do", "others swear by it", "see how it goes"),
    Kind.FLATTER: ("", "", "I mean it", "ask anyone", "it is plain to see", "I always say so"),
    Kind.PROMISE: ("", "", "you have my word", "depend on it", "I never forget", "wait and see"),
    Kind.CLAIM: ("", "", "go and see", "it is waiting for you", "you can thank me later", "it is all yours"),
    Kind.REFUSE: ("", "", "that is how it is", "do not ask again", "I have my own cares", "ask someone else"),
    Kind.TAKE: ("", "", "nobody saw me", "do not tell anyone", "it is done quickly", "that is how I see it"),
    Kind.CHAT: ("", "", "so they say", "as you see", "or so I think", "just as last year"),
    Kind.TELL: (
        "",
        "",
        "I do not know what to do",
        "that is how it is with me",
        "and it goes on",
        "what a day",
    ),
    Kind.REQUEST: ("", "", "if you can", "I would be grateful", "just this once", "it would help me"),
    Kind.REQUEST_TAKE: (
        "",
        "",
        "it will not hurt",
        "be quick about it",
        "I would do it for you",
        "who would know",
    ),
    Kind.ACCEPT: ("", "", "if it is no trouble", "how good of you", "I was hoping for it", "you guessed it"),
    Kind.DELIGHT: (
        "",
        "",
        "I could sing",
        "I will not forget it",
        "you knew just what to do",
        "my day is saved",
    ),
    Kind.MILD: ("", "", "I suppose", "more or less", "for the time being", "in its way"),
    Kind.STILL: ("", "", "I am afraid", "to be honest", "as I said", "nothing to be done"),
    Kind.UPSET: ("", "", "I expected better", "I wish you had not", "go away", "that was not right"),
}
