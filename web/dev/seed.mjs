/* What the stand-in server starts with: a small programme on one evening. All people and words are invented. */
import { randomUUID } from 'node:crypto';

const minutes = (count) => new Date(Date.now() + count * 60_000).toISOString();
const people = [['Heron', 'Maya Okafor', 'en', 'US'], ['Willow', null, 'en', 'US'], ['Lince', 'Tomás Rey', 'es', 'US'], ['Otter', 'Sam Whitfield', 'en', 'US'], ['Juniper', null, 'en', 'CA'], ['Swift', 'Priya Nair', 'en', 'US']];

const span = (text, part) => {
  const start = Buffer.byteLength(text.slice(0, text.indexOf(part)));
  return { start, end: start + Buffer.byteLength(part) };
};
const finding = (text, part, concept, level, why, context = {}) => ({ id: randomUUID(), concept, level, base_level: level, ...span(text, part), turn: 0, context: { time: 'now', experiencer: 'self', ...context }, source: 'phrase', confidence: 860, phrase: 'en.' + concept.split('.')[0] + '#12', why, mark: null });
const verdict = (findings) => ({ id: randomUUID(), level: Math.max(0, ...findings.map((each) => each.level)), levels: {}, time_frame: 'now', experiencer: 'self', lang: 'en', findings, override: null, engine: 'libheed 0.1.0', packs: '5f0c1d2e' });
/* Ids in the order in which they were made, as the program's are. */
let made = 0;
export const nextId = () => {
  const hex = (++made).toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7${randomUUID().slice(15)}`;
};
const message = (role, text, at, more = {}) => ({ id: nextId(), client_message_id: role === 'client' ? randomUUID() : null, role, author: role === 'assistant' ? { name: 'Guide', role: 'ai' } : null, ai: role === 'assistant', text, state: 'answered', changed_by_safety: false, held: null, created_at: minutes(at), verdict: null, decision: null, original: null, review: null, ...more });

function talk() {
  const low = 'Work was long. I cannot sleep before three, and everything feels hopeless by then – even the small things 🙃.';
  const high = 'I have not told anyone this. I want it to stop for good. The letters are written and they are in my desk. Tonight I am alone here.';
  return [
    message('client', 'Hi. My coach said I could write here in the evenings.', -3 * 1440),
    message('assistant', 'Welcome. I am an AI, a computer program, so I can be wrong, and a person of the team may read along. What would help most this evening?', -3 * 1440 + 1),
    message('client', low, -200, { verdict: verdict([finding(low, 'cannot sleep before three', 'distress.sleep', 1, 'Trouble sleeping.'), finding(low, 'everything feels hopeless', 'distress.hopelessness', 2, 'Sounds hopeless about everything.', { time: 'recent' })]) }),
    message('assistant', 'Only a doctor who knows you can say what the right dose is. Would it help to write down how the nights have gone, so that you can show it at your next visit?', -199, { state: 'replaced', changed_by_safety: true, original: 'You could take twice the dose tonight and see whether it helps. Would it help to write down how the nights have gone?' }),
    message('client', high, -4, { verdict: verdict([finding(high, 'I want it to stop for good', 'suicide.active', 3, 'Says that they want to end their life.'), finding(high, 'The letters are written', 'suicide.preparation', 4, 'Has written farewell letters.'), finding(high, 'Tonight', 'suicide.plan', 4, 'Names tonight as the time.')]) }),
    message('script', 'I am really glad you told me. What you wrote matters, and you deserve a person with you in this, now. Is anybody near you at the moment?', -4, { author: { name: 'Safety questions', role: 'script' }, ai: false }),
  ];
}

const conversation = (messages, more = {}) => ({ id: randomUUID(), state: 'open', held_reason_text: null, speaker: 'model', person: null, alert_state: null, alert_person: null, messages, ...more });

function help(lang, country) {
  const es = lang === 'es';
  const line = (name, channel, value, hours, languages = ['en'], audience = 'general', keyword = null) => ({ name, channel, value, hours, languages, audience, keyword, source: 'invented', verified_at: '2026-11-25' });
  const lines = country === 'ES' ? [line('Línea de ejemplo', 'phone', '024', '24/7', ['es'])] : [line('988 Suicide & Crisis Lifeline', 'phone', '988', '24/7', ['en', 'es']), line('988 Suicide & Crisis Lifeline', 'sms', '988', '24/7', ['en', 'es']), line('Crisis Text Line', 'sms', '741741', '24/7', ['en'], 'general', 'HOME'), line('988 Lifeline chat', 'url', 'https://988lifeline.org/', '', ['en']), line('Veterans Crisis Line', 'sms', '838255', '', ['en'], 'veteran')];
  return { country: country ?? 'US', emergency: { number: country === 'ES' ? '112' : '911' }, lines, text: es ? { title: 'Ayuda ya', body: 'Puedes hablar con una persona ahora mismo.' } : { title: 'Help now', body: 'You can talk to a person now. You do not need to be sure that it is bad enough.' } };
}

const consents = [
  ['care', 'A care record', 'We keep what you write so that your care team can look after you. You can ask for a copy at any time.'],
  ['ai_chat', 'Talking with an AI', 'A computer program answers you. It is not a person and not a therapist. It can be wrong.'],
  ['data_sharing', 'Sharing with your own doctor', 'With your yes, your team may share a summary with the doctor you name. Nobody else.'],
  ['model_training', 'Using your words to improve the AI', 'With your yes, parts of what you write, without your name, may be used to make the AI better.'],
].map(([kind, title, short]) => ({ kind, state: 'unasked', document: { version: 1, hash: 'c0ffee', title, short, full: short + '\n\nThe long version says the same with all the detail: who, where, for how long, under which law, and whom to ask.' }, changed_at: null }));

function alertsOf(clients, conversations) {
  const make = (index, level, priority, state, reason, created, deadline, more = {}) => ({ id: randomUUID(), version: 1, priority, level, state, client: { id: clients[index].id, pseudonym: clients[index].pseudonym, name: clients[index].name }, conversation_id: conversations[index].id, message_id: conversations[index].messages.at(-2)?.id ?? null, reason, concepts: [], created_at: minutes(created), deadline_at: deadline === null ? null : minutes(deadline), deadline_kind: deadline === null ? null : 'acknowledge', missed: deadline !== null && deadline < 0, escalation_step: deadline !== null && deadline < 0 ? 1 : 0, owner: null, acknowledged_at: null, contacted_at: null, resolved_at: null, events: 1, ...more });
  const other = { id: 'other', name: 'Dr. Ines Calder' };
  return [
    make(0, 4, 1, 'open', 'Intent, tonight, letters written', -4, 11, { events: 3 }),
    make(1, 3, 2, 'open', 'Wants to end their life; no time or means named', -70, -10),
    make(2, 3, 2, 'acknowledged', 'Hears a voice that gives orders', -55, 22, { deadline_kind: 'contact', acknowledged_at: minutes(-40), owner: other }),
    make(3, 2, 3, 'open', 'Stopped taking medication four days ago', -160, 190),
    make(4, 2, 3, 'open', 'Restricts food, faint this morning', -230, 260),
    make(5, 1, 4, 'open', 'Asks for a human', -300, 700),
    make(0, 2, 3, 'resolved', 'Hopeless, no wish to die', -9000, null, { resolved_at: minutes(-8800), owner: other, contacted_at: minutes(-8900) }),
  ];
}

export function seed() {
  const clients = people.map(([pseudonym, name, lang, country], index) => ({ id: randomUUID(), pseudonym, name, lang, country, state: 'active', created_at: minutes(-30_000 - index * 900), conversation_id: null, last_message_at: minutes(-4 - index * 61), open_alerts: 1 }));
  const conversations = clients.map((client, index) => {
    const short = [message('client', 'I stopped the tablets four days ago. I did not want to bother anyone.', -160 - index), message('assistant', 'Thank you for saying so. Please tell your doctor or pharmacist before changing anything else. How have the days been?', -159 - index)];
    const made = conversation(index === 0 ? talk() : short, index === 0 ? { state: 'held', speaker: 'script', alert_state: 'sent' } : {});
    client.conversation_id = made.id;
    return made;
  });
  const mine = conversation([]);
  const me = { id: randomUUID(), pseudonym: 'Wren', name: 'Alex Moreno', lang: 'en', country: 'US', state: 'active', created_at: minutes(-5000), conversation_id: mine.id, last_message_at: null, open_alerts: 0 };
  const held = message('assistant', '', -6, { state: 'held', original: 'You could try skipping the evening dose for a few days and see whether you sleep better. Keep a note of how you feel each morning.' });
  conversations[3].messages.push(held);
  const review = { id: randomUUID(), version: 1, state: 'pending', client: { id: clients[3].id, pseudonym: clients[3].pseudonym, name: clients[3].name }, conversation_id: conversations[3].id, message_id: held.id, original: held.original, shown: 'I cannot advise on doses: only your doctor or pharmacist can. Keep a note of how you feel each morning.', reason: 'Suggests changing a dose.', created_at: minutes(-6), deadline_at: minutes(4), decided_by: null, decided_at: null };
  held.review = review;
  held.held = { id: review.id, expected_wait_text: 'Usually less than 10 minutes.' };
  const staff = { id: 'me', name: 'Dr. Ruth Adeyemi' };
  const programme = { id: 'p', name: 'Harbour Programme', mode: 'chatbot', country: 'US' };
  return {
    clients: [me, ...clients], conversations: [mine, ...conversations], me, staff, alerts: alertsOf(clients, conversations), reviews: [review], consents, help,
    requests: [], place: { country: 'US', place: null, here: null, whereabouts: null, callback: null, asked_at: minutes(-60), declined: true, emergency: '911', contact_unsafe: false },
    staffIn: false, clientIn: false,
    staffSession: { csrf: 'fake', role: 'admin', person: { id: staff.id, name: staff.name, pseudonym: null }, programme, expires_at: minutes(600) },
    clientSession: { csrf: 'fake', role: 'client', person: { id: me.id, name: null, pseudonym: me.pseudonym }, programme, expires_at: minutes(600) },
    about: {
      en: { who_can_read: 'Your care team at Harbour can read what you write. A safety check reads every message. It stays between you and them, unless you or somebody else is in danger: then they may call people who can help.', what_is_ai: 'A place to write between sessions. A computer program (an AI) answers you. It is not a person and not a therapist, and it can be wrong.', danger_day: 'From 8 to 18 o\'clock a clinician is told within minutes and writes or calls.', danger_night: 'One person is on call. It can take up to 30 minutes. You see honestly whether somebody has seen your message.', cover: { state: 'on_call', until: minutes(400) } },
      es: { who_can_read: 'Tu equipo de Harbour puede leer lo que escribes. Una revisión de seguridad lee cada mensaje. Queda entre vosotros, salvo que tú u otra persona corráis peligro.', what_is_ai: 'Un lugar para escribir entre sesiones. Te responde un programa informático (una IA). No es una persona ni un terapeuta, y puede equivocarse.', danger_day: 'De 8 a 18 h se avisa a un terapeuta en minutos, y te escribe o te llama.', danger_night: 'Hay una persona de guardia. Puede tardar hasta 30 minutos.', cover: { state: 'none', until: null } },
    },
    journal: Array.from({ length: 14 }, (_, index) => ({ index: 13 - index, time: minutes(-index * 7), actor: index % 3 ? 'server' : staff.name, action: ['alert.create', 'message.store', 'verdict.store'][index % 3], resource: ['alert', 'message', 'verdict'][index % 3], resource_id: randomUUID(), reason: null, hash: randomUUID().replaceAll('-', '').repeat(2) })),
    overview: { missed_deadlines: 1, cover: { state: 'on_call', until: minutes(400) }, by_release: [{ release: 'r7', messages: 1840, replaced_per_1000: 3.8, held_per_1000: 6.5, overridden_per_1000: 1.1 }, { release: 'r6', messages: 5122, replaced_per_1000: 5.3, held_per_1000: 7.2, overridden_per_1000: 1.9 }] },
    keys: [{ id: randomUUID(), name: 'Meadow chat product', reach: 'callback', prefix: 'heed_2b', created_at: minutes(-40_000), revoked_at: null, last_used_at: minutes(-12) }],
    releases: [{ id: 'r8', version: 1, name: 'r8', model: 'built-in responder', policy: 'chatbot', packs: '77aa01', engine: 'libheed 0.1.0', state: 'draft', created_at: minutes(-300), promoted_at: null }, { id: 'r7', version: 3, name: 'r7', model: 'built-in responder', policy: 'chatbot', packs: '5f0c1d', engine: 'libheed 0.1.0', state: 'current', created_at: minutes(-20_000), promoted_at: minutes(-19_000) }],
    policy: { preset: 'chatbot', name: 'Autonomous chatbot', cover_hours: 'Monday to Friday 8 to 18; one person on call at other times.', rules: [{ id: 'base.level3', text: 'From level 3 the model does not speak; a person is called and prepared questions answer.' }, { id: 'reply.dose', text: 'A reply that suggests changing a dose is held for a clinician.' }] },
  };
}
