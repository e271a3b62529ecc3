import { useEffect, useState } from 'preact/hooks';
import type { Booking } from '../../api/bookings';
import { getSaga, type Saga } from '../../api/sagas';
import { isUnderWay } from './moneyOf';

const askEvery = 2_000;

/** How far a booking's payment or refund has come; undefined until it is known. Of a booking that simply stands it is not asked for. */
export function useSaga({ id, status }: Pick<Booking, 'id' | 'status'>): Saga | null | undefined {
  const [known, setKnown] = useState<{ of: string; saga: Saga | null }>();
  const key = `${id} ${status}`;
  useEffect(() => {
    if (status === 'confirmed' || status === 'completed' || status === 'no_show') return;
    let timer = 0;
    let over = false;
    const ask = async () => {
      let again = true;
      try {
        const saga = await getSaga(id);
        if (over) return;
        setKnown({ of: key, saga });
        again = isUnderWay(saga);
      } catch (error) {
        console.warn('the payment of a booking could not be read', String(error));
      }
      if (again && !over) timer = window.setTimeout(() => void ask(), askEvery);
    };
    void ask();
    return () => {
      over = true;
      clearTimeout(timer);
    };
  }, [key]);
  return known?.of === key ? known.saga : undefined;
}
