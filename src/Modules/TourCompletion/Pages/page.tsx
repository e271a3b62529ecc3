import { useModuleTexts } from '@app/i18n/moduleTexts';
import { modulePage, type ModulePageProps } from '@app/modules/modulePage';
import { guideRole, operatorRole } from '@app/state/session';
import { useRepeated } from '@app/state/useRepeated';
import { Failure } from '@app/ui/Failure';
import { DepartureItem } from './DepartureItem';
import './guide.css';
import { listDepartures } from './guideCalls';
import { texts } from './texts';

export const pages = [
  modulePage({
    path: '/guide', title: (language) => texts[language].title, audience: { role: [guideRole, operatorRole] }, inHeader: true, component: Guide,
  }),
];

const refreshEvery = 10_000;

function Guide({ demoSignIn }: ModulePageProps) {
  const t = useModuleTexts(texts);
  const { value: departures, setValue, stale } = useRepeated(listDepartures, refreshEvery, 'The departures');
  if (departures === null) return stale ? <Failure text={t.failed} /> : <div aria-busy="true" />;
  // Where it fails, the next refresh brings it.
  const reload = () => listDepartures(new AbortController().signal).then(setValue, () => undefined);
  return (
    <>
      <p class="muted">{t.lead}</p>
      {stale && (
        <p class="problem" role="status">
          {t.stale}
        </p>
      )}
      {departures.length === 0 && <p class="empty">{t.none}</p>}
      <ul class="guide-departures">
        {departures.map((departure) => (
          <DepartureItem key={`${departure.tourId} ${departure.date}`} departure={departure} isDemo={demoSignIn} onChanged={() => void reload()} />
        ))}
      </ul>
    </>
  );
}
