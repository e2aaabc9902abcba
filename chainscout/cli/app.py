"""The table of commands, and the application made of it.

A command's module is loaded only where the command is meant: most of what the product can do takes
longer to load than one command to run.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib import import_module

import typer

from chainscout.cli.root import Command, Group, root

Function = Callable[..., None]
# In the order in which an office meets them: name, module:function, what it does.
COMMANDS: tuple[tuple[str, str, str], ...] = (
    ("demo", "demo:demo", "用自带数据演示：建库，回答有什么、缺什么、找谁，写出工作簿"),
    ("ingest", "data:ingest", "导入数据；有问题的行连同原因退回，改好可再次导入"),
    ("reference", "demo:reference", "装入自带的 28 条产业链和三千多家企业，作自己数据的底子"),
    ("template", "data:template", "生成空白填报模板：全部标准表，带说明和下拉列表"),
    ("chains", "browse:chains", "列出产业链；给出一条则列出它的环节"),
    ("regions", "browse:regions", "列出地区及其企业数"),
    ("firms", "browse:firms", "查找企业"),
    ("stats", "browse:stats", "各表行数与数据版本"),
    ("gaps", "gaps:gaps", "有什么、缺什么：地区、都市圈或园区在产业链上的现状与缺口"),
    ("compare", "gaps:compare", "两个地区逐环节对照：错位、互补"),
    ("measures", "measures:measures", "关联度与复杂度：区位商、邻近度、密度、ECI、PCI、COI、COG"),
    ("draw", "gaps:draw", "画图（SVG）：产业链图、地区与环节对照图、关联图"),
    ("recommend", "analyse:recommend", "找谁：为缺口推荐目标企业，附理由、依据和对接路径"),
    ("explain", "analyse:explain", "为什么某家企业在（或不在）清单上"),
    ("destinations", "analyse:destinations", "这家企业下一步可能去哪：谁在和我们竞争"),
    ("backtest", "models:backtest", "回测：排名能否找到后来真正来投资的企业，与各种简单办法对比"),
    ("model", "models:model", "从投资事件学习排名（train），查看模型说明卡（show）"),
    ("path", "analyse:path", "对接路径：从本地的企业和人，经过哪些关系能接触到一家企业"),
    ("guide", "guide:guide", "招商指南：产业链图、有什么、缺什么、目标企业和每家一页的简报"),
    ("resolve", "text:resolve", "名称核对：文件里的企业名称各是库中哪一家，把握多大，为什么"),
    ("classify", "text:classify", "文本归类：按经营范围、产品、专利判断企业处于哪个环节"),
    ("extract", "text:extract", "从新闻、简报、工作报告中找出项目、投资方、金额、阶段"),
    ("weigh-feeds", "weigh:weigh_feeds", "用投入产出表为供给关系补权重"),
    ("copy", "data:copy", "把一个数据存储的当前版本复制到另一个"),
    ("backup", "backup:backup", "备份：把当前版本写成一个文件，并核对"),
    ("restore", "backup:restore", "恢复：用备份的内容作为新的一版"),
    ("serve", "serve:serve", "启动网页和程序接口；按 Ctrl+C 停止"),
    ("version", "meta:show_version", "显示程序版本"),
)
# Commands that belong together: name of the group and of its module, what they are about.
GROUPS: tuple[tuple[str, str], ...] = (
    ("review", "待审事项：导入时拿不准的企业归并、环节归类和项目，由人决定"),
    ("lists", "目标企业清单：版本、变化原因、进展、命中率"),
    ("projects", "招商项目：阶段、红黄绿灯、报表、联系记录"),
    ("reader", "读新闻用的语言模型：是否就绪；下载，或从文件装入"),
    ("users", "用户、角色、接口密钥、操作记录"),
    ("settings", "程序设置、现值和来源；本单位的权重与门槛（show、set、reset、history）"),
)


def application(arguments: Sequence[str] = ()) -> typer.Typer:
    """The application; with the one command alone that `arguments` plainly mean, if they do."""
    words = [*arguments, "", ""]
    first = words[2] if words[0] == "--store" else words[0]
    known = {name for name, *_ in (*COMMANDS, *GROUPS)}
    wanted = {first} if first in known else known
    app = root()
    for name, place, about in COMMANDS:
        if name in wanted:
            app.command(name, cls=Command, help=about)(command(place))
    for name, about in GROUPS:
        if name in wanted:
            group = typer.Typer(cls=Group, rich_markup_mode="rich")
            if alone := alone_of(name):
                group.callback(invoke_without_command=True)(alone)
            for part, function, said in commands_of(name):
                group.command(part, cls=Command, help=said)(function)
            app.add_typer(group, name=name, help=about)
    return app


def command(place: str) -> Function:
    """The function that a row of `COMMANDS` names."""
    module, name = place.split(":")
    found: Function = getattr(import_module(f"chainscout.cli.{module}"), name)
    return found


def commands_of(group: str) -> tuple[tuple[str, Function, str], ...]:
    """Name, function and purpose of each command of a group."""
    found: tuple[tuple[str, Function, str], ...]
    found = import_module(f"chainscout.cli.{group}").COMMANDS
    return found


def alone_of(group: str) -> Function | None:
    """What a group does where no command of it is given; None for one that has to have one."""
    found: Function | None
    found = getattr(import_module(f"chainscout.cli.{group}"), "ALONE", None)
    return found


__all__ = ["COMMANDS", "GROUPS", "Function", "alone_of", "application", "command", "commands_of"]
