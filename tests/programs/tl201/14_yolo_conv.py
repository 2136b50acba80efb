# A wrapper class around convolution, batch norm and activation: https://github.com/yjh0410/yolov2-yolov3_PyTorch/issues/35
import torch
import torch.nn as nn


class Conv(nn.Module):
    def __init__(self, in_channels, out_channels, ksize, padding=0, stride=1, dilation=1, leaky=True):
        super().__init__()
        activation = nn.LeakyReLU(0.1, inplace=True) if leaky else nn.ReLU(inplace=True)
        self.convs = nn.Sequential(
            nn.Conv2d(in_channels, out_channels, ksize, stride=stride, padding=padding, dilation=dilation),  # expect: TL201
            nn.BatchNorm2d(out_channels),
            activation,
        )

    def forward(self, x):
        return self.convs(x)


class Detector(nn.Module):
    def __init__(self, classes, anchors):
        super().__init__()
        self.anchors = anchors
        self.outputs = 5 + classes
        self.backbone = nn.Sequential(Conv(3, 16, 3, 1), nn.MaxPool2d(2), Conv(16, 32, 3, 1), nn.MaxPool2d(2))
        self.neck = nn.Sequential(Conv(32, 16, 1, leaky=False), Conv(16, 32, 3, 1))
        self.pred = nn.Conv2d(32, anchors * (5 + classes), 1)

    def forward(self, image):
        features = self.neck(self.backbone(image))
        prediction = self.pred(features)
        batch, _, height, width = prediction.shape
        return prediction.reshape(batch, self.anchors, self.outputs, height, width)


if __name__ == "__main__":
    print(Detector(4, 3)(torch.randn(2, 3, 32, 32)).shape)
