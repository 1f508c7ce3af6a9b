"""The network and protocol of Mirmazloumi et al. 2022 in PyTorch, to run beside groundtrend's own.

Same file, same protocol: 70/10/20 stratified, Adam (rate 1e-3, epsilon 1e-7), batch 128, 60 epochs, the epoch with the
best validation accuracy counts. Debian's python3-torch is enough.

    groundtrend simulate --scene samples --noise white --seed 1 -o granada.csv --truth granada-truth.csv
    /usr/bin/time groundtrend train granada.csv --labels granada-truth.csv --recipe paper-a -o paper-a.onnx
    python3 bench/peers/paper_cnn_torch.py granada.csv granada-truth.csv --reading a
"""

import argparse
import csv
import re
import time

import numpy as np
import torch
from torch import nn

CLASSES = ["Stable", "Linear", "Quadratic", "Bilinear", "PUE"]
SCALE_MM = 10


class PaperCnn(nn.Module):
    """Reading `a`: average pooling by 2, flattened. Reading `b`: a third convolution and the mean over the series."""

    def __init__(self, reading, dates):
        super().__init__()
        self.reading = reading
        self.first = nn.Conv1d(1, 138, 5)
        self.second = nn.Conv1d(138, 64, 5)
        self.third = nn.Conv1d(64, 64, 5) if reading == "b" else None
        self.pool = nn.MaxPool1d(2)
        self.mean = nn.AvgPool1d(2)
        length = ((dates - 4) // 2 - 4) // 2
        self.dense = nn.Linear(64 if reading == "b" else 64 * (length // 2), 64)
        self.head = nn.Linear(64, len(CLASSES))
        self.dropout = nn.Dropout(0.4)
        for layer in self.modules():
            if isinstance(layer, (nn.Conv1d, nn.Linear)):
                nn.init.xavier_uniform_(layer.weight)
                nn.init.zeros_(layer.bias)

    def forward(self, x):
        x = self.pool(torch.relu(self.first(x)))
        x = self.pool(torch.relu(self.second(x)))
        x = torch.relu(self.third(x)).mean(2) if self.reading == "b" else self.mean(x).flatten(1)
        return self.head(nn.functional.leaky_relu(self.dense(self.dropout(x)), 0.3))


def read(points, truth):
    with open(truth) as file:
        labels = {row["pid"]: CLASSES.index(row["label"]) for row in csv.DictReader(file)}
    with open(points) as file:
        rows = csv.reader(file)
        header = next(rows)
        dates = [k for k, name in enumerate(header) if re.fullmatch(r"\d{8}", name)]
        table = [(labels[row[0]], [float(row[k]) for k in dates]) for row in rows]
    return np.array([s for _, s in table], np.float32) / SCALE_MM, np.array([label for label, _ in table])


def split(labels, generator):
    parts = ([], [], [])
    for code in range(len(CLASSES)):
        members = generator.permutation(np.flatnonzero(labels == code))
        ends = [round(len(members) * share) for share in (0.7, 0.8)]
        for part, rows in zip(parts, np.split(members, ends)):
            part.extend(rows)
    return [np.sort(part) for part in parts]


def accuracy(model, series, labels):
    model.eval()
    with torch.no_grad():
        predicted = torch.cat([model(part).argmax(1) for part in series.split(512)])
    return (predicted == labels).float().mean().item()


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("points")
    arguments.add_argument("truth")
    arguments.add_argument("--reading", choices=["a", "b"], default="a")
    arguments.add_argument("--epochs", type=int, default=60)
    arguments.add_argument("--threads", type=int, default=1)
    arguments.add_argument("--seed", type=int, default=1)
    options = arguments.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    generator = np.random.default_rng(options.seed)
    series, labels = read(options.points, options.truth)
    training, validation, test = split(labels, generator)
    x, y = torch.from_numpy(series)[:, None, :], torch.from_numpy(labels)
    model = PaperCnn(options.reading, series.shape[1])
    optimiser = torch.optim.Adam(model.parameters(), lr=1e-3, eps=1e-7)
    best, state, start = -1.0, None, time.process_time()
    for _ in range(options.epochs):
        model.train()
        for rows in np.array_split(generator.permutation(training), -(-len(training) // 128)):
            optimiser.zero_grad()
            nn.functional.cross_entropy(model(x[rows]), y[rows]).backward()
            optimiser.step()
        reached = accuracy(model, x[validation], y[validation])
        if reached > best:
            best, state = reached, {name: value.clone() for name, value in model.state_dict().items()}
    seconds = time.process_time() - start
    model.load_state_dict(state)
    parameters = sum(value.numel() for value in model.parameters())
    print(f"PyTorch {torch.__version__}, reading {options.reading}: {parameters} parameters, {options.epochs} epochs")
    print(f"validation {100 * best:.2f} %  test {100 * accuracy(model, x[test], y[test]):.2f} %  processor time {seconds:.0f} s")


main()
