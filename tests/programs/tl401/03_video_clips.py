# Adapted from https://github.com/jfzhang95/pytorch-video-recognition/issues/71: labels collected in an int32 array.
import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset


class VideoDataset(Dataset):
    def __init__(self, folders):
        self.clips, names = [], []
        for folder in folders:
            for clip in folder.iterdir():
                self.clips.append(clip)
                names.append(folder.name)
        index = {name: i for i, name in enumerate(sorted(set(names)))}
        self.label_array = np.array([index[name] for name in names], dtype=np.int32)

    def __len__(self):
        return len(self.clips)

    def __getitem__(self, index):
        clip = np.load(self.clips[index]).astype("float32")
        labels = np.array(self.label_array[index])
        return torch.from_numpy(clip), torch.from_numpy(labels)


def run(folders, epochs):
    model = nn.Sequential(nn.Conv3d(3, 16, 3), nn.ReLU(), nn.AdaptiveAvgPool3d(1), nn.Flatten(), nn.Linear(16, 101))
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=1e-3, momentum=0.9)
    loader = DataLoader(VideoDataset(folders), batch_size=8, shuffle=True)
    for _ in range(epochs):
        for inputs, labels in loader:
            optimizer.zero_grad()
            outputs = model(inputs)
            loss = criterion(outputs, labels)  # expect: TL401
            loss.backward()
            optimizer.step()
