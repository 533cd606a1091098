/* demo_story.c: what happened in the made-up programme in its five weeks: who wrote what when, and what the team did. The
 * people, and every sentence, are made up for this. What the program answered is not here: it answers for itself. */
#include "cmd/demo.h"

/* Days before today, at a time of day where the programme is; on day 0: minutes before now. */
#define AT(day_, hour_, minute_) .day = (day_), .minute = (hour_)*60 + (minute_)
#define AGO(minutes_) .day = 0, .minute = (minutes_)

enum { ADA, BEATRIZ, CHRIS, DANA, ELENA, FEMI, GRACE, HUGO, IVAN, JULES, KIM, LEE, MINA, CEDAR, OTTER, FERN, QUARTZ };
enum { MAREN = 0, LUCIA = 1, TOMAS = 2, INES = 3 };

#define JOINS(client_, ...) \
	{ \
		.what = DEMO_JOINS, .client = (client_), __VA_ARGS__ \
	}
#define SAYS(client_, text_, ...) \
	{ \
		.what = DEMO_SAYS, .client = (client_), .text = (text_), __VA_ARGS__ \
	}
#define STAFF(what_, staff_, client_, text_, ...) \
	{ \
		.what = (what_), .staff = (staff_), .client = (client_), .text = (text_), __VA_ARGS__ \
	}
#define SEEN(staff_, client_, ...) STAFF(DEMO_ACKNOWLEDGES, staff_, client_, NULL, __VA_ARGS__)
#define REACHED(staff_, client_, outcome_, note_, ...) STAFF(DEMO_CONTACTS, staff_, client_, note_, .code = (outcome_), __VA_ARGS__)
#define CLOSED(staff_, client_, resolution_, note_, ...) STAFF(DEMO_RESOLVES, staff_, client_, note_, .code = (resolution_), __VA_ARGS__)
#define GIVEN(client_, module_, ...) STAFF(DEMO_GIVES, TOMAS, client_, NULL, .code = (module_), __VA_ARGS__)
#define FILLED(client_, lesson_, inputs_, ...) STAFF(DEMO_FILLS, TOMAS, client_, inputs_, .code = (lesson_), __VA_ARGS__)
#define ASKED(client_, instrument_, digits_, ...) STAFF(DEMO_ANSWERS, MAREN, client_, digits_, .code = (instrument_), __VA_ARGS__)
#define REFERRED(client_, how_, reason_, ...) STAFF(DEMO_REFERS, MAREN, client_, reason_, .code = (how_), __VA_ARGS__)
#define MOVED(client_, verb_, ...) STAFF(DEMO_MOVES, MAREN, client_, NULL, .code = (verb_), __VA_ARGS__)
#define TOLD(client_, verb_, text_, ...) STAFF(DEMO_TOLD, MAREN, client_, text_, .code = (verb_), __VA_ARGS__)
#define DONE(client_, lesson_, ...) STAFF(DEMO_FINISHES, TOMAS, client_, NULL, .code = (lesson_), __VA_ARGS__)

const struct demo_step demo_story[] = {
	/* Ada: low after a separation; thoughts of dying in the second week, a plan for safety, slowly better. */
	JOINS(ADA, AT(34, 10, 5)),
	SAYS(ADA, "Hi. My therapist said this might help between sessions. I'm not sure what to say.", AT(34, 10, 12)),
	SAYS(ADA, "It's mostly the evenings. The flat is so quiet since he moved out.", AT(34, 10, 15)),
	SAYS(ADA, "I went for a walk like we talked about. It rained but it was fine.", AT(31, 18, 40)),
	SAYS(ADA, "Bad day. I cried in the car park and then went back in as if nothing happened.", AT(27, 19, 2)),
	SAYS(ADA, "I keep thinking everyone would be better off if I wasn't here.", AT(23, 21, 31)),
	SEEN(MAREN, ADA, AT(23, 21, 38)),
	SAYS(ADA, "I want to die. I haven't said that to anyone before.", AT(23, 21, 40)),
	SAYS(ADA, "No, I don't have a plan. I just want it to stop.", AT(23, 21, 42)),
	SEEN(MAREN, ADA, AT(23, 21, 43)),
	STAFF(DEMO_WRITES, MAREN, ADA,
		"Ada, this is Maren. I've read what you wrote and I'm glad you told us. I'm going to call you in five minutes.",
		AT(23, 21, 45)),
	REACHED(MAREN, ADA, "contacted", "Spoke for 25 minutes. Sister is coming over tonight. Safety plan written together.",
		AT(23, 22, 15)),
	CLOSED(MAREN, ADA, "safety_plan", "Plan shared with her therapist; session moved forward to tomorrow.", AT(23, 22, 30)),
	STAFF(DEMO_RELEASES, MAREN, ADA, "Seen in person today; agreed that the chat goes on.", AT(22, 15, 10)),
	SAYS(ADA, "Thank you for calling on Tuesday. My sister stayed until Thursday.", AT(20, 17, 20)),
	SAYS(ADA, "Back at choir yesterday. I only mouthed the words but I went.", AT(13, 20, 5)),
	SAYS(ADA, "Evenings are still long, but I made soup and called my sister.", AT(6, 19, 45)),
	SAYS(ADA, "Slept six hours. That hasn't happened since spring.", AT(2, 8, 20)),

	/* Beatriz: worry about work and money, in Spanish. */
	JOINS(BEATRIZ, AT(33, 9, 0)),
	SAYS(BEATRIZ, "Hola. Me cuesta mucho desconectar del trabajo, le doy vueltas a todo por la noche.", AT(33, 9, 10)),
	SAYS(BEATRIZ, "Hoy he apuntado las preocupaciones en una lista, como en el ejercicio.", AT(29, 22, 10)),
	SAYS(BEATRIZ, "La lista ayuda. Casi todo era sobre una reunión que ya pasó.", AT(25, 22, 0)),
	SAYS(BEATRIZ, "Esta semana mejor, aunque el domingo siempre me pongo nerviosa.", AT(17, 20, 30)),
	SAYS(BEATRIZ, "He hablado con mi jefa y me ha quitado un proyecto. Qué alivio.", AT(9, 19, 15)),
	SAYS(BEATRIZ, "Últimamente siento que soy una carga para todos y que nada tiene sentido.", AGO(64)),

	/* Chris: sleep. */
	JOINS(CHRIS, AT(33, 12, 30)),
	SAYS(CHRIS, "I've been lying awake until three most nights. Work starts at eight.", AT(33, 12, 41)),
	SAYS(CHRIS, "Tried getting up when I can't sleep instead of staring at the clock. Weird but okay.", AT(30, 8, 5)),
	SAYS(CHRIS, "Two good nights in a row. Coffee only before noon now.", AT(24, 8, 15)),
	SAYS(CHRIS, "Can I stop my sertraline now that I sleep better? It makes me foggy.", AT(18, 9, 0)),
	SEEN(MAREN, CHRIS, AT(18, 9, 40)),
	STAFF(DEMO_WRITES, MAREN, CHRIS,
		"Hi Chris, please keep taking it as prescribed until you have spoken with Dr Nair. I've asked for an "
		"appointment this week.",
		AT(18, 9, 45)),
	CLOSED(MAREN, CHRIS, "referred", "Prescriber told; appointment on Thursday.", AT(18, 9, 50)),
	SAYS(CHRIS, "Saw the doctor, we're changing when I take it, not whether. Makes sense.", AT(14, 18, 25)),
	SAYS(CHRIS, "Sleep diary says six and a half hours on average. I'll take it.", AT(4, 7, 55)),

	/* Dana: behavioural activation; bullied at work. */
	JOINS(DANA, AT(32, 14, 0)),
	SAYS(DANA, "I used to paint. I haven't touched it in a year. I don't really do anything after work.", AT(32, 14, 9)),
	SAYS(DANA, "Ten minutes of sketching. It was bad and I didn't mind.", AT(28, 20, 0)),
	SAYS(DANA, "My manager made a joke about me in front of everyone again.", AT(21, 18, 12)),
	SAYS(DANA, "This is killing me, honestly. So much paperwork. But I did paint on Sunday!", AT(15, 19, 30)),
	SAYS(DANA, "I signed up for the Saturday class. Terrified. Going anyway.", AT(8, 21, 0)),
	SAYS(DANA, "The class was lovely. One person asked to swap numbers.", AT(3, 16, 40)),

	/* Elena: grief, in Spanish; worry about her son. */
	JOINS(ELENA, AT(30, 11, 0)),
	SAYS(ELENA, "Mi madre murió en verano y todavía pongo dos tazas de café por la mañana.", AT(30, 11, 8)),
	SAYS(ELENA, "Hoy he mirado sus fotos sin llorar por primera vez.", AT(22, 18, 0)),
	SAYS(ELENA, "Mi hijo me ha dicho que quiere morirse. No sé qué hacer.", AT(12, 20, 15)),
	SEEN(LUCIA, ELENA, AT(12, 20, 18)),
	REACHED(LUCIA, ELENA, "contacted", "Hablamos por teléfono; están juntos en casa. Mañana los recibe el equipo de menores.",
		AT(12, 20, 40)),
	CLOSED(LUCIA, ELENA, "referred", "Cita urgente con salud mental infantil mañana a las 9.", AT(12, 20, 55)),
	STAFF(DEMO_RELEASES, LUCIA, ELENA, "Hablado con Elena; su hijo está atendido y el chat puede seguir.", AT(11, 10, 0)),
	SAYS(ELENA, "Gracias por llamar. Mi hijo ya tiene una persona con quien hablar.", AT(10, 12, 30)),
	SAYS(ELENA, "Estamos más tranquilos los dos. Hemos cocinado la receta de mi madre.", AT(1, 13, 10)),

	/* Femi: an early sign that the team should see. */
	JOINS(FEMI, AT(29, 16, 0)),
	SAYS(FEMI, "Exams are over and I still can't relax. My head keeps going.", AT(29, 16, 6)),
	SAYS(FEMI, "The neighbours are sending me messages through the television. They know what I think.", AT(16, 23, 5)),
	SEEN(MAREN, FEMI, AT(16, 23, 40)),
	REACHED(MAREN, FEMI, "contacted", "Reached by phone. Not sleeping for days. Agreed to be seen tomorrow with his brother.",
		AT(15, 9, 10)),
	CLOSED(MAREN, FEMI, "referred", "Early intervention team saw him; they follow up.", AT(14, 15, 0)),
	SAYS(FEMI, "The new doctor is alright. Sleeping more. Thanks for not laughing.", AT(5, 15, 30)),

	/* Grace: in Britain; an unhappy word about the program. */
	JOINS(GRACE, AT(28, 13, 0)),
	SAYS(GRACE, "Starting a new post next week and my stomach is in knots.", AT(28, 13, 7)),
	SAYS(GRACE, "You keep repeating my words back to me. This bot is useless, it doesn't listen.", AT(19, 12, 20)),
	SEEN(INES, GRACE, AT(19, 14, 0)),
	CLOSED(INES, GRACE, "other", "Rang her. Explained what the chat can do; she would like to keep it for the diary.", AT(19, 14, 30)),
	SAYS(GRACE, "First week done. I spoke in the meeting without shaking.", AT(11, 18, 0)),
	SAYS(GRACE, "Presented on Monday. Two people said well done.", AT(1, 9, 30)),

	/* Hugo: drinks more than he likes; asks for a person. */
	JOINS(HUGO, AT(27, 17, 0)),
	SAYS(HUGO, "I've been having a few beers every night to switch off. It's creeping up.", AT(27, 17, 10)),
	SAYS(HUGO, "Three days without. Headachy but proud.", AT(20, 20, 0)),
	SAYS(HUGO, "Can I talk to a real person please? I'd rather not type this.", AT(7, 18, 45)),
	SEEN(INES, HUGO, AT(7, 18, 58)),
	REACHED(INES, HUGO, "contacted", "Called back. He slipped at a birthday and felt ashamed. Booked for Friday.", AT(7, 19, 20)),
	CLOSED(INES, HUGO, "contacted", "Session on Friday kept.", AT(5, 17, 0)),
	SAYS(HUGO, "Friday helped. Back to alcohol-free beer and the allotment.", AT(4, 18, 10)),

	/* Iván: in Spain; cannot sleep; a question about an earlier attempt. */
	JOINS(IVAN, AT(26, 8, 0)),
	SAYS(IVAN, "Llevo semanas durmiendo mal y me noto muy irritable con los niños.", AT(26, 8, 9)),
	SAYS(IVAN, "Hace diez años intenté suicidarme. Nunca lo había contado aquí. Ahora estoy bien.", AT(15, 12, 0)),
	SEEN(LUCIA, IVAN, AT(15, 12, 22)),
	REACHED(LUCIA, IVAN, "contacted", "Conversación tranquila; sin ideas actuales. Añadido a la historia con su permiso.",
		AT(15, 13, 40)),
	CLOSED(LUCIA, IVAN, "contacted", "Revisión en la próxima sesión.", AT(15, 13, 45)),
	SAYS(IVAN, "Esta semana he dormido mejor dejando el móvil fuera del cuarto.", AT(8, 9, 20)),
	SAYS(IVAN, "Ayer discutí con mi mujer y ya no aguanto más esta vida. A veces pienso en acabar con todo.", AGO(26)),
	SEEN(LUCIA, IVAN, AGO(21)),

	/* Jules: the open call when the demo begins. */
	JOINS(JULES, AT(21, 15, 0)),
	SAYS(JULES, "Moved cities for the degree and I don't know anybody here.", AT(21, 15, 5)),
	SAYS(JULES, "Went to the climbing hall. Talked to exactly one person. Counting it.", AT(16, 21, 10)),
	SAYS(JULES, "Failed the midterm. I feel like a fraud.", AT(9, 22, 0)),
	SAYS(JULES, "My flatmates think I'm busy. I just sit in my room.", AT(2, 23, 15)),
	SAYS(JULES, "I've written the goodbye letters. I'm going to kill myself tonight.", AGO(2)),

	/* Kim and Lee: a clinician approves every reply to them. */
	JOINS(KIM, AT(18, 10, 0)),
	SAYS(KIM, "I came out of hospital last week. Everything feels loud.", AT(18, 10, 10)),
	STAFF(DEMO_APPROVES, MAREN, KIM, NULL, AT(18, 10, 14)),
	SAYS(KIM, "Made my bed and answered two letters. That was today.", AT(11, 16, 0)),
	STAFF(DEMO_EDITS, MAREN, KIM,
		"Two letters and a made bed, a week out of hospital: that counts. What would make tomorrow a little quieter for you?",
		AT(11, 16, 5)),
	SAYS(KIM, "I sat in the garden for an hour without my phone.", AT(3, 14, 0)),
	STAFF(DEMO_APPROVES, LUCIA, KIM, NULL, AT(3, 14, 6)),
	SAYS(KIM, "The supermarket was too much today. I left my basket and went home.", AGO(3)),
	JOINS(LEE, AT(17, 11, 0)),
	SAYS(LEE, "I get angry so fast and then I hate myself for it.", AT(17, 11, 8)),
	STAFF(DEMO_REJECTS, MAREN, LEE, "Too general for him; I will answer in the session.", AT(17, 11, 13)),
	SAYS(LEE, "I counted to ten before answering my brother. It actually worked.", AT(10, 19, 0)),
	STAFF(DEMO_APPROVES, MAREN, LEE, NULL, AT(10, 19, 7)),
	{ .what = DEMO_WITHDRAWS_AI, .client = LEE, AT(2, 12, 0) },
	SAYS(LEE, "I'd rather only hear from people from now on.", AT(2, 12, 4)),

	/* Modules: Dana goes on steadily, Chris keeps the diary, Beatriz has stopped writing, Femi has not begun, Ada is near the end. */
	GIVEN(DANA, "activity", AT(31, 15, 0)),
	FILLED(DANA, "circle",
		"{\"less\":\"Painting, and seeing people after work\",\"relief\":\"I can just sit down\",\"cost\":\"The evening is gone "
		"and nothing was mine\",\"mood\":4}",
		AT(30, 19, 0)),
	DONE(DANA, "circle", AT(30, 19, 10)),
	FILLED(DANA, "map", "{\"when\":\"evening\",\"what\":\"Ten minutes of sketching\",\"mood\":6,\"nice\":6,\"done\":5}",
		AT(28, 20, 10)),
	DONE(DANA, "map", AT(26, 20, 0)),
	FILLED(DANA, "matters",
		"{\"area\":\"fun\",\"why\":\"I was somebody who painted\",\"thing\":\"Put out one sheet of paper\",\"sure\":9}",
		AT(12, 19, 30)),
	DONE(DANA, "matters", AT(12, 19, 40)),
	FILLED(DANA, "plan", "{\"thing\":\"Saturday class\",\"time\":\"10:00\",\"before\":4,\"after\":8}", AT(3, 17, 0)),

	GIVEN(CHRIS, "sleep", AT(32, 13, 0)),
	FILLED(CHRIS, "diary", "{\"in_bed\":\"23:30\",\"asleep_after\":120,\"awake\":60,\"woke\":\"07:00\",\"up\":\"07:15\",\"rested\":2}",
		AT(31, 7, 30)),
	FILLED(CHRIS, "diary", "{\"in_bed\":\"23:45\",\"asleep_after\":90,\"awake\":45,\"woke\":\"07:00\",\"up\":\"07:05\",\"rested\":3}",
		AT(29, 7, 30)),
	FILLED(CHRIS, "diary", "{\"in_bed\":\"00:00\",\"asleep_after\":40,\"awake\":30,\"woke\":\"06:50\",\"up\":\"07:00\",\"rested\":5}",
		AT(24, 7, 20)),
	DONE(CHRIS, "diary", AT(24, 7, 30)),
	DONE(CHRIS, "rhythm", AT(17, 19, 0)),
	FILLED(CHRIS, "diary", "{\"in_bed\":\"00:10\",\"asleep_after\":20,\"awake\":20,\"woke\":\"06:50\",\"up\":\"06:55\",\"rested\":6}",
		AT(4, 7, 30)),

	GIVEN(BEATRIZ, "worry", AT(32, 10, 0)),
	FILLED(BEATRIZ, "notice", "{\"thought\":\"La reunión del lunes\",\"kind\":\"worry\",\"minutes\":50,\"strain\":7}", AT(30, 22, 0)),
	DONE(BEATRIZ, "notice", AT(30, 22, 10)),
	FILLED(BEATRIZ, "worry_time", "{\"time\":\"19:30\",\"place\":\"La cocina\",\"length\":15}", AT(25, 22, 5)),
	DONE(BEATRIZ, "worry_time", AT(25, 22, 10)),
	DONE(BEATRIZ, "can_i", AT(18, 21, 0)),

	GIVEN(FEMI, "worry", AT(9, 11, 0)),

	/* Questionnaires: Ada up and then down, Beatriz slowly worse, Chris better, Dana steady and then better. */
	ASKED(ADA, "phq-9", "2222122102", AT(33, 10, 30)),
	ASKED(ADA, "phq-9", "2332132212", AT(22, 16, 0)),
	SEEN(MAREN, ADA, AT(22, 16, 4)),
	REACHED(MAREN, ADA, "contacted", "Looked at the ninth answer together: thoughts as yesterday, fewer since. The plan holds.",
		AT(22, 16, 30)),
	CLOSED(MAREN, ADA, "contacted", "Seen in person today.", AT(22, 16, 31)),
	ASKED(ADA, "phq-9", "2221121101", AT(13, 20, 20)),
	ASKED(ADA, "phq-9", "1111110001", AT(2, 8, 30)),
	ASKED(ADA, "gad-7", "2211110", AT(33, 10, 40)),
	ASKED(ADA, "gad-7", "1110100", AT(2, 8, 40)),
	ASKED(BEATRIZ, "gad-7", "2221120", AT(32, 9, 30)),
	ASKED(BEATRIZ, "gad-7", "2222121", AT(18, 20, 45)),
	ASKED(BEATRIZ, "gad-7", "3332222", AT(4, 21, 0)),
	ASKED(CHRIS, "gad-7", "2111110", AT(32, 12, 50)),
	ASKED(CHRIS, "gad-7", "0100000", AT(4, 8, 10)),
	ASKED(DANA, "phq-9", "2221111101", AT(31, 14, 30)),
	ASKED(DANA, "phq-9", "2121111101", AT(17, 20, 30)),
	ASKED(DANA, "phq-9", "1110100000", AT(3, 17, 20)),

	/* Ways into care: Ada and Dana long since; Mina answered the first questions yesterday, and nobody has decided; four others wait.
	 */
	REFERRED(ADA, "clinician D 3", "Known from her therapist; support between sessions.", AT(34, 11, 0)),
	MOVED(ADA, "start", AT(33, 9, 0)),
	REFERRED(DANA, "self E 2", "Low mood and withdrawal since last year.", AT(32, 15, 0)),
	MOVED(DANA, "start", AT(31, 15, 10)),
	JOINS(MINA, AT(1, 17, 0)),
	SAYS(MINA, "Hello. A friend told me about you. I would like to get my mornings back.", AT(1, 17, 5)),
	ASKED(MINA, "phq-9", "2222212101", AT(1, 17, 10)),
	ASKED(MINA, "gad-7", "2222111", AT(1, 17, 14)),
	{ .what = DEMO_TAKES_INTAKE,
		.client = MINA,
		.text = "{\"brings_you\":{\"text\":\"I cannot get going in the mornings any more, and I dread every phone call.\"},"
			"\"since\":{\"choice\":\"months\"},\"daily\":{\"choice\":\"most\"},\"mood\":{\"done\":true},\"worry\":{\"done\":"
			"true},"
			"\"life\":{\"choice\":\"no\"},\"life_recent\":{\"choice\":\"no\"},\"hurt_self\":{\"choice\":\"no\"},"
			"\"safe_place\":{\"choice\":\"yes\"},\"hurt_others\":{\"choice\":\"no\"},\"senses\":{\"choice\":\"no\"},"
			"\"energy\":{\"choice\":\"no\"},\"substances\":{\"choice\":\"no\"},\"helped\":{\"text\":\"Getting up at the same "
			"hour, when "
			"I managed it.\"},\"tried\":{\"choice\":\"no\"},\"goal\":{\"choice\":\"better\"},\"way\":{\"choices\":[\"online\","
			"\"video\"]},\"access\":{\"choices\":[\"none\"]},\"language\":{\"choice\":\"en\"},\"more\":{\"skipped\":true}}",
		AT(1, 17, 20) },
	{ .what = DEMO_INVITED, .client = CEDAR, AT(5, 10, 0) },
	REFERRED(CEDAR, "gp C 3", "Letter from the practice: not eating or sleeping since a bereavement.", AT(5, 10, 5)),
	{ .what = DEMO_INVITED, .client = OTTER, AT(4, 11, 0) },
	REFERRED(OTTER, "self E 2", "Rang the office: worries that take the evenings.", AT(4, 11, 10)),
	MOVED(OTTER, "contact", AT(2, 10, 0)),
	{ .what = DEMO_INVITED, .client = FERN, AT(3, 9, 0) },
	REFERRED(FERN, "gp D 3", "Letter from the practice: panic on the way to work.", AT(3, 9, 10)),
	MOVED(FERN, "offer", AT(1, 9, 0)),
	{ .what = DEMO_INVITED, .client = QUARTZ, AT(2, 15, 0) },
	REFERRED(QUARTZ, "other F 1", "From the student service: would like a course on sleep.", AT(2, 15, 5)),

	/* Medicines that the team was told of. Nobody here prescribes. */
	TOLD(ADA, "start",
		"{\"name\":\"Sertraline\",\"dose\":\"50 mg\",\"frequency\":\"once, in the morning\",\"told_by\":\"prescriber\",\"days\":1,"
		"\"reason\":\"Low mood; begun by her family doctor.\"}",
		AT(21, 9, 30)),
	TOLD(ADA, "change",
		"{\"name\":\"Sertraline\",\"dose\":\"100 mg\",\"frequency\":\"once, in the morning\",\"told_by\":\"client\",\"days\":2,"
		"\"reason\":\"Raised by her doctor at the check-up.\"}",
		AT(8, 18, 0)),
	TOLD(CHRIS, "start",
		"{\"name\":\"sertraline\",\"dose\":\"50 mg\",\"frequency\":\"once, at night\",\"told_by\":\"client\",\"note\":\"Dr Nair "
		"prescribes.\"}",
		AT(33, 13, 0)),
	TOLD(CHRIS, "change",
		"{\"name\":\"sertraline\",\"dose\":\"50 mg\",\"frequency\":\"once, in the morning\",\"told_by\":\"prescriber\",\"days\":0,"
		"\"reason\":\"Felt foggy; another time of day, the same dose.\"}",
		AT(14, 18, 40)),
	TOLD(CHRIS, "start",
		"{\"name\":\"Night-time herbal tablets\",\"frequency\":\"when he cannot sleep\",\"told_by\":\"client\",\"days\":40}",
		AT(33, 13, 5)),
	TOLD(CHRIS, "stop", "{\"name\":\"Night-time herbal tablets\",\"told_by\":\"client\",\"days\":1,\"reason\":\"Sleeps without.\"}",
		AT(24, 8, 30)),

	/* Ada's plan, written with Maren on the phone. */
	{ .what = DEMO_PLANS,
		.client = ADA,
		.text = "{\"signs\":[\"The flat feels too quiet and I stop answering messages\",\"I think that they would be better off\"],"
			"\"alone\":[\"Walk to the river and back\",\"Put the kettle on and the radio, loud\"],"
			"\"places\":[\"The library until eight\",\"Choir on Wednesdays\"],"
			"\"people\":[\"My sister Ruth\",\"Joan from choir\"],"
			"\"lines\":[\"My therapist's line\",\"The crisis line on the help page\"],"
			"\"safer\":[\"Ruth stays over when it is bad\"],"
			"\"reasons\":[\"Ruth's girls\",\"Singing again in spring\"]}",
		AT(22, 15, 30) },
};
const size_t demo_story_count = COUNT_OF(demo_story);
