"""Texts of files."""

from __future__ import annotations

from pathlib import Path

import pytest
from docx import Document

from ingest.errors import UnreadableFile
from ingest.news import extract_file, read_text


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
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
        ("a.pdf", b"%PDF-1.7", "另存为 .docx 或 .txt"),
        ("a.xlsx", b"PK", "不是文章"),
        ("a.txt", b"\xff\xff\xff", "GB18030"),
    ],
)
def test_what_cannot_be_read_says_why(tmp_path: Path, name: str, data: bytes, says: str) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(UnreadableFile, match=says):
        read_text(tmp_path / name)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match=r"b\.txt：没有这个文件"):
        read_text(tmp_path / "b.txt")
