// Payloads that must be refused: by the schemas, and (those that the schemas take) by the linter.

const text = (length) => "x".repeat(length);
const say = (data) => ({ type: 4, data: { allowed_mentions: { parse: [] }, ...data } });
const row = (...components) => ({ type: 1, components });
const button = (more) => ({ type: 2, style: 1, label: "Go", custom_id: "go", ...more });
const order = (more) => ({ name: "addcredit", type: 1, description: "Add credits", ...more });
const option = (more) => ({ type: 3, name: "client", description: "Client", ...more });
const input = { type: 4, custom_id: "reason", label: "Reason", style: 1 };

export const refused = [
  ["content of 2,001 characters", "message", say({ content: text(2001) })],
  ["a label of 81 characters", "message", say({ components: [row(button({ label: text(81) }))] })],
  ["a custom_id of 101 characters", "message", say({ components: [row(button({ custom_id: text(101) }))] })],
  ["six buttons in a row", "message", say({ components: [row(...[1, 2, 3, 4, 5, 6].map((n) => button({ custom_id: `${n}` })))] })],
  ["11 embeds", "message", say({ embeds: Array.from({ length: 11 }, () => ({ description: "x" })) })],
  ["26 choices", "choices", { type: 8, data: { choices: Array.from({ length: 26 }, (_, n) => ({ name: `${n}`, value: `${n}` })) } }],
  ["a modal's title of 46 characters", "modal", { type: 9, data: { custom_id: "x", title: text(46), components: [row(input)] } }],
  ["a command's name of 33 characters", "command", order({ name: text(33) })],
  ["a description of 101 characters", "command", order({ description: text(101) })],
  ["26 options", "command", order({ options: Array.from({ length: 26 }, (_, n) => option({ name: `o${n}` })) })],
];

export const missed = [
  ["embeds of 6,001 characters", "message", say({ embeds: [{ description: text(4096) }, { description: text(1905) }] })],
  ["an empty field", "message", say({ embeds: [{ fields: [{ name: "a", value: "" }] }] })],
  ["a button without a custom_id", "message", say({ components: [row({ type: 2, style: 1, label: "Go" })] })],
  ["six rows in a modal", "modal", { type: 9, data: { custom_id: "x", title: "x", components: Array.from({ length: 6 }, () => row(input)) } }],
  ["an upper-case name", "command", order({ name: "AddCredit" })],
  ["no description", "command", order({ description: undefined })],
  ["optional before required", "command", order({ options: [option({ name: "a" }), option({ name: "b", required: true })] })],
  ["autocomplete and choices", "command", order({ options: [option({ autocomplete: true, choices: [{ name: "a", value: "a" }] })] })],
  ["two options of one name", "command", order({ options: [option(), option()] })],
  ["two choices of one name", "choices", { type: 8, data: { choices: [{ name: "a", value: "1" }, { name: "a", value: "2" }] } }],
  ["mentions that are not muted", "message", { type: 4, data: { content: "@everyone" } }],
];
