/* A stand-in for the server, for work on the apps and for pictures of their parts. It keeps everything in memory, its
 * "screening" is three regular expressions, and nothing of it is shipped. Run: node dev/server.mjs [port] */
import { createServer } from 'node:http';
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { seed, nextId } from './seed.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const dist = join(here, '..', 'dist');
const types = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml', '.woff2': 'font/woff2', '.webmanifest': 'application/manifest+json' };
const csp =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; media-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

const db = seed();
const streams = { staff: new Set(), client: new Set() };
let eventId = 1;

const emit = (kind, event, data) => {
  for (const out of streams[kind]) out.write(`id: ${eventId}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  eventId += 1;
};
const now = () => new Date().toISOString();
const journal = (actor, action, resource, id, reason = null) =>
  db.journal.unshift({ index: db.journal.length, time: now(), actor, action, resource, resource_id: id, reason, hash: randomUUID().replaceAll('-', '').repeat(2) });

class Refuse extends Error {
  constructor(status, code, message, extra = {}) {
    super(message);
    Object.assign(this, { status, code, extra });
  }
}

/* ---- what happens to a client's message ---- */
const finding = (text, pattern, concept, level, why) => {
  const match = pattern.exec(text);
  if (!match) return [];
  const start = Buffer.byteLength(text.slice(0, match.index));
  return [{ id: randomUUID(), concept, level, base_level: level, start, end: start + Buffer.byteLength(match[0]), turn: 0, context: { time: 'now', experiencer: 'self' }, source: 'phrase', confidence: 880, phrase: 'en.suicide#4', why, mark: null }];
};

function screen(text) {
  const findings = [
    ...finding(text, /want to die|end my life|kill myself/i, 'suicide.active', 3, 'Says that they want to end their life.'),
    ...finding(text, /tonight|letters? (is|are) written|have the pills/i, 'suicide.plan', 4, 'Names a time or a preparation.'),
    ...finding(text, /hopeless|cannot sleep|no point/i, 'distress.hopelessness', 1, 'Sounds hopeless.'),
  ];
  const level = Math.max(0, ...findings.map((each) => each.level));
  return { id: randomUUID(), level, levels: { suicide: level }, time_frame: level === 4 ? 'now' : 'unstated', experiencer: 'self', lang: 'en', findings, override: null, engine: 'libheed 0.1.0', packs: '5f0c1d2e' };
}

const stateOf = ({ messages: _messages, ...rest }) => rest;

function makeAlert(conversation, client, message, verdict) {
  const alert = {
    id: randomUUID(), version: 1, priority: verdict.level === 4 ? 1 : 2, level: verdict.level, state: 'open', client: { id: client.id, pseudonym: client.pseudonym, name: client.name },
    conversation_id: conversation.id, message_id: message.id, reason: verdict.findings.map((each) => each.why).join(' '), concepts: verdict.findings.map((each) => each.concept),
    created_at: now(), deadline_at: new Date(Date.now() + 15 * 60_000).toISOString(), deadline_kind: 'acknowledge', missed: false, escalation_step: 0, owner: null,
    acknowledged_at: null, contacted_at: null, resolved_at: null, events: 1,
  };
  db.alerts.push(alert);
  conversation.alert_state = 'sent';
  conversation.state = 'held';
  conversation.speaker = 'script';
  emit('staff', 'alert', alert);
}

function reply(conversation, fields) {
  const message = { id: nextId(), client_message_id: null, role: 'assistant', author: { name: 'Guide', role: 'ai' }, ai: true, text: '', state: 'answered', changed_by_safety: false, held: null, created_at: now(), verdict: null, decision: null, original: null, review: null, ...fields };
  conversation.messages.push(message);
  emit('client', 'message', message);
  return message;
}

function streamed(conversation, message) {
  const sentences = ['That sounds like a lot to carry. ', 'Thank you for putting it into words. ', 'What has been the hardest part of today?'];
  const answer = reply(conversation, { state: 'checking' });
  sentences.forEach((text, index) =>
    setTimeout(() => {
      answer.text += text;
      emit('client', 'delta', { message_id: answer.id, text });
      if (index < sentences.length - 1) return;
      answer.state = 'answered';
      message.state = 'answered';
      emit('client', 'message', message);
      emit('client', 'message', answer);
    }, 500 * (index + 1)),
  );
}

function answer(conversation, client, message) {
  if (conversation.state === 'held') {
    const text = message.verdict.level >= 3 ? 'I am really glad you told me. What you wrote matters, and you deserve a person with you in this, now. Is anybody near you at the moment?' : 'Thank you. Is there somebody who could be with you while we wait?';
    message.state = 'answered';
    reply(conversation, { role: 'script', ai: false, author: { name: 'Safety questions', role: 'script' }, text });
  } else if (/dose|medication/i.test(message.text)) {
    const shown = reply(conversation, { text: '', state: 'held', original: 'You could try taking half of the dose for a few days and see how you feel.' });
    const review = { id: randomUUID(), version: 1, state: 'pending', client: { id: client.id, pseudonym: client.pseudonym, name: client.name }, conversation_id: conversation.id, message_id: shown.id, original: shown.original, shown: null, reason: 'Suggests changing a dose.', created_at: now(), deadline_at: new Date(Date.now() + 600_000).toISOString(), decided_by: null, decided_at: null };
    shown.held = { id: review.id, expected_wait_text: 'Usually less than 10 minutes.' };
    shown.review = review;
    db.reviews.push(review);
    emit('client', 'message', shown);
    emit('staff', 'review', review);
  } else if (/diagnos/i.test(message.text)) {
    reply(conversation, { text: 'I cannot tell you whether it is a disorder: only a clinician who knows you can. I can help you write down what you notice, so that you can show it to one.', state: 'replaced', changed_by_safety: true, original: 'It sounds like you have bipolar disorder.' });
  } else streamed(conversation, message);
  emit('client', 'message', message);
  emit('client', 'state', stateOf(conversation));
  emit('staff', 'message', { conversation_id: conversation.id });
}

/* ---- routes ---- */
const need = (found, what) => {
  if (!found) throw new Refuse(404, 'not_found', `No such ${what}.`);
  return found;
};
const page = (items) => ({ items, next: null });
const alertOf = (id) => need(db.alerts.find((each) => each.id === id), 'alert');
const conversationOf = (id) => need(db.conversations.find((each) => each.id === id), 'conversation');
const conversationOfClient = () => conversationOf(db.me.conversation_id);
const changed = (row, body) => {
  if (body.version !== row.version) throw new Refuse(409, 'conflict', 'Changed meanwhile.', row);
  row.version += 1;
};
const actAlert = (action, change) => (id, body) => {
  const alert = alertOf(id);
  changed(alert, body);
  change(alert, body);
  const conversation = conversationOf(alert.conversation_id);
  conversation.alert_state = 'seen';
  conversation.alert_person = db.staff.name;
  emit('client', 'state', stateOf(conversation));
  journal(db.staff.name, `alert.${action}`, 'alert', id, body.reason ?? body.outcome ?? null);
  emit('staff', 'alert', alert);
  return alert;
};
const decideReview = (state) => (id, body) => {
  const review = need(db.reviews.find((each) => each.id === id), 'review');
  changed(review, body);
  const shown = { approved: review.original, edited: body.text, rejected: 'This reply was not right for you, so it was not sent. A person of the team will write to you.' }[state];
  Object.assign(review, { state, shown, decided_by: db.staff.name, decided_at: now() });
  const message = conversationOf(review.conversation_id).messages.find((each) => each.id === review.message_id);
  if (message) {
    Object.assign(message, { text: shown, held: null, state: state === 'rejected' ? 'replaced' : 'released', changed_by_safety: state !== 'approved' });
    emit('client', 'message', message);
  }
  journal(db.staff.name, `review.${state}`, 'review', id, body.reason ?? null);
  emit('staff', 'review', review);
  return review;
};
const withClient = (conversation) => ({ conversation: stateOf(conversation), client: need(db.clients.find((each) => each.conversation_id === conversation.id), 'client'), messages: conversation.messages, alerts: db.alerts.filter((each) => each.conversation_id === conversation.id) });

const routes = [
  ['GET', '/health', () => ({ status: 'ok', version: '0.1.0', mode: 'demo', clock: 'system' })],
  ['GET', '/help', (_q, query) => db.help(query.get('lang'), query.get('country'))],
  ['POST', '/staff/login', (body) => {
    if (body.password !== 'demo') throw new Refuse(401, 'bad_login', 'Login or password is wrong.');
    if (body.login === 'admin' && !body.totp) throw new Refuse(401, 'totp_required', 'Code needed.');
    db.staffIn = true;
    return db.staffSession;
  }],
  ['GET', '/staff/session', () => (db.staffIn ? db.staffSession : refuse())],
  ['POST', '/staff/logout', () => ((db.staffIn = false), {})],
  ['GET', '/invites/:id', (id) => (id === 'open' || id === 'abierta' ? { state: 'open', second_fact: 'birth_year', programme: { name: 'Harbour Programme', mode: 'chatbot' }, lang: id === 'open' ? 'en' : 'es' } : { state: id === 'expired' ? 'expired' : 'used', second_fact: 'birth_year', programme: { name: 'Harbour Programme', mode: 'chatbot' }, lang: 'en' })],
  ['POST', '/invites/:id/accept', (_id, body) => {
    if (body.second_fact !== '1990') throw new Refuse(401, 'wrong_fact', 'Does not match.');
    db.clientIn = true;
    return db.clientSession;
  }],
  ['GET', '/client/session', () => (db.clientIn ? db.clientSession : refuse())],
  ['POST', '/client/logout', () => ((db.clientIn = false), emit('client', 'session_end', {}), {})],
  ['GET', '/client/about', (_q, query) => db.about[query.get('lang')] ?? db.about.en],
  ['GET', '/client/consents', () => page(db.consents)],
  ['PUT', '/client/consents/:id', (kind, body) => Object.assign(need(db.consents.find((each) => each.kind === kind), 'consent'), { state: body.state, changed_at: now() })],
  ['GET', '/client/place', () => db.place],
  ['PUT', '/client/place', (body) => Object.assign(db.place, body, { asked_at: now() })],
  ['PUT', '/client/contact', (body) => Object.assign(db.place, body)],
  ['GET', '/client/access', () => page([{ at: now(), action: 'view', what: 'message', name: 'Dr. Ines Calder', role: 'clinician', own: false }])],
  ['GET', '/client/requests', () => page(db.requests)],
  ['POST', '/client/requests', (body) => (db.requests.unshift({ id: randomUUID(), version: 1, kind: body.kind, state: 'open', note: body.note ?? null, created_at: now(), due_at: new Date(Date.now() + 30 * 86400_000).toISOString(), late: false, answer: null, decided_by: null, decided_at: null }), db.requests[0])],
  ['GET', '/client/demographics', () => ({ answers: {}, declined: [] })],
  ['PUT', '/client/demographics', (body) => body],
  ['GET', '/client/conversation', () => conversationOfClient()],
  ['GET', '/client/home', () => ({ next: { kind: 'plan' }, modules: [], homework: [], plan: null })],
  ['GET', '/client/questionnaires', () => ({ waiting: [], done: [], next: [], time_zone: null })],
  ['GET', '/client/safety-plan', () => ({ plan: null, history: [] })],
  ['GET', '/client/data', () => ({ format: 'heedwell.client_data.1', consents: db.consents, conversation: conversationOfClient(), next: null })],
  ['POST', '/client/messages', (body) => {
    const conversation = conversationOfClient();
    const known = conversation.messages.find((each) => each.client_message_id === body.client_message_id);
    if (known) return { message: known };
    const message = { id: nextId(), client_message_id: body.client_message_id, role: 'client', author: null, ai: false, text: body.text, state: 'checking', changed_by_safety: false, held: null, created_at: now(), verdict: screen(body.text), decision: null, original: null, review: null };
    conversation.messages.push(message);
    if (message.verdict.level >= 3) makeAlert(conversation, db.me, message, message.verdict);
    setTimeout(() => answer(conversation, db.me, message), 400);
    return { message };
  }],
  ['GET', '/staff/alerts', (_q, query) => page(db.alerts.filter((each) => (query.get('state') ?? each.state).split(',').includes(each.state) && (!query.get('mine') || each.owner?.id === db.staff.id)).sort((a, b) => a.deadline_at?.localeCompare(b.deadline_at ?? '') ?? a.priority - b.priority))],
  ['GET', '/staff/alerts/:id', (id) => ({ ...alertOf(id), history: db.alerts.filter((each) => each.client.id === alertOf(id).client.id && each.id !== id) })],
  ['POST', '/staff/alerts/:id/acknowledge', actAlert('acknowledge', (alert) => Object.assign(alert, { state: 'acknowledged', acknowledged_at: now(), owner: { id: db.staff.id, name: db.staff.name }, deadline_kind: 'contact', deadline_at: new Date(Date.now() + 30 * 60_000).toISOString(), missed: false }))],
  ['POST', '/staff/alerts/:id/take', actAlert('take', (alert) => Object.assign(alert, { state: 'taken', acknowledged_at: alert.acknowledged_at ?? now(), owner: { id: db.staff.id, name: db.staff.name }, deadline_kind: 'contact' }))],
  ['POST', '/staff/alerts/:id/contact', actAlert('contact', (alert) => Object.assign(alert, { state: 'contacted', contacted_at: now(), deadline_at: null, deadline_kind: null }))],
  ['POST', '/staff/alerts/:id/resolve', (id, body) => {
    const alert = alertOf(id);
    if (alert.priority <= 2 && !alert.contacted_at && body.reason !== 'false_alarm') throw new Refuse(409, 'contact_first', 'Record a contact first.');
    return actAlert('resolve', (row) => Object.assign(row, { state: 'resolved', resolved_at: now(), deadline_at: null, deadline_kind: null }))(id, body);
  }],
  ['GET', '/staff/presence', () => page([])],
  ['GET', '/staff/conversations/:id', (id) => withClient(conversationOf(id))],
  ['POST', '/staff/conversations/:id/messages', (id, body) => {
    const conversation = conversationOf(id);
    conversation.person = { name: db.staff.name, role: 'clinician' };
    conversation.speaker = 'person';
    const message = reply(conversation, { role: 'staff', ai: false, author: { name: db.staff.name, role: 'clinician' }, text: body.text });
    emit('client', 'state', stateOf(conversation));
    emit('staff', 'message', { conversation_id: id });
    return { message };
  }],
  ['POST', '/staff/conversations/:id/release', (id, body) => {
    const conversation = Object.assign(conversationOf(id), { state: 'open', speaker: 'model', person: null, alert_state: null });
    journal(db.staff.name, 'conversation.release', 'conversation', id, body.reason);
    emit('client', 'state', stateOf(conversation));
    return stateOf(conversation);
  }],
  ['POST', '/staff/verdicts/:id/override', (id, body) => {
    const verdict = need(db.conversations.flatMap((each) => each.messages).find((each) => each.verdict?.id === id)?.verdict, 'verdict');
    verdict.override = { level: body.level, reason: body.reason, by: db.staff.name, at: now(), countersigned_by: null };
    journal(db.staff.name, 'verdict.override', 'verdict', id, body.reason);
    return verdict;
  }],
  ['POST', '/staff/findings/:id/mark', (id, body) => Object.assign(need(db.conversations.flatMap((each) => each.messages).flatMap((each) => each.verdict?.findings ?? []).find((each) => each.id === id), 'finding'), { mark: body.mark })],
  ['GET', '/staff/reviews', () => page(db.reviews.filter((each) => each.state === 'pending'))],
  ['POST', '/staff/reviews/:id/approve', decideReview('approved')],
  ['POST', '/staff/reviews/:id/edit', decideReview('edited')],
  ['POST', '/staff/reviews/:id/reject', decideReview('rejected')],
  ['GET', '/staff/clients', () => page(db.clients)],
  ['GET', '/staff/clients/:id', (id) => need(db.clients.find((each) => each.id === id), 'client')],
  ['POST', '/staff/clients', (body) => {
    const client = { id: randomUUID(), pseudonym: body.pseudonym, name: body.name ?? null, lang: body.lang, country: body.country, state: 'invited', created_at: now(), conversation_id: null, last_message_at: null, open_alerts: 0 };
    db.clients.unshift(client);
    return { client, invite_url: '/#/invite/open' };
  }],
  ['GET', '/staff/journal', () => page(db.journal)],
  ['GET', '/staff/journal/checkpoint', () => 'heedwell demo\n' + db.journal.length + '\nq2f3Zk1mVxT0bJ8h4m9r2c7Yw1l5nQe0sUoPzKdRtHc=\n\n— heedwell demo Az9fQmF0c2lnbmF0dXJl\n'],
  ['GET', '/staff/overview', () => ({ ...db.overview, open_by_priority: Object.fromEntries([1, 2, 3, 4].map((priority) => [priority, db.alerts.filter((each) => each.priority === priority && each.state !== 'resolved').length])), held_replies: db.reviews.filter((each) => each.state === 'pending').length })],
  ['GET', '/staff/api-keys', () => page(db.keys)],
  ['POST', '/staff/api-keys', (body) => {
    const key = { id: randomUUID(), name: body.name, reach: body.reach, prefix: 'heed_7c', created_at: now(), revoked_at: null, last_used_at: null };
    db.keys.unshift(key);
    return { ...key, secret: 'heed_7c' + randomUUID().replaceAll('-', '') };
  }],
  ['DELETE', '/staff/api-keys/:id', (id) => Object.assign(need(db.keys.find((each) => each.id === id), 'key'), { revoked_at: now() })],
  ['GET', '/staff/releases', () => page(db.releases)],
  ['POST', '/staff/releases/:id/promote', (id) => {
    for (const each of db.releases) if (each.state === 'current') each.state = 'retired';
    return Object.assign(need(db.releases.find((each) => each.id === id), 'release'), { state: 'current', promoted_at: now() });
  }],
  ['GET', '/staff/policy', () => db.policy],
];

function refuse() {
  throw new Refuse(401, 'unauthorized', 'Sign in.');
}

const match = (pattern, path) => {
  const [a, b] = [pattern.split('/'), path.split('/')];
  if (a.length !== b.length || !a.every((part, index) => part === b[index] || part.startsWith(':'))) return null;
  return b.filter((_part, index) => a[index].startsWith(':')).map(decodeURIComponent);
};

async function bodyOf(request) {
  let text = '';
  for await (const chunk of request) text += chunk;
  return text ? JSON.parse(text) : {};
}

async function api(request, response, url) {
  const path = url.pathname.replace('/api/v1', '');
  if (path.endsWith('/stream')) {
    const kind = path.includes('staff') ? 'staff' : 'client';
    if (!(kind === 'staff' ? db.staffIn : db.clientIn)) refuse();
    response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
    response.write(': hello\n\n');
    streams[kind].add(response);
    request.on('close', () => streams[kind].delete(response));
    return;
  }
  for (const [method, pattern, handle] of routes) {
    const ids = method === request.method ? match(pattern, path) : null;
    if (!ids) continue;
    const extra = method === 'GET' ? url.searchParams : await bodyOf(request);
    const result = ids.length > 0 ? handle(...ids, extra) : method === 'GET' ? handle(null, extra) : handle(extra);
    const text = typeof result === 'string';
    response.writeHead(200, { 'Content-Type': text ? 'text/plain' : 'application/json', 'Cache-Control': 'no-store' });
    response.end(text ? result : JSON.stringify(result));
    return;
  }
  throw new Refuse(404, 'not_found', 'No such route.');
}

async function file(response, url) {
  let path = normalize(url.pathname).replace(/^\/+/, '');
  if (path === '') path = 'index.html';
  if (path === 'console' || path === 'console/') path = 'console/index.html';
  const bytes = await readFile(join(dist, path)).catch(() => null);
  if (!bytes) throw new Refuse(404, 'not_found', 'No such file.');
  response.writeHead(200, { 'Content-Type': types[extname(path)] ?? 'application/octet-stream', 'Content-Security-Policy': csp, 'Cache-Control': path.startsWith('assets/') ? 'public, max-age=31536000, immutable' : 'no-cache', 'Referrer-Policy': 'no-referrer', 'X-Content-Type-Options': 'nosniff' });
  response.end(bytes);
}

export const server = createServer((request, response) => {
  const url = new URL(request.url, 'http://localhost');
  (url.pathname.startsWith('/api/') ? api(request, response, url) : file(response, url)).catch((error) => {
    response.writeHead(error.status ?? 500, { 'Content-Type': 'application/json' });
    response.end(JSON.stringify({ error: { code: error.code ?? 'internal', message: error.message, field: null }, ...(error.extra ? { current: error.extra } : {}) }));
  });
});

const port = Number(process.argv[2] ?? 8471);
server.listen(port, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}/  (invite: /#/invite/open, year 1990; console: /console, any login, password "demo")`));
