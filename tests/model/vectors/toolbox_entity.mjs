// DynamoDB-Toolbox's entities and commands out of plain data, as toolbox_cases.mjs holds it.

import {createRequire} from 'node:module';

const require = createRequire(new URL('../../clients/package.json', import.meta.url));
export const toolbox = require('dynamodb-toolbox');
const {$add, $append, $delete, $get, $prepend, $remove, $set, $subtract, $sum} = toolbox;

export const kNow = Date.parse('2026-11-22T04:45:11.907Z');

/** The clock stands still: what it says is in the vectors. */
export function stopClock() {
  const Running = Date;
  globalThis.Date = class extends Running {
    constructor(...given) {
      super(...(given.length === 0 ? [kNow] : given));
    }
    static now() {
      return kNow;
    }
  };
}

const links = {
  zSlashB: ({z, b}) => `${z}/${b}`,
  b: ({b}) => b,
  createdAndPost: ({created, postId}) => `${created}#${postId}`,
  pkAgain: ({pk}) => pk,
  sk: ({sk}) => sk,
};
const validators = {overFive: (value) => value > 5, long: (text) => Buffer.byteLength(text) > 3};
const defaults = (value) => (value === 'now' ? () => new Date().toISOString() : value);

const transforms = {
  prefix: toolbox.prefix,
  suffix: toolbox.suffix,
  trim: toolbox.trim,
  json: toolbox.jsonStringify,
};

function schemaOf(plain) {
  let schema;
  switch (plain.type) {
    case 'string': schema = toolbox.string(); break;
    case 'number': schema = toolbox.number(); break;
    case 'boolean': schema = toolbox.boolean(); break;
    case 'binary': schema = toolbox.binary(); break;
    case 'null': schema = toolbox.nul(); break;
    case 'any': schema = toolbox.any(); break;
    case 'set': schema = toolbox.set(schemaOf(plain.items)); break;
    case 'list': schema = toolbox.list(schemaOf(plain.items)); break;
    case 'record':
      schema = toolbox.record(schemaOf(plain.names ?? {type: 'string'}), schemaOf(plain.items));
      if (plain.partial) schema = schema.partial();
      break;
    case 'map': schema = toolbox.map(schemasOf(plain.properties)); break;
    case 'tuple': schema = toolbox.tuple(...plain.of.map(schemaOf)); break;
    case 'anyOf': schema = toolbox.anyOf(...plain.of.map(schemaOf)); break;
    default: throw new Error(`unknown type ${plain.type}`);
  }
  if (plain.key) schema = schema.key();
  if (plain.required) schema = schema.required(plain.required);
  if (plain.savedAs) schema = schema.savedAs(plain.savedAs);
  if (plain.hidden) schema = schema.hidden();
  if (plain.enum) schema = schema.enum(...plain.enum);
  if (plain.const !== undefined) schema = schema.const(plain.const);
  if (plain.transform) {
    const all = plain.transform.map(([name, ...given]) => transforms[name](...given));
    schema = schema.transform(all.length === 1 ? all[0] : toolbox.pipe(...all));
  }
  for (const name of ['validate', 'putValidate', 'updateValidate']) if (plain[name]) schema = schema[name](validators[plain[name]]);
  for (const name of ['default', 'putDefault', 'updateDefault']) {
    if (plain[name] !== undefined) schema = schema[name](defaults(plain[name]));
  }
  for (const name of ['link', 'updateLink']) if (plain[name]) schema = schema[name](links[plain[name]]);
  return schema;
}

const schemasOf = (plain) => Object.fromEntries(Object.entries(plain).map(([name, one]) => [name, schemaOf(one)]));

const tables = {
  texts: (more) => new toolbox.Table({
    name: 'T',
    partitionKey: {name: 'pk', type: 'string'},
    sortKey: {name: 'sk', type: 'string'},
    indexes: {g: {type: 'global', partitionKey: {name: 'gpk', type: 'string'}, sortKey: {name: 'gsk', type: 'number'}}},
    ...more,
  }),
  numbers: (more) => new toolbox.Table(
      {name: 'T', partitionKey: {name: 'n', type: 'number'}, sortKey: {name: 'sort', type: 'number'}, ...more}),
};

/** `more` is what the table is given besides, such as a document client and a name. */
export function toolboxEntity(plain, more = {}) {
  const fill = (template, values) => template.replace(/\$\{(\w+)\}/g, (_, name) => values[name]);
  const {computeKey} = plain;
  return new toolbox.Entity({
    name: plain.entity,
    table: tables[plain.table ?? 'texts'](more),
    schema: toolbox.item(schemasOf(plain.attributes)),
    ...(plain.timestamps === undefined ? {} : {timestamps: plain.timestamps}),
    ...(plain.entityAttribute === undefined ? {} : {entityAttribute: plain.entityAttribute}),
    ...(computeKey ?
            {computeKey: (values) => Object.fromEntries(Object.entries(computeKey).map(([name, one]) => [name, fill(one, values)]))} :
            {}),
  });
}

const updates = {
  $add: (value, plain) => $add(plain?.type === 'set' ? new Set(value) : value),
  $delete: (value) => $delete(new Set(value)),
  $remove: () => $remove(),
  $set: (value, plain) => $set(given(value, plain)),
  $get: (value) => $get(...value.map((one) => given(one))),
  $sum: (value) => $sum(...value.map((one) => given(one))),
  $subtract: (value) => $subtract(...value.map((one) => given(one))),
  $append: (value) => $append(given(value)),
  $prepend: (value) => $prepend(given(value)),
};

/** A plain value as the Toolbox is given it: sets where the entity has them, update forms. */
export function given(value, plain) {
  if (plain?.type === 'binary' && typeof value === 'string') return Uint8Array.from(Buffer.from(value, 'base64'));
  if (Array.isArray(value)) {
    if (plain?.type === 'set') return new Set(value.map((one) => given(one, plain.items)));
    return value.map((one, i) => given(one, plain?.type === 'tuple' ? plain.of[i] : plain?.items));
  }
  if (typeof value !== 'object' || value === null) return value;
  const [[name, operand] = []] = Object.entries(value);
  if (name in updates) return updates[name](operand, plain);
  const inner = (member) => plain?.properties?.[member] ?? plain?.items;
  return Object.fromEntries(Object.entries(value).map(([member, one]) => [member, given(one, inner(member))]));
}

export const givenItem = (plain, item) => given(item, {properties: plain.attributes});

/** The command that a case describes. */
export function command(entity, plain, test) {
  const {filters, ...options} = test.options ?? {};
  const built = (action, input, name) => entity.build(action)[name](givenItem(plain, input)).options(options);
  switch (test.do) {
    case 'put': return built(toolbox.PutItemCommand, test.item, 'item');
    case 'update': return built(toolbox.UpdateItemCommand, test.item, 'item');
    case 'updateAttributes': return built(toolbox.UpdateAttributesCommand, test.item, 'item');
    case 'get': return built(toolbox.GetItemCommand, test.key, 'key');
    case 'delete': return built(toolbox.DeleteItemCommand, test.key, 'key');
    case 'query': case 'scan': {
      const action = test.do === 'query' ? toolbox.QueryCommand : toolbox.ScanCommand;
      let at = entity.table.build(action);
      if (test.do === 'query') at = at.query(test.query);
      if (!test.query?.all) at = at.entities(entity);
      return at.options({...options, ...(filters ? {filters: {[plain.entity]: filters}} : {})});
    }
    default: throw new Error(`unknown operation ${test.do}`);
  }
}

export function run(entity, plain, test) {
  if (test.do === 'format') return {value: entity.build(toolbox.EntityFormatter).format(givenStored(plain, test.stored))};
  if (test.do === 'parse') return {value: entity.build(toolbox.EntityParser).parse(givenItem(plain, test.item)).item};
  return {params: command(entity, plain, test).params()};
}

/** A stored item: sets where the attribute that is stored so is one. */
function givenStored(plain, stored) {
  const ofField = Object.fromEntries(
      Object.entries(plain.attributes).map(([name, one]) => [one.savedAs ?? name, one]));
  return Object.fromEntries(Object.entries(stored).map(
      ([name, value]) => [name, ofField[name]?.type === 'set' ? new Set(value) : value]));
}

/** What a reader sees, as plain JSON: sets are sorted arrays. */
export function readPlain(value) {
  if (value instanceof Set) return [...value].map(readPlain).sort();
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (Array.isArray(value)) return value.map(readPlain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
      Object.entries(value).filter(([, one]) => one !== undefined).map(([name, one]) => [name, readPlain(one)]));
}

/** A value as DynamoDB's JSON. */
export function attributeValue(value) {
  if (value === null) return {NULL: true};
  if (typeof value === 'number') return {N: `${value}`};
  if (typeof value === 'string') return {S: value};
  if (typeof value === 'boolean') return {BOOL: value};
  if (value instanceof Uint8Array) return {B: Buffer.from(value).toString('base64')};
  if (Array.isArray(value)) return {L: value.map(attributeValue)};
  if (value instanceof Set) {
    const elements = [...value];
    if (typeof elements[0] === 'number') return {NS: elements.map(String)};
    return typeof elements[0] === 'string' ? {SS: elements} : {BS: elements.map((one) => attributeValue(one).B)};
  }
  return {M: attributeMap(value)};
}

export const attributeMap = (map) => Object.fromEntries(
    Object.entries(map).filter(([, value]) => value !== undefined).map(([name, value]) => [name, attributeValue(value)]));

/** The parameters as they go over the wire. */
export function wire({ToolboxItem: _, ...params}) {
  return Object.fromEntries(Object.entries(params).map(([name, value]) => [
    name,
    ['Item', 'Key', 'ExpressionAttributeValues', 'ExclusiveStartKey'].includes(name) ? attributeMap(value) : value,
  ]));
}
