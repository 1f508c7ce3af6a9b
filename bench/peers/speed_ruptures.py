"""Finds the best single break of two straight lines in every series with ruptures: a statistical fit a point.

    python3 bench/peers/speed_ruptures.py points.csv

Looks at the first 200 points only, since one takes long. Prints seconds, points and peak memory as JSON.
"""

import json
import resource
import sys
import time

try:
    import numpy as np
    import ruptures
except Exception as error:
    print(f"ruptures is missing ({type(error).__name__}): pip install ruptures", file=sys.stderr)
    sys.exit(3)

POINTS = 200
with open(sys.argv[1]) as file:
    names = file.readline().strip().split(",")
    columns = [i for i, name in enumerate(names) if name.isdigit() and len(name) == 8]
    rows = []
    for line in file:
        cells = line.split(",")
        rows.append([float(cells[i]) for i in columns])
        if len(rows) == POINTS:
            break
start = time.perf_counter()
for values in np.array(rows):
    signal = np.column_stack([values, np.arange(len(values)), np.ones(len(values))])
    ruptures.Dynp(model="linear", min_size=10, jump=1).fit(signal).predict(n_bkps=1)
seconds = time.perf_counter() - start
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
print(json.dumps({"seconds": seconds, "points": len(rows), "peakBytes": peak}))
