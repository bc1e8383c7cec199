#!/usr/bin/env node
// Makes types of newsloom's events, events.ts and events.go, of what `newsloom schemas export DIR` wrote.
// usage: node generate.mjs DIR/schemas OUT
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { compile } from "json-schema-to-typescript";
import { FetchingJSONSchemaStore, InputData, JSONSchemaInput, quicktype } from "quicktype-core";

/** The schema of every version of every event, in the order of their names. */
async function schemas(folder) {
  const files = await readdir(folder, { recursive: true });
  const versions = files.filter((file) => /[\\/]v[0-9]+\.json$/.test(file)).sort();
  return Promise.all(versions.map(async (file) => JSON.parse(await readFile(join(folder, file), "utf8"))));
}

/**
 * One schema with all events and what they are made of, so that what they share becomes one type.
 *
 * Two things that are right in a schema make poor types, so they go: the titles of fields, of which a generator
 * makes a type each, and what is said beside a reference, for which it makes a copy of what is referred to.
 */
function together(events) {
  const parts = Object.assign({}, ...events.map((event) => event.$defs));
  const wholes = events.map(({ $schema, $id, $defs, ...event }) => [event.title, event]);
  const all = structuredClone({ ...parts, ...Object.fromEntries(wholes) });
  for (const { properties = {} } of Object.values(all))
    for (const [name, { title, ...field }] of Object.entries(properties))
      properties[name] = field.$ref ? { description: field.description, allOf: [{ $ref: field.$ref }] } : field;
  return { title: "Newsloom", $defs: all };
}

/** `urn:newsloom:schema:article.published:v2` is the schema of `newsloom.article.published.v2`. */
const eventType = (schema) => `newsloom.${schema.$id.split(":").slice(3).join(".")}`;

async function typescript(events) {
  const types = await compile(together(events), "Newsloom", {
    additionalProperties: false, // what newer writers add is there at run time; a type had better know what it knows
    bannerComment: "",
    ignoreMinAndMaxItems: true,
    unreachableDefinitions: true,
  });
  const rows = events.map((event) => `  "${eventType(event)}": ${event.title};`);
  const told = types.replace(/export interface Newsloom \{[^}]*\}\n/, "").replace(/ \*\n \* This interface was .*\n.*\n/g, "");
  const index = ["/** The value of a record by its header `ce_type`. */", "export interface Events {", ...rows, "}"];
  return `${told}\n${index.join("\n")}\n`;
}

async function go(events) {
  const input = new JSONSchemaInput(new FetchingJSONSchemaStore());
  const schema = JSON.stringify(together(events));
  await input.addSource({ name: "Newsloom", schema, uris: ["#/$defs/"] });
  const inputData = new InputData();
  inputData.addInput(input);
  const { lines } = await quicktype({
    inputData,
    lang: "go",
    rendererOptions: { "just-types-and-package": "true", package: "newsloom" },
  });
  return `${lines.join("\n")}\n`;
}

const [from, to] = process.argv.slice(2);
if (!to) {
  process.stderr.write("usage: node generate.mjs SCHEMAS OUT\n");
  process.exit(2);
}
const events = await schemas(from);
await mkdir(to, { recursive: true });
await writeFile(join(to, "events.ts"), await typescript(events));
await writeFile(join(to, "events.go"), await go(events));
