"""Target lists at the command line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from chainscout import settings
from chainscout.cli.common import (
    ChainOption,
    Context,
    Delivery,
    FormatOption,
    LinkOption,
    OptionalRegion,
    OutputOption,
    state,
)
from chainscout.cli.console import say
from chainscout.cli.desk import (
    BookOption,
    OnOption,
    RejectsOption,
    reading,
    region_code,
    rejects_path,
    save_book,
    writing,
)
from chainscout.cli.errors import CommandProblem
from chainscout.cli.tuned import tuned_of
from chainscout.output.office import diff_document, list_document, lists_document, rate_document
from ingest.names import name_key
from workspace import WorkSession, lists
from workspace.lists.outcomes import KINDS

ListId = Annotated[int, typer.Argument(metavar="清单", help="清单编号")]
ListIds = Annotated[list[int], typer.Argument(metavar="清单…", help="清单编号，可以多个")]
Title = Annotated[str, typer.Argument(metavar="名称", help="清单名称")]
Firm = Annotated[str, typer.Argument(metavar="企业", help="清单上的企业：名称或编号")]
Purpose = Annotated[str, typer.Option("--purpose", help="用途")]
Event = Annotated[str, typer.Option("--event", help="活动，例如「2026 链博会」")]
Owner = Annotated[str, typer.Option("--owner", help="负责的人或单位")]
Comment = Annotated[str, typer.Option("--comment", help="说明，记入版本")]
Number = Annotated[int | None, typer.Option("--version", help="版本号", show_default="最新")]


def new(  # noqa: PLR0913, PLR0917  # one parameter an option
    context: Context,
    title: Title,
    region: OptionalRegion = None,
    chain: ChainOption = None,
    link: LinkOption = None,
    top: Annotated[int | None, typer.Option("--top", min=1, help="家数")] = None,
    purpose: Purpose = "",
    event: Event = "",
    owner: Owner = "",
    form: FormatOption = None,
) -> None:
    """A list of the firms that are recommended now, kept with data version, model and settings."""
    from recommender import recommend

    delivery = Delivery.of(form, None)
    number = top or int(settings.value("top"))
    snapshot = state(context).snapshot()
    chosen = tuned_of(context).ranking()
    answer = recommend(snapshot, region, chain, link, number, chosen).to_dict()
    with writing(context) as session:
        made = lists.create(
            session, title, answer, purpose=purpose, event=event, owner=owner
        )  # fmt: skip
        document = list_document(made, lists.version_of(session, made.id), {})
    delivery.send(document)
    say(f"已建立清单 {made.id}：{title}", "done")


def list_lists(
    context: Context,
    region: OptionalRegion = None,
    everything: Annotated[bool, typer.Option("--all", help="包括已归档的")] = False,
    form: FormatOption = None,
    output: OutputOption = None,
) -> None:
    """The lists, newest first."""
    delivery = Delivery.of(form, output)
    with reading(context) as session:
        found = lists.all_lists(session, region=region_code(region), archived=everything)
        document = lists_document(found)
    delivery.send(document)


def show(
    context: Context,
    list_id: ListId,
    version: Number = None,
    form: FormatOption = None,
    output: OutputOption = None,
) -> None:
    """A version of a list with what came of its firms."""
    delivery = Delivery.of(form, output)
    with reading(context) as session:
        target, found = lists.get(session, list_id), lists.version_of(session, list_id, version)
        document = list_document(target, found, lists.states(session, list_id))
    delivery.send(document)


def renew(
    context: Context,
    list_id: ListId,
    top: Annotated[int | None, typer.Option("--top", min=1, help="家数")] = None,
    comment: Comment = "",
    form: FormatOption = None,
    output: OutputOption = None,
) -> None:
    """The same question to the data of today; prints what changed, and why."""
    delivery = Delivery.of(form, output)
    snapshot = state(context).snapshot()
    with writing(context) as session:
        before = lists.version_of(session, list_id).number
        made = lists.rerun(session, list_id, snapshot, top=top, comment=comment)
        found = lists.diff(session, list_id, before, made.number)
        document = diff_document(lists.get(session, list_id).title, found)
    delivery.send(document)
    said = f"清单 {list_id} 现为第 {made.number} 版" if made.number > before else "没有变化"
    say(said, "done")


def show_diff(
    context: Context,
    list_id: ListId,
    before: Annotated[
        int | None, typer.Option("--before", help="旧版本", show_default="上一版")
    ] = None,
    after: Annotated[
        int | None, typer.Option("--after", help="新版本", show_default="最新")
    ] = None,
    form: FormatOption = None,
    output: OutputOption = None,
) -> None:
    """Two versions compared: who came, who went, who moved, and why."""
    delivery = Delivery.of(form, output)
    with reading(context) as session:
        found = lists.diff(session, list_id, before, after)
        document = diff_document(lists.get(session, list_id).title, found)
    delivery.send(document)


def note(
    context: Context,
    list_id: ListId,
    firm: Firm,
    text: Annotated[str, typer.Argument(metavar="备注", help="备注内容")],
) -> None:
    """A remark about a firm of the list."""
    with writing(context) as session:
        lists.add_note(session, list_id, _firm_id(session, list_id, firm), text)
    say("已记入备注", "done")


def outcome(
    context: Context,
    list_id: ListId,
    firm: Firm,
    kind: Annotated[
        str,
        typer.Argument(
            metavar="进展",
            help="contacted 已联系、talking 在谈、signed 签约、lost 未成（中文也可）",
        ),
    ],
    on: OnOption = None,
    why: Annotated[str, typer.Option("--why", help="原因；未成时必填")] = "",
) -> None:
    """What came of a firm of the list."""
    meant = next((name for name, word in KINDS.items() if kind in (name, word)), kind)
    with writing(context) as session:
        ident = _firm_id(session, list_id, firm)
        made = lists.add_outcome(session, list_id, ident, meant, on=on, why=why)
    say(f"已记入：{firm} {made.on} {KINDS[made.kind]}", "done")


def add_firm(
    context: Context,
    list_id: ListId,
    firm: Annotated[str, typer.Argument(metavar="企业", help="企业名称")],
    reason: Annotated[str, typer.Option("--reason", help="加入的理由")] = "",
) -> None:
    """One more firm by hand; one that is in the data is found by name."""
    from chainscout.cli.desk import directory

    found = directory(context).firm(firm)
    with writing(context) as session:
        lists.add_firm(session, list_id, found.name, firm_id=found.id, reason=reason)
    known = "" if found.id else "（数据中没有这家企业）"
    say(f"已加入 {found.name}{known}", "done")


def remove_firm(
    context: Context,
    list_id: ListId,
    firm: Firm,
    why: Annotated[str, typer.Option("--why", help="移出的原因")],
) -> None:
    """Take a firm off, with the reason."""
    with writing(context) as session:
        lists.remove_firm(session, list_id, _firm_id(session, list_id, firm), why)
    say(f"已移出 {firm}", "done")


def copy(context: Context, list_id: ListId, title: Title) -> None:
    """A new list that begins as this one stands."""
    with writing(context) as session:
        made = lists.copy(session, list_id, title)
    say(f"已复制为清单 {made.id}：{title}", "done")


def merge(
    context: Context,
    list_ids: ListIds,
    title: Annotated[str, typer.Option("--title", help="新清单的名称")],
    purpose: Purpose = "",
) -> None:
    """One list of all firms of several."""
    with writing(context) as session:
        made = lists.merge(session, list_ids, title, purpose=purpose)
        size = len(lists.version_of(session, made.id).entries)
    say(f"已合并为清单 {made.id}：{title}，{size} 家企业", "done")


def archive(
    context: Context,
    list_id: ListId,
    undo: Annotated[bool, typer.Option("--undo", help="取消归档")] = False,
) -> None:
    """Put a list away, or bring it back."""
    with writing(context) as session:
        lists.set_archived(session, list_id, not undo)
    say(f"清单 {list_id} 已{'取消归档' if undo else '归档'}", "done")


def export(context: Context, list_id: ListId, output: BookOption, version: Number = None) -> None:
    """A workbook to be filled in: progress and remarks come back with ``lists import``."""
    with writing(context) as session:
        save_book(output, lists.export_book(session, list_id, version))
    say(
        f"已写入 {output}；填好进展和备注后运行：chainscout lists import {list_id} {output}", "done"
    )


def import_(
    context: Context,
    list_id: ListId,
    file: Annotated[Path, typer.Argument(metavar="文件", help="填好的工作簿")],
    rejects: RejectsOption = None,
) -> None:
    """Progress and remarks of a workbook; rows that cannot be taken are handed back."""
    with writing(context) as session:
        done = lists.import_book(session, list_id, file)
    said = f"记入进展 {done.outcomes} 条、备注 {done.notes} 条，{done.unchanged} 行没有新内容"
    if done.rejected:
        target = rejects_path(rejects, file)
        save_book(target, done.rejects())
        said += f"；{len(done.rejected)} 行被退回，原因见 {target}"
    say(said, "warning" if done.rejected else "done")


def hitrate(
    context: Context,
    list_ids: Annotated[
        list[int] | None, typer.Argument(metavar="[清单…]", help="清单编号；不给则为全部")
    ] = None,
    form: FormatOption = None,
    output: OutputOption = None,
) -> None:
    """How many of the listed firms signed, with an interval."""
    delivery = Delivery.of(form, output)
    with reading(context) as session:
        found = lists.hit_rate(session, list_ids or None)
    delivery.send(rate_document(found))


def _firm_id(session: WorkSession, list_id: int, text: str) -> str:
    """The id of a firm of the list by id or name. Raises CommandProblem."""
    held = {e.firm_id: e.firm for v in lists.get(session, list_id).versions for e in v.entries}
    if text in held:
        return text
    wanted = name_key(text)
    found = [ident for ident, name in held.items() if name_key(name) == wanted]
    found = found or [ident for ident, name in held.items() if wanted in name_key(name)]
    if len(found) == 1:
        return found[0]
    names = "、".join(held[ident] for ident in found[:10])
    raise CommandProblem(
        f"清单上有多家企业含「{text}」：{names}；请写全称"
        if found
        else f"清单 {list_id} 上没有「{text}」；用 lists show {list_id} 查看"
    )


COMMANDS: tuple[tuple[str, Callable[..., None], str], ...] = (
    ("new", new, "按推荐结果建立清单，连同数据版本、模型和参数一起保存"),
    ("list", list_lists, "列出清单"),
    ("show", show, "查看清单及各企业的进展"),
    ("renew", renew, "用当前数据重新计算，生成新版本并说明变化原因"),
    ("diff", show_diff, "比较两个版本：新进、退出、升降及原因"),
    ("note", note, "为清单上的企业加备注"),
    ("outcome", outcome, "登记进展：已联系、在谈、签约、未成"),
    ("add", add_firm, "手工加入一家企业"),
    ("remove", remove_firm, "移出一家企业，写明原因"),
    ("copy", copy, "复制清单"),
    ("merge", merge, "合并多份清单"),
    ("archive", archive, "归档或取消归档"),
    ("export", export, "导出可填报的工作簿"),
    ("import", import_, "导回填好的工作簿：进展和备注"),
    ("hitrate", hitrate, "命中率：入选多少家，签约多少家"),
)
