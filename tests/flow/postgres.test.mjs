// The stories again, on PostgreSQL: the same test files, each program with a database of its own. HEEDWELL_FLOW_FILES names others ("recur load").
import { spawnSync } from "node:child_process";
import path from "node:path";
import { test } from "node:test";
import { root } from "./harness.mjs";

const files = (process.env.HEEDWELL_FLOW_FILES ?? "alert triage recur modules medicines retention first_minute").split(" ");
const skip = process.env.HEEDWELL_TEST_POSTGRES ? false : "no PostgreSQL (tools/with-postgres)";

for (const file of files)
	test(`${file} on PostgreSQL`, { skip, timeout: 300_000 }, () => {
		const run = spawnSync(process.execPath, ["--test", "--test-reporter=tap", path.join(root, `tests/flow/${file}.test.mjs`)], {
			cwd: root, encoding: "utf8", env: { ...process.env, NODE_TEST_CONTEXT: undefined, HEEDWELL_FLOW_STORE: "postgresql" }, maxBuffer: 64 << 20,
		});
		if (run.status !== 0) throw new Error(`${run.stdout}\n${run.stderr}`);
	});
