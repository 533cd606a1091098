// upstream.mjs: a scripted model. Speaks HTTP/1.1 over plain sockets, so that a test decides every byte and every moment: how a reply is framed, where it is
// split, when it stalls, when it breaks.
import net from "node:net";

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

export class Upstream {
	/** handler(request, reply): async; request has method, path, headers, body, json. */
	static async start(handler) {
		const upstream = new Upstream();
		upstream.handler = handler;
		upstream.requests = [];
		upstream.sockets = new Set();
		upstream.server = net.createServer((socket) => upstream.#connection(socket));
		await new Promise((resolve) => upstream.server.listen(0, "127.0.0.1", resolve));
		upstream.port = upstream.server.address().port;
		upstream.url = `http://127.0.0.1:${upstream.port}/v1`;
		return upstream;
	}

	async stop() {
		for (const socket of this.sockets) socket.destroy();
		await new Promise((resolve) => this.server.close(resolve));
	}

	#connection(socket) {
		this.sockets.add(socket);
		socket.setMaxListeners(0); // every reply listens for the end of its connection
		socket.setNoDelay(true);
		socket.on("close", () => this.sockets.delete(socket));
		socket.on("error", () => {});
		let pending = Buffer.alloc(0), busy = false;
		const next = async () => {
			if (busy) return;
			const head = pending.indexOf("\r\n\r\n");
			if (head < 0) return;
			const lines = pending.subarray(0, head).toString("latin1").split("\r\n");
			const headers = Object.fromEntries(lines.slice(1).map((line) => [line.slice(0, line.indexOf(":")).toLowerCase(), line.slice(line.indexOf(":") + 1).trim()]));
			const length = Number(headers["content-length"] ?? 0);
			if (headers.expect?.toLowerCase() === "100-continue" && pending.length < head + 4 + length) socket.write("HTTP/1.1 100 Continue\r\n\r\n");
			if (pending.length < head + 4 + length) return;
			const body = pending.subarray(head + 4, head + 4 + length).toString("utf8");
			pending = pending.subarray(head + 4 + length);
			const [method, path] = lines[0].split(" ");
			const request = { method, path, headers, body, json: undefined, at: performance.now() };
			try {
				request.json = JSON.parse(body);
			} catch {
				// Left undefined: some tests send what is not JSON.
			}
			this.requests.push(request);
			busy = true;
			try {
				await this.handler(request, new Reply(socket, request));
			} catch (error) {
				if (!socket.destroyed) console.error("upstream handler:", error);
				socket.destroy();
			}
			busy = false;
			if (!socket.destroyed) next();
		};
		socket.on("data", (bytes) => {
			pending = Buffer.concat([pending, bytes]);
			next();
		});
	}
}

/** Every JSON string escape that a model may use for the same text. */
function jsonText(text, escape) {
	if (!escape) return JSON.stringify(text);
	return `"${[...text].map((c) => [...Array(c.length).keys()].map((i) => "\\u" + c.charCodeAt(i).toString(16).padStart(4, "0")).join("")).join("")}"`;
}

export class Reply {
	constructor(socket, request) {
		this.socket = socket;
		this.request = request;
		this.sent = 0;
		this.closed = new Promise((resolve) => socket.once("close", () => resolve(performance.now())));
	}

	/** Bytes as they are. */
	async raw(bytes) {
		if (this.socket.destroyed) throw new Error("the gateway closed the connection");
		this.sent += bytes.length;
		await new Promise((resolve) => this.socket.write(bytes, resolve));
	}

	end() {
		this.socket.end();
	}

	reset() {
		this.socket.resetAndDestroy();
	}

	/** One write per part, parts cut at the given byte offsets; a turn of the event loop (or pause_ms) between two. */
	async split(bytes, offsets, pause_ms = 0) {
		const all = Buffer.from(bytes);
		const cuts = [0, ...offsets.filter((at) => at > 0 && at < all.length), all.length];
		for (let i = 0; i + 1 < cuts.length; i++) {
			await this.raw(all.subarray(cuts[i], cuts[i + 1]));
			await (pause_ms ? sleep(pause_ms) : new Promise((resolve) => setImmediate(resolve)));
		}
	}

	/** A reply that is not a stream. */
	async plain(text, { finish = "stop", status = 200, extra = {}, message = {}, body } = {}) {
		const payload = body ?? JSON.stringify({
			id: "chatcmpl-scripted", object: "chat.completion", created: 1700000000, model: "scripted",
			choices: [{ index: 0, message: { role: "assistant", content: text, ...message }, finish_reason: finish }],
			usage: { prompt_tokens: 3, completion_tokens: 5, total_tokens: 8 }, ...extra,
		});
		await this.raw(`HTTP/1.1 ${status} Status\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(payload)}\r\n\r\n${payload}`);
	}

	/** The events of a stream, as text, for pieces of content. */
	static events(pieces, { finish = "stop", done = true, eol = "\n", escape = false, surface = "content", usage = true, comment = false } = {}) {
		const event = (delta, reason) => `data: {"id":"chatcmpl-scripted","object":"chat.completion.chunk","created":1700000000,"model":"scripted","choices":[{"index":0,"delta":${delta},"finish_reason":${reason}}]}${eol}${eol}`;
		const events = [event(`{"role":"assistant","content":""}`, "null")];
		for (const piece of pieces) {
			if (comment) events.push(`: keep-alive${eol}${eol}`);
			events.push(event(`{"${surface}":${jsonText(piece, escape)}}`, "null"));
		}
		events.push(event("{}", finish === null ? "null" : JSON.stringify(finish)));
		if (usage) events.push(`data: {"id":"chatcmpl-scripted","object":"chat.completion.chunk","created":1700000000,"model":"scripted","choices":[],"usage":{"prompt_tokens":3,"completion_tokens":5,"total_tokens":8}}${eol}${eol}`);
		if (done) events.push(`data: [DONE]${eol}${eol}`);
		return events;
	}

	/** A streamed reply. framing: chunked (one chunk an event), chunked-one (one chunk for all), chunked-byte (one chunk a byte), close (until the
	 * connection closes), length (Content-Length). cuts: byte offsets of the body where a write ends. */
	async stream(pieces, { framing = "chunked", cuts, pause_ms = 0, ...options } = {}) {
		const events = Reply.events(pieces, options);
		const body = Buffer.from(events.join(""));
		const head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-cache\r\n";
		const boundaries = cuts ?? events.reduce((offsets, event) => [...offsets, (offsets.at(-1) ?? 0) + Buffer.byteLength(event)], []);
		if (framing === "close") {
			await this.raw(head + "Connection: close\r\n\r\n");
			await this.split(body, boundaries, pause_ms);
			return this.end();
		}
		if (framing === "length") {
			await this.raw(head + `Content-Length: ${body.length}\r\n\r\n`);
			return this.split(body, boundaries, pause_ms);
		}
		await this.raw(head + "Transfer-Encoding: chunked\r\n\r\n");
		const sizes = framing === "chunked-byte" ? [...Array(body.length).keys()] : framing === "chunked-one" ? [] : boundaries;
		const edges = [0, ...sizes.filter((at) => at > 0 && at < body.length), body.length];
		const chunks = edges.slice(1).map((end, i) => Buffer.concat([Buffer.from(`${(end - edges[i]).toString(16)}\r\n`), body.subarray(edges[i], end), Buffer.from("\r\n")]));
		if (framing === "chunked-byte") return this.raw(Buffer.concat([...chunks, Buffer.from("0\r\n\r\n")]));
		for (const chunk of chunks) {
			await this.raw(chunk);
			await (pause_ms ? sleep(pause_ms) : new Promise((resolve) => setImmediate(resolve)));
		}
		return this.raw("0\r\n\r\n");
	}
}

export { sleep };
