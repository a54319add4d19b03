"""`KindnessTrainer` on real tiny models: every family, both algorithms, all partners, both orders, LoRA."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
import torch
from peft import AutoPeftModelForCausalLM, LoraConfig, PeftModel, get_peft_model
from transformers import AutoModelForCausalLM, AutoTokenizer

import kindness
from carer.concepts import CarerError, Conversation, Episode, UnknownNameError, last_name, text_of
from carer.language.config import KindnessConfig
from carer.language.perspective import switch
from carer.language.rewards import RND, Curiosity

pytestmark = [pytest.mark.filterwarnings(one) for one in kindness.WARNINGS]
Folder = Callable[[str], Path]


@pytest.mark.parametrize("rloo", [False, True], ids=["grpo", "rloo"])
@pytest.mark.parametrize("style", ["qwen", "llama", "gemma", "village"])
def test_every_family_trains(
    style: str, rloo: bool, tiny_model_folder: Folder, tiny_reward_folder: Folder, tmp_path: Path
) -> None:
    trainer = kindness.trainer(
        tmp_path,
        tiny_model_folder(style),
        rloo=rloo,
        max_steps=2,
        extrinsic=str(tiny_reward_folder(style)),
        intrinsic=["curiosity", "rnd"],
        truth=kindness.truth,
    )
    before = kindness.weights(trainer)
    trainer.train()
    after = kindness.weights(trainer)
    assert not kindness.same(before, after)
    assert all(value.isfinite().all() for value in after.values())
    row = trainer.state.log_history[0]
    for term in ("target_rlhf", "target_curiosity", "target_rnd", "truth"):
        assert {f"rewards/{term}/{figure}" for figure in ("mean", "std", "weight", "normalized_std")} <= row.keys()
        assert {f"raw/{term}", f"invalid/{term}", f"zero_variance/{term}"} <= row.keys()
    assert row["rewards/truth/weight"] == 0.0
    assert {"reply/role_confusion", "target_reply/echo", "target_reply/truncated", "kl"} <= row.keys()
    assert {f"time/{name}" for name in ("generate_reply", "simulate", "score", "own_python")} <= row.keys()


@pytest.mark.parametrize("order", ["continue", "swap_first"])
@pytest.mark.parametrize("partner", ["live", "frozen", "lagged"])
def test_partners_and_orders(partner: str, order: str, tiny_model_folder: Folder, tmp_path: Path) -> None:
    trainer = kindness.trainer(
        tmp_path, tiny_model_folder("qwen"), partner=partner, order=order, max_steps=2, lag_decay=0.5
    )
    start = kindness.weights(trainer)
    trainer.train()
    now = kindness.weights(trainer)
    assert trainer.simulator.order == order
    with trainer.partner.model() as model:
        speaking = {name: p.detach().clone() for name, p in model.named_parameters()}
        assert not model.training
    assert trainer.policy.training
    assert kindness.same(now, kindness.weights(trainer))  # what was put in place was taken out again
    if partner == "lagged":
        assert not kindness.same(speaking, now)
        assert not kindness.same(speaking, start)
    else:
        assert kindness.same(speaking, now if partner == "live" else start)


def test_a_frozen_partner_shares_the_reference_models_memory(tiny_model_folder: Folder, tmp_path: Path) -> None:
    shared = kindness.trainer(tmp_path, tiny_model_folder("qwen"), partner="frozen", beta=0.04)
    tensors = {p.data_ptr() for p in shared.ref_model.parameters()}
    assert {one.data_ptr() for one in shared.partner.weights.values()} <= tensors
    copied = kindness.trainer(tmp_path, tiny_model_folder("qwen"), partner="frozen", beta=0.0)
    assert copied.ref_model is None
    assert kindness.same(copied.partner.weights, kindness.weights(copied))


@pytest.mark.parametrize("partner", ["live", "frozen", "lagged"])
def test_lora_adapters_load_in_plain_peft(partner: str, tiny_model_folder: Folder, tmp_path: Path) -> None:
    model = tiny_model_folder("llama")
    adapter = LoraConfig(r=4, target_modules=["q_proj", "v_proj"], task_type="CAUSAL_LM")
    trainer = kindness.trainer(tmp_path, model, partner=partner, peft_config=adapter, max_steps=2)
    trainer.train()
    trainer.save_model(str(tmp_path / "adapter"))
    ids = torch.tensor([[5, 6, 7, 8]])
    base = AutoModelForCausalLM.from_pretrained(model)
    loaded = PeftModel.from_pretrained(base, str(tmp_path / "adapter")).eval()
    expected = trainer.policy.eval()(ids).logits
    torch.testing.assert_close(loaded(ids).logits, expected)
    assert AutoPeftModelForCausalLM.from_pretrained(str(tmp_path / "adapter")) is not None
    assert not list((tmp_path / "adapter").glob("*.bin"))


@pytest.mark.parametrize("objective", ["own_extrinsic", "own", "kindness", "oracle"])
def test_each_objective_scores_the_seat_it_names(objective: str, tiny_model_folder: Folder, tmp_path: Path) -> None:
    scored: list[Conversation] = []

    def extrinsic(conversations: Sequence[Conversation]) -> list[float]:
        scored.extend(conversations)
        return kindness.length_reward(conversations)

    seen: list[Episode] = []

    def truth(episodes: Sequence[Episode]) -> list[float]:
        seen.extend(episodes)
        return kindness.truth(episodes)

    trainer = kindness.trainer(
        tmp_path,
        tiny_model_folder("qwen"),
        objective=objective,
        extrinsic=extrinsic,
        truth=truth,
        max_steps=1,
    )
    trainer.train()
    simulated = objective == "kindness"
    assert len(seen) == 8
    assert all((one.target_reply is not None) == simulated for one in seen)
    assert {one.row["village"] for one in seen} <= set(kindness.prompts()["village"])
    (message,) = seen[0].prompt
    assert message == {"role": "user", "content": text_of(message), "name": last_name(seen[0].prompt, "user")}
    whole = [one for one in seen if one.complete and (one.target_complete or not simulated)]
    expected = {
        "own_extrinsic": [[*one.prompt, one.reply] for one in whole],
        "own": [[*one.prompt, one.reply] for one in whole],
        "kindness": [switch([*one.target_state, one.target_reply]) for one in whole if one.target_reply],
        "oracle": [],
    }
    assert scored == expected[objective]


def test_own_with_an_intrinsic_term_simulates_too(tiny_model_folder: Folder, tmp_path: Path) -> None:
    trainer = kindness.trainer(
        tmp_path, tiny_model_folder("qwen"), objective="own", intrinsic=[Curiosity(weight=0.5)], max_steps=1
    )
    trainer.train()
    row = trainer.state.log_history[0]
    assert row["rewards/own_curiosity/weight"] == 0.5
    assert "target_reply/length" in row


def test_rloo_normalises_each_term_and_logs_it_raw(tiny_model_folder: Folder, tmp_path: Path) -> None:
    def huge(conversations: Sequence[Conversation]) -> list[float]:
        return [1e4 + 1e3 * one for one in kindness.length_reward(conversations)]

    trainer = kindness.trainer(tmp_path, tiny_model_folder("qwen"), rloo=True, extrinsic=huge, max_steps=1, beta=0.0)
    trainer.train()
    row = trainer.state.log_history[0]
    assert row["rewards/target_rlhf/mean"] > 1e3
    assert row["rewards/target_rlhf/normalized_std"] < 1.01
    advantages = torch.tensor(list(trainer._logs["advantages"]))
    assert advantages.abs().max() < 5


def test_evaluation_during_training_learns_nothing(tiny_model_folder: Folder, tmp_path: Path) -> None:
    curiosity, rnd = Curiosity(), RND()
    trainer = kindness.trainer(
        tmp_path,
        tiny_model_folder("qwen"),
        intrinsic=[curiosity, rnd],
        truth=kindness.truth,
        eval_dataset=kindness.prompts(4),
        per_device_eval_batch_size=4,
        num_generations_eval=1,
        eval_strategy="steps",
        eval_steps=1,
        max_steps=1,
    )
    trainer.train()
    assert "eval_rewards/truth/mean" in trainer.state.log_history[1]
    before = (curiosity.state_dict()["gram"].clone(), rnd.state_dict()["count"])
    trainer.evaluate()
    assert "eval_raw/truth" in trainer.state.log_history[-1]
    assert torch.equal(before[0], curiosity.state_dict()["gram"])
    assert before[1] == rnd.state_dict()["count"]


def test_a_model_that_was_never_saved_gets_its_own_reference(tiny_model_folder: Folder, tmp_path: Path) -> None:
    folder = tiny_model_folder("qwen")
    model = AutoModelForCausalLM.from_pretrained(folder)
    model.config._name_or_path = ""
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(0.01)
    with pytest.raises(CarerError, match="processing_class"):
        kindness.trainer(tmp_path, folder, source=model)
    tokenizer = AutoTokenizer.from_pretrained(folder)
    trainer = kindness.trainer(tmp_path, folder, source=model, processing_class=tokenizer, max_steps=1)
    reference = dict(trainer.ref_model.named_parameters())
    assert kindness.same(kindness.weights(trainer), {name: p.detach() for name, p in reference.items()})
    assert model.config._name_or_path == ""
    trainer.train()
    assert kindness.logged(trainer, "kl")[0] == pytest.approx(0.0, abs=1e-6)


def test_the_same_seed_gives_the_same_weights(tiny_model_folder: Folder, tmp_path: Path) -> None:
    runs = [kindness.trainer(tmp_path, tiny_model_folder("gemma"), max_steps=2, seed=seed) for seed in (3, 3, 4)]
    for run in runs:
        run.train()
    first, second, other = map(kindness.weights, runs)
    assert kindness.same(first, second)
    assert not kindness.same(first, other)


def test_constant_rewards_are_counted(tiny_model_folder: Folder, tmp_path: Path) -> None:
    trainer = kindness.trainer(
        tmp_path, tiny_model_folder("qwen"), extrinsic=lambda batch: [1.0] * len(batch), max_steps=1,
        objective="own_extrinsic", max_completion_length=1, generation_kwargs={},
    )  # fmt: skip
    trainer.train()  # one token never ends a turn: all replies are cut off, and none may score as good
    row = trainer.state.log_history[0]
    assert row["zero_variance/own_rlhf"] == row["zero_variance/all"] == 1.0
    assert row["invalid/own_rlhf"] == 1.0


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"objective": "kindnes"}, "Did you mean 'kindness'"),
        ({"partner": "frosen"}, "Did you mean 'frozen'"),
        ({"order": "swap-first"}, "Did you mean 'swap_first'"),
        ({"multi_objective_aggregation": "normalise_then_sum"}, "normalize_then_sum"),
    ],
)
def test_misspelt_options_offer_the_nearest(options: dict[str, Any], message: str, tmp_path: Path) -> None:
    with pytest.raises(UnknownNameError, match=message):
        KindnessConfig(output_dir=str(tmp_path), bf16=False, use_cpu=True, gradient_checkpointing=False, **options)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"extrinsic": None}, "needs a reward model"),
        ({"objective": "oracle", "truth": None}, "needs the truth"),
        ({"intrinsic": ["curiousity"]}, "Did you mean 'curiosity'"),
    ],
)
def test_missing_parts_are_named(
    options: dict[str, Any], message: str, tiny_model_folder: Folder, tmp_path: Path
) -> None:
    with pytest.raises(CarerError, match=message):
        kindness.trainer(tmp_path, tiny_model_folder("qwen"), **options)


class Server:
    """Stands where TRL keeps its vLLM engine, which needs a GPU; remembers how it was asked."""

    def __init__(self, end: int) -> None:
        self.max_completion_length = 99
        self.generation_kwargs: dict[str, Any] | None = {"seed": 1}
        self.asked: list[tuple[Any, ...]] = []
        self.end = end

    def generate(self, prompts: Any, images: Any, num_generations: int, profiler: Any) -> tuple[Any, ...]:
        self.asked.append((len(prompts), num_generations, self.max_completion_length, self.generation_kwargs))
        ids = [[7, self.end] for _ in prompts]
        return prompts, ids, [[[0.0], [0.0]] for _ in prompts], None


@pytest.mark.parametrize("rloo", [False, True], ids=["grpo", "rloo"])
@pytest.mark.parametrize("partner", ["live", "frozen"])
def test_vllm_answers_for_the_live_partner_only(
    partner: str, rloo: bool, tiny_model_folder: Folder, tmp_path: Path
) -> None:
    trainer = kindness.trainer(tmp_path, tiny_model_folder("qwen"), rloo=rloo, partner=partner)
    end = trainer.eos_token_ids[0]
    server = Server(end)
    trainer.vllm_generation, trainer.use_vllm, trainer._last_loaded_step = server, True, 0
    del trainer.generation_config, trainer.generation_kwargs  # TRL makes none under vLLM
    turns = trainer.partner.sample([[5, 6], [5, 6], [7, 8, 9]], 3, [end])
    assert len(turns) == 3
    assert all(len(turn) <= 3 for turn in turns)
    if partner == "live":  # one turn for each prompt, though two prompts are equal
        assert server.asked == [(3, 1, 3, {"seed": 1, "stop_token_ids": [end]})]
        assert turns == [[7, end]] * 3
    else:
        assert server.asked == []
    assert (server.max_completion_length, server.generation_kwargs) == (99, {"seed": 1})
    assert trainer.use_vllm
    assert trainer.num_generations == 4
    assert "generation_config" not in vars(trainer)


def test_dropout_is_off_while_the_partner_speaks_and_on_while_training(
    tiny_model_folder: Folder, tmp_path: Path
) -> None:
    model = AutoModelForCausalLM.from_pretrained(tiny_model_folder("llama"), attention_dropout=0.5)
    modes: list[bool] = []
    trainer = kindness.trainer(tmp_path, tiny_model_folder("llama"), source=model, max_steps=1)
    sample = trainer.sample

    def watched(*args: Any, **kwargs: Any) -> Any:
        modes.append(trainer.policy.training)
        return sample(*args, **kwargs)

    trainer.sample = watched
    trainer.train()
    assert modes == [False]
    assert trainer.policy.training


def test_a_pretrained_adapter_is_the_frozen_partners_start(tiny_model_folder: Folder, tmp_path: Path) -> None:
    adapter = LoraConfig(r=4, target_modules=["q_proj"], task_type="CAUSAL_LM", init_lora_weights=False)
    model = get_peft_model(AutoModelForCausalLM.from_pretrained(tiny_model_folder("qwen")), adapter)
    trainer = kindness.trainer(
        tmp_path,
        tiny_model_folder("qwen"),
        source=model,
        processing_class=AutoTokenizer.from_pretrained(tiny_model_folder("qwen")),
        partner="frozen",
        max_steps=2,
    )
    ids = torch.tensor([[5, 6, 7, 8]])
    before = trainer.policy.eval()(ids).logits
    trainer.train()
    with trainer.partner.model() as frozen:
        torch.testing.assert_close(frozen(ids).logits, before)
    assert not torch.equal(trainer.policy.eval()(ids).logits, before)
