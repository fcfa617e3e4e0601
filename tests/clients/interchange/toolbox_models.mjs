// DynamoDB-Toolbox's side: models and items out of a seed, in the notation of tests/model/vectors/toolbox_cases.mjs.

import {createTable} from '../lib/tables.mjs';

const S = {type: 'string'};

/** The tables that toolbox_entity.mjs knows. */
export const createTableFor = (db, {table = 'texts'}) => (table === 'numbers' ?
    createTable(db, 'n:N sort:N') :
    createTable(db, 'pk sk', {gsi: {gsi: {keys: 'gpk gsk:N'}}}));

/** A random model with every type of attribute. */
export function randomModel(random, number) {
  const {below, one, chance, times} = random;
  const transform = () => (chance(0.3) ?
      {transform: one([
        [['prefix', 'P']],
        [['suffix', 'end', {delimiter: '~'}]],
        [['prefix', 'a'], ['suffix', 'b']],
      ])} :
      {});
  const text = () => ({...S, ...transform()});
  const scalar = () => one([
    text,
    () => ({type: 'number'}),
    () => ({type: 'boolean'}),
    () => ({type: 'binary'}),
    () => ({type: 'null'}),
    () => ({...S, enum: ['x', 'Y', 'z']}),
    () => ({type: 'number', enum: [1, 2.5]}),
  ])();
  const savedAs = (name) => (chance(0.3) ? {savedAs: name} : {});
  const optional = () => (chance(0.5) ? {required: 'never'} : {});
  const nested = {
    list: (depth) => ({type: 'list', items: any(depth - 1)}),
    record: (depth) => ({type: 'record', items: any(depth - 1)}),
    tuple: (depth) => ({type: 'tuple', of: times(1 + below(3), () => any(depth - 1))}),
    map: (depth) => ({
      type: 'map',
      properties: Object.fromEntries(times(1 + below(3), (i) => [
        `p${i}`, {...any(depth - 1), ...savedAs(`pf${i}`), ...optional(), ...(chance(0.15) ? {hidden: true} : {})},
      ])),
    }),
    set: () => ({type: 'set', items: one([text, () => ({type: 'number'}), () => ({type: 'binary'})])()}),
    anyOf: () => ({
      type: 'anyOf',
      of: [
        {type: 'map', properties: {kind: {...S, enum: ['one']}, n: {type: 'number', ...savedAs('nn')}}},
        {type: 'map', properties: {kind: {...S, enum: ['two'], ...savedAs('k')}, s: text()}},
        {type: 'number'},
      ],
    }),
    any: () => ({type: 'any', ...(chance(0.3) ? {transform: [['json']]} : {})}),
  };
  const any = (depth) => (depth > 0 && chance(0.6) ? one(Object.values(nested))(depth) : scalar());

  const computes = chance(0.3);
  const attributes = computes ?
      {a: {...S, key: true}, b: {...S, key: true}} :
      {
        first: {...S, key: true, savedAs: 'pk', ...transform()},
        sk: {...S, key: true, ...transform()},
      };
  times(2 + below(5), (i) => {
    const made = any(2);
    attributes[`a${i}`] = {
      ...made,
      ...savedAs(`af${i}`),
      ...optional(),
      ...(chance(0.1) ? {hidden: true} : {}),
      ...(made.type === 'string' && !made.enum && chance(0.4) ? {default: 'dflt'} : {}),
      ...(made.type === 'number' && !made.enum && chance(0.4) ? {default: 12.5, updateDefault: 13} : {}),
    };
  });
  attributes.gpk = {...text(), required: 'never'};
  attributes.gsk = {type: 'number', required: 'never'};
  return {
    entity: `Thing${number}`,
    ...(computes ? {computeKey: {pk: 'A#${a}', sk: '${b}#end'}} : {}),
    ...(chance(0.3) ? {timestamps: one([false, {created: true, modified: false}, {created: {name: 'born', savedAs: '__b'}, modified: {hidden: true}}])} : {}),
    ...(chance(0.3) ? {entityAttribute: {name: 'kindOf', hidden: chance(0.5)}} : {}),
    attributes,
    indexes: {byG: {index: 'gsi', pk: 'gpk', sk: 'gsk'}},
  };
}

/** A random value of an attribute, plain. */
export function randomValue(random, {type, items, properties, of, enum: choices}, depth = 2) {
  const {below, one, chance, times, text, number} = random;
  if (choices) return one(choices);
  switch (type) {
    case 'string': return text();
    case 'number': return number();
    case 'boolean': return chance(0.5);
    case 'binary': return Buffer.from(times(1 + below(5), () => below(256))).toString('base64');
    case 'null': return null;
    case 'list': return times(below(4), () => randomValue(random, items, depth));
    case 'tuple': return of.map((one) => randomValue(random, one, depth));
    case 'set': return [...new Set(times(1 + below(3), () => randomValue(random, items, depth)))];
    case 'record':
      return Object.fromEntries(times(below(3), (i) => [`k${i}${one(['', 'x y', 'é'])}`, randomValue(random, items, depth)]));
    case 'map':
      return Object.fromEntries(
          Object.entries(properties)
              .filter(([, property]) => property.required !== 'never' || chance(0.6))
              .map(([name, property]) => [name, randomValue(random, property, depth)]));
    case 'anyOf': return randomValue(random, one(of), depth);
    default:
      // Null as JSON is read as the text "null" there.
      if (depth === 0 || chance(0.6)) return one([text(), number(), chance(0.5), ...(depth < 2 ? [null] : [])]);
      return chance(0.5) ? times(below(3), () => randomValue(random, {type: 'any'}, depth - 1)) :
                           {k: randomValue(random, {type: 'any'}, depth - 1)};
  }
}

export const randomItem = (random, {attributes}) => Object.fromEntries(
    Object.entries(attributes)
        .filter(([, {required, key, default: given}]) => key || (required === 'never' || given !== undefined ? random.chance(0.6) : random.chance(0.97)))
        .map(([name, attribute]) => [name, randomValue(random, attribute)]));

/** A plain value as DynamoDB's JSON, as the attribute holds it. */
export function typed(value, {type, items, properties, of} = {}) {
  if (value === null) return {NULL: true};
  if (type === 'binary') return {B: value};
  if (type === 'set') {
    if (items.type === 'binary') return {BS: value};
    return items.type === 'number' ? {NS: value.map(String)} : {SS: value};
  }
  if (typeof value === 'number') return {N: `${value}`};
  if (typeof value === 'string') return {S: value};
  if (typeof value === 'boolean') return {BOOL: value};
  if (Array.isArray(value)) return {L: value.map((element, i) => typed(element, of ? of[i] : items))};
  // None of the alternatives has binary values or sets.
  return {M: Object.fromEntries(Object.entries(value).map(([name, one]) => [name, typed(one, properties?.[name] ?? items)]))};
}

export const typedItem = ({attributes}, item) => Object.fromEntries(
    Object.entries(item).map(([name, value]) => [name, typed(value, attributes[name])]));
