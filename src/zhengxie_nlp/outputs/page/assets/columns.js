/* What the tables of records show: one list of columns a type. */

function amount(record) {
  if (record.low !== null || record.high !== null) return `${record.low ?? "?"}～${record.high ?? "?"}`;
  return record.value ?? "";
}

function amountKey(record) {
  const said = record.value ?? record.low ?? record.high;
  return said === null || said === undefined ? NaN : Number(said);
}

const refText = (ref) => (ref ? ref.text : "");
const refTexts = (refs) => (refs || []).map(refText).join("、");

/* Columns for records of a type; `of(row)` gives {record, model}, so that an archive can use them too. */
function recordColumns(type, model) {
  const texts = (ids) => (ids || []).map((id) => (model.byId.has(id) ? model.records[model.byId.get(id)].ref.text : id)).join("、");
  const said = { key: "text", label: t("field.text"), wide: 5, value: (record) => record.ref.text };
  const enumerated = (field) => ({ key: field, label: t(`field.${field}`), wide: 1, value: (record) => word(field, record[field]) });
  const plain = (field, wide) => ({ key: field, label: t(`field.${field}`), wide: wide || 1, value: (record) => record[field] ?? "" });
  const ref = (field, wide) => ({ key: field, label: t(`field.${field}`), wide: wide || 2, value: (record) => refText(record[field]) });
  const category = {
    key: "category", label: t("field.category"), wide: 1, value: (record) => word("category", record.category),
    draw: (record, text) => (record.category ? h("span", { class: `category c-${record.category}` }, text) : ""),
  };
  const tail = [
    { key: "node", label: t("field.node"), wide: 4, value: (record) => model.path(record.node) },
    { key: "confidence", label: t("field.confidence"), wide: 1, kind: "number", value: (record) => percent(record.confidence), sort: (record) => record.confidence ?? NaN },
    { key: "line", label: t("field.line"), wide: 1, kind: "number", value: (record) => model.line(record.ref.fragments[0][0]), sort: (record) => record.ref.fragments[0][0] },
  ];
  const who = { key: "who", label: t("field.who"), wide: 2, value: (record) => model.who(record) };
  const value = { key: "value", label: t("field.value"), wide: 2, kind: "number", value: amount, sort: amountKey };
  const own = {
    initiative: [said, plain("action"), ref("object", 3), who, enumerated("status"),
      { key: "time", label: t("field.time"), wide: 2, value: (record) => texts(record.time) },
      { key: "quantities", label: t("field.quantities"), wide: 2, value: (record) => texts(record.quantities) }, category, ...tail],
    mechanism: [said, enumerated("kind"), plain("action"), enumerated("stage"),
      { key: "members", label: t("field.members"), wide: 3, value: (record) => refTexts(record.members) }, who, category, ...tail],
    quantity: [{ ...said, wide: 3 }, value, plain("unit"), enumerated("bound"), enumerated("kind"), ref("counted", 3), plain("per"), enumerated("change"), who, ...tail],
    numeral_term: [said, { key: "numerals", label: t("field.numerals"), wide: 1, value: (record) => record.numerals.join("、") },
      { key: "members", label: t("field.members"), wide: 5, value: (record) => refTexts(record.members) }, who, ...tail],
    time: [said, plain("start", 2), plain("end", 2), who, ...tail],
  }[type];
  // A type that the page does not know yet: its fields as the contract names them.
  return own || [said, ...page.fields[type].map((field) => ({
    key: field.name, label: fieldName(field.name), wide: 2,
    value: (record) => [].concat(record[field.name] ?? []).map((one) => (one && one.text) || word(field.name, one)).join("、"),
  })), who, ...tail];
}
