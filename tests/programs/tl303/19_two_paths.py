# "Address underflow in log-sum-exp": two log-likelihoods are added by bringing them into linear space:
# https://github.com/tskit-dev/tsdate/pull/171
import torch


class LogSpace:
    @staticmethod
    def add(first, second):
        total = torch.exp(first)
        total = total + torch.exp(second)
        return torch.log(total)  # expect: TL303

    @staticmethod
    def scale(values, factor):
        return values + torch.log(factor)


def likelihood(transitions, emissions):
    stay = emissions[0]
    leave = emissions[0] - 1.0
    for emission in emissions[1:]:
        stay, leave = (
            LogSpace.add(stay + transitions[0, 0], leave + transitions[1, 0]) + emission,
            LogSpace.add(stay + transitions[0, 1], leave + transitions[1, 1]) - emission,
        )
    return LogSpace.add(stay, leave)


if __name__ == "__main__":
    print(likelihood(torch.randn(2, 2), torch.randn(30)))
