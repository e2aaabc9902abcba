"""Texts of files."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from docx import Document
from fpdf import FPDF

from ingest.errors import UnreadableFile
from ingest.news import extract_file, read_text
from ingest.news.pdf import NoText, _tight, paragraphs, without_margins


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_plain_text_in_its_encoding(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "简报.txt"
    path.write_bytes("宏远钛合金项目签约。\r\n".encode(encoding))
    assert read_text(path) == "宏远钛合金项目签约。\n"
    found = extract_file(path)
    assert found.to_dict()["file"] == str(path)
    assert [project.name for project in found.projects] == ["宏远钛合金"]


def test_paragraphs_and_tables_of_a_word_document(tmp_path: Path) -> None:
    document = Document()
    document.add_paragraph("东尚光学膜项目开工。")
    row = document.add_table(1, 2).rows[0]
    row.cells[0].text, row.cells[1].text = "宏远钛合金项目", "总投资3亿元"
    document.save(str(tmp_path / "a.docx"))
    assert read_text(tmp_path / "a.docx") == "东尚光学膜项目开工。\n宏远钛合金项目\t总投资3亿元"


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("a.docx", b"not a document", "不是完好的 Word 文档"),
        ("a.doc", b"\xd0\xcf", "另存为 .docx 或 .txt"),
        ("a.pdf", b"%PDF-1.7", "不是完好的 PDF"),
        ("a.xlsx", b"PK", "不是文章"),
        ("a.txt", b"\xff\xff\xff", "GB18030"),
    ],
)
def test_what_cannot_be_read_says_why(tmp_path: Path, name: str, data: bytes, says: str) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(UnreadableFile, match=says):
        read_text(tmp_path / name)


TEXT = (
    "2023年，舟山市招商成效明显。总投资10亿元的宏远钛合金项目于5月在定海区开工，东尚光学膜、"
    "鑫雨新材料、国恩高分子材料等一批重大项目成功落地，投资金额均为6亿元。"
)


@pytest.fixture(scope="module")
def font() -> str:
    """A font with Chinese characters; the checks install one (fonts-noto-cjk)."""
    roots = [Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path("/Library/Fonts")]
    roots += [Path.home() / ".fonts", Path.home() / ".local/share/fonts", Path("C:/Windows/Fonts")]
    names = re.compile("CJK|wqy|simsun|simhei|msyh|STHeiti|SourceHanS", re.IGNORECASE)
    found = (p for root in roots if root.is_dir() for p in sorted(root.rglob("*.tt[cf]")))
    return next(str(path) for path in found if names.search(path.name))


def printed(path: Path, font: str, pages: list[str]) -> Path:
    """A PDF with a running head and page numbers, one text a page."""
    document = FPDF()
    document.add_font("cjk", fname=font)
    document.set_auto_page_break(auto=False)
    for number, text in enumerate(pages, start=1):
        document.add_page()
        document.set_font("cjk", size=14)
        document.cell(0, 10, "舟山市招商简报", new_x="LMARGIN", new_y="NEXT")
        document.multi_cell(0, 10, text, new_x="LMARGIN", new_y="NEXT")
        document.cell(0, 10, f"— {number} —")
    document.output(str(path))
    return path


def test_a_pdf_is_read_across_its_lines_and_pages(tmp_path: Path, font: str) -> None:
    middle = len(TEXT) // 2
    path = printed(tmp_path / "简报.pdf", font, [TEXT, TEXT[:middle], TEXT[middle:]])
    assert read_text(path).replace("\n", "").count(TEXT) >= 1
    assert "简报" not in read_text(path)
    assert "—" not in read_text(path)
    found = {p.name: (p.amount_yi, p.stage) for p in extract_file(path).projects}
    assert found == {
        "宏远钛合金": (10, "开工"),
        "东尚光学膜": (6, "落地"),
        "鑫雨新材料": (6, "落地"),
        "国恩高分子材料": (6, "落地"),
    }


def test_a_scan_has_to_be_recognised_first(tmp_path: Path) -> None:
    document = FPDF()
    document.add_page()
    document.rect(20, 20, 50, 50)
    document.output(str(tmp_path / "扫描.pdf"))
    with pytest.raises(NoText, match=r"共 1 页，没有可读的文字（可能是扫描件），请先做文字识别"):
        read_text(tmp_path / "扫描.pdf")


def test_a_locked_pdf_says_so(tmp_path: Path) -> None:
    document = FPDF()
    document.set_encryption(owner_password="a", user_password="b")
    document.add_page()
    document.output(str(tmp_path / "a.pdf"))
    with pytest.raises(UnreadableFile, match="密码"):
        read_text(tmp_path / "a.pdf")


def test_blanks_between_characters_and_broken_lines_are_mended() -> None:
    lines = ["总投资10亿元的宏远", "钛合金项目于5月底", "开工。", "一、存在问题"]
    assert paragraphs(lines) == ["总投资10亿元的宏远钛合金项目于5月底开工。", "一、存在问题"]
    assert _tight("总 投 资 约 十 亿 元") == "总投资约十亿元"
    assert _tight("宏远钛合金项目 签约") == "宏远钛合金项目 签约"
    assert without_margins([["简报", "甲", "1"], ["简报", "乙", "- 2 -"]]) == ["甲", "乙"]


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "big5"])
def test_a_web_page_with_its_tables(tmp_path: Path, encoding: str) -> None:
    charset = f"<meta charset='{encoding}'>" if encoding == "big5" else ""
    page = f"""<html><head>{charset}<title>x</title><script>var a = '項目';</script></head><body>
    <nav>首頁</nav><p>宏遠合金&nbsp;項目\n簽約。</p>
    <table><tr><th>項目名稱</th><th>總投資</th></tr>
    <tr><td>甲</td><td>3億元</td></tr></table></body></html>"""
    path = tmp_path / "a.html"
    path.write_bytes(page.encode(encoding))
    assert read_text(path) == "宏遠合金 項目 簽約。\n項目名稱\t總投資\n甲\t3億元"


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match=r"b\.txt：没有这个文件"):
        read_text(tmp_path / "b.txt")
