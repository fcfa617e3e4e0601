// Tables in one line: `createTable(db, 'pk sk:N', {gsi: {byOwner: {keys: 'owner created:N'}}})`.

let created = 0;

/** A table name that no other test of this process uses. */
export const newName = (prefix = 'table') => `${prefix}.${process.pid}-${++created}`;

/** 'pk sk:N' -> [{name: 'pk', type: 'S'}, {name: 'sk', type: 'N'}] */
function parseKeys(text) {
  return text.split(' ').map((word) => {
    const [name, type = 'S'] = word.split(':');
    return {name, type};
  });
}

const keySchema = ([hash, range]) =>
    [{AttributeName: hash.name, KeyType: 'HASH'},
     ...(range ? [{AttributeName: range.name, KeyType: 'RANGE'}] : []),
];

function projection(wanted = 'ALL') {
  return Array.isArray(wanted) ? {ProjectionType: 'INCLUDE', NonKeyAttributes: wanted} :
                                 {ProjectionType: wanted};
}

/**
 * The input of CreateTable. `gsi` and `lsi` map an index name to {keys, hash, range, project}: `keys` as for
 * the table, or the texts `hash` and `range` of up to four attributes each; `project` a type or a list of
 * names.
 */
export function tableInput(TableName, keys, {gsi = {}, lsi = {}, ...others} = {}) {
  const definitions = new Map();
  const define = (attributes) => attributes.forEach(({name, type}) => definitions.set(name, type));
  const tableKeys = parseKeys(keys);
  define(tableKeys);

  const index = ([IndexName, {keys: indexKeys, hash, range, project}]) => {
    let schema;
    if (indexKeys) {
      define(parseKeys(indexKeys));
      schema = keySchema(parseKeys(indexKeys));
    } else {
      const parts = [['HASH', parseKeys(hash)], ['RANGE', range ? parseKeys(range) : []]];
      schema = parts.flatMap(([KeyType, attributes]) => {
        define(attributes);
        return attributes.map(({name}) => ({AttributeName: name, KeyType}));
      });
    }
    return {IndexName, KeySchema: schema, Projection: projection(project)};
  };
  const GlobalSecondaryIndexes = Object.entries(gsi).map(index);
  const LocalSecondaryIndexes = Object.entries(lsi).map(index);
  return {
    TableName,
    KeySchema: keySchema(tableKeys),
    BillingMode: 'PAY_PER_REQUEST',
    ...(GlobalSecondaryIndexes.length ? {GlobalSecondaryIndexes} : {}),
    ...(LocalSecondaryIndexes.length ? {LocalSecondaryIndexes} : {}),
    AttributeDefinitions:
        [...definitions].map(([AttributeName, AttributeType]) => ({AttributeName, AttributeType})),
    ...others,
  };
}

/** Creates a table under a new name, waits until it is active and returns the name. */
export async function createTable(db, keys, options = {}) {
  const name = newName();
  await db.createTable(tableInput(name, keys, options));
  await eventually(async () => (await db.describeTable({TableName: name})).Table.TableStatus === 'ACTIVE');
  return name;
}

/** Writes all items, 25 a call. */
export async function putAll(doc, table, items) {
  for (let i = 0; i < items.length; i += 25) {
    const puts = items.slice(i, i + 25).map((Item) => ({PutRequest: {Item}}));
    const reply = await doc.batchWrite({RequestItems: {[table]: puts}});
    if (Object.keys(reply.UnprocessedItems).length) throw new Error('a batch was not written whole');
  }
}

/** Asks again and again until `condition` gives something true, which it returns. */
export async function eventually(condition, {withinMs = 10_000, everyMs = 20} = {}) {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const result = await condition();
    if (result) return result;
    if (Date.now() > deadline) throw new Error(`not within ${withinMs} ms: ${condition}`);
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}
