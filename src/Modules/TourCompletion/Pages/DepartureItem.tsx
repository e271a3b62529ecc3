import { ApiProblem } from '@app/api/http/request';
import { longDayAndTime } from '@app/i18n/format';
import { useTexts } from '@app/i18n/language';
import { useModuleTexts } from '@app/i18n/moduleTexts';
import { useObservable } from '@app/state/Observable';
import { operatorRole, rolesOf, session } from '@app/state/session';
import { showToast } from '@app/state/toasts';
import { Icon } from '@app/ui/Icon';
import { useState } from 'preact/hooks';
import { AttendanceForm } from './AttendanceForm';
import { completeNow, type GuidedDeparture } from './guideCalls';
import { texts } from './texts';

export function DepartureItem(props: { departure: GuidedDeparture; isDemo: boolean; onChanged: () => void }) {
  const { departure, isDemo, onChanged } = props;
  const t = useModuleTexts(texts);
  const { date } = useTexts();
  const [open, setOpen] = useState(false);
  const begun = Date.parse(departure.date) <= Date.now();
  return (
    <li class="guide-departure" data-tour={departure.tourId}>
      <div class="guide-departure-head">
        <h2>{departure.tourName}</h2>
        <State open={departure.open} begun={begun} />
      </div>
      <ul class="card-facts">
        <li>
          <Icon name="calendar" />
          <time dateTime={departure.date}>{date(departure.date, departure.timeZone, longDayAndTime)}</time>
        </li>
        <li>
          <Icon name="people" />
          {t.guests(departure.participants, departure.parties)}
        </li>
      </ul>
      <div class="guide-departure-foot">
        <button type="button" class="button is-quiet" aria-expanded={open} data-testid="manifest" onClick={() => setOpen(!open)}>
          {open ? t.hide : t.show}
        </button>
        {isDemo && departure.open > 0 && <CompleteNowButton departure={departure} onChanged={onChanged} />}
      </div>
      {open && <AttendanceForm key={departure.open} departure={departure} begun={begun} onChanged={onChanged} />}
    </li>
  );
}

/** For a demo: the server has it in Development, where it gives out tokens as well. */
function CompleteNowButton({ departure, onChanged }: { departure: GuidedDeparture; onChanged: () => void }) {
  const t = useModuleTexts(texts);
  const isOperator = rolesOf(useObservable(session)).includes(operatorRole);
  const complete = async () => {
    try {
      const { completed } = await completeNow(departure);
      showToast('good', t.completedNow(completed.length));
      onChanged();
    } catch (error) {
      showToast('bad', t.didNotWork, error instanceof ApiProblem ? error.message : undefined);
    }
  };
  return isOperator ? (
    <button type="button" class="button is-quiet" data-testid="complete-now" onClick={() => void complete()}>
      {t.completeNow}
    </button>
  ) : null;
}

function State({ open, begun }: { open: number; begun: boolean }) {
  const t = useModuleTexts(texts);
  if (open === 0) return <span class="status is-confirmed">{t.allConfirmed}</span>;
  return begun ? <span class="status is-pending">{t.open(open)}</span> : <span class="status">{t.notBegun}</span>;
}
