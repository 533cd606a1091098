import '../kit/base.css';
import '../kit/kit.css';
import './client.css';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { createRoot } from 'react-dom/client';
import { ApiError } from '../kit/api';
import { startI18n } from '../kit/i18n';
import { rereadOvertaken } from '../kit/overtaken';
import { startTheme } from '../kit/theme';
import { App } from './App';
import { listenForExit } from './exit';
import { guessCountry, keepHelp } from './help';

startTheme();
listenForExit();

/* An invite written as a path works too; the token moves behind the "#" at once. */
const invited = /^\/invite\/([\w-]+)$/.exec(location.pathname);
if (invited?.[1]) history.replaceState(null, '', '/#/invite/' + invited[1]);

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      networkMode: 'always',
      refetchOnWindowFocus: false,
      retry: (count, error) => count < 2 && error instanceof ApiError && (error.status === 0 || error.status >= 500),
      retryDelay: (attempt) => 400 * 2 ** attempt,
    },
    mutations: { networkMode: 'always' },
  },
});
rereadOvertaken(queries);

/* Kept offline by the service worker; asked for again once it is in charge, so that the answers pass through it. */
function startWorker(): void {
  if (!('serviceWorker' in navigator)) return;
  navigator.serviceWorker.addEventListener('controllerchange', () => {
    void queries.invalidateQueries({ queryKey: ['help'], refetchType: 'none' });
    for (const key of ['session', 'home', 'lesson']) void queries.invalidateQueries({ queryKey: [key] });
    keepHelp(queries, guessCountry());
  });
  navigator.serviceWorker.register('/sw.js').catch(() => undefined);
}

async function start(): Promise<void> {
  await startI18n(import.meta.glob('./messages/**/*.json'));
  const root = document.getElementById('root');
  if (!root) throw new Error('no root');
  createRoot(root).render(
    <QueryClientProvider client={queries}>
      <App />
    </QueryClientProvider>,
  );
  keepHelp(queries, guessCountry());
  if (import.meta.env.PROD) startWorker();
}

void start();
