import { ApiProblem, NoAnswer } from './request';

const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
const waits = [300, 1_000, 2_500];

/**
 * Sends again where the answer was lost, the server was briefly away, or an earlier send of the same key is still running.
 * Safe because every send carries the same Idempotency-Key: the server replays its first answer.
 */
export async function submitOnce<T>(send: () => Promise<T>, wait: (ms: number) => Promise<void> = sleep): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await send();
    } catch (error) {
      const pause = waits[attempt];
      if (pause === undefined || !isWorthAnotherSend(error)) throw error;
      await wait(pause);
    }
  }
}

function isWorthAnotherSend(error: unknown): boolean {
  if (error instanceof NoAnswer) return true;
  if (!(error instanceof ApiProblem)) return false;
  return [502, 503, 504].includes(error.status) || error.code === 'idempotency_in_flight';
}
