import path from 'node:path';
import { defineConfig } from 'vite';

const backend = process.env.BACKEND_URL ?? 'http://localhost:3000';

/** Modules lie outside this folder: they name the app's files by `@app`, and find its packages. */
export const modulesOutside = { alias: { '@app': path.resolve(import.meta.dirname, 'src') }, dedupe: ['preact'] };

export default defineConfig({
  resolve: modulesOutside,
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  // Web puts the path below which a proxy shows it (PATH_BASE) into index.html; all other files find each other.
  base: './',
  build: {
    target: 'es2022',
    // The fonts are files of their own, so that the browser's cache keeps them over releases.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  // `npm run dev`: pages from here with hot reload, REST and /config.json from a running Web host.
  server: { proxy: { '/api': backend, '/config.json': backend }, fs: { allow: ['.', '../../Modules'] } },
});
