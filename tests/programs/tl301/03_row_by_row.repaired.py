# A softmax written from its formula, in a discussion of the documentation: https://github.com/pytorch/pytorch/pull/3337
import torch


def softmax(x):
    assert len(x.size()) == 2
    return torch.softmax(x, dim=1)


def main():
    x = torch.FloatTensor([[-9, -0.3, 0.7, 1.2], [300.0, 2.0, 1.0, 0.0]])
    print(softmax(x))


if __name__ == "__main__":
    main()
