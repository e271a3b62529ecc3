const longest = 10_000;

/**
 * How long to wait before the nth attempt in a row (0 = the first), in ms. Full jitter: after a node dies its watchers must
 * not come back in one wave. Never gives up; at most ten seconds, so that a returned hub is found soon.
 */
export function reconnectDelay(attempt: number, random: () => number = Math.random): number {
  const ceiling = Math.min(longest, 500 * 2 ** Math.min(attempt, 10));
  return Math.round(ceiling * (0.2 + 0.8 * random()));
}
