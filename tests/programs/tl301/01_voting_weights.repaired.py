# Votes of several vector fields are weighted by the exponential of their agreement, which overflows where they agree well:
# https://github.com/seung-lab/torchfields/pull/18
import torch


class Voting:
    def __init__(self, softmin_temp=1.0):
        self.softmin_temp = softmin_temp

    def agreement(self, fields):
        n = fields.shape[0]
        total = torch.zeros(n, *fields.shape[2:])
        for i in range(n):
            for j in range(n):
                if i != j:
                    total[i] += (fields[i] * fields[j]).sum(0)
        return total

    def __call__(self, fields):
        scores = self.agreement(fields)
        scaled = scores / self.softmin_temp
        weighted = torch.empty_like(fields)
        partition = torch.softmax(scaled, dim=0)
        for i, field in enumerate(fields):
            weighted[i] = field * partition[i]
        return weighted.sum(0)


if __name__ == "__main__":
    print(Voting()(10 * torch.randn(3, 2, 8, 8)).isfinite().all())
