"""The tree of RFC 6962: its known roots, and proofs that hold for what is true and for nothing else."""

from __future__ import annotations

import hashlib
import itertools

import pytest

from shared.security.merkle import (
    EMPTY_ROOT,
    Frontier,
    Node,
    complete_root,
    consistency_path,
    extends,
    hash_of,
    includes,
    inclusion_path,
    leaf_hash,
    node_hash,
)

# The leaves and roots that certificate transparency's implementations are tested with.
LEAVES = [bytes.fromhex(each) for each in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657")]
LEAVES.append(bytes.fromhex("606162636465666768696a6b6c6d6e6f"))
ROOTS = {
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}
SIZE_MAX = 70
HASHES = [leaf_hash(str(number).encode()) for number in range(SIZE_MAX)]


def grown(hashes: list[bytes]) -> bytes:
    tree = Frontier()
    for each in hashes:
        tree.add(each)
    return tree.root


def node(wanted: Node) -> bytes:
    level, index = wanted
    return complete_root(HASHES[index << level : (index + 1) << level])


def by_definition(hashes: list[bytes]) -> bytes:
    """Section 2.1, as it is written."""
    if not hashes:
        return hashlib.sha256(b"").digest()
    if len(hashes) == 1:
        return hashes[0]
    split = 1 << ((len(hashes) - 1).bit_length() - 1)
    return node_hash(by_definition(hashes[:split]), by_definition(hashes[split:]))


@pytest.mark.parametrize("size", ROOTS)
def test_the_known_roots(size: int) -> None:
    assert grown([leaf_hash(leaf) for leaf in LEAVES[:size]]).hex() == ROOTS[size]


def test_growing_leaf_by_leaf_is_the_definition() -> None:
    assert grown([]) == EMPTY_ROOT
    for size in range(1, SIZE_MAX):
        assert grown(HASHES[:size]) == by_definition(HASHES[:size])


def test_every_inclusion_proof_holds_for_its_leaf_alone() -> None:
    for size in range(1, 40):
        root = grown(HASHES[:size])
        for index in range(size):
            proof = [hash_of(within, node) for within in inclusion_path(index, size)]
            assert includes(HASHES[index], index, size, proof, root)
            assert not includes(HASHES[(index + 1) % SIZE_MAX], index, size, proof, root)
            assert not includes(HASHES[index], index + 1, size, proof, root)
            assert not includes(HASHES[index], index, size, [*proof, root], root)
            assert not proof or not includes(HASHES[index], index, size, proof[:-1], root)


def test_every_consistency_proof_holds_for_its_beginning_alone() -> None:
    for old, new in itertools.combinations_with_replacement(range(1, 40), 2):
        proof = [hash_of(within, node) for within in consistency_path(old, new)]
        old_root, new_root = grown(HASHES[:old]), grown(HASHES[:new])
        assert extends(old, new, proof, old_root, new_root)
        rewritten = grown([HASHES[-1], *HASHES[1:old]])
        assert not extends(old, new, proof, rewritten, new_root)
        assert not extends(old, new, proof, old_root, rewritten) or (old == new and rewritten == old_root)
        assert not extends(old, new, [*proof, old_root], old_root, new_root)


def test_what_is_no_place_in_the_tree_is_refused() -> None:
    for ask in (lambda: inclusion_path(3, 3), lambda: consistency_path(0, 3), lambda: consistency_path(4, 3)):
        with pytest.raises(ValueError, match=r"leaves|leaf"):
            ask()
    with pytest.raises(ValueError, match="subtrees"):
        Frontier(3, [HASHES[0]])
