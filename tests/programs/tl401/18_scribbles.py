# Adapted from https://github.com/kanezaki/pytorch-unsupervised-segmentation-tip/issues/4: scribbles are int32.
import numpy as np
import torch
from torch import nn

scribble = np.full((32, 32), 255, dtype=np.uint8)
scribble[4:8, 4:20] = 1
scribble[20:24, 2:30] = 2
mask = scribble.reshape(-1)
inds_sim = torch.from_numpy(np.where(mask == 255)[0])
inds_scr = torch.from_numpy(np.where(mask != 255)[0])
target_scr = torch.from_numpy(mask.astype(np.intc))

model = nn.Sequential(nn.Conv2d(3, 16, 3, padding=1), nn.ReLU(), nn.BatchNorm2d(16), nn.Conv2d(16, 16, 1))
loss_fn = nn.CrossEntropyLoss()
loss_fn_scr = nn.CrossEntropyLoss()
optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
data = torch.rand(1, 3, 32, 32)

for batch_idx in range(3):
    optimizer.zero_grad()
    output = model(data)[0]
    output = output.permute(1, 2, 0).contiguous().view(-1, 16)
    _, target = torch.max(output, 1)
    similarity = loss_fn(output[inds_sim], target[inds_sim])
    loss = similarity + 0.5 * loss_fn_scr(output[inds_scr], target_scr[inds_scr])  # expect: TL401
    loss.backward()
    optimizer.step()
