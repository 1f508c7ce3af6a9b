"""The numbers behind a class as a script would get them: NumPy, one point after the other, for time beside groundtrend.

Line, parabola and cubic with season, the best of all breaks and of all steps of one cycle, by ordinary least squares;
and, where it is installed, the change point of ruptures (Dynp, piecewise linear).

    groundtrend simulate --scene samples --per-class 40 -o samples.csv
    python3 bench/peers/describe_numpy.py samples.csv
"""

import csv
import datetime
import re
import sys
import time

import numpy as np

CYCLE_MM = 27.733
SIDE = 8
MOST_POINTS = 100


def read(path):
    with open(path) as file:
        rows = csv.reader(file)
        header = next(rows)
        dates = [k for k, name in enumerate(header) if re.fullmatch(r"\d{8}", name)]
        days = [datetime.datetime.strptime(header[k], "%Y%m%d").toordinal() for k in dates]
        series = [[float(row[k]) for k in dates] for row, _ in zip(rows, range(MOST_POINTS))]
    years = (np.array(days) - days[0]) / 365.25
    return years, np.array(series)


def sum_of_squares(columns, y):
    matrix = np.column_stack(columns)
    residual = y - matrix @ np.linalg.lstsq(matrix, y, rcond=None)[0]
    return residual @ residual


def describe(t, y):
    season = [np.sin(2 * np.pi * t), np.cos(2 * np.pi * t)]
    for degree in range(4):
        sum_of_squares([t**power for power in range(degree + 1)] + season, y)
    breaks = t[SIDE:-SIDE]
    line = [t**0, t]
    hinges = [np.maximum(0, t - b) for b in breaks]
    best = hinges[int(np.argmin([sum_of_squares(line + season + [h], y) for h in hinges]))]
    for base in ([t**0], line, line + [t**2], line + [best]):
        for b in breaks:
            for sign in (-1, 1):
                sum_of_squares(base + season, y - sign * CYCLE_MM * (t >= b))


def report(name, function, series):
    start = time.perf_counter()
    for y in series:
        function(y)
    micros = 1e6 * (time.perf_counter() - start) / len(series)
    print(f"{name}: {micros:,.0f} microseconds a point ({len(series)} points, {series.shape[1]} dates)")


t, series = read(sys.argv[1])
report("numpy", lambda y: describe(t, y), series[:20])
try:
    import ruptures
except ImportError:
    print("ruptures is not installed")
else:
    report(
        "ruptures, the change point alone",
        lambda y: ruptures.Dynp(model="clinear", min_size=SIDE, jump=1).fit(y[:, None]).predict(n_bkps=1),
        series,
    )
