import type { ComponentChildren } from 'preact';
import { below } from '../state/pathBase';
import { go } from '../state/router';

/** A real link, so that opening in a new tab works; a plain click stays in the page. */
export function Link(props: { to: string; class?: string; children: ComponentChildren; current?: boolean; label?: string; testId?: string }) {
  const follow = (event: MouseEvent) => {
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    go(props.to);
  };
  return (
    <a
      href={below(props.to)}
      class={props.class}
      onClick={follow}
      aria-current={props.current ? 'page' : undefined}
      aria-label={props.label}
      data-testid={props.testId}
    >
      {props.children}
    </a>
  );
}
