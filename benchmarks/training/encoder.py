"""Teach the encoder the names of projects: `python -m benchmarks.training.encoder FOLDER… -o FILE`.

FOLDER: labelled texts as `python -m benchmarks.training.news` takes them. `--jar`: the artifact of
the encoder (:mod:`ingest.news.encoder.base`); `-o`: `encoder.npz`. Needs PyTorch (`pip install
'.[train]'`), which nothing else here needs. All weights but those of the tokens are trained, with
the likelihood of the right tags as a linear-chain conditional random field (Lafferty, McCallum,
Pereira 2001) has it; 5 rounds over 550,000 characters take 25 minutes on two cores.

The weights shipped are the mean of two runs (:mod:`benchmarks.training.differences`). Both learned
the texts of the tagger and 205 texts of our own with many things that only look like projects; the
second one also 114 excerpts on which the first, or what was before it, had been measured.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import onnx
import torch
from onnx import numpy_helper
from torch import nn
from torch.nn import functional

from benchmarks.training.differences import packed
from benchmarks.training.news import OFTEN, Text, read
from ingest.news.encoder.base import NAME
from ingest.news.encoder.run import LONGEST, tokens_of, windows
from ingest.news.tagger import ENDS, STARTS, TAGS, never

Arrays = dict[str, npt.NDArray[np.float32]]

WIDTH, HEADS, LAYERS = 512, 8, 4
RANK = 64
ROUNDS, RATE, HEAD_RATE, DROPPED = 5, 1e-4, 2e-3, 0.1
WARM = 0.1  # of all steps, while the rate rises
TOGETHER = 4000  # tokens of a step
AMONG = 400  # windows that are sorted by length together, so that a step is of like ones
SINGLE = 3  # times that single sentences count
# Matrices of a layer: name in the graph, and of the layer here.
PARTS = {
    "attention/self/query": "query",
    "attention/self/key": "key",
    "attention/self/value": "value",
    "attention/output/dense": "mixed",
    "intermediate/dense": "wide",
    "output/dense": "narrow",
}
_MATRIX = re.compile(r"/encoder/layer\.(\d)/(.+)/MatMul$")


class Weights(NamedTuple):
    """Weights of the encoder by their names in its graph; the names of its matrices by part."""

    arrays: Arrays
    matrices: dict[str, str]  # "0/output/dense" → "onnx::MatMul_553"
    tokens: dict[str, int]


def weights_of(jar: Path) -> Weights:
    """The weights in the artifact of the encoder."""
    with zipfile.ZipFile(jar) as parts:
        model = onnx.load_from_string(parts.read(f"{NAME}.onnx"))
        tokens = json.loads(parts.read(f"{NAME}-tokenizer.json"))["model"]["vocab"]
    arrays = {t.name: numpy_helper.to_array(t) for t in model.graph.initializer}
    matrices = {}
    for node in model.graph.node:
        found = _MATRIX.match(node.name)
        own = [name for name in node.input if name in arrays]
        if found and own:
            matrices[f"{found[1]}/{found[2]}"] = own[0]
    return Weights(arrays, matrices, tokens)


class Layer(nn.Module):
    """A layer of the encoder: attention, then two matrices, each added to what came in."""

    def __init__(self, weights: Weights, number: int) -> None:
        super().__init__()
        before = f"encoder.layer.{number}."
        arrays = weights.arrays
        for part, name in PARTS.items():
            matrix = arrays[weights.matrices[f"{number}/{part}"]]
            linear = nn.Linear(*matrix.shape)
            linear.weight = nn.Parameter(torch.tensor(matrix.T.copy()))
            linear.bias = _own(arrays, f"{before}{part.replace('/', '.')}.bias")
            self.add_module(name, linear)
        self.first = _norm(arrays, f"{before}attention.output.LayerNorm")
        self.second = _norm(arrays, f"{before}output.LayerNorm")

    def forward(self, states: Any, mask: Any) -> Any:
        texts, length, _ = states.shape

        def headed(of: Any) -> Any:
            return of.view(texts, length, HEADS, WIDTH // HEADS).transpose(1, 2)

        seen = functional.scaled_dot_product_attention(
            headed(self.query(states)),
            headed(self.key(states)),
            headed(self.value(states)),
            attn_mask=mask,
            dropout_p=DROPPED if self.training else 0.0,
        )
        mixed = self.mixed(seen.transpose(1, 2).reshape(texts, length, WIDTH))
        states = self.first(states + functional.dropout(mixed, DROPPED, self.training))
        made = self.narrow(functional.gelu(self.wide(states)))
        return self.second(states + functional.dropout(made, DROPPED, self.training))


class Network(nn.Module):
    """The encoder, and what reads tags off its states."""

    def __init__(self, weights: Weights) -> None:
        super().__init__()
        arrays = weights.arrays
        places = arrays["embeddings.position_embeddings.weight"]
        kind = arrays["embeddings.token_type_embeddings.weight"][0]
        self.words = nn.Embedding.from_pretrained(
            torch.tensor(arrays["embeddings.word_embeddings.weight"].copy())
        )
        self.places = nn.Embedding.from_pretrained(torch.tensor(places + kind))
        self.begun = _norm(arrays, "embeddings.LayerNorm")
        self.layers = nn.ModuleList(Layer(weights, number) for number in range(LAYERS))
        self.head = nn.Linear(WIDTH, len(TAGS))
        self.turns = nn.Parameter(torch.zeros(len(TAGS), len(TAGS)))
        self.register_buffer("never", torch.tensor(never(), dtype=torch.float32))

    def forward(self, tokens: Any, there: Any) -> Any:
        """Scores of tags (texts × tokens × 4)."""
        states = self.begun(self.words(tokens) + self.places.weight[: tokens.shape[1]])
        states = functional.dropout(states, DROPPED, self.training)
        mask = torch.zeros(there[:, None, None].shape, dtype=states.dtype)
        mask = mask.masked_fill(~there[:, None, None], -1e4)
        for layer in self.layers:
            states = layer(states, mask)
        return self.head(functional.dropout(states, DROPPED, self.training)).float()

    def loss(self, scores: Any, tags: Any, there: Any) -> Any:
        """How unlikely the right tags are, by character; without the signs at both ends."""
        scores, tags, there = scores[:, 1:-1], tags[:, 1:-1], there[:, 2:]
        turns, real = self.turns + self.never, there.float()
        right = (scores.gather(2, tags[..., None])[..., 0] * real).sum(1)
        right = right + (turns[tags[:, :-1], tags[:, 1:]] * real[:, 1:]).sum(1)
        ways = scores[:, 0] + torch.tensor(STARTS, dtype=torch.float32)
        for i in range(1, scores.shape[1]):
            gone = torch.logsumexp(ways[:, :, None] + turns, 1) + scores[:, i]
            ways = torch.where(there[:, i, None], gone, ways)
        every = torch.logsumexp(ways + torch.tensor(ENDS, dtype=torch.float32), 1)
        return (every - right).sum() / real.sum()


def _own(arrays: Mapping[str, Any], name: str) -> nn.Parameter:
    return nn.Parameter(torch.tensor(arrays[name].copy()))


def _norm(arrays: Mapping[str, Any], name: str) -> nn.LayerNorm:
    made = nn.LayerNorm(WIDTH, eps=1e-12)
    made.weight, made.bias = _own(arrays, f"{name}.weight"), _own(arrays, f"{name}.bias")
    return made


class Window(NamedTuple):
    """Sentences read together: their tokens and tags, those of both ends among them."""

    tokens: list[int]
    tags: list[int]


def windows_of(text: Text, tokens: Mapping[str, int]) -> Iterator[Window]:
    """The windows of a labelled text."""
    tags = iter(text.sentences)
    for held in windows([sentence.text for sentence in text.sentences]):
        right = "".join(next(tags).tags for _ in held)[:LONGEST]
        said = "".join(held)[:LONGEST]
        yield Window(
            tokens_of(said, tokens),
            [0, *map(TAGS.index, right), 0],
        )


def steps(given: Sequence[Window], chance: random.Random) -> Iterator[list[Window]]:
    """All windows once, those of a step about as long as each other."""
    order = chance.sample(list(given), len(given))
    for at in range(0, len(order), AMONG):
        made: list[list[Window]] = [[]]
        for window in sorted(order[at : at + AMONG], key=lambda window: len(window.tokens)):
            if made[-1] and (len(made[-1]) + 1) * len(window.tokens) > TOGETHER:
                made.append([])
            made[-1].append(window)
        yield from chance.sample(made, len(made))


def train(network: Network, given: Sequence[Window], seed: int = 0) -> None:
    """Teach the network the tags of the windows."""
    torch.manual_seed(seed)
    chance = random.Random(seed)
    head = [*network.head.parameters(), network.turns]
    own = [of for part in (network.begun, network.layers) for of in part.parameters()]
    rates = (RATE, HEAD_RATE)
    optimizer = torch.optim.AdamW(
        [{"params": own, "weight_decay": 0.01}, {"params": head, "weight_decay": 0.0}], lr=RATE
    )
    order = [step for _ in range(ROUNDS) for step in steps(given, chance)]
    network.train()
    for number, step in enumerate(order):
        share = (number + 1) / len(order)
        for group, rate in zip(optimizer.param_groups, rates, strict=True):
            group["lr"] = rate * min(share / WARM, (1 - share) / (1 - WARM))
        tokens, tags, there = _together(step)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            scores = network(tokens, there)
        loss = network.loss(scores, tags, there)
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_([*own, *head], 1.0)
        optimizer.step()
        if number % 25 == 0:
            print(f"{number}/{len(order)} loss {loss.item():.4f}", flush=True)


def _together(step: Sequence[Window]) -> tuple[Any, Any, Any]:
    size = (len(step), max(len(window.tokens) for window in step))
    tokens, tags = torch.zeros(size, dtype=torch.long), torch.zeros(size, dtype=torch.long)
    there = torch.zeros(size, dtype=torch.bool)
    for i, window in enumerate(step):
        end = len(window.tokens)
        tokens[i, :end] = torch.tensor(window.tokens)
        tags[i, :end] = torch.tensor(window.tags)
        there[i, :end] = True
    return tokens, tags, there


def shipped(network: Network, weights: Weights) -> dict[str, npt.NDArray[np.generic]]:
    """The arrays of `encoder.npz` (see :func:`ingest.news.encoder.base.differences`)."""
    now: Arrays = {}
    for number, layer in enumerate(network.layers):
        before = f"encoder.layer.{number}."
        for part, name in PARTS.items():
            linear = getattr(layer, name)
            now[weights.matrices[f"{number}/{part}"]] = _array(linear.weight).T
            now[f"{before}{part.replace('/', '.')}.bias"] = _array(linear.bias)
        now |= _of_norm(f"{before}attention.output.LayerNorm", layer.first)
        now |= _of_norm(f"{before}output.LayerNorm", layer.second)
    now |= _of_norm("embeddings.LayerNorm", network.begun)
    changes = {name: array - weights.arrays[name] for name, array in now.items()}
    return packed(changes, RANK) | {
        "head": _array(network.head.weight).T,
        "bias": _array(network.head.bias),
        "turns": _array(network.turns + network.never),
    }


def _of_norm(name: str, norm: Any) -> Arrays:
    return {f"{name}.weight": _array(norm.weight), f"{name}.bias": _array(norm.bias)}


def _array(of: Any) -> npt.NDArray[np.float32]:
    made: npt.NDArray[np.float32] = of.detach().numpy()
    return made


def main(arguments: Sequence[str] | None = None) -> None:
    """Learn from the folders; write the differences."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--jar", type=Path, required=True)
    parser.add_argument("-o", "--output", type=Path, required=True)
    given = parser.parse_args(arguments)
    weights = weights_of(given.jar)
    taught = [
        window
        for folder in given.folders
        for text in read(folder, {})
        for window in [*windows_of(text, weights.tokens)] * (SINGLE if text.often == OFTEN else 1)
    ]
    network = Network(weights)
    train(network, taught)
    arrays: dict[str, Any] = shipped(network, weights)
    np.savez_compressed(given.output, **arrays)


if __name__ == "__main__":
    main()
