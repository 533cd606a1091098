// Spelling that people vary without meaning anything by it gives the same verdict; and what no pack covers is said to be so and goes to a person.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { test } from "node:test";
import { binary, root } from "./harness.mjs";

/** The verdicts of the rows, in order. */
function screen(rows, ...args) {
	return new Promise((resolve, reject) => {
		const child = spawn(binary, ["screen", ...args], { cwd: root });
		let out = "";
		child.stdout.on("data", (bytes) => (out += bytes));
		child.on("error", reject);
		child.on("close", () => {
			const verdicts = out.split("\n").filter(Boolean).map((line) => JSON.parse(line));
			verdicts.length === rows.length ? resolve(verdicts) : reject(new Error(`${verdicts.length} verdicts of ${rows.length} rows`));
		});
		child.stdin.end(rows.map((row, id) => JSON.stringify({ id, ...(typeof row === "string" ? { text: row } : row) }) + "\n").join(""));
	});
}

const seed = Number(process.env.HEEDWELL_SEED ?? Date.now() % 2147483647);
let state = seed || 1;
function below(limit) { // Park and Miller's generator
	state = (state * 48271) % 2147483647;
	return state % limit;
}

const arabic = ["أريد أن أموت", "لا أريد أن أعيش", "تعبت من الحياة", "سأقتل نفسي الليلة", "كتبت رسالة وداع", "جرحت نفسي أمس", "أفكر في الانتحار كل يوم", "زوجي يضربني",
	"أبوي ما يتنفس", "عندي ألم في صدري ويدي منملة", "ميتة من الضحك", "الطقس جميل اليوم", "أنا عبء على أهلي", "عايزة أموت", "بلعت علبة الحبوب كلها عشان أموت", "مليت من الدراسة"];
const alike = [["ا", "أ", "إ", "آ"], ["ه", "ة"], ["ي", "ى", "ی"], ["ك", "ک"]];
const signs = ["\u064E", "\u064F", "\u0650", "\u0652", "\u0640"];

/** The word-internal letters of `text` chosen anew among those that are written for one another, with signs between. */
function vary(text) {
	return [...text].map((letter) => {
		const set = alike.find((letters) => letters.includes(letter));
		const chosen = set ? set[below(set.length)] : letter;
		return letter !== " " && below(4) === 0 ? chosen + signs[below(signs.length)] : chosen;
	}).join("");
}

const judged = (verdict) => ({ level: verdict.level, levels: verdict.levels, concepts: verdict.concepts, lang: verdict.lang_covered });

async function same(pairs) {
	const verdicts = await screen(pairs.flat());
	let found = 0;
	pairs.forEach(([a, b], i) => {
		assert.deepEqual(judged(verdicts[2 * i + 1]), judged(verdicts[2 * i]), `seed ${seed}: "${a}" and "${b}"`);
		found += verdicts[2 * i].level >= 2;
	});
	assert.ok(found * 2 > pairs.length, "most of the pairs show a risk, or the test says nothing");
}

test("Arabic with and without its signs", async () => {
	await same(arabic.flatMap((text) => Array.from({ length: 12 }, () => [text, vary(text)])));
});

test("Spanish with and without accents", async () => {
	const spanish = ["ojalá no despertara mañana", "sería más fácil no existir", "esta noche acabaré con mi vida", "intenté quitarme la vida el sábado pasado", "cuando estén dormidos me mataré", "ya escribí la carta de despedida para mamá",
		"me corté los brazos otra vez, qué asco me doy", "mi papá me pegó con el cinturón", "perdón a todos, no es culpa de nadie", "nadie me extrañará", "está afuera con un cuchillo y estoy encerrada en el baño",
		"dejé el antidepresivo hace un mes", "las voces me piden que salte", "me tragué las pastillas y estoy vomitando", "qué lindo día, fui a caminar", "mi jefe está de vacaciones hasta el miércoles"];
	const bare = (letter) => (below(2) ? letter.normalize("NFD").replace(/[\u0301\u0308]/g, "").normalize("NFC") : letter);
	await same(spanish.flatMap((text) => Array.from({ length: 6 }, () => [text, [...text].map(bare).join("")])));
});

test("traditional and simplified Chinese", async () => {
	await same([["我不想活了", "我不想活了"], ["活着没有意义", "活著沒有意義"], ["我想自杀", "我想自殺"], ["遗书写好了，放在抽屉里", "遺書寫好了，放在抽屜裡"], ["昨晚吞药自杀，没死成", "昨晚吞藥自殺，沒死成"],
		["爸爸喝醉了拿皮带抽我", "爸爸喝醉了拿皮帶抽我"], ["老公昨晚又动手打我", "老公昨晚又動手打我"], ["总听见有人骂我，关不掉", "總聽見有人罵我，關不掉"], ["奶奶突然昏倒了，叫不醒", "奶奶突然昏倒了，叫不醒"],
		["对不起爸妈，我先走了", "對不起爸媽，我先走了"], ["站在楼顶，准备跳", "站在樓頂，準備跳"], ["今天天气很好", "今天天氣很好"], ["笑死我了，这个视频", "笑死我了，這個視頻"]]);
});

test("what no pack covers is said, and goes to a person", async () => {
	const foreign = ["nie chcę już dłużej żyć", "ik wil niet meer leven", "jag vill inte leva längre", "jeg vil ikke leve mer", "en halua enää elää", "už nechci dál žít", "nem akarok tovább élni", "nu mai vreau să trăiesc", "ne želim više živjeti",
		"saya tidak mau hidup lagi", "tôi không muốn sống nữa", "ayoko na mabuhay pa", "sitaki kuishi tena", "mujhe ab nahi jeena hai", "nebenoriu daugiau gyventi", "もう生きていたくない", "더 이상 살고 싶지 않아", "δεν θέλω να ζω άλλο", "אני לא רוצה לחיות יותר",
		"मैं और जीना नहीं चाहता", "আমি আর বাঁচতে চাই না", "நான் வாழ விரும்பவில்லை", "ฉันไม่อยากมีชีวิตอยู่", "აღარ მინდა სიცოცხლე", "я не хочу більше жити", "دیگر نمی‌خواهم زندگی کنم", "I went to work today. Nie chcę już żyć. Bye."];
	for (const preset of ["chatbot", "cbt", "teletherapy"]) {
		const verdicts = await screen(foreign, "--policy", preset);
		verdicts.forEach((verdict, i) => {
			assert.equal(verdict.lang_covered, false, foreign[i]);
			assert.notEqual(verdict.decision.speaker, "model", foreign[i]);
			assert.ok(verdict.decision.alert >= 1 && verdict.decision.alert <= 3, `${foreign[i]}: nobody is told`);
			assert.ok(verdict.decision.rules.includes("core.language"), foreign[i]);
		});
	}
	const replies = await screen(foreign.slice(0, 20).map((text) => ({ text, role: "assistant" })), "--policy", "chatbot");
	for (const verdict of replies) assert.notEqual(verdict.decision.action, "allow");
});

test("a language that shares some words with one that is covered is not taken for it", async () => {
	const foreign = ["vull morir aquesta nit", "no puc més, vull morir", "avui he anat a treballar i ha estat bé", "dw i eisiau marw heno", "ba mhaith liom bás a fháil anocht", "es gribu nomirt šonakt", "ma tahan täna öösel surra", "ég vil deyja í kvöld",
		"mwen vle mouri aswè a", "mwen pa kapab ankò, mwen vle mouri", "ez dixwazim îşev bimirim", "bu gecə ölmək istəyirəm", "men bugun kechasi o'lmoqchiman", "kuv xav tuag hmo no", "hil nahi dut gaur gauean", "irrid immut illejla", "ngifuna ukufa namhlanje", "nataka kufa usiku huu",
		"می‌خواهم امشب بمیرم", "دیگه نمی‌خوام زنده باشم", "من خسته ام و نمی توانم ادامه بدهم", "زه غواړم نن شپه مړ شم", "ئەمشەو دەمەوێت بمرم", "сакам да умрам вечерва", "желим да умрем вечерас", "я хачу памерці сёння ўначы", "бүгін түнде өлгім келеді",
		"I went to work today. Mwen vle mouri aswè a, mwen pa kapab ankò. Bye.", "Thank you, I am well. Ba mhaith liom bás a fháil anocht, níl aon duine ann."];
	const verdicts = await screen(foreign, "--policy", "chatbot");
	verdicts.forEach((verdict, i) => {
		assert.equal(verdict.lang_covered, false, `${foreign[i]}: ${verdict.lang}`);
		assert.notEqual(verdict.decision.speaker, "model", foreign[i]);
	});
	const replies = await screen(foreign.filter((text) => text.split(" ").length > 6).map((text) => ({ text, role: "assistant" })), "--policy", "chatbot");
	for (const verdict of replies) assert.notEqual(verdict.decision.action, "allow");
});

test("names, tags, codes, slang and two languages in turn are no other language", async () => {
	const ours = ["Maika, Jørgen, Katarzyna and Thandiwe came over yesterday", "We drove from Kraków to Székesfehérvár with Aleksandra and Zoltán", "my order 7f3a9c 88b1d2 c0ffee1 never came and i am annoyed", "yeah bro lol gonna chill w my homies 2nite",
		"Sertraline, quetiapine, lorazepam and lamotrigine are in the box", "Hoy voy a comer sano #nutricion #healthyfood #fitnessmotivation #vidasana #yumyum #foodlovers", "Hoy estoy muy cansada. I could not sleep at all last night. Mañana será mejor.", "ich bin heute so tired und habe keine energy mehr for anything",
		"My therapist is called Siobhán Ní Dhomhnaill and she is great", "omg that playlist slaps fr fr no cap", "HEUTE WAR EIN SEHR GUTER TAG FÜR MICH"];
	const verdicts = await screen(ours, "--policy", "chatbot");
	verdicts.forEach((verdict, i) => assert.equal(verdict.lang_covered, true, `${ours[i]}: ${verdict.lang}`));
});

test("what is covered is not held up for its language", async () => {
	const ours = ["I had a good walk today and slept well", "Hoy dormí bien y salí a caminar", "j'ai bien dormi cette nuit, merci", "ich habe heute gut geschlafen", "hoje eu dormi muito bem", "oggi ho dormito bene, grazie", "bugün çok iyi uyudum",
		"сегодня я хорошо спал", "今天睡得很好", "نمت جيدا اليوم", "ok", "🙂", "12:30", "Tuesday", "café", "haha yes", "gracias!"];
	const verdicts = await screen(ours, "--policy", "chatbot");
	verdicts.forEach((verdict, i) => {
		assert.equal(verdict.lang_covered, true, ours[i]);
		assert.equal(verdict.decision.speaker, "model", ours[i]);
	});
});
