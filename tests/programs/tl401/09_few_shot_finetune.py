# Adapted from https://github.com/wyharveychen/CloserLookFewShot/issues/81: support labels are int32 on Windows.
import numpy as np
import torch
from torch import nn


class FineTune(nn.Module):
    def __init__(self, n_way, n_support, feat_dim):
        super().__init__()
        self.n_way, self.n_support, self.feat_dim = n_way, n_support, feat_dim

    def set_forward_adaptation(self, z_support, z_query):
        y_support = torch.from_numpy(np.repeat(np.arange(self.n_way, dtype="int32"), self.n_support))
        linear_clf = nn.Linear(self.feat_dim, self.n_way)
        set_optimizer = torch.optim.SGD(linear_clf.parameters(), lr=0.01, momentum=0.9)
        loss_function = nn.CrossEntropyLoss()
        support_size = self.n_way * self.n_support
        for epoch in range(10):
            rand_id = torch.randperm(support_size)
            for i in range(0, support_size, 4):
                selected_id = rand_id[i : i + 4]
                z_batch = z_support[selected_id]
                y_batch = y_support[selected_id]
                scores = linear_clf(z_batch)
                loss = loss_function(scores, y_batch)  # expect: TL401
                set_optimizer.zero_grad()
                loss.backward()
                set_optimizer.step()
        return linear_clf(z_query)


if __name__ == "__main__":
    method = FineTune(n_way=5, n_support=5, feat_dim=16)
    print(method.set_forward_adaptation(torch.randn(25, 16), torch.randn(75, 16)).shape)
