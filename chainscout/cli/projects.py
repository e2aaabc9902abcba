"""The project pipeline at the command line."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer
import yaml

from chainscout.cli import tracking
from chainscout.cli.common import (
    Context,
    Delivery,
    FormatOption,
    OptionalRegion,
    OutputOption,
    state,
)
from chainscout.cli.console import say
from chainscout.cli.desk import (
    BookOption,
    OnOption,
    RejectsOption,
    directory,
    reading,
    region_code,
    rejects_path,
    save_book,
    writing,
)
from chainscout.cli.errors import CommandProblem
from chainscout.output.office import (
    project_document,
    projects_document,
)
from workspace import projects
from workspace.directory import Directory
from workspace.projects.stages import DEFAULT, SETS

Ident = Annotated[int, typer.Argument(metavar="项目", help="项目编号")]
Idents = Annotated[list[int], typer.Argument(metavar="项目…", help="项目编号，可以多个")]
FirmOption = Annotated[str | None, typer.Option("--firm", help="企业：名称、简称或代码")]
ChainText = Annotated[str | None, typer.Option("--chain", help="产业链")]
LinkText = Annotated[str | None, typer.Option("--link", help="环节")]
StageOption = Annotated[str | None, typer.Option("--stage", help="阶段")]
AmountOption = Annotated[float | None, typer.Option("--amount", help="金额（亿元）")]
OwnerOption = Annotated[str | None, typer.Option("--owner", help="责任单位")]
DueOption = Annotated[str | None, typer.Option("--due", help="期限，如 2026-09-01")]
NextOption = Annotated[str | None, typer.Option("--next", help="下一步")]
Comment = Annotated[str, typer.Option("--comment", help="说明，记入日志")]


def add(  # noqa: PLR0913, PLR0917  # one parameter an option
    context: Context,
    name: Annotated[str, typer.Argument(metavar="名称", help="项目名称")],
    firm: FirmOption = None,
    region: OptionalRegion = None,
    chain: ChainText = None,
    link: LinkText = None,
    stage: StageOption = None,
    on: OnOption = None,
    amount: AmountOption = None,
    owner: OwnerOption = None,
    due: DueOption = None,
    next_step: NextOption = None,
    source: Annotated[str | None, typer.Option("--source", help="来源")] = None,
) -> None:
    """A new project."""
    fields = _fields(directory(context), firm, region, chain, link) | {
        "amount": amount, "owner": owner, "due": due, "next_step": next_step, "source": source,
    }  # fmt: skip
    with writing(context) as session:
        twin = projects.twin(session, name, fields)
        made = projects.add(session, name, stage=stage or "在谈", on=on, **fields)
    if twin is not None:
        say(f"{twin.said}。若是同一个，请终止其一（projects close）", "warning")
    say(f"已登记项目 {made.id}：{name}（{made.stage}）", "done")


def set_fields(  # noqa: PLR0913, PLR0917  # one parameter an option
    context: Context,
    project: Ident,
    name: Annotated[str | None, typer.Option("--name", help="项目名称")] = None,
    firm: FirmOption = None,
    region: OptionalRegion = None,
    chain: ChainText = None,
    link: LinkText = None,
    amount: AmountOption = None,
    owner: OwnerOption = None,
    due: DueOption = None,
    next_step: NextOption = None,
    comment: Comment = "",
) -> None:
    """Change what is known of a project."""
    fields = _fields(directory(context), firm, region, chain, link) | {
        "name": name, "amount": amount, "owner": owner, "due": due, "next_step": next_step,
    }  # fmt: skip
    given = {field: value for field, value in fields.items() if value is not None}
    if not given:
        raise CommandProblem("请给出要修改的内容，例如 --amount 12.5")
    with writing(context) as session:
        projects.edit(session, project, comment=comment, **given)
    say(f"已修改项目 {project}", "done")


def list_projects(  # noqa: PLR0913, PLR0917  # one parameter an option
    context: Context,
    text: Annotated[
        str | None, typer.Argument(metavar="[文字]", help="项目或企业名称中的文字")
    ] = None,
    region: OptionalRegion = None,
    chain: ChainText = None,
    stage: StageOption = None,
    owner: OwnerOption = None,
    status: Annotated[
        str | None, typer.Option("--status", help="open 推进中、uncertain 待核实、closed 已终止")
    ] = None,
    form: FormatOption = None,
    output: OutputOption = None,
) -> None:
    """Projects with their lights."""
    delivery = Delivery.of(form, output)
    with reading(context) as session:
        found = projects.find(
            session, region=region_code(region), chain=chain, stage=stage, owner=owner,
            status=status, text=text,
        )  # fmt: skip
        document = projects_document(found, projects.lights(session, found))
    delivery.send(document)


def show(
    context: Context, project: Ident, form: FormatOption = None, output: OutputOption = None
) -> None:
    """One project with its log and its contacts."""
    delivery = Delivery.of(form, output)
    with reading(context) as session:
        found = projects.get(session, project)
        document = project_document(found, projects.lights(session, [found])[found.id])
    delivery.send(document)


def move(
    context: Context,
    project: Ident,
    stage: Annotated[str, typer.Argument(metavar="阶段", help="阶段名称，或报道中的说法")],
    on: OnOption = None,
    comment: Comment = "",
) -> None:
    """To another stage, on a day."""
    with writing(context) as session:
        found = projects.move(session, project, stage, on=on, comment=comment)
    say(f"项目 {project}「{found.name}」现为「{found.stage}」", "done")


def funds(
    context: Context,
    project: Ident,
    amount: Annotated[float, typer.Argument(metavar="金额", help="本次到位资金（亿元）")],
    on: OnOption = None,
) -> None:
    """Money that came in."""
    with writing(context) as session:
        found = projects.add_funds(session, project, amount, on=on)
    say(f"项目 {project} 累计到位 {found.paid_in:g} 亿元", "done")


def confirm(context: Context, project: Idents) -> None:
    """Uncertain projects that somebody checked: they count from now on."""
    with writing(context) as session:
        for ident in project:
            projects.confirm(session, ident)
    say(f"已核实 {len(project)} 个项目", "done")


def close(
    context: Context,
    project: Ident,
    why: Annotated[str, typer.Option("--why", help="终止的原因")],
    on: OnOption = None,
) -> None:
    """It came to nothing, or was no project."""
    with writing(context) as session:
        projects.close(session, project, why, on=on)
    say(f"项目 {project} 已终止", "done")


def reopen(context: Context, project: Ident) -> None:
    """A closed project goes on."""
    with writing(context) as session:
        projects.reopen(session, project)
    say(f"项目 {project} 已恢复", "done")


def import_(
    context: Context,
    files: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[文件…]", help="工作簿、CSV，或 extract 输出的 .json/.jsonl"),
    ] = None,
    from_store: Annotated[
        bool, typer.Option("--from-store", help="从数据存储的「招商项目」表导入")
    ] = False,
    region: OptionalRegion = None,
    rejects: RejectsOption = None,
) -> None:
    """Projects from workbooks, extracted news or the store; those known already are recognised.

    What comes from news waits for ``projects confirm`` and counts for nothing until then.
    """
    if bool(files) == from_store:
        raise CommandProblem("请给出文件，或用 --from-store 从数据存储导入（二者取一）")
    if from_store:
        with writing(context) as session:
            _arrived(projects.from_store(session, state(context).store()))
        return
    known = directory(context)
    place = known.region(region) if region else None
    for file in files or []:
        if file.suffix.lower() in (".json", ".jsonl"):
            said = _extraction(file)
            with writing(context) as session:
                _arrived(
                    projects.from_extract(
                        session, said, region=(str(place.id), place.name) if place else None,
                        firm_id=known.firm_id,
                    )
                )  # fmt: skip
        else:
            _import_book(context, file, known, rejects)


def _import_book(context: Context, file: Path, known: Directory, rejects: Path | None) -> None:
    with writing(context) as session:
        done = projects.import_book(session, file, known)
    said = (
        f"{file.name}：新增 {len(done.created)} 个，修改 {len(done.changed)} 个，"
        f"未变 {done.unchanged} 行，联系记录 {done.contacts} 条"
    )
    if done.known:
        said += f"；已有 {len(done.known)} 个，未重复登记"
    for row, why in done.known:
        say(f"第 {row} 行：{why}。若确是另一个项目，请用 projects add 登记", "warning")
    for ident, why in done.likely:
        say(f"项目 {ident} 可能重复：{why}，请核对", "warning")
    refused = len(done.rejected) + len(done.rejected_contacts)
    if refused:
        target = rejects_path(rejects, file)
        save_book(target, done.rejects())
        said += f"；{refused} 行被退回，原因见 {target}"
    say(said, "warning" if refused else "done")


def _arrived(done: projects.Arrived) -> None:
    said = f"新增 {len(done.created) + len(done.likely)} 个，已有 {len(done.known)} 个"
    for ident, other, why in done.likely:
        say(f"项目 {ident} 可能与项目 {other} 重复（{why}），请核对", "warning")
    for row, reason in done.rejected:
        say(f"未导入「{row.get('name')}」：{reason}", "warning")
    say(said, "done")


def _extraction(file: Path) -> Any:
    try:
        text = file.read_text("utf-8-sig")
        if file.suffix.lower() == ".jsonl":
            return [json.loads(line) for line in text.splitlines() if line.strip()]
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise CommandProblem(f"{file}：不是 extract 输出的 JSON（{error}）") from error


def export(
    context: Context,
    output: BookOption,
    region: OptionalRegion = None,
    chain: ChainText = None,
    stage: StageOption = None,
    owner: OwnerOption = None,
) -> None:
    """A workbook of projects, contacts and logs; the first two come back with ``import``."""
    with writing(context) as session:
        content = projects.export_book(
            session, region=region_code(region), chain=chain, stage=stage, owner=owner
        )
        save_book(output, content)
    say(f"已写入 {output}；改好后运行：chainscout projects import {output}", "done")


def stages(
    context: Context,
    region: OptionalRegion = None,
    choose: Annotated[
        str | None,
        typer.Option("--set", help="换成 four、five、six，或一个 YAML/JSON 文件"),
    ] = None,
) -> None:
    """Stages, batches and light rules of a region as YAML; --set changes them (none = of all)."""
    code = region_code(region) or ""
    if choose is not None:
        pipeline = projects.read_pipeline(_pipeline(choose))
        with writing(context) as session:
            projects.set_pipeline(session, code, pipeline)
        say(f"已更改阶段设置：{'、'.join(stage.name for stage in pipeline.stages)}", "done")
        return
    with reading(context) as session:
        found = projects.pipeline_of(session, code)
    typer.echo(
        yaml.safe_dump(found.model_dump(mode="json"), allow_unicode=True, sort_keys=False), nl=False
    )


def _pipeline(choose: str) -> object:
    if choose in SETS:
        chosen = DEFAULT.model_copy(update={"stages": SETS[choose]})
        return chosen.model_dump(mode="json")
    try:
        return yaml.safe_load(Path(choose).read_text("utf-8"))
    except yaml.YAMLError as error:
        raise CommandProblem(f"{choose}：不是可读的 YAML（{error}）") from error


def _fields(
    known: Directory, firm: str | None, region: str | None, chain: str | None, link: str | None
) -> dict[str, Any]:
    """Firm, region, chain and link as ids and names; what is not given is left out."""
    found: dict[str, Any] = {}
    if firm:
        found["firm_id"], found["firm"] = known.firm(firm)
    if region:
        found["region_code"], found["region"] = known.region(region)
    if chain:
        found["chain_id"], found["chain"] = known.chain(chain)
    if link:
        found["link_id"], found["link"] = known.link(link, found.get("chain_id"))
    return found


COMMANDS: tuple[tuple[str, Callable[..., None], str], ...] = (
    ("add", add, "登记项目"),
    ("list", list_projects, "列出项目和红黄绿灯"),
    ("show", show, "查看一个项目：现状、日志、联系记录"),
    ("set", set_fields, "修改项目信息"),
    ("move", move, "变更阶段"),
    ("funds", funds, "登记到位资金"),
    ("confirm", confirm, "核实来自新闻的项目，此后计入统计"),
    ("close", close, "终止项目，写明原因"),
    ("reopen", reopen, "恢复已终止的项目"),
    ("light", tracking.light, "红黄灯项目及原因"),
    ("table", tracking.table, "月度、季度报表：签约数、金额、到位、同比"),
    ("batches", tracking.batches, "五个一批"),
    ("league", tracking.league, "单位排名"),
    ("contacts", tracking.contacts, "联系记录：走访、接待、电话；或按单位统计"),
    ("contact", tracking.contact, "记入一次联系"),
    ("import", import_, "从工作簿、新闻抽取结果或数据存储导入项目"),
    ("export", export, "导出工作簿，改好可导回"),
    ("stages", stages, "查看或更改阶段、批次、红黄绿规则"),
)
