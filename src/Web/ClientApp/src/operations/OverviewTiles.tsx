import type { Overview } from '../api/operations';
import { milliseconds } from '../i18n/format';
import { useTexts } from '../i18n/language';

/** The whole system in six figures. */
export function OverviewTiles({ overview }: { overview: Overview }) {
  const { t } = useTexts();
  const { nodes, deadLetters } = overview;
  const sum = (figure: (node: Overview['nodes'][number]) => number) => nodes.reduce((total, node) => total + figure(node), 0);
  // Every node asks the same database and has the same sum of viewers.
  const most = (figure: (node: Overview['nodes'][number]) => number) => Math.max(0, ...nodes.map(figure));
  const slowest = nodes.map((node) => node.latencyP99).filter((p99) => p99 != null);
  const letters = deadLetters.reduce((total, of) => total + (of.count ?? 0), 0);
  const number = new Intl.NumberFormat(t.locale, { maximumFractionDigits: 0 });
  const tiles: [name: string, value: string, bad?: boolean][] = [
    [t.operations.connections, number.format(sum((node) => node.connections))],
    [t.operations.viewers, number.format(most((node) => node.viewers))],
    [t.operations.deliveries, number.format(sum((node) => node.deliveriesPerSecond))],
    [`${t.operations.latency}, p99`, slowest.length > 0 ? milliseconds(Math.max(...slowest), t.locale) : '–'],
    [t.operations.outbox, number.format(most((node) => node.outboxBacklog))],
    [t.operations.deadLetters, number.format(letters), letters > 0],
  ];
  return (
    <dl class="tiles">
      {tiles.map(([name, value, bad]) => (
        <div key={name} class={bad ? 'tile is-bad' : 'tile'}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
