/** The path below which a proxy shows this host, such as `/tours`; empty at the root. Web writes it into the page. */
export const pathBase = globalThis.document?.querySelector<HTMLMetaElement>('meta[name="path-base"]')?.content ?? '';

/** The address of a page or a call of this host, as the browser must ask for it. */
export const below = (path: string, base: string = pathBase): string => base + path;

/** The other way round: what stands in the browser, as an address of this app. */
export const within = (pathname: string, base: string = pathBase): string =>
  pathname === base || pathname.startsWith(`${base}/`) ? pathname.slice(base.length) || '/' : pathname;
