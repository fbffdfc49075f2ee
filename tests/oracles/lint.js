// Faults that Discord refuses, or people see, and its published schemas let through.

const embedChars = (embed) =>
  [embed.title, embed.description, embed.footer?.text, embed.author?.name]
    .concat((embed.fields ?? []).flatMap((field) => [field.name, field.value]))
    .reduce((sum, text) => sum + [...(text ?? "")].length, 0);

function* components(list) {
  for (const one of list ?? []) {
    yield one;
    yield* components(one.components);
    if (one.component) yield* components([one.component]);
  }
}

function message(data) {
  const found = [];
  const embeds = data.embeds ?? [];
  const total = embeds.reduce((sum, embed) => sum + embedChars(embed), 0);
  if (total > 6000) found.push(`embeds hold ${total} characters`);
  for (const field of embeds.flatMap((embed) => embed.fields ?? [])) {
    if (!field.name?.trim() || !field.value?.trim()) found.push("an embed's field is empty");
  }
  const ids = [];
  for (const one of components(data.components)) {
    if (one.type === 2 && one.style !== 5 && one.style !== 6 && !one.custom_id) found.push("a button without a custom_id");
    if (one.type === 2 && !one.label && !one.emoji) found.push("a button without a label");
    if (one.type === 3 && (one.options ?? []).length === 0) found.push("a select without options");
    if (one.custom_id) ids.push(one.custom_id);
  }
  if (new Set(ids).size !== ids.length) found.push("two components have one custom_id");
  if (!data.allowed_mentions || (data.allowed_mentions.parse ?? []).length > 0) {
    if (data.content !== undefined || embeds.length > 0) found.push("mentions are not muted");
  }
  return found;
}

function modal(data) {
  const found = [];
  const rows = data.components ?? [];
  if (rows.length < 1 || rows.length > 5) found.push(`a modal has ${rows.length} rows`);
  return found;
}

function command(one, path = one.name, depth = 0) {
  const found = [];
  const chat = one.type === undefined || one.type === 1 || depth > 0;
  if (chat && !/^[-_\p{Ll}\p{N}\p{sc=Deva}\p{sc=Thai}]{1,32}$/u.test(one.name)) found.push(`${path}: its name is not lower case`);
  if (chat && !one.description) found.push(`${path}: no description`);
  const options = one.options ?? [];
  const names = options.map((option) => option.name);
  if (new Set(names).size !== names.length) found.push(`${path}: two options have one name`);
  const nested = options.filter((option) => option.type === 1 || option.type === 2);
  if (nested.length > 0 && nested.length < options.length) found.push(`${path}: options beside subcommands`);
  const required = options.map((option) => option.required === true);
  if (required.lastIndexOf(true) > required.indexOf(false) && required.includes(false)) {
    found.push(`${path}: a required option behind an optional one`);
  }
  for (const option of options) {
    if (option.autocomplete && option.choices?.length) found.push(`${path} ${option.name}: autocomplete and choices`);
    found.push(...command(option, `${path} ${option.name}`, depth + 1));
  }
  return found;
}

function choices(data) {
  const names = data.choices.map((choice) => choice.name);
  return new Set(names).size === names.length ? [] : ["two choices have one name: the first is always taken"];
}

export function lint(kind, payload) {
  switch (kind) {
    case "command":
      return command(payload);
    case "modal":
      return modal(payload.data);
    case "choices":
      return choices(payload.data);
    case "message":
    case "update":
      return payload.data ? message(payload.data) : [];
    case "promise":
      return payload.type === 5 && (payload.data?.flags ?? 0) & ~64 ? ["a deferred reply has other flags"] : [];
    default:
      return message(payload);
  }
}
