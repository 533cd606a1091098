import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { resolve } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin, type Rollup } from 'vite';

const root = import.meta.dirname ?? process.cwd();

/* React Aria carries its own words in thirty languages; the apps speak two. The others become empty modules. */
function fewerLocales(): Plugin {
  const kept = /[/\\](en-US|es-ES)\.m?js$/;
  const locale = /[/\\](?:intl|private)[/\\].*[/\\]([a-z]{2}-[A-Z]{2})\.m?js$/;
  return {
    name: 'fewer-locales',
    load(id) {
      const path = id.split('?')[0] ?? id;
      if (!locale.test(path) || kept.test(path) || !path.includes('react-')) return null;
      return 'export default {};';
    },
  };
}

/* Which files the client app needs to open without a network: its page, its chunks, fonts and icon. */
function clientFiles(bundle: Rollup.OutputBundle): string[] {
  const seen = new Set<string>();
  const visit = (name: string): void => {
    const item = bundle[name];
    if (!item || seen.has(name)) return;
    seen.add(name);
    if (item.type !== 'chunk') return;
    for (const next of [...item.imports, ...item.dynamicImports]) visit(next);
    for (const css of item.viteMetadata?.importedCss ?? []) visit(css);
    for (const asset of item.viteMetadata?.importedAssets ?? []) visit(asset);
  };
  for (const [name, item] of Object.entries(bundle))
    if (item.type === 'chunk' && item.isEntry && item.facadeModuleId?.endsWith('/web/index.html')) visit(name);
  for (const name of Object.keys(bundle)) if (name.endsWith('.woff2')) seen.add(name);
  return [...seen].sort();
}

/* The service worker gets its list of files, and a name that changes when any of them does. */
function serviceWorkerList(): Plugin {
  return {
    name: 'service-worker-list',
    enforce: 'post',
    generateBundle(_options, bundle) {
      const files = clientFiles(bundle);
      const version = createHash('sha256').update(files.join('\n')).update(readFileSync(resolve(root, 'index.html'))).digest('hex').slice(0, 12);
      const worker = bundle['sw.js'];
      if (!worker || worker.type !== 'chunk') throw new Error('sw.js is missing from the build');
      worker.code = worker.code
        .replace('__FILES__', JSON.stringify(files.map((name) => '/' + name)))
        .replace('__VERSION__', version);
    },
  };
}

/* A compressed twin beside each text file, for a server that does not compress: made of the files as they were written, since
 * Vite still changes chunks after the other plugins have seen them. */
function compressedTwins(): Plugin {
  return {
    name: 'compressed-twins',
    writeBundle(options, bundle) {
      for (const name of Object.keys(bundle)) {
        if (!/\.(js|css|html|svg|json|webmanifest)$/.test(name)) continue;
        const file = resolve(options.dir ?? resolve(root, 'dist'), name);
        writeFileSync(file + '.gz', gzipSync(readFileSync(file), { level: 9 }));
      }
    },
  };
}

export default defineConfig({
  root,
  plugins: [fewerLocales(), react(), serviceWorkerList(), compressedTwins()],
  build: {
    target: ['es2022', 'chrome100', 'firefox102', 'safari15.4'],
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    sourcemap: false,
    rollupOptions: {
      input: {
        client: resolve(root, 'index.html'),
        console: resolve(root, 'console/index.html'),
        sw: resolve(root, 'client/sw.ts'),
        'console-sw': resolve(root, 'console/sw.ts'),
      },
      output: {
        entryFileNames: (chunk) => (chunk.name === 'sw' || chunk.name === 'console-sw' ? '[name].js' : 'assets/[name]-[hash].js'),
        manualChunks(id) {
          if (/node_modules\/(react|react-dom|scheduler)\//.test(id)) return 'react';
          return undefined;
        },
      },
    },
  },
  server: { proxy: { '/api': 'http://127.0.0.1:8471' } },
});
