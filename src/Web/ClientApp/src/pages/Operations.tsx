import { Fragment } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { language, useTexts } from '../i18n/language';
import type { OperatorSection } from '../modules/modulePage';
import { DeadLetters } from '../operations/DeadLetters';
import { EventLog } from '../operations/EventLog';
import { NodeTable } from '../operations/NodeTable';
import { OverviewTiles } from '../operations/OverviewTiles';
import { ReplayForm } from '../operations/ReplayForm';
import { Suppliers } from '../operations/Suppliers';
import { useOverview } from '../operations/useOverview';
import { askToSignIn } from '../shell/SignInDialog';
import { useObservable } from '../state/Observable';
import { operatorRole, rolesOf, session } from '../state/session';
import { canSignIn } from '../state/signInWays';

export function Operations({ moduleSections }: { moduleSections: readonly OperatorSection[] }) {
  const { t } = useTexts();
  const signedIn = useObservable(session);
  useEffect(() => void (document.title = `${t.operations.title} · ${t.brand}`), [t]);
  return (
    <section class="operations">
      <h1>{t.operations.title}</h1>
      {rolesOf(signedIn).includes(operatorRole) ? (
        <Fragment key={signedIn!.token}>
          <Live />
          <ModuleSections sections={moduleSections} />
        </Fragment>
      ) : (
        <div class="empty">
          <p class="empty-title">{signedIn ? t.operations.needsRole : t.operations.needsSignIn}</p>
          {canSignIn() && (
            <button type="button" class="button" data-testid="operator-sign-in" onClick={() => void askToSignIn(true)}>
              {t.operations.signIn}
            </button>
          )}
        </div>
      )}
    </section>
  );
}

function ModuleSections({ sections }: { sections: readonly OperatorSection[] }) {
  const inLanguage = useObservable(language);
  return sections.map(({ title, component: Section }) => (
    <section key={title('en')}>
      <h2>{title(inLanguage)}</h2>
      <Section />
    </section>
  ));
}

function Live() {
  const { t } = useTexts();
  const { overview, stale } = useOverview();
  const [chosen, choose] = useState<string | null>(null);
  if (!overview) return <p class="muted">{stale ? t.loadFailed : t.loading}</p>;
  const consumer = overview.deadLetters.find((of) => of.consumer === chosen) ?? overview.deadLetters[0];
  return (
    <>
      <p class="muted">{t.operations.lead}</p>
      {stale && (
        <p class="away-notice" role="status">
          {t.operations.stale}
        </p>
      )}
      <OverviewTiles overview={overview} />
      <h2>{t.operations.nodes}</h2>
      <NodeTable nodes={overview.nodes} />
      <h2>{t.suppliers.title}</h2>
      <Suppliers />
      <h2>{t.operations.deadLetters}</h2>
      <div class="consumers" role="group" aria-label={t.operations.deadLetters}>
        {overview.deadLetters.map((of) => (
          <button
            type="button"
            key={of.consumer}
            class="chip"
            aria-pressed={of === consumer}
            data-consumer={of.consumer}
            onClick={() => choose(of.consumer)}
          >
            {of.consumer} <span class={of.count ? 'count is-some' : 'count'}>{of.count ?? '?'}</span>
          </button>
        ))}
      </div>
      {consumer && <DeadLetters key={consumer.consumer} consumer={consumer.consumer} count={consumer.count ?? null} />}
      <h2>{t.events.title}</h2>
      <EventLog />
      <h2>{t.events.replayTitle}</h2>
      <p class="muted replay-lead">{t.events.replayLead}</p>
      <ReplayForm consumers={overview.deadLetters.map((of) => of.consumer)} />
    </>
  );
}
