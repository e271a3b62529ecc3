import { useEffect } from 'preact/hooks';
import { listBookings } from '@app/api/bookings';
import { getAccount, listRewards, listTiers, listTransactions, listVouchers } from '@app/api/loyalty';
import { hubState, loyaltyChanges } from '@app/live/live';
import { useRepeated } from '@app/state/useRepeated';

/** The hub tells most changes at once; this finds the others, as points that a cancelled booking takes back. */
const askEvery = 30_000;

async function load(signal?: AbortSignal) {
  const [{ account, progress }, { tiers }, { rewards }, { vouchers }, history, usedCodes] = await Promise.all([
    getAccount(signal), listTiers(signal), listRewards(signal), listVouchers(signal), listTransactions(null, signal), codesInUse(signal),
  ]);
  return { account, progress, tiers, rewards, vouchers, history, usedCodes };
}

export type Loyalty = Awaited<ReturnType<typeof load>>;

/** Everything on the page, anew whenever the hub says that it changed. */
export function useLoyalty() {
  const { value: loyalty, setValue, stale } = useRepeated(load, askEvery, 'Loyalty');
  const reload = () => void load().then(setValue, (error: unknown) => console.warn('Loyalty could not be read', String(error)));
  useEffect(() => {
    const ends = [loyaltyChanges.subscribe(reload), hubState.subscribe((state) => state === 'live' && reload())]; // what it missed while away
    return () => ends.forEach((end) => end());
  }, []);
  return { loyalty, stale, reload };
}

/** Whether a voucher is used is the bookings' knowledge. Without their answer it shows as unused, and booking with it is refused. */
async function codesInUse(signal?: AbortSignal): Promise<ReadonlySet<string>> {
  try {
    const { data } = await listBookings(signal);
    const living = data.bookings.filter(({ status }) => status !== 'cancelled' && status !== 'failed');
    return new Set(living.flatMap(({ voucherCode }) => voucherCode ?? []));
  } catch {
    return new Set();
  }
}
