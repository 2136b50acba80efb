# Adapted from https://github.com/pyg-team/pytorch_geometric/pull/4508: labels of edges, made as integers.
import torch
import torch.nn as nn
import torch.nn.functional as F


class LinkLoader:
    def __init__(self, edge_index, num_nodes, batch_size):
        self.edge_index, self.num_nodes, self.batch_size = edge_index, num_nodes, batch_size

    def _create_label(self, positive):
        num_pos_edges = positive.size(1)
        negative = torch.randint(self.num_nodes, positive.size())
        edge_label = torch.ones(num_pos_edges)
        edge_label = torch.cat([edge_label, edge_label.new_zeros(negative.size(1))], dim=0)
        return torch.cat([positive, negative], dim=1), edge_label

    def __iter__(self):
        for start in range(0, self.edge_index.size(1), self.batch_size):
            yield self._create_label(self.edge_index[:, start : start + self.batch_size])


class Scorer(nn.Module):
    def __init__(self, num_nodes, width):
        super().__init__()
        self.emb = nn.Embedding(num_nodes, width)

    def decode(self, edge_label_index):
        source, target = self.emb(edge_label_index[0]), self.emb(edge_label_index[1])
        return (source * target).sum(dim=-1)


def train(loader, model, optimizer):
    for edge_label_index, edge_label in loader:
        optimizer.zero_grad()
        out = model.decode(edge_label_index)
        loss = F.binary_cross_entropy_with_logits(out, edge_label)
        loss.backward()
        optimizer.step()


if __name__ == "__main__":
    model = Scorer(50, 16)
    train(LinkLoader(torch.randint(50, (2, 200)), 50, 64), model, torch.optim.Adam(model.parameters()))
