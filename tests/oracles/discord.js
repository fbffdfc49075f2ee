// Judges every payload that the tests sent to the fake Discord: by Discord's own schemas, and by a
// linter for the faults that those let through. Each of these has a sample that must be refused, so
// that neither judge can fall asleep.
//
// node discord.js <folder of payloads>

import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import * as schemas from "discord-api-spec/zod";
import { lint } from "./lint.js";
import { missed, refused } from "./samples.js";

// Which schema a kind of payload has to satisfy; a registration is a list of commands.
const KINDS = {
  message: schemas.CreateMessageInteractionCallbackRequestSchema,
  promise: schemas.CreateMessageInteractionCallbackRequestSchema,
  update: schemas.UpdateMessageInteractionCallbackRequestSchema,
  modal: schemas.ModalInteractionCallbackRequestSchema,
  choices: schemas.ApplicationCommandAutocompleteCallbackRequestSchema,
  edit: schemas.IncomingWebhookUpdateRequestPartialSchema,
  followup: schemas.MessageCreateRequestSchema,
  channel: schemas.MessageCreateRequestSchema,
  command: schemas.ApplicationCommandUpdateRequestSchema,
};

// The schemas type this as an integer; the documentation and the API take a text of digits.
function patched(kind, payload) {
  if (kind !== "command" || typeof payload.default_member_permissions !== "string") return payload;
  return { ...payload, default_member_permissions: Number(payload.default_member_permissions) };
}

function faults(kind, payload) {
  // A promise to change the message that was pressed is judged as that change is.
  const by = kind === "promise" && payload.type === 6 ? "update" : kind;
  const judged = KINDS[by].safeParse(patched(kind, payload));
  const schema = judged.success
    ? []
    : judged.error.issues.map((issue) => `schema: ${issue.path.join(".")}: ${issue.message}`);
  return [...schema, ...lint(kind, payload)];
}

const folder = process.argv[2];
let judged = 0;
const wrong = [];
for (const kind of readdirSync(folder)) {
  for (const file of readdirSync(join(folder, kind))) {
    const payload = JSON.parse(readFileSync(join(folder, kind, file), "utf8"));
    const each = kind === "commands" ? payload.map((command) => ["command", command]) : [[kind, payload]];
    for (const [name, one] of each) {
      judged += 1;
      for (const fault of faults(name, one)) wrong.push(`${kind}/${file}: ${fault}`);
    }
  }
}
for (const [name, kind, sample] of refused) {
  if (KINDS[kind].safeParse(patched(kind, sample)).success) wrong.push(`schema takes: ${name}`);
}
for (const [name, kind, sample] of missed) {
  if (lint(kind, sample).length === 0) wrong.push(`linter takes: ${name}`);
}
console.log(`discord: ${judged} payloads judged, ${refused.length} samples for the schemas and ${missed.length} for the linter`);
if (judged < 50) wrong.push(`only ${judged} payloads: run the tests first`);
if (wrong.length > 0) {
  console.error(wrong.join("\n"));
  process.exit(1);
}
