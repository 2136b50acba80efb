# The top-k accuracy helper of many training scripts fails for k > 1: https://github.com/pytorch/examples/issues/836
import torch


def accuracy(output, target, topk=(1,)):
    """Percentage of samples whose target is among the k largest scores, for each k."""
    with torch.no_grad():
        maxk = max(topk)
        batch_size = target.size(0)

        _, pred = output.topk(maxk, 1, True, True)
        pred = pred.t()
        correct = pred.eq(target.view(1, -1).expand_as(pred))

        res = []
        for k in topk:
            correct_k = correct[:k].view(-1).float().sum(0, keepdim=True)  # expect: TL501
            res.append(correct_k.mul_(100.0 / batch_size))
        return res


def validate(model, loader):
    totals = torch.zeros(2)
    for images, target in loader:
        top1, top5 = accuracy(model(images), target, topk=(1, 5))
        totals += torch.cat((top1, top5))
    return totals / len(loader)


if __name__ == "__main__":
    model = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(12, 10))
    batches = [(torch.randn(4, 3, 2, 2), torch.randint(0, 10, (4,))) for _ in range(2)]
    print(validate(model, batches))
