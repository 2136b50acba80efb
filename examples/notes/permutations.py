"""Permuting and reshaping: how elements are read, and what cuts an image into patches.

Every function states one thing and lets torch assert it. Run me: python examples/notes/permutations.py
"""

import torch
import torch.nn.functional as F

# B x C x H x W
a = torch.tensor([
    [[[ 0,  1],
      [ 2,  3]],

     [[ 4,  5],
      [ 6,  7]]],


    [[[ 8,  9],
      [10, 11]],

     [[12, 13],
      [14, 15]]]])
b = torch.tensor([[ 0,  4,  1,  5],
                  [ 8, 12,  9, 13],
                  [ 2,  6,  3,  7],
                  [10, 14, 11, 15]])


def elements_are_read_from_the_last_axis_to_the_first():
    """Reading goes along W first, then H, then C, then B: the flat order of a contiguous tensor."""
    B, C, H, W = a.shape
    flat = a.flatten()
    for i in range(B):
        for j in range(C):
            for k in range(H):
                for l in range(W):
                    assert flat[((i * C + j) * H + k) * W + l] == a[i, j, k, l]


def a_becomes_b():
    """In b, 0 to 4 is a step along C, 4 to 1 one along W, 5 to 8 one along B, and 1 to 2 (rows 0 to 2) one along H: the
    axes are H, B, W, C, from first to last. `==` compares element by element; torch.equal gives the one True."""
    assert (b == a.permute(2,0,3,1).reshape(4,4)).all()
    assert torch.equal(b, a.permute(2, 0, 3, 1).reshape(4, 4))
    step = a.flatten()
    assert step[4] - step[0] == a[0, 1, 0, 0] - a[0, 0, 0, 0]
    assert b[0].tolist() == [a[0, c, 0, w].item() for w in range(2) for c in range(2)]
    assert b[:, 0].tolist() == [a[n, 0, h, 0].item() for h in range(2) for n in range(2)]


def a_permutation_keeps_the_order_along_every_axis():
    """The element at i, j, k, l moves to a permutation of i, j, k, l; it stays the k-th one along its axis."""
    p = a.permute(2, 1, 3, 0)
    B, C, H, W = a.shape
    for i in range(B):
        for j in range(C):
            for k in range(H):
                for l in range(W):
                    assert p[k, j, l, i] == a[i, j, k, l]
    assert torch.equal(a.permute(2, 1, 3, 0).permute(3, 1, 0, 2), a)


def a_reshape_cannot_swap_axes():
    """reshape keeps the flat order, so only permute swaps axes: shapes agree, contents do not."""
    assert torch.equal(a.reshape(4, 4).flatten(), a.flatten())
    assert a.reshape(2, 2, 2, 2).shape == a.permute(2, 0, 3, 1).shape
    assert not torch.equal(a.reshape(4, 4), b)


def merging_the_last_axes_leaves_the_first_untouched():
    """B x C x H x W -> B x C x HW: every image and channel keeps its own elements, read along W, then H."""
    B, C, H, W = a.shape
    merged = a.reshape(B, C, H * W)
    for i in range(B):
        for j in range(C):
            assert torch.equal(merged[i, j], a[i, j].flatten())


def img_to_patch(x, p_h, p_w):
    """Cut images B x C x H x W into patches: B x H'W' x C*pH*pW, the patches in raster scan order."""
    B, C, H, W = x.shape
    x = x.reshape(B, C, H // p_h, p_h, W // p_w, p_w)
    x = x.permute(0, 2, 4, 1, 3, 5)  # B, H', W', C, pH, pW
    return x.flatten(1, 2).flatten(2, 4)


def patches():
    """Patch number i * W' + j is the rectangle at row i, column j of the image; F.unfold agrees."""
    B, C, H, W, p_h, p_w = 2, 3, 4, 6, 2, 3
    x = torch.arange(B * C * H * W, dtype=torch.float32).reshape(B, C, H, W)
    result = img_to_patch(x, p_h, p_w)
    assert result.shape == (B, (H // p_h) * (W // p_w), C * p_h * p_w)
    for i in range(H // p_h):
        for j in range(W // p_w):
            patch = x[:, :, i * p_h : (i + 1) * p_h, j * p_w : (j + 1) * p_w]
            assert torch.equal(result[:, i * (W // p_w) + j], patch.flatten(1))
    assert torch.equal(result, F.unfold(x, (p_h, p_w), stride=(p_h, p_w)).transpose(1, 2))


def the_last_axis_must_read_across_columns():
    """(W', pW), not (pW, W'): with the factors swapped, a "patch" has every W'-th column instead of neighbours."""
    row = torch.arange(6)
    assert row.reshape(2, 3)[0].tolist() == [0, 1, 2]  # (W', pW): the first patch has columns 0, 1, 2
    assert row.reshape(3, 2)[:, 0].tolist() == [0, 2, 4]  # (pW, W'): it has columns 0, 2, 4


def the_order_of_patches():
    """(H', W') is raster scan order; (W', H') is legal too and reads the same patches column by column."""
    image = torch.arange(16).reshape(1, 1, 4, 4)
    cut = image.reshape(1, 1, 2, 2, 2, 2)
    raster = cut.permute(0, 2, 4, 1, 3, 5).reshape(4, 4)
    by_column = cut.permute(0, 4, 2, 1, 3, 5).reshape(4, 4)
    assert raster[:, 0].tolist() == [0, 2, 8, 10]
    assert by_column[:, 0].tolist() == [0, 8, 2, 10]
    assert torch.equal(raster[[0, 2, 1, 3]], by_column)


def main():
    torch.manual_seed(0)
    elements_are_read_from_the_last_axis_to_the_first()
    a_becomes_b()
    a_permutation_keeps_the_order_along_every_axis()
    a_reshape_cannot_swap_axes()
    merging_the_last_axes_leaves_the_first_untouched()
    patches()
    the_last_axis_must_read_across_columns()
    the_order_of_patches()


if __name__ == "__main__":
    main()
