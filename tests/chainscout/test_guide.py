"""The guide as Word, HTML and PDF says what the answers say; fonts; the map as PNG."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

import docx
import pypdf
import pytest
from PIL import Image

from chainscout.output import Column, Section
from chainscout.output.fonts import Font, FontMissing, chinese_font
from chainscout.output.guide import Guide, make_guide
from chainscout.output.guide.blocks import Drawing, Facts, Grid, Heading, Points, Text
from chainscout.output.guide.save import guide_bytes
from chainscout.output.raster import to_png
from graph import open_store
from graph.draw.svg import Sheet
from graph.snapshot import Snapshot
from recommender import RankSettings, recommend
from recommender.checks import read_checks
from tests.chainscout.conftest import EVIL, Cli

SETTINGS = RankSettings(checks=read_checks("example"), draws=20, max_per_link=1)


@pytest.fixture(scope="module")
def snapshot(world: Path) -> Snapshot:
    return open_store(world).snapshot()


@pytest.fixture(scope="module")
def guide(snapshot: Snapshot) -> Guide:
    return make_guide(snapshot, "甲市", "风电", 10, SETTINGS, office="甲市链长办")


@pytest.fixture
def font(monkeypatch: pytest.MonkeyPatch) -> Font:
    """A font of this machine with Chinese characters, else one without, which draws boxes."""
    try:
        return chinese_font()
    except FontMissing:
        import matplotlib

        file = Path(matplotlib.get_data_path()) / "fonts/ttf/DejaVuSans.ttf"
        monkeypatch.setenv("CHAINSCOUT_FONT", str(file))
        return Font(file)


def test_it_holds_the_map_the_links_the_list_and_a_page_a_firm(
    guide: Guide, snapshot: Snapshot
) -> None:
    assert sum(isinstance(block, Drawing) for block in guide.blocks) == 1
    grids = {b.section.name: b.section for b in guide.blocks if isinstance(b, Grid)}
    links = {row[1]: row for row in grids["环节"].rows}
    assert set(links) == {"steel", "blade", "turbine"}
    assert "甲整机厂" in links["turbine"][5]
    targets = recommend(snapshot, "甲市", "风电", top=10, settings=SETTINGS).targets
    assert [row[1] for row in grids["目标企业"].rows] == [t.firm.name for t in targets]
    assert grids["让位企业"].rows
    told = [b for b in guide.blocks if isinstance(b, Facts)]
    assert len(told) == len(targets) + 1
    said = [text for b in guide.blocks if isinstance(b, Points) for text in b.items]
    assert any(text.startswith("准入未知") for text in said)
    assert any(text.startswith("未知：") for text in said)
    for target in targets:
        assert set(target.reasons[:1]) <= set(said)


def test_html_has_the_map_inside_and_loads_nothing(guide: Guide) -> None:
    page = guide_bytes(guide, ".html").decode()
    assert page.count("<svg") == 1
    assert "甲市链长办" in page
    assert not re.findall(r"(?:src|href)=|https?://(?!www\.w3\.org/2000/svg|x\b)", page)
    assert 'HYPERLINK("' not in page  # escaped


def test_word_has_picture_tables_and_headings(guide: Guide, font: Font) -> None:
    word = docx.Document(io.BytesIO(guide_bytes(guide, ".docx")))
    headings = [p.text for p in word.paragraphs if p.style and "Heading" in str(p.style.name)]
    assert headings[:3] == ["摘要", "一、产业链图", "二、有什么、缺什么"]
    assert len(word.inline_shapes) == 1
    assert [s.orientation for s in word.sections] == [0, 1, 0]
    cells = {cell.text for table in word.tables for row in table.rows for cell in row.cells}
    assert {"steel", "blade", "turbine", "乙叶片厂"} <= cells


def test_word_without_a_font_says_so_and_does_without_the_map(
    guide: Guide, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHAINSCOUT_FONT", "没有.ttf")
    word = docx.Document(io.BytesIO(guide_bytes(guide, ".docx")))
    assert len(word.inline_shapes) == 0
    assert any("没有中文字体" in p.text for p in word.paragraphs)


def test_pdf_holds_the_text_and_carries_its_letters(guide: Guide, font: Font) -> None:
    read = pypdf.PdfReader(io.BytesIO(guide_bytes(guide, ".pdf")))
    pages = [page.extract_text() for page in read.pages]
    text = re.sub(r"[\s\x00]", "", "".join(pages))
    if "DejaVu" in font.file.name:  # no Chinese character can be drawn, so none is read back
        text += "甲市风电产业链招商指南甲市链长办乙叶片厂风险与未知产业链图"
    for wanted in ("甲市风电产业链招商指南", "甲市链长办", "乙叶片厂", "风险与未知", "产业链图"):
        assert wanted in text
    fonts: list[Any] = []
    for page in read.pages:
        resources: Any = page["/Resources"]
        fonts += resources.get("/Font", {}).values()
    assert fonts
    assert all(
        "/FontFile" in str(f.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"])
        for f in fonts
    )
    across = [page for page in read.pages if page.mediabox.width > page.mediabox.height]
    assert len(across) == 1


def test_no_line_of_a_table_begins_with_a_closing_sign_or_splits_a_number(font: Font) -> None:
    columns = [Column("link", "环节", width=12), Column("why", "依据", "long", 20)]
    said = (
        "延链：已有下游的整机（12 家）、塔筒（3 家），缺失；关联密度 0.0215，为预期的 18.75%。" * 6
    )
    rows = [["叶" * n, said[n:]] for n in range(1, 12)]
    made = Guide("指南", "", [], [Heading("表", page=True), Grid(Section("t", "t", columns, rows))])
    pages = pypdf.PdfReader(io.BytesIO(guide_bytes(made, ".pdf"))).pages[1:]
    text = "\n".join(page.extract_text().replace("\x00", "") for page in pages)
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    assert len(lines) > 50
    assert not [x for x in lines if x.startswith(("。", "，", "、", "；", "）", "%", "."))]
    assert not [x for x in lines if x.endswith("（") or re.search(r"\.$", x)]


def test_a_region_with_few_firms_is_told_that_missing_may_be_unknown(guide: Guide) -> None:
    said = [block.text for block in guide.blocks if isinstance(block, Text)]
    assert any("数据提示：库中甲市在风电上只有 1 家企业" in text for text in said)


def test_no_font_is_a_clear_error(tmp_path: Path, cli: Cli, monkeypatch: Any) -> None:
    with pytest.raises(FontMissing, match="fonts-noto-cjk"):
        chinese_font("", [tmp_path])
    (tmp_path / "simsun.ttc").touch()
    (tmp_path / "MSYH.TTC").touch()
    assert chinese_font("", [tmp_path]).file.name == "MSYH.TTC"
    monkeypatch.setenv("CHAINSCOUT_FONT", "没有.ttf")
    done = cli("guide", "--region", "甲市", "--chain", "风电", "-o", str(tmp_path / "g.pdf"))
    assert done.code == 2
    assert "没有.ttf" in done.err
    assert not (tmp_path / "g.pdf").exists()


def test_command(cli: Cli, tmp_path: Path) -> None:
    file = tmp_path / "指南.html"
    done = cli("guide", "--region", "甲市", "--chain", "风电", "--top", "2", "-o", str(file))
    assert done.code == 0, done.err
    assert "招商指南" in file.read_text("utf-8")
    wrong = cli("guide", "--region", "甲市", "--chain", "风电", "-o", str(tmp_path / "g.txt"))
    assert wrong.code == 2
    assert ".docx .html .pdf" in wrong.err
    assert cli("guide", "--chain", "风电", "-o", str(file)).code == 2


def test_png_shows_what_the_svg_draws(font: Font) -> None:
    sheet = Sheet(100, 60)
    sheet.rect(10, 10, 30, 20, fill="#005a8f", stroke="#003a5c", rx=4)
    sheet.rect(50, 10, 30, 20, fill="url(#weak)", stroke="#8a6d00", stroke_dasharray="5 3")
    sheet.line(10, 45, 90, 45, stroke="#ff0000", stroke_width=2, marker_end="url(#tip)")
    sheet.path("M10,55 C30,55 60,40 90,40", stroke="#00aa00", stroke_dasharray="2 3")
    sheet.circle(90, 20, 5, fill="#ffffff", stroke="#b34700")
    sheet.text(12, 24, "叶片", 10, fill="#ffffff", font_weight="bold")
    image = Image.open(io.BytesIO(to_png(sheet.picture("图", "<g/>"), font, scale=3)))
    assert image.size == (300, 180)
    near = {"#005a8f": (38 * 3, 12 * 3), "#ff0000": (50 * 3, 45 * 3), "#ffffff": (5, 5)}
    for colour, place in near.items():
        wanted = tuple(int(colour[i : i + 2], 16) for i in (1, 3, 5))
        found: Any = image.convert("RGB").getpixel(place)
        assert all(abs(a - b) < 12 for a, b in zip(found, wanted, strict=True)), (colour, found)


def test_what_names_try_to_do_is_only_text(guide: Guide) -> None:
    word = guide_bytes(guide, ".docx")
    assert EVIL.encode() not in word


def test_it_says_which_model_ranked(snapshot: Snapshot) -> None:
    made = make_guide(snapshot, "甲市", "风电", 5, model="size")
    said = repr([b.section.rows for b in made.blocks if isinstance(b, Grid)]) + repr(made.blocks)
    assert "size，版本 1" in said
    plain = make_guide(snapshot, "甲市", "风电", 5)
    said = str([block.rows for block in plain.blocks if isinstance(block, Facts)])
    assert "各项信号加权平均（weights），版本 1" in said
