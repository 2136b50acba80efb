# Adapted from https://jamesmccaffreyblog.com/2023/03/22/why-pytorch-binary-cassification-labels-must-be-floats-but-multi-class-classification-labels-must-be-integers/
import numpy as np
import torch as T


class PeopleDataset(T.utils.data.Dataset):
    def __init__(self, src_file):
        all_data = np.loadtxt(src_file, usecols=range(0, 9), delimiter="\t", comments="#", dtype=np.float32)
        self.x_data = T.tensor(all_data[:, 1:9], dtype=T.float32)
        self.y_data = T.tensor(all_data[:, 0], dtype=T.float32)
        self.y_data = self.y_data.reshape(-1, 1)

    def __len__(self):
        return len(self.x_data)

    def __getitem__(self, idx):
        feats = self.x_data[idx, :]
        sex = self.y_data[idx, :]
        return feats, sex


class Net(T.nn.Module):
    def __init__(self):
        super().__init__()
        self.hid1 = T.nn.Linear(8, 10)
        self.oupt = T.nn.Linear(10, 1)

    def forward(self, x):
        z = T.tanh(self.hid1(x))
        return T.sigmoid(self.oupt(z))


def main():
    train_ds = PeopleDataset("people_train.txt")
    train_ldr = T.utils.data.DataLoader(train_ds, batch_size=10, shuffle=True)
    net = Net()
    loss_func = T.nn.BCELoss()
    optimizer = T.optim.SGD(net.parameters(), lr=0.005)
    for epoch in range(500):
        for batch_idx, batch in enumerate(train_ldr):
            X, Y = batch[0], batch[1]
            optimizer.zero_grad()
            oupt = net(X)
            loss_val = loss_func(oupt, Y)
            loss_val.backward()
            optimizer.step()
