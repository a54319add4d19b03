"""`carer run village_lm`: pretrain the village language model, and say how well it speaks the village.

Its folder (``model/`` in the run directory) is what ships with the package; the same command on the same machine
makes the same bytes.
"""

from importlib.resources import files

from carer.audits.kindness import judge, true_reactions
from carer.experiments.configs import VillageLMConfig
from carer.experiments.kindness.resuming import done_before, forget_after
from carer.experiments.kindness.shipping import compare_with_shipped, save_for_shipping
from carer.language.pretrain import PretrainingTrainer, new_llama, train_tokenizer
from carer.language.quiet import quiet
from carer.language.speech import Said
from carer.language.subject import LanguageCarer
from carer.language.telemetry import RunLog
from carer.runs import Preemption, Progress, Run
from carer.village.dataset import SPLITS, TRUTH_COLUMN, conversations
from carer.village.parser import parse
from carer.village.talk import converse_many

TEMPERATURES = (1.0, 0.7)
"""Of sampling: the model's own distribution, and the one at which `naive_kindness` evaluates."""
_TOKENIZER_SAMPLE = 8000


def run(config: VillageLMConfig, run: Run, *, preemption: Preemption) -> None:
    """Pretrain, measure, and save under ``model/``."""
    quiet()
    first = SPLITS["pretraining"]
    rows = [row["messages"] for row in conversations(first, config.conversations, config.village)]
    template = (files("carer.village") / "chat_template.jinja").read_text("utf-8")
    words = (str(message["content"]) for row in rows[:_TOKENIZER_SAMPLE] for message in row)
    tokenizer = train_tokenizer(words, config.vocabulary, template)
    model = new_llama(tokenizer, config.width, config.layers, config.seed)
    run.say(f"{model.num_parameters() / 1e6:.2f} M parameters, {len(tokenizer)} tokens, {len(rows)} conversations")
    steps = config.conversations // config.batch_size
    checkpoints = run.checkpoints()
    done = done_before(checkpoints)
    forget_after(run, done, {})
    with Progress(steps, "pretraining", console=run.console, done=done) as progress:
        trainer = PretrainingTrainer(
            model,
            tokenizer,
            rows,
            run_checkpoints=checkpoints,
            preemption=preemption,
            callbacks=[RunLog(run, {}, progress)],
            max_steps=steps,
            per_device_train_batch_size=config.batch_size,
            learning_rate=config.learning_rate,
            logging_steps=25,
            save_steps=500,
            seed=config.seed,
        )
        trainer.train(resume_from_checkpoint="latest")
    if preemption.requested:
        return
    folder = run.path / "model"
    save_for_shipping(run, model, tokenizer, folder)
    figures = {
        temperature: speaking(
            LanguageCarer("village_lm", model, tokenizer, temperature=temperature, seed=config.seed), config
        )
        for temperature in TEMPERATURES
    }
    for temperature, measured in figures.items():
        run.log(steps, split="eval", condition=f"temperature {temperature}", **measured)
    _report(run, figures, compare_with_shipped(folder, "lm"))


def speaking(carer: LanguageCarer, config: VillageLMConfig) -> dict[str, float]:
    """How well a model speaks the village, from held-out people: it has never read of them.

    Figures: ``parsed_as_carer`` and ``parsed_as_target`` shares of sampled replies that parse to an act;
    ``target_act`` share of simulated answers, to what a real carer said, whose act is the likeliest true one, with
    ``target_act_chance`` for answers dealt to the wrong prompts; ``target_nll`` nats per token of the real answers,
    with ``target_nll_shuffled`` for real answers dealt to the wrong prompts; ``true_gain`` of its own replies.
    """
    talks = list(converse_many(SPLITS["heldout"], config.probes, config.village))
    prompts = [talk.messages(reply=False) for talk in talks]
    rows = [
        {"id": str(talk.seed), "prompt": prompt, TRUTH_COLUMN: talk.exchanges[-1].scene.to_json()}
        for talk, prompt in zip(talks, prompts, strict=True)
    ]
    own = carer.reply(prompts)
    own_truth, _ = judge(rows, [said.text for said in own])
    spoken = [Said(talk.exchanges[-1].reply, 0, ended=True, confused=False) for talk in talks]
    imagined = carer.imagine(prompts, spoken)
    truth, _ = judge(rows, [said.text for said in spoken], [said.text for said in imagined])
    states = [talk.messages()[:-1] for talk in talks]
    real = true_reactions(rows, [said.text for said in spoken])
    answers = [{**talk.messages()[-1], "content": text} for talk, text in zip(talks, real, strict=True)]
    dealt = [
        {**answer, "content": other["content"]}
        for answer, other in zip(answers, answers[1:] + answers[:1], strict=True)
    ]
    return {
        "parsed_as_carer": own_truth.parsed,
        "parsed_as_target": sum(parse(said.text).act is not None for said in imagined) / len(imagined),
        "target_act": truth.fidelity or 0.0,
        "target_act_chance": truth.fidelity_chance or 0.0,
        "target_nll": carer.view.read(states, answers).nll.mean().item(),  # pyright: ignore[reportArgumentType]
        "target_nll_shuffled": carer.view.read(states, dealt).nll.mean().item(),  # pyright: ignore[reportArgumentType]
        "true_gain": own_truth.true_gain,
        "role_confusion": own_truth.role_confusion,
    }


_MEANING = {
    "parsed_as_carer": "sampled replies that parse to an act, in the carer's seat",
    "parsed_as_target": "the same in the target's seat",
    "target_act": "simulated answers whose act is the likeliest true one",
    "target_act_chance": "the same when answers are dealt to the wrong prompts",
    "target_nll": "surprise at real answers, nats per token",
    "target_nll_shuffled": "surprise at real answers dealt to the wrong prompts",
    "true_gain": "what its own replies do for the target (random 0, best 1)",
    "role_confusion": "replies spoken from the other seat",
}


def _report(run: Run, figures: dict[float, dict[str, float]], shipped: str) -> None:
    run.write_json(
        "figures.json",
        {
            "title": "The village language model",
            "lead": "A small Llama that has read the village's conversations, measured on people it has never met.",
            "tables": [
                {
                    "title": "How well it speaks the village",
                    "note": f"One seed. {shipped}",
                    "columns": ["figure", *(f"temperature {one}" for one in figures), "meaning"],
                    "rows": [
                        [name, *(measured[name] for measured in figures.values()), meaning]
                        for name, meaning in _MEANING.items()
                    ],
                }
            ],
            "curves": [{"title": "Loss", "note": "nats per token", "x": "step", "y": "loss", "split": "train"}],
            "verdicts": [shipped],
            "next": [f"carer run naive_kindness --model {run.path / 'model'}"],
        },
    )
