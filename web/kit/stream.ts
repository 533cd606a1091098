/* Live events. A browser allows six connections to a host, so all tabs share one stream: the tab that holds the lock
 * opens it and passes each event on; when that tab closes, the lock falls to the next one. */

export type StreamState = 'connecting' | 'live' | 'lost';

interface Passed {
  event: string;
  data: string;
}

export interface StreamOptions {
  path: string;
  events: readonly string[];
  onEvent: (event: string, data: unknown) => void;
  onState: (state: StreamState) => void;
}

function parse(data: string): unknown {
  try {
    return JSON.parse(data) as unknown;
  } catch {
    return null;
  }
}

/* One EventSource, reopened for as long as the page wants it. A refused stream (not a dropped one) is closed by the
 * browser for good, so it is opened again here, at most every 15 s. */
function connect(options: StreamOptions, pass: (message: Passed) => void, state: (state: StreamState) => void): () => void {
  let source: EventSource | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let wait = 1_000;
  const open = (): void => {
    source = new EventSource('/api/v1' + options.path);
    source.onopen = () => {
      wait = 1_000;
      state('live');
    };
    source.onerror = () => {
      state('lost');
      if (source?.readyState !== EventSource.CLOSED) return;
      timer = setTimeout(open, wait);
      wait = Math.min(wait * 2, 15_000);
    };
    for (const event of options.events)
      source.addEventListener(event, (message) => {
        pass({ event, data: String((message as MessageEvent<unknown>).data) });
      });
  };
  open();
  return () => {
    clearTimeout(timer);
    source?.close();
  };
}

export function openStream(options: StreamOptions): () => void {
  const deliver = (message: Passed): void => options.onEvent(message.event, parse(message.data));
  options.onState('connecting');
  if (!('locks' in navigator) || !('BroadcastChannel' in window)) return connect(options, deliver, options.onState);

  const channel = new BroadcastChannel('heed' + options.path);
  const stop = new AbortController();
  let leading = false;
  let current: StreamState = 'connecting';
  channel.onmessage = (message: MessageEvent<{ kind: 'event' | 'state' | 'ask'; event?: string; data?: string; state?: StreamState }>) => {
    const { kind, event, data, state } = message.data;
    if (kind === 'event' && event !== undefined && data !== undefined) deliver({ event, data });
    else if (kind === 'state' && state) options.onState(state);
    else if (kind === 'ask' && leading) channel.postMessage({ kind: 'state', state: current });
  };
  channel.postMessage({ kind: 'ask' });
  const lead = async (): Promise<void> => {
    leading = true;
    const close = connect(
      options,
      (passed) => {
        deliver(passed);
        channel.postMessage({ kind: 'event', ...passed });
      },
      (state) => {
        current = state;
        options.onState(state);
        channel.postMessage({ kind: 'state', state });
      },
    );
    await new Promise<void>((done) => stop.signal.addEventListener('abort', () => done(), { once: true }));
    close();
  };
  navigator.locks.request('heed' + options.path, { signal: stop.signal }, lead).catch(() => undefined);
  return () => {
    stop.abort();
    channel.close();
  };
}
