import type { ComponentChildren } from 'preact';
import type { HubNode } from '../api/operations';
import { milliseconds } from '../i18n/format';
import { useTexts } from '../i18n/language';

/** A row per hub node; on a narrow screen a card. */
export function NodeTable({ nodes }: { nodes: HubNode[] }) {
  const { t } = useTexts();
  const texts = t.operations;
  if (nodes.length === 0) return <p class="problem">{texts.noNodes}</p>;
  const number = new Intl.NumberFormat(t.locale, { maximumFractionDigits: 1 });
  const columns: [name: string, cell: (node: HubNode) => ComponentChildren][] = [
    [texts.connections, (node) => number.format(node.connections)],
    [texts.watches, (node) => number.format(node.watches)],
    [texts.deliveries, (node) => number.format(node.deliveriesPerSecond)],
    [`${texts.latency}, p50 / p99`, (node) => `${time(node.latencyP50)} / ${time(node.latencyP99)}`],
    [texts.conflated, (node) => number.format(node.conflated)],
    [texts.slowClosed, (node) => number.format(node.slowClosed)],
    [texts.healed, (node) => number.format(node.healed)],
    [texts.outbox, (node) => number.format(node.outboxBacklog)],
    [
      texts.backplane,
      (node) => (
        <span class={`status is-${node.backplane === 'away' ? 'failed' : 'confirmed'}`}>
          {texts.states[node.backplane] ?? node.backplane}
          {node.backplaneLag != null && ` · ${time(node.backplaneLag)}`}
        </span>
      ),
    ],
  ];
  function time(value: number | null | undefined) {
    return value == null ? '–' : milliseconds(value, t.locale);
  }
  const since = new Intl.DateTimeFormat(t.locale, { dateStyle: 'short', timeStyle: 'short' });
  return (
    <div class="nodes-frame">
      <table class="nodes">
        <thead>
          <tr>
            <th scope="col">{texts.nodes}</th>
            {columns.map(([name]) => (
              <th scope="col" key={name}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {nodes.map((node) => (
            <tr key={node.node} data-node={node.node}>
              <th scope="row">
                {node.node}
                <small>{texts.since(since.format(new Date(node.startedAt)))}</small>
              </th>
              {columns.map(([name, cell]) => (
                <td key={name} data-label={name}>
                  {cell(node)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
