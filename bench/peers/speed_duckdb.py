"""Reads a CSV with DuckDB and adds up every column, so that every cell has to become a number.

    python3 bench/peers/speed_duckdb.py points.csv

Prints seconds, points and peak memory as JSON.
"""

import json
import resource
import sys
import time

try:
    import duckdb
except Exception as error:
    print(f"DuckDB is missing ({type(error).__name__}): pip install duckdb", file=sys.stderr)
    sys.exit(3)

start = time.perf_counter()
with open(sys.argv[1]) as file:
    names = file.readline().strip().split(",")
dates = [name for name in names if name.isdigit() and len(name) == 8]
sums = ", ".join(f'sum("{name}")' for name in dates)
row = duckdb.execute(f"select count(*), {sums} from read_csv(?, header = true)", [sys.argv[1]]).fetchone()
seconds = time.perf_counter() - start
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
print(json.dumps({"seconds": seconds, "points": row[0], "peakBytes": peak}))
