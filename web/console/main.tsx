import '../kit/base.css';
import '../kit/kit.css';
import './console.css';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { createRoot } from 'react-dom/client';
import { ApiError } from '../kit/api';
import { startI18n } from '../kit/i18n';
import { rereadOvertaken } from '../kit/overtaken';
import { startTheme } from '../kit/theme';
import { recall } from '../kit/storage';
import { App } from './App';

startTheme();
if (recall('density') === 'close') document.documentElement.dataset['density'] = 'close';

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      networkMode: 'always',
      staleTime: 5_000,
      retry: (count, error) => count < 2 && error instanceof ApiError && (error.status === 0 || error.status >= 500),
      retryDelay: (attempt) => 400 * 2 ** attempt,
    },
    mutations: { networkMode: 'always' },
  },
});
rereadOvertaken(queries);

async function start(): Promise<void> {
  await startI18n(import.meta.glob('./messages/**/*.json'));
  const root = document.getElementById('root');
  if (!root) throw new Error('no root');
  createRoot(root).render(
    <QueryClientProvider client={queries}>
      <App />
    </QueryClientProvider>,
  );
}

void start();
