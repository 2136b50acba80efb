"""view and reshape: which one shares memory, and why view cannot always do it.

Every function states one thing and lets torch assert it. Run me: python examples/notes/views.py
"""

import contextlib

import torch


@contextlib.contextmanager
def raises(part):
    """The block must end in a RuntimeError with `part` in its message."""
    try:
        yield
    except RuntimeError as error:
        assert part in str(error), error
    else:
        raise AssertionError("no error")


def share(x, y):
    """Whether two tensors lie in the same memory: a change of one shows in the other."""
    return x.untyped_storage().data_ptr() == y.untyped_storage().data_ptr()


def a_view_shares_its_data():
    """A view never copies, whatever its strides. It is the same memory, so writing to one writes to both."""
    x = torch.arange(6)
    y = x.view(2, 3)
    assert share(x, y)
    y[0, 0] = 100
    assert x[0] == 100


def a_view_that_cannot_share_raises():
    """"Will always share" is half of it: where no stride describes the new shape, view does not copy but raises."""
    x = torch.arange(6).reshape(2, 3)
    with raises("view size is not compatible"):
        x.t().view(6)  # expect: TL501


def a_reshape_shares_when_it_can():
    """reshape gives a view where view would work, and a copy where view would raise."""
    x = torch.arange(6).reshape(2, 3)
    assert share(x, x.reshape(3, 2))
    assert not share(x, x.t().reshape(6))
    assert x.t().reshape(6).tolist() == [0, 3, 1, 4, 2, 5]


def strides_decide():
    """Axes merge into one if a single stride walks through both. Transposed axes have none; axes that were not torn
    apart have one, and a single axis can always be split."""
    x = torch.arange(24).reshape(2, 3, 4)
    assert x.stride() == (12, 4, 1)
    assert x.view(6, 4).stride() == (4, 1)  # 12 == 3 * 4: one step of 4 walks through both axes

    t = x.transpose(1, 2)
    assert t.shape == (2, 4, 3)
    assert t.stride() == (12, 1, 4)  # merging 4 and 3 would need 1 == 3 * 4
    assert share(t, t.view(2, 2, 2, 3))  # splits an axis


def rearranging_memory_first():
    """contiguous() makes the copy in which the strides are right again: reshape is view on that copy."""
    x = torch.arange(24).reshape(2, 3, 4)
    t = x.transpose(1, 2)
    copied = t.contiguous()
    assert not t.is_contiguous()
    assert copied.stride() == (12, 3, 1)
    assert not share(t, copied)
    assert torch.equal(copied.view(2, 12), t.reshape(2, 12))


def main():
    a_view_shares_its_data()
    a_view_that_cannot_share_raises()
    a_reshape_shares_when_it_can()
    strides_decide()
    rearranging_memory_first()


if __name__ == "__main__":
    main()
