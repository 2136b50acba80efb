# A softmax written from its formula, in a discussion of the documentation: https://github.com/pytorch/pytorch/pull/3337
import torch


def softmax(x):
    assert len(x.size()) == 2
    exp_x = torch.exp(x)
    sum_exp = exp_x.sum(1)
    print("sum_exp", sum_exp)
    return exp_x / sum_exp.view(-1, 1)  # expect: TL301


def main():
    x = torch.FloatTensor([[-9, -0.3, 0.7, 1.2], [300.0, 2.0, 1.0, 0.0]])
    print(softmax(x))


if __name__ == "__main__":
    main()
