/**
 * The largest displacement that is taken, mm. A million kilometres is no motion but a filler that nobody declared (that
 * of netCDF is 9.97e36), and with some more than that a network's sums would overflow into no probability at all.
 */
export const MOST_MM = 1e12;
