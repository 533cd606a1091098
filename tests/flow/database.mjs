// database.mjs: the database of one test's program: a file in its folder, or, with HEEDWELL_FLOW_STORE=postgresql, a database of its own on
// the server of tools/with-postgres, dropped at the end.
import { execFileSync } from "node:child_process";
import path from "node:path";

const server = process.env.HEEDWELL_TEST_POSTGRES;
const wanted = process.env.HEEDWELL_FLOW_STORE === "postgresql";
let made = 0;

const psql = (sql) => execFileSync("psql", ["-q", "-v", "ON_ERROR_STOP=1", `${server}postgres`, "-c", sql], { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });

/** Is what the tests run on PostgreSQL? Those that look into the file itself are skipped then. */
export const onPostgres = wanted;

/** A URL as the configuration takes it. */
export function newDatabase(folder) {
	if (!wanted) return `sqlite:${path.join(folder, "heedwell.db")}`;
	if (!server) throw new Error("HEEDWELL_FLOW_STORE=postgresql without a server: run it by tools/with-postgres");
	const name = `heedwell_flow_${process.pid}_${++made}`;
	psql(`CREATE DATABASE ${name}`);
	return server + name;
}

export function dropDatabase(url) {
	if (url.startsWith("postgresql:")) psql(`DROP DATABASE IF EXISTS ${new URL(url).pathname.slice(1)} WITH (FORCE)`);
}
