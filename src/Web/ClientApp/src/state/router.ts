import { Observable } from './Observable';
import { below, within } from './pathBase';

const here = () => within(location.pathname) + location.search;

/** Path and query of the page on screen, without the path base. */
export const address = new Observable(here());

addEventListener('popstate', () => address.set(here()));

export function go(to: string): void {
  if (to === address.value) return;
  history.pushState(null, '', below(to));
  address.set(to);
  scrollTo(0, 0);
}

/** Changes the address without a new entry in the history: for filters, which are no page of their own. */
export function replace(to: string): void {
  history.replaceState(null, '', below(to));
  address.set(to);
}
