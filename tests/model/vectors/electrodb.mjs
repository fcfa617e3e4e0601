// Replays electrodb_cases.mjs with the real ElectroDB and prints what it sent, as tests/model/vectors/electrodb.json.
//
//   electrodb.mjs            prints the file
//   electrodb.mjs --check    exits with 1 where the file beside it says something else
//
// Needs the packages of tests/clients on NODE_PATH or in tests/clients/node_modules.

import {readFileSync} from 'node:fs';
import {createRequire} from 'node:module';

import {cases, collections, entities, services} from './electrodb_cases.mjs';

const require = createRequire(new URL('../../clients/package.json', import.meta.url));
const {Entity, Service, createConversions, createWriteTransaction, createGetTransaction} = require('electrodb');
const {DynamoDBClient} = require('@aws-sdk/client-dynamodb');
const {DynamoDBDocumentClient} = require('@aws-sdk/lib-dynamodb');

// Never asked for anything: it makes ElectroDB write sets as a real client wants them.
const client = DynamoDBDocumentClient.from(new DynamoDBClient({region: 'us-east-1'}));

const text = (value) => (value === undefined ? 'undefined' : `${value}`);
const hooks = {
  now: () => 'NOW',
  exclaim: (value) => `${text(value)}!`,
  tellW: (value, item) => `w:${text(value)}:${JSON.stringify(item)}`,
  tellAll: (value, item) => `all:${text(value)}:${JSON.stringify(item)}`,
  prefixG: (value) => `g${text(value)}`,
  prefixS: (value) => `s${text(value)}`,
  double: (value) => (value === undefined ? undefined : value * 2),
  overFive: (value) => value === undefined || value > 5,
  nextVersion: (_, item) => (item.version ?? 0) + 1,
  virtual: (_, item) => `virt${item.n}`,
  nothing: () => undefined,
  never: () => false,
  throwBoo: () => {
    throw new Error('boo');
  },
  xIsYes: (item) => item.x === 'yes',
};

function withHooks(attribute) {
  if (typeof attribute !== 'object' || Array.isArray(attribute)) return attribute;
  const result = {...attribute};
  for (const hook of ['set', 'get', 'validate']) {
    const name = attribute[hook];
    if (name) result[hook] = name.startsWith('/') ? new RegExp(name.slice(1, -1)) : hooks[name];
  }
  if (attribute.properties) {
    result.properties =
        Object.fromEntries(Object.entries(attribute.properties).map(([name, child]) => [name, withHooks(child)]));
  }
  if (typeof attribute.items === 'object') result.items = withHooks(attribute.items);
  return result;
}

function newEntity({model, attributes, indexes}) {
  return new Entity(
      {
        model,
        attributes: Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, withHooks(value)])),
        indexes: Object.fromEntries(Object.entries(indexes).map(
            ([name, index]) => [name, index.condition ? {...index, condition: hooks[index.condition]} : index])),
      },
      {table: 'T', client});
}

const step = (from, name) => (name.match(/[^.[\]]+/g) ?? []).reduce((at, part) => at[part], from);

function condition(attributes, operations, [name, ...operands]) {
  const inner = (one) => condition(attributes, operations, one);
  const path = () => step(attributes, operands[0]);
  switch (name) {
    case 'and':
    case 'or':
      return `(${operands.map(inner).join(` ${name.toUpperCase()} `)})`;
    case 'not': {
      const negated = inner(operands[0]);
      return negated.startsWith('(') ? `NOT ${negated}` : `NOT (${negated})`;
    }
    case 'size':
      return `${operations.size(path())} ${operands[1]} ${operations.escape(operands[2])}`;
    case 'field':
      return `${operations.field(operands[0])} ${operands[1]} ${operations.escape(operands[2])}`;
    case 'nameValue':
      return `${operations.name(path())} = ${operations.value(path(), operands[1])}`;
    case 'eqName':
      return operations.eq(path(), operations.name(step(attributes, operands[1])));
    default:
      return operations[name](path(), ...operands.slice(1));
  }
}

function change(attributes, operations, [name, path, ...operands]) {
  if (name === 'setName') {
    operations.set(step(attributes, path), operations.name(step(attributes, operands[0])));
  } else {
    operations[name](step(attributes, path), ...operands);
  }
}

/** The chain of calls that a case describes. */
function chain(entity, test) {
  let at;
  switch (test.do) {
    case 'create': case 'put': case 'upsert': at = entity[test.do](test.item); break;
    case 'get': case 'delete': case 'remove': case 'update': case 'patch': case 'match': case 'find':
      at = entity[test.do](test.key);
      break;
    case 'check': at = entity.check(test.key); break;
    case 'query': at = entity.query[test.index](test.key); break;
    case 'scan': at = test.index ? entity.scan[test.index] : entity.scan; break;
    case 'batchGet': at = entity.get(test.items); break;
    case 'batchPut': at = entity.put(test.items); break;
    case 'batchDelete': at = entity.delete(test.items); break;
    default: throw new Error(`unknown operation ${test.do}`);
  }
  return refine(at, test);
}

function refine(at, test) {
  if (test.sk) at = at[test.sk[0]](...test.sk.slice(1));
  for (const [name, operand] of test.steps ?? []) {
    at = name === 'data' ? at.data((a, o) => operand.forEach((one) => change(a, o, one))) : at[name](operand);
  }
  for (const one of test.where ?? []) at = at.where((a, o) => condition(a, o, one));
  return at;
}

function run(entity, test) {
  const conversions = () => (test.index ? createConversions(entity).byAccessPattern[test.index] : createConversions(entity));
  const strict = test.strict ? {strict: test.strict} : undefined;
  switch (test.do) {
    case 'toKeys': return {value: conversions().fromComposite.toKeys(test.key, strict)};
    case 'toCursor':
      return {value: JSON.parse(Buffer.from(conversions().fromComposite.toCursor(test.key), 'base64url').toString())};
    case 'fromKeys': return {value: conversions().fromKeys.toComposite(test.keys)};
    case 'parse': return {value: entity.parse({Item: test.stored}).data};
    case 'transactWrite':
      return {
        params: createWriteTransaction({e: entity}, ({e}) => test.actions.map((one) => chain(e, one).commit(one.options)))
                    .params({token: test.token}),
      };
    case 'transactGet':
      return {params: createGetTransaction({e: entity}, ({e}) => test.keys.map((key) => e.get(key).commit())).params()};
    default: return {params: chain(entity, test).params(test.options ?? {})};
  }
}

/** A value as DynamoDB's JSON. Of numbers too that the SDK refuses, as they are beyond its safe ones. */
function attributeValue(value) {
  if (value === null) return {NULL: true};
  if (typeof value === 'number') return {N: `${value}`};
  if (typeof value === 'string') return {S: value};
  if (typeof value === 'boolean') return {BOOL: value};
  if (Array.isArray(value)) return {L: value.map(attributeValue)};
  if (value instanceof Set) {
    const elements = [...value];
    return typeof elements[0] === 'number' ? {NS: elements.map(String)} : {SS: elements};
  }
  return {M: attributeMap(value)};
}

const attributeMap = (map) => Object.fromEntries(
    Object.entries(map).filter(([, value]) => value !== undefined).map(([name, value]) => [name, attributeValue(value)]));

/** The parameters with every value as DynamoDB's JSON. */
function wire(params) {
  if (Array.isArray(params)) return params.map(wire);
  if (typeof params !== 'object' || params === null) return params;
  return Object.fromEntries(Object.entries(params).filter(([, value]) => value !== undefined).map(([name, value]) => {
    if (['Item', 'Key', 'ExpressionAttributeValues', 'ExclusiveStartKey'].includes(name)) {
      return [name, attributeMap(value)];
    }
    return [name, name === 'Keys' ? value.map(attributeMap) : wire(value)];
  }));
}

function outcome(act) {
  try {
    const {value, params} = act();
    if (params !== undefined) return {params: wire(params)};
    return {value: attributeValue(value)};
  } catch (error) {
    if (error.code === undefined) throw error;
    return {error: {code: error.code, message: error.message.split(' - For more')[0]}};
  }
}

function replay() {
  const made = Object.fromEntries(Object.entries(entities).map(([name, schema]) => [name, newEntity(schema)]));
  const ofEntities = Object.entries(cases).flatMap(
      ([entity, tests]) => Object.entries(tests).map(
          ([name, test]) => ({entity, name, ...test, ...outcome(() => run(made[entity], test))})));
  const ofServices = Object.entries(collections).flatMap(([service, tests]) => {
    const all = new Service(
        Object.fromEntries(Object.entries(services[service]).map(([name, entity]) => [name, newEntity(entities[entity])])));
    return Object.entries(tests).map(
        ([name, test]) => ({
          service,
          name,
          ...test,
          ...outcome(() => ({params: refine(all.collections[test.collection](test.key), test).params(test.options ?? {})})),
        }));
  });
  return {entities, services, cases: [...ofEntities, ...ofServices]};
}

const {cases: done, ...rest} = replay();
const lines = (values) => values.map((value) => `    ${JSON.stringify(value)}`).join(',\n');
const file = [
  '{',
  `  "entities": {\n${Object.entries(rest.entities).map(([n, e]) => `    ${JSON.stringify(n)}: ${JSON.stringify(e)}`).join(',\n')}\n  },`,
  `  "services": ${JSON.stringify(rest.services)},`,
  `  "cases": [\n${lines(done)}\n  ]`,
  '}',
  '',
].join('\n');

if (process.argv[2] === '--check') {
  const stored = readFileSync(new URL('electrodb.json', import.meta.url), 'utf8');
  if (stored !== file) {
    console.error('tests/model/vectors/electrodb.json is not what ElectroDB says');
    process.exit(1);
  }
} else {
  process.stdout.write(file);
}
