import { defineConfig } from 'vite';

export default defineConfig({
  // Relative, so that the build runs from any folder of any host.
  base: './',
  server: {
    port: 5173,
    // Cargo writes thousands of files there; none is part of the page.
    watch: { ignored: ['**/target/**'] },
  },
  // By default every HTML file of the repository is searched for what to bundle ahead, cargo's documentation included.
  optimizeDeps: { entries: ['index.html'] },
  worker: { format: 'es' },
  build: { target: 'es2022' },
});
