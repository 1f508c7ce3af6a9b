/** How many processes are to be killed in all; `npm run faults` asks for more than the quick share of every test run. */
export const KILLS = Number(process.env.GROUNDTREND_KILLS ?? 0);
