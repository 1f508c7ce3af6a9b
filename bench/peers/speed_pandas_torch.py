"""Reads a CSV with pandas and runs the paper's CNN over it with PyTorch: the stack the paper's authors used.

    python3 bench/peers/speed_pandas_torch.py points.csv

Prints seconds, points and peak memory as JSON. Weights are not trained: that changes no time.
"""

import json
import resource
import sys
import time

try:
    import numpy as np
    import pandas as pd
    import torch
    from torch import nn
except Exception as error:  # a half-installed library can fail with almost anything
    print(f"pandas or PyTorch is missing ({type(error).__name__}): pip install pandas torch", file=sys.stderr)
    sys.exit(3)

start = time.perf_counter()
table = pd.read_csv(sys.argv[1])
dates = [name for name in table.columns if name.isdigit() and len(name) == 8]
series = table[dates].to_numpy(dtype=np.float32) / 10
length = ((len(dates) - 4) // 2 - 4) // 2 // 2
network = nn.Sequential(
    nn.Conv1d(1, 138, 5), nn.ReLU(), nn.MaxPool1d(2),
    nn.Conv1d(138, 64, 5), nn.ReLU(), nn.MaxPool1d(2),
    nn.AvgPool1d(2), nn.Flatten(),
    nn.Linear(64 * length, 64), nn.LeakyReLU(0.3), nn.Linear(64, 5), nn.Softmax(dim=1),
).eval()
codes = []
with torch.no_grad():
    for first in range(0, len(series), 256):
        batch = torch.from_numpy(series[first : first + 256]).unsqueeze(1)
        codes.append(network(batch).argmax(dim=1).numpy())
seconds = time.perf_counter() - start
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
print(json.dumps({"seconds": seconds, "points": sum(map(len, codes)), "peakBytes": peak}))
