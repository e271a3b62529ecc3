import { useEffect, useState } from 'preact/hooks';
import { useTexts } from '../i18n/language';
import { hubState } from '../live/live';
import { useObservable } from '../state/Observable';

export function ConnectionBadge() {
  const { t } = useTexts();
  const state = useObservable(hubState);
  const text = { live: t.live, connecting: t.connecting, away: t.reconnecting }[state];
  return (
    <span
      class={`connection is-${state}`}
      title={state === 'live' ? t.liveHint : undefined}
      role="status"
      data-live={state === 'live' ? 'connected' : state}
    >
      <span class="connection-dot" aria-hidden="true" />
      <span class="connection-text">{text}</span>
    </span>
  );
}

/** A connection that comes back at once (a node drains, a phone changes cells) is not worth moving the page for. */
const notableAfter = 1_500;

/** Says in words that the numbers are not live just now. */
export function AwayNotice() {
  const { t } = useTexts();
  const isAway = useObservable(hubState) === 'away';
  const [isLong, setLong] = useState(false);
  useEffect(() => {
    setLong(false);
    if (!isAway) return;
    const timer = setTimeout(() => setLong(true), notableAfter);
    return () => clearTimeout(timer);
  }, [isAway]);
  return isAway && isLong ? (
    <p class="away-notice" role="status">
      {t.awayNotice}
    </p>
  ) : null;
}
