import { defineConfig } from 'vite';
import { modulesOutside } from './vite.config';

// The unit tests run on Node's own test runner; Vite only turns the TypeScript into one module for it.
export default defineConfig({
  resolve: modulesOutside,
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    ssr: 'tests/all.ts',
    outDir: '.test-build',
    target: 'node20',
    rolldownOptions: { output: { entryFileNames: 'tests.mjs' } },
  },
});
