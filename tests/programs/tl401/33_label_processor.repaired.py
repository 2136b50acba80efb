# Adapted from https://github.com/autogluon/autogluon/issues/2777: a processor collates labels as 32-bit integers.
import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset

LABEL, LOGITS, FEATURES = "label", "logits", "features"


class Stack:
    def __init__(self, dtype=None):
        self._dtype = dtype

    def __call__(self, data):
        array = np.stack(data)
        if self._dtype is not None:
            array = array.astype(self._dtype)
        return torch.from_numpy(array)


class LabelProcessor:
    def __init__(self, prefix):
        self.prefix = prefix

    @property
    def label_key(self):
        return f"{self.prefix}_{LABEL}"

    def collate_fn(self):
        return Stack(dtype="int64")


class MultimodalDataset(Dataset):
    def __init__(self, features, labels):
        self.features, self.labels = features, labels

    def __len__(self):
        return len(self.labels)

    def __getitem__(self, idx):
        return {FEATURES: self.features[idx], LABEL: np.array([self.labels[idx]])}


def get_collate_fn(processor):
    stack_features, stack_labels = Stack("float32"), processor.collate_fn()

    def collate_fn(batch):
        features = stack_features([one[FEATURES] for one in batch])
        labels = stack_labels([one[LABEL] for one in batch])
        return {FEATURES: features, LABEL: labels}

    return collate_fn


class LitModule(nn.Module):
    def __init__(self, model, loss_func):
        super().__init__()
        self.model, self.loss_func = model, loss_func

    def _compute_loss(self, output, label):
        return self.loss_func(input=output[LOGITS], target=label.squeeze(dim=1))

    def training_step(self, batch, batch_idx):
        output = {LOGITS: self.model(batch[FEATURES])}
        return self._compute_loss(output, batch[LABEL])


def main():
    dataset = MultimodalDataset(np.random.rand(12, 6), [0, 1, 2] * 4)
    loader = DataLoader(dataset, batch_size=4, collate_fn=get_collate_fn(LabelProcessor("mm")))
    module = LitModule(nn.Linear(6, 3), nn.CrossEntropyLoss())
    for batch_idx, batch in enumerate(loader):
        module.training_step(batch, batch_idx).backward()


if __name__ == "__main__":
    main()
