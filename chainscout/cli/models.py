"""The ranking put to the test, and models that learn: backtest, model."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from chainscout.cli.common import Context, Delivery, FormatOption, OutputOption, State, state
from chainscout.cli.console import say
from chainscout.cli.desk import reading
from chainscout.cli.errors import CommandProblem
from chainscout.cli.tuned import tuned_of
from chainscout.modelfiles import trained_models
from chainscout.output.models import backtest_document, card_document
from chainscout.output.write import write_bytes
from graph import Snapshot
from recommender.learned.files import NotTrained
from workspace.lists import training_rows

if TYPE_CHECKING:
    from recommender.models import Model

ModelOption = Annotated[
    str | None,
    typer.Option(
        "--model",
        help="评分模型：weights、learned、membership、基线名，或 auto（问地区时用训练好的模型，"
        "没有则用 weights；只问环节时用 membership）",
        show_default="auto",
    ),
]
ProductOption = Annotated[
    str | None,
    typer.Option("--product", help="要找的产品，用自己的话写；learned 等读文本的模型据此找企业"),
]


class Action(StrEnum):
    """What to do with the model."""

    train = "train"
    show = "show"


def backtest(
    context: Context,
    split: Annotated[
        str | None,
        typer.Option("--split", help="从这一天起的事件作考题，例如 2020", show_default="逐年滚动"),
    ] = None,
    models: Annotated[
        list[str] | None,
        typer.Option("--model", help="比较哪些模型，可多次", show_default="常用模型和基线"),
    ] = None,
    picture: Annotated[
        Path | None, typer.Option("--picture", help="把前 50 名命中率画成图，写入 .svg 文件")
    ] = None,
    form: FormatOption = None,
    output: OutputOption = None,
) -> None:
    """How well the ranking would have found what happened."""
    from recommender import backtest as run  # heavy

    delivery = Delivery.of(form, output)
    if picture is not None and picture.suffix.lower() != ".svg":
        raise CommandProblem(f"{picture}：图片写成 SVG，文件名请以 .svg 结尾")
    snapshot = state(context).snapshot()
    tuned = tuned_of(context)
    if tuned.version:
        say(f"按本单位第 {tuned.version} 版的权重与门槛")
    found = run(snapshot, split, models, tuned.ranking(), progress=lambda what, done, of: say(what))
    if picture is not None:
        write_bytes(picture, found.picture().svg.encode())
        say(f"已写入 {picture}", "done")
    delivery.send(backtest_document(found.to_dict(), snapshot.version.created))


def model(
    context: Context,
    action: Annotated[Action, typer.Argument(metavar="train|show", help="训练，或查看说明卡")],
    until: Annotated[
        str | None, typer.Option("--until", help="训练：只用这一天之前的事件，例如 2020")
    ] = None,
    form: FormatOption = None,
    output: OutputOption = None,
) -> None:
    """Train the learned ranking on the store's events, or print the card of the trained one."""
    delivery = Delivery.of(form, output)
    here = state(context)
    snapshot = here.snapshot()
    if action is Action.train:
        from recommender.learned import train, with_signed

        with reading(context) as session:
            rows = training_rows(session)
        settings = tuned_of(context).ranking()  # what it learns from is seen as answers see it
        trained = train(with_signed(snapshot, rows), until, settings)
        path = trained_models(here.store_uri).keep(trained, snapshot.data_version)
        say(f"已训练并存入 {path}", "done")
        delivery.send(card_document(trained.card))
        return
    if until is not None:
        raise CommandProblem("--until 只用于 model train")
    found = trained_models(here.store_uri).newest(snapshot.data_version)
    if found is None:
        raise CommandProblem("还没有训练好的模型；请先运行 chainscout model train")
    delivery.send(card_document(found.card))


def chosen_model(
    here: State, snapshot: Snapshot, name: str | None, regional: bool
) -> Model | str | None:
    """What `--model` means: a trained model, a name, or None for the default of the question.

    A trained model learned who goes to which region: unasked, it answers for regions only.

    Raises:
        ModelUnreadable: the model stored for this data cannot be read.
    """
    models = trained_models(here.store_uri)
    try:
        return models.meant(name, snapshot.data_version, regional=regional)
    except NotTrained:
        return "learned"  # who has the command line may wait for a training


__all__ = ["Action", "ModelOption", "ProductOption", "backtest", "chosen_model", "model"]
