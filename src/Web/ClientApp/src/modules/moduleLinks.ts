import { pathOf } from '../state/routeOf';
import { rolesOf, type Session } from '../state/session';
import type { Audience, ModulePage } from './modulePage';

export function maySee(audience: Audience, signedIn: Session | null): boolean {
  if (audience === 'everybody') return true;
  if (audience === 'signed-in') return signedIn !== null;
  return rolesIn(audience).some((role) => rolesOf(signedIn).includes(role));
}

export const rolesIn = (audience: Audience): readonly string[] => (typeof audience === 'object' ? [audience.role].flat() : []);

/** The pages whose links this visitor sees in the header. */
export const linksFor = (pages: readonly ModulePage[], signedIn: Session | null): ModulePage[] =>
  pages.filter((page) => page.inHeader && maySee(page.audience, signedIn));

/** The link that is marked as the page on screen: that page's own, or that of the nearest page above it in the path. */
export function currentLink(links: readonly ModulePage[], address: string): ModulePage | undefined {
  const path = pathOf(address);
  const above = links.filter((link) => path === link.path || path.startsWith(`${link.path}/`));
  return above.sort((one, other) => other.path.length - one.path.length)[0];
}
