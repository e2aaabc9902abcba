"""A wind turbine, a diamond and random chains: places, bottlenecks, substitutes, neighbours."""

from __future__ import annotations

from itertools import pairwise

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.chain import (
    Bottleneck,
    ChainCycleError,
    ChainError,
    FeedWeightError,
    Neighbour,
    UnknownLinkError,
    analyse_chain,
    ancestors,
    bottlenecks,
    depths,
    descendants,
    downstream_order,
    heights,
    input_shares,
    neighbours,
    substitutes,
    validate_acyclic,
    weight_coverage,
)


def chain(*feeds: tuple[str, str] | tuple[str, str, float | None]) -> nx.DiGraph[str]:
    graph: nx.DiGraph[str] = nx.DiGraph()
    for upstream, downstream, *weight in feeds:
        graph.add_edge(upstream, downstream, weight=weight[0] if weight else None)
    return graph


def turbine() -> nx.DiGraph[str]:
    """Inputs of the turbine: blade 2, tower 1, shaft unknown, so 1.5: shares 4/9, 2/9, 3/9."""
    return chain(
        ("ore", "steel"),
        ("steel", "tower"),
        ("steel", "shaft"),
        ("resin", "blade"),
        ("blade", "turbine", 2),
        ("tower", "turbine", 1),
        ("shaft", "turbine", None),
        ("turbine", "farm"),
    )


def diamond() -> nx.DiGraph[str]:
    """Final links x and y: b and c go into x, only c into y, and a into both b and c."""
    return chain(("a", "b"), ("a", "c"), ("b", "x"), ("c", "x"), ("c", "y"))


# ── Direction and place ─────────────────────────────────────────────────────────────────────────


def test_depth_is_the_longest_way_from_a_source() -> None:
    assert depths(turbine()) == {
        "ore": 0, "steel": 1, "tower": 2, "shaft": 2, "resin": 0, "blade": 1,
        "turbine": 3, "farm": 4,
    }  # fmt: skip


def test_height_is_the_longest_way_to_a_final_link() -> None:
    assert heights(turbine()) == {
        "ore": 4, "steel": 3, "tower": 2, "shaft": 2, "resin": 3, "blade": 2,
        "turbine": 1, "farm": 0,
    }  # fmt: skip


def test_both_directions_are_walked() -> None:
    assert ancestors(turbine())["turbine"] == {"ore", "steel", "tower", "shaft", "resin", "blade"}
    assert descendants(turbine())["steel"] == {"tower", "shaft", "turbine", "farm"}
    assert ancestors(turbine())["ore"] == frozenset()
    assert descendants(turbine())["farm"] == frozenset()


def test_a_cycle_is_named_in_the_order_of_its_feeds() -> None:
    graph = chain(("z", "c"), ("c", "a"), ("a", "b"), ("b", "c"), ("b", "d"))
    graph.add_node("a", name="叶片")
    with pytest.raises(ChainCycleError) as caught:
        validate_acyclic(graph)
    assert caught.value.cycle == ("a", "b", "c")
    assert "叶片 → b → c → 叶片（共 3 个环节）" in str(caught.value)


def test_a_link_that_feeds_itself_is_a_cycle() -> None:
    with pytest.raises(ChainCycleError) as caught:
        validate_acyclic(chain(("a", "b"), ("b", "b")))
    assert caught.value.cycle == ("b",)


@pytest.mark.parametrize(
    "ask",
    [depths, heights, ancestors, descendants, downstream_order, bottlenecks, substitutes,
     analyse_chain, lambda graph: neighbours(graph, "a", steps=1)],
)  # fmt: skip
def test_nothing_is_answered_about_a_cycle(ask: object) -> None:
    assert callable(ask)
    with pytest.raises(ChainCycleError):
        ask(chain(("a", "b"), ("b", "a")))


def test_no_cycle_no_error_and_no_links_no_answers() -> None:
    empty: nx.DiGraph[str] = nx.DiGraph()
    validate_acyclic(turbine())
    validate_acyclic(empty)
    assert downstream_order(chain(("b", "a"), ("a", "c"))) == ["b", "a", "c"]
    assert analyse_chain(empty) == {}
    assert weight_coverage(empty) is None


# ── Weights ─────────────────────────────────────────────────────────────────────────────────────


def test_input_shares_fill_an_unknown_weight_with_the_mean_of_the_known() -> None:
    shares = input_shares(turbine())
    assert shares["blade", "turbine"] == pytest.approx(4 / 9)
    assert shares["tower", "turbine"] == pytest.approx(2 / 9)
    assert shares["shaft", "turbine"] == pytest.approx(3 / 9)
    assert shares["ore", "steel"] == 1.0


def test_input_shares_are_equal_if_no_weight_says_otherwise() -> None:
    for first, second in ((None, None), (0, 0), (0, None)):
        shares = input_shares(chain(("a", "x", first), ("b", "x", second)))
        assert shares == {("a", "x"): 0.5, ("b", "x"): 0.5}


def test_weight_coverage_is_the_share_of_known_weights() -> None:
    assert weight_coverage(turbine()) == 2 / 8


@pytest.mark.parametrize("weight", [-1, float("nan"), float("inf"), "much"])
def test_a_bad_weight_is_named(weight: object) -> None:
    graph = chain(("a", "b"))
    graph.edges["a", "b"]["weight"] = weight
    for ask in (input_shares, bottlenecks, weight_coverage):
        with pytest.raises(FeedWeightError, match="a → b") as caught:
            ask(graph)
        assert caught.value.feed == ("a", "b")


# ── Bottlenecks ─────────────────────────────────────────────────────────────────────────────────


def close(found: Bottleneck, value: float, must_pass: float, reach: float) -> bool:
    return (found.value, found.must_pass, found.reach) == pytest.approx((value, must_pass, reach))


def test_bottlenecks_of_the_turbine() -> None:
    found = bottlenecks(turbine())
    assert close(found["farm"], 1, 1, 1)
    assert close(found["turbine"], 1, 1, 1)
    assert close(found["blade"], 4 / 9, 0, 1)
    assert close(found["tower"], 2 / 9, 0, 1)
    assert close(found["shaft"], 3 / 9, 0, 1)
    assert close(found["steel"], 5 / 9, 0, 1)
    assert close(found["ore"], 5 / 9, 0, 1)
    assert close(found["resin"], 4 / 9, 0, 1)


def test_bottlenecks_of_the_diamond() -> None:
    found = bottlenecks(diamond())
    assert close(found["a"], 1, 1, 1)
    assert close(found["b"], 1 / 4, 0, 1 / 2)
    assert close(found["c"], 3 / 4, 1 / 2, 1)
    assert close(found["x"], 1 / 2, 1 / 2, 1 / 2)
    assert close(found["y"], 1 / 2, 1 / 2, 1 / 2)


def test_bottlenecks_follow_the_value_of_final_links() -> None:
    found = bottlenecks(diamond(), final_value={"x": 3, "y": 1})
    assert close(found["b"], 3 / 8, 0, 3 / 4)
    assert close(found["c"], 5 / 8, 1 / 4, 1)
    # Unknown counts as the mean of the known.
    assert bottlenecks(diamond(), final_value={"x": 3, "y": None}) == bottlenecks(diamond())
    assert bottlenecks(diamond(), final_value={"x": 3}) == bottlenecks(diamond())


def test_a_link_that_stands_alone_carries_its_own_value() -> None:
    graph = chain(("a", "b"))
    graph.add_node("alone")
    assert close(bottlenecks(graph)["alone"], 1 / 2, 1 / 2, 1 / 2)
    assert close(bottlenecks(graph)["a"], 1 / 2, 1 / 2, 1 / 2)


def test_final_values_must_be_of_final_links_and_not_negative() -> None:
    with pytest.raises(UnknownLinkError, match="x、y"):
        bottlenecks(diamond(), final_value={"a": 1})
    with pytest.raises(ChainError, match=r"x 的价值为 -1\.0"):
        bottlenecks(diamond(), final_value={"x": -1})


# ── Substitutes and neighbours ──────────────────────────────────────────────────────────────────


def test_substitutes_hold_the_same_position() -> None:
    found = substitutes(turbine())
    assert found["tower"] == {"shaft": 1.0}
    assert found["shaft"] == {"tower": 1.0}
    assert found["blade"] == {}


def test_substitutes_by_overlap_most_alike_first() -> None:
    found = substitutes(turbine(), similarity=1 / 3)
    assert list(found["tower"].items()) == [("shaft", 1.0), ("blade", pytest.approx(1 / 3))]


def test_what_a_link_depends_on_is_no_substitute_and_nothing_is_like_nothing() -> None:
    graph = chain(("a", "b"), ("a", "x"), ("b", "x"))
    graph.add_nodes_from(["alone", "lonely"])
    assert substitutes(graph, similarity=0.01) == {link: {} for link in graph}


def test_neighbours_go_both_ways_nearest_first() -> None:
    found = neighbours(turbine(), "turbine", steps=2)
    assert [(near.link_id, near.steps, near.dependence) for near in found] == [
        ("blade", -1, pytest.approx(4 / 9)),
        ("shaft", -1, pytest.approx(3 / 9)),
        ("tower", -1, pytest.approx(2 / 9)),
        ("farm", 1, 1.0),
        ("resin", -2, pytest.approx(4 / 9)),
        ("steel", -2, pytest.approx(5 / 9)),
    ]


def test_dependence_adds_up_all_routes_within_the_steps() -> None:
    graph = chain(("a", "x", 1), ("a", "b"), ("b", "x", 3))
    assert neighbours(graph, "a", steps=1)[1] == Neighbour("x", 1, 0.25)
    assert neighbours(graph, "a", steps=2)[1] == Neighbour("x", 1, 1.0)
    assert neighbours(graph, "x", steps=2)[0] == Neighbour("a", -1, 1.0)


def test_wrong_questions_are_refused() -> None:
    with pytest.raises(UnknownLinkError, match="nacelle"):
        neighbours(turbine(), "nacelle", steps=1)
    with pytest.raises(ValueError, match="at least 1"):
        neighbours(turbine(), "turbine", steps=0)
    for similarity in (0, 1.1, float("nan")):
        with pytest.raises(ValueError, match="similarity"):
            substitutes(turbine(), similarity=similarity)


def test_one_table_has_it_all() -> None:
    found = analyse_chain(turbine(), final_value={"farm": 9}, similarity=0.3)["tower"]
    assert (found.depth, found.height) == (2, 2)
    assert found.upstream == {"ore", "steel"}
    assert found.downstream == {"turbine", "farm"}
    assert close(found.bottleneck, 2 / 9, 0, 1)
    assert list(found.substitutes) == ["shaft", "blade"]


# ── For any chain ───────────────────────────────────────────────────────────────────────────────


@st.composite
def chains(draw: st.DrawFn) -> nx.DiGraph[str]:
    size = draw(st.integers(1, 7))
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_nodes_from(draw(st.permutations("abcdefg"[:size])))
    weight = st.one_of(st.none(), st.sampled_from([0.5, 1, 3]))
    for upstream in range(size):
        for downstream in range(upstream + 1, size):
            if draw(st.booleans()):
                feed = "abcdefg"[upstream], "abcdefg"[downstream]
                graph.add_edge(*feed, weight=draw(weight))
    return graph


def routes_to(graph: nx.DiGraph[str], target: str) -> list[list[str]]:
    sources = [link for link in graph if graph.in_degree(link) == 0]
    return [
        route
        for source in sources
        for route in (
            [[target]] if source == target else nx.all_simple_paths(graph, source, target)
        )
    ]


@given(chains())
def test_bottlenecks_agree_with_counting_every_route(graph: nx.DiGraph[str]) -> None:
    shares = input_shares(graph)
    final = [link for link in graph if graph.out_degree(link) == 0]
    found = bottlenecks(graph)
    for link in graph:
        value = must = reach = 0.0
        for target in final:
            routes = routes_to(graph, target)
            through = [route for route in routes if link in route]
            for route in through:
                chance = 1.0
                for feed in pairwise(route):
                    chance *= shares[feed]
                value += chance / len(final)
            must += (len(through) == len(routes)) / len(final)
            reach += bool(through) / len(final)
        assert close(found[link], value, must, reach)
        assert 0 <= found[link].must_pass <= found[link].value <= found[link].reach <= 1


@given(chains())
def test_the_graph_library_agrees_on_order_and_kin(graph: nx.DiGraph[str]) -> None:
    found = analyse_chain(graph, similarity=0.5)
    assert list(found) == list(graph)
    for link in graph:
        assert found[link].upstream == nx.ancestors(graph, link)
        assert found[link].downstream == nx.descendants(graph, link)
        assert found[link].depth == max(len(route) for route in routes_to(graph, link)) - 1
        for other, alike in found[link].substitutes.items():
            assert found[other].substitutes[link] == alike >= 0.5
            assert other not in found[link].upstream | found[link].downstream


@given(chains())
def test_full_walks_reach_all_kin(graph: nx.DiGraph[str]) -> None:
    for link in graph:
        found = neighbours(graph, link, steps=len(graph))
        assert {n.link_id for n in found if n.steps < 0} == nx.ancestors(graph, link)
        assert {n.link_id for n in found if n.steps > 0} == nx.descendants(graph, link)
        assert all(0 < n.dependence <= 1 for n in found)
