// heed.mjs: libheed from Node: `node heed.mjs ADDON PACKS TEXT...` prints a line for each text; `--stream` before the texts lets
// each pass as a model's reply, in pieces of five bytes, and prints what could be shown. ADDON is built from heed_node.c.
import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";

export class Heed {
	constructor(addon, packs) {
		this.addon = createRequire(import.meta.url)(path.resolve(addon));
		const names = fs.readdirSync(packs, { recursive: true }).filter((name) => name.endsWith(".yaml")).sort();
		this.engine = this.addon.open(names.map((name) => [name, fs.readFileSync(path.join(packs, name))]));
	}

	screen(text, role = "client") {
		return this.addon.screen(this.engine, role, Buffer.from(text));
	}

	/** Of an async iterable of Buffers, those that may be shown; stops for good at the first unit that may not. */
	async *release(pieces, role = "assistant") {
		const stream = this.addon.stream(this.engine, role);
		for await (const piece of pieces) {
			const { shown, state } = this.addon.feed(stream, piece);
			if (shown.length) yield shown;
			if (state === "stopped") return;
		}
		const { shown } = this.addon.feed(stream, null);
		if (shown.length) yield shown;
	}
}

async function main([addon, packs, ...texts]) {
	const heed = new Heed(addon, packs);
	if (texts[0] !== "--stream") {
		for (const text of texts) console.log(JSON.stringify(heed.screen(text)));
		return;
	}
	for (const text of texts.slice(1)) {
		const bytes = Buffer.from(text), pieces = [];
		for (let at = 0; at < bytes.length; at += 5) pieces.push(bytes.subarray(at, at + 5));
		const shown = [];
		for await (const piece of heed.release(pieces)) shown.push(piece);
		console.log(JSON.stringify({ shown: Buffer.concat(shown).toString() }));
	}
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) await main(process.argv.slice(2));
