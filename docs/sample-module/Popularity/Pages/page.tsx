import { request } from '@app/api/http/request';
import { useModuleTexts } from '@app/i18n/moduleTexts';
import { modulePage, type ModulePageProps } from '@app/modules/modulePage';
import { useRepeated } from '@app/state/useRepeated';
import { Failure } from '@app/ui/Failure';
import { texts } from './texts';

const path = '/popularity/:tourId';

export const pages = [
  modulePage({ path, title: (language) => texts[language].title, audience: 'everybody', inHeader: false, component: Popularity }),
];

function Popularity({ parameters }: ModulePageProps<typeof path>) {
  const t = useModuleTexts(texts);
  const { value, stale } = useRepeated((signal) => soldOf(parameters.tourId, signal), 10_000, 'The popularity');
  if (value === null) return stale ? <Failure text={t.failed} /> : null;
  return <p>{t.sold(value)}</p>;
}

async function soldOf(tourId: string, signal: AbortSignal): Promise<number> {
  const { data } = await request<{ seats: number }>(`/api/tours/${encodeURIComponent(tourId)}/popularity`, { signal });
  return data.seats;
}
