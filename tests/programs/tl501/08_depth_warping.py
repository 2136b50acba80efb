# Coordinates of a warped image are flattened one by one: https://github.com/lppllppl920/EndoscopyDepthEstimation-Pytorch/issues/13
import torch


def pixel_grid(height, width):
    rows = torch.arange(height).float()
    columns = torch.arange(width).float()
    v, u = torch.meshgrid(rows, columns, indexing="ij")
    return torch.stack([u, v, torch.ones(height, width)], dim=-1)


def warp(depth, rotation, translation, intrinsics):
    """Project every pixel of `depth` into the second camera."""
    batch, height, width = depth.shape
    points = pixel_grid(height, width).view(1, height * width, 3)
    points = points.expand(batch, height * width, 3)
    rays = torch.bmm(intrinsics.inverse(), points.transpose(1, 2))
    world = torch.bmm(rotation, rays * depth.reshape(batch, 1, -1)) + translation
    projected = torch.bmm(intrinsics, world).transpose(1, 2)
    planar = projected[..., :2] / projected[..., 2:].clamp(min=1e-3)
    u_2 = planar[..., 0]
    v_2 = planar[..., 1]
    u_2_flat = u_2.view(-1)  # expect: TL501
    v_2_flat = v_2.reshape(-1)
    inside = (u_2_flat >= 0) & (u_2_flat < width) & (v_2_flat >= 0) & (v_2_flat < height)
    return inside.view(batch, height, width)


if __name__ == "__main__":
    identity = torch.eye(3).expand(2, 3, 3)
    print(warp(torch.rand(2, 4, 5) + 1, identity, torch.zeros(2, 3, 1), identity).sum())
