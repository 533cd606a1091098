// The whole story again, on PostgreSQL: the same test file, a database of its own.
import { execFileSync } from "node:child_process";
import path from "node:path";
import { test } from "node:test";
import { root } from "./harness.mjs";

const server = process.env.HEEDWELL_TEST_POSTGRES;
const psql = (sql) => execFileSync("psql", ["-q", "-v", "ON_ERROR_STOP=1", `${server}postgres`, "-c", sql], { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });

test("alert, journal and export on PostgreSQL", { skip: server ? false : "no PostgreSQL (tools/with-postgres)", timeout: 300000 }, () => {
	const name = `heedwell_flow_${process.pid}`;
	psql(`CREATE DATABASE ${name}`);
	try {
		execFileSync(process.execPath, ["--test", "--test-reporter=tap", path.join(root, "tests/flow/alert.test.mjs")], {
			cwd: root, encoding: "utf8", env: { ...process.env, NODE_TEST_CONTEXT: undefined, HEEDWELL_FLOW_DATABASE: `${server}${name}` }, stdio: ["ignore", "pipe", "pipe"],
		});
	} catch (error) {
		throw new Error(`${error.stdout}\n${error.stderr}`);
	} finally {
		psql(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
	}
});
