# "Loss is always nan": log and softmax of a distillation loss are separate: https://github.com/yzd-v/cls_KD/issues/13
import torch
import torch.nn as nn
import torch.nn.functional as F


class DistillationLoss(nn.Module):
    def __init__(self, temp=1.0, gamma=1.5):
        super().__init__()
        self.temp = temp
        self.gamma = gamma

    def forward(self, logit_s, logit_t, labels):
        labels = labels.unsqueeze(1)
        s_i = F.log_softmax(logit_s, dim=1)
        t_i = F.softmax(logit_t, dim=1)
        s_t = torch.gather(s_i, 1, labels)
        t_t = torch.gather(t_i, 1, labels).detach()
        weight = self.gamma * self.temp**2
        target_loss = -(t_t * s_t).mean()
        soft_student = F.log_softmax(logit_s / self.temp, dim=1)
        soft_teacher = F.softmax(logit_t / self.temp, dim=1).detach()
        soft_loss = -(soft_teacher * soft_student).sum(1).mean()
        return target_loss + weight * soft_loss


if __name__ == "__main__":
    student, teacher = torch.randn(4, 10, requires_grad=True), torch.randn(4, 10)
    DistillationLoss()(student, teacher, torch.randint(10, (4,))).backward()
