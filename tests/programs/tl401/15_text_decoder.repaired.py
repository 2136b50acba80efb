# Adapted from https://github.com/Topdu/OpenOCR/issues/68: a decoder's two directions share int32 labels.
import torch
from torch import nn
from torch.nn import functional as F


class SubstringDecoder(nn.Module):
    def __init__(self, width, out_channels, ignore_index):
        super().__init__()
        self.ignore_index = ignore_index
        self.next_head = nn.Linear(width, out_channels)
        self.prev_head = nn.Linear(width, out_channels)

    def forward_train(self, feats, targets):
        label = targets[0].to(torch.int32)
        length = int(targets[1].max())
        feats = torch.tanh(feats[:, :length])
        label = label[:, :length]
        answer1_pred = self.next_head(feats)
        answer2_pred = self.prev_head(feats)
        loss1 = F.cross_entropy(
            answer1_pred.flatten(0, 1), label.flatten(0, 1).long(), ignore_index=self.ignore_index, reduction="mean"
        )
        loss2 = F.cross_entropy(answer2_pred.flatten(0, 1), label.flatten(0, 1).long(), ignore_index=self.ignore_index)
        return {"loss": loss1 + loss2, "loss1": loss1, "loss2": loss2}


def main():
    decoder = SubstringDecoder(32, 40, ignore_index=0)
    words = torch.randint(0, 40, (4, 25))
    lengths = torch.tensor([5, 9, 3, 7])
    losses = decoder.forward_train(torch.randn(4, 25, 32), [words, lengths])
    losses["loss"].backward()


if __name__ == "__main__":
    main()
