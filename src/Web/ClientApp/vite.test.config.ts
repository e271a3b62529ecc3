import { defineConfig } from 'vite';

// The unit tests run on Node's own test runner; Vite only turns the TypeScript into one module for it.
export default defineConfig({
  build: {
    ssr: 'tests/all.ts',
    outDir: '.test-build',
    target: 'node20',
    rolldownOptions: { output: { entryFileNames: 'tests.mjs' } },
  },
});
