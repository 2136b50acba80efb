# A collate function permutes the trajectories that the model flattens: https://github.com/agrimgupta92/sgan/issues/22
import torch
from torch import nn


def seq_collate(samples):
    """Trajectories as (time, people, 2)."""
    trajectories = torch.cat(samples, dim=0)
    return trajectories.permute(2, 0, 1)


class Encoder(nn.Module):
    def __init__(self, embedding=16, hidden=32):
        super().__init__()
        self.embedding = embedding
        self.spatial_embedding = nn.Linear(2, embedding)
        self.encoder = nn.LSTM(embedding, hidden)

    def embed(self, observed):
        return self.spatial_embedding(observed.view(-1, 2))  # expect: TL501

    def forward(self, samples):
        observed = seq_collate(samples)
        steps, people, _ = observed.shape
        embedded = self.embed(observed)
        embedded = embedded.view(steps, people, self.embedding)
        _, (state, _) = self.encoder(embedded)
        return state


if __name__ == "__main__":
    scenes = [torch.randn(count, 2, 8) for count in (2, 3)]
    print(Encoder()(scenes).shape)
