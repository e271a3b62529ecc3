export type Route = { page: 'tours' } | { page: 'tour'; tourId: string } | { page: 'bookings' } | { page: 'operations' } | { page: 'unknown' };

/** Which of the app's own pages an address names. Modules' pages come after them, where this says `unknown`. */
export function routeOf(address: string): Route {
  const path = pathOf(address);
  if (path === '/' || path === '/tours') return { page: 'tours' };
  if (path === '/bookings') return { page: 'bookings' };
  if (path === '/operations') return { page: 'operations' };
  const tour = matchPath('/tours/:tourId', path);
  return tour ? { page: 'tour', tourId: tour.tourId! } : { page: 'unknown' };
}

/** An address without its query and without a slash at its end. */
export const pathOf = (address: string): string => address.split('?')[0]!.replace(/\/+$/, '') || '/';

/** `/loyalty/:userId` and `/loyalty/ben` → `{ userId: 'ben' }`; null where they do not fit. A parameter is one part of a path, never empty. */
export function matchPath(pattern: string, path: string): Record<string, string> | null {
  const wanted = pattern.split('/');
  const given = path.split('/');
  if (wanted.length !== given.length) return null;
  const parameters: Record<string, string> = {};
  for (const [at, part] of wanted.entries()) {
    const text = given[at]!;
    if (!part.startsWith(':')) {
      if (part !== text) return null;
      continue;
    }
    const value = decode(text);
    if (!value) return null;
    parameters[part.slice(1)] = value;
  }
  return parameters;
}

function decode(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null; // `%` without two digits: no address of ours
  }
}
