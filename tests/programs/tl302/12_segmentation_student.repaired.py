# "Usually people use F.kl_div(student.log(), teacher)", about the distillation of a segmentation network:
# https://github.com/microsoft/ProDA/issues/20
import torch
from torch import nn
import torch.nn.functional as F


class Adaptation:
    def __init__(self, classes):
        self.student = nn.Conv2d(3, classes, 3, padding=1)
        self.teacher = nn.Conv2d(3, classes, 3, padding=1)
        self.optimizer = torch.optim.SGD(self.student.parameters(), lr=0.1)

    def soft_labels(self, images, size):
        with torch.no_grad():
            out = self.teacher(images)
            out = F.interpolate(out, size=size, mode="bilinear", align_corners=True)
            return F.softmax(out, dim=1)

    def step_distillation(self, images, ignore):
        target_out = self.student(images)
        student = F.log_softmax(target_out, dim=1)
        teacher = self.soft_labels(images, target_out.shape[2:])
        mask = (~ignore).float().unsqueeze(1)
        loss_kd = F.kl_div(student, teacher, reduction="none")
        loss_kd = (loss_kd * mask).sum() / mask.sum()
        self.optimizer.zero_grad()
        loss_kd.backward()
        self.optimizer.step()
        return loss_kd.item()


if __name__ == "__main__":
    print(Adaptation(5).step_distillation(torch.rand(2, 3, 8, 8), torch.rand(2, 8, 8) > 0.9))
