import { getOverview } from '../api/operations';
import { useRepeated } from '../state/useRepeated';

/** The nodes' figures, each second. */
export function useOverview() {
  const { value: overview, stale } = useRepeated(getOverview, 1_000, "the nodes' figures");
  return { overview, stale };
}
