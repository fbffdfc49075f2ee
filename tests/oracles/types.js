// Judges the same payloads by the platforms' published TypeScript types, which know every key: each
// payload becomes a constant of its type, and the compiler says what is misspelt. One constant with a
// misspelt key for each type shows that it would.
//
// node types.js <folder of payloads> <folder to write into>

import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";

const [payloads, out] = process.argv.slice(2);
const read = (path) => JSON.parse(readFileSync(path, "utf8"));
const within = (folder) => readdirSync(folder).map((file) => join(folder, file));

const discord = (kind) => within(join(payloads, "discord", kind)).map(read);
const slack = (kind) => within(join(payloads, "slack")).filter((path) => path.includes(`/${kind}`)).map(read);

const TYPES = [
  ["RESTPutAPIApplicationCommandsJSONBody", discord("commands"), [{ name: "a", description: "b", desription: "c" }]],
  ["APIInteractionResponseChannelMessageWithSource", discord("message"), { type: 4, data: { contnet: "x" } }],
  ["APIModalInteractionResponse", discord("modal"), { type: 9, data: { custom_id: "x", titel: "x", components: [] } }],
  ["APIApplicationCommandAutocompleteResponse", discord("choices"), { type: 8, data: { choices: [], chioces: [] } }],
  ["RESTPatchAPIWebhookWithTokenMessageJSONBody", discord("edit"), { contnet: "x" }],
  ["KnownBlock[]", slack("message").map((message) => message.blocks ?? []), [{ type: "sectoin" }]],
  ["ModalView", slack("view").map((view) => view.view ?? view), { type: "modal", titel: {} }],
  ["Manifest", slack("manifest"), { displayinformation: { name: "x" } }],
];

const head = `import type {
  APIApplicationCommandAutocompleteResponse, APIInteractionResponseChannelMessageWithSource,
  APIModalInteractionResponse, RESTPatchAPIWebhookWithTokenMessageJSONBody,
  RESTPutAPIApplicationCommandsJSONBody,
} from "discord-api-types/v10";
import { EmbedType } from "discord-api-types/v10";
import type { KnownBlock, ModalView } from "@slack/types";
import type { WebClient } from "@slack/web-api";
type Manifest = NonNullable<Parameters<WebClient["apps"]["manifest"]["validate"]>[0]> extends { manifest: infer M } ? M : never;
`;

mkdirSync(out, { recursive: true });
const options = { strict: true, noEmit: true, skipLibCheck: true, module: ts.ModuleKind.NodeNext, moduleResolution: ts.ModuleResolutionKind.NodeNext, target: ts.ScriptTarget.ES2022, types: [] };

function complaints(name, text) {
  const path = join(out, name);
  writeFileSync(path, head + text);
  const program = ts.createProgram([path], options);
  return ts.getPreEmitDiagnostics(program).map((one) => {
    const at = one.start === undefined ? "" : (head + text).slice(one.start, one.start + 60);
    return `${ts.flattenDiagnosticMessageText(one.messageText, " ").slice(0, 400)} (at ${at})`;
  });
}

// The one enumeration of texts among the types is not assigned from its text.
const literal = (payload) => JSON.stringify(payload).replaceAll('"type":"rich"', '"type":EmbedType.Rich');

let judged = 0;
let text = "";
for (const [type, list] of TYPES) {
  for (const payload of list) {
    text += `export const p${judged}: ${type} = ${literal(payload)};\n`;
    judged += 1;
  }
}
const wrong = complaints("payloads.ts", text);
const samples = TYPES.map(([type, , sample], n) => complaints(`sample${n}.ts`, `export const s: ${type} = ${JSON.stringify(sample)};\n`).length > 0 || wrong.push(`${type} takes its sample`));
console.log(`types: ${judged} payloads compiled, ${samples.length} samples refused`);
if (judged < 50) wrong.push(`only ${judged} payloads: run the tests first`);
if (wrong.length > 0) {
  console.error(wrong.slice(0, 40).join("\n"));
  process.exit(1);
}
