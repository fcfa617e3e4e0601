// ElectroDB's side: models and items out of a seed, the tables they need, and values as DynamoDB's JSON.

import {Entity} from 'electrodb';

import {createTable} from '../lib/tables.mjs';

export const newEntity = (model, client, table) => new Entity(structuredClone(model), {client, table});

const isNumberKey = ({attributes}, key) => {
  const typeOf = (name) => (typeof attributes[name] === 'string' ? attributes[name] : attributes[name]?.type);
  if (key.cast === 'number') return true;
  const [, only] = /^\$\{(\w+)\}$/.exec(key.template ?? '') ?? [];
  return only !== undefined && typeOf(only) === 'number';
};

/** A table with the keys and indexes that a model names. */
export function createTableFor(db, model) {
  const word = (key) => `${key.field}${isNumberKey(model, key) ? ':N' : ''}`;
  const plainWords = (key) => key.composite.map((name) => {
    const {type, field = name} = model.attributes[name];
    return `${field}${type === 'number' ? ':N' : ''}`;
  }).join(' ');
  const keys = ({pk, sk}) => [pk, sk].filter(Boolean).map(word).join(' ');
  const indexes = Object.values(model.indexes);
  const gsi = Object.fromEntries(indexes.filter(({index}) => index).map((one) => [
    one.index,
    one.type === 'composite' ? {hash: plainWords(one.pk), ...(one.sk ? {range: plainWords(one.sk)} : {})} : {keys: keys(one)},
  ]));
  return createTable(db, keys(indexes.find(({index}) => !index)), {gsi});
}

/** The names that a key is made from. */
export const compositesOf = (key) =>
    key === undefined ? [] : key.template !== undefined ? [...key.template.matchAll(/\$\{(\w+)\}/g)].map(([, name]) => name) : key.composite;

/** A random model: every type of attribute, every kind of index. */
export function randomModel(random, number) {
  const {below, one, chance, times, shuffled} = random;
  const attributes = {};
  const keyType = () => one(['string', 'string', 'string', 'number', 'boolean', ['open', 'Closed']]);
  const asKey = (more) => {
    const type = keyType();
    return {
      type,
      ...more,
      ...(chance(0.2) ? {label: one(['L', 'lab', 'x_y'])} : {}),
      ...(type === 'number' && chance(0.5) ? {padding: {length: 6, char: '0'}} : {}),
    };
  };
  const ids = times(1 + below(3), (i) => `id${i}`);
  ids.forEach((name) => (attributes[name] = asKey({required: true})));
  const parts = times(2 + below(3), (i) => `Part${i}`);
  parts.forEach((name) => (attributes[name] = {
                    ...asKey({}),
                    ...(chance(0.2) ? {field: `f_${name}`} : {}),
                    ...(chance(0.2) ? {required: true} : {}),
                  }));
  const scalar = () => one(['string', 'number', 'boolean', ['x', 'Y', 'z']]);
  const map = (depth) => ({
    type: 'map',
    properties: Object.fromEntries(times(1 + below(3), (i) => [
      `p${i}`,
      {
        ...(depth > 0 && chance(0.3) ? map(depth - 1) : {type: scalar()}),
        ...(chance(0.3) ? {field: `pf${i}`} : {}),
        ...(chance(0.2) ? {hidden: true} : {}),
      },
    ])),
  });
  const types = {
    any: () => ({type: 'any'}),
    scalar: () => ({type: scalar()}),
    list: () => ({type: 'list', items: chance(0.5) ? {type: one(['string', 'number', 'boolean'])} : map(1)}),
    set: () => ({type: 'set', items: one(['string', 'number'])}),
    map: () => map(2),
  };
  times(1 + below(5), (i) => {
    const made = one(Object.values(types))();
    attributes[`a${i}`] = {
      ...made,
      ...(chance(0.2) ? {field: `af${i}`} : {}),
      ...(chance(0.1) ? {hidden: true} : {}),
      ...(chance(0.15) ? {readOnly: true} : {}),
      ...(made.type === 'string' && chance(0.4) ? {default: 'dflt'} : {}),
      ...(made.type === 'number' && chance(0.4) ? {default: 12.5} : {}),
    };
  });

  const casing = () => (chance(0.25) ? {casing: one(['upper', 'none', 'default'])} : {});
  const key = (field, names, prefix) => (chance(0.15) && names.length > 0 ?
      {field, template: names.map((name, i) => `${prefix}${i}#\${${name}}`).join('#'), ...casing()} :
      {field, composite: names, ...casing()});
  const cut = 1 + below(ids.length);
  const sk = ids.slice(cut);
  const indexes = {
    main: {pk: key('pk', ids.slice(0, cut), 'P'), ...(chance(0.8) || sk.length ? {sk: key('sk', sk, 'S')} : {})},
  };
  times(below(4), (i) => {
    const names = shuffled([...parts, ...ids]);
    const of = 1 + below(2);
    const template = {pk: names.slice(0, of), sk: names.slice(of, of + below(3))};
    const isClustered = chance(0.3);
    const collection = chance(0.4) ? {collection: chance(0.3) ? [`c${i}`, `Sub${i}`] : `c${i}`} : {};
    indexes[`by${i}`] = {
      index: `gsi${i}`,
      ...(isClustered ? {type: 'clustered'} : {}),
      ...collection,
      ...(chance(0.2) ? {scope: 'Sc'} : {}),
      pk: isClustered ? {field: `g${i}pk`, composite: template.pk} : key(`g${i}pk`, template.pk, 'G'),
      sk: {field: `g${i}sk`, composite: template.sk, ...casing()},
    };
  });
  return {model: {entity: `Thing${number}`, version: '1', service: 'MyApp'}, attributes, indexes};
}

const asObject = (attribute) => (typeof attribute === 'string' || Array.isArray(attribute) ? {type: attribute} : attribute);

/** A random value of an attribute. */
export function randomValue(random, given, depth = 2) {
  const {below, one, chance, times, text, number} = random;
  const {type, items, properties} = asObject(given);
  if (Array.isArray(type)) return one(type);
  switch (type) {
    case 'string': return text();
    case 'number': return number();
    case 'boolean': return chance(0.5);
    case 'list': return times(below(4), () => randomValue(random, items, depth));
    case 'set': return [...new Set(times(1 + below(3), () => randomValue(random, items, depth)))];
    case 'map':
      return Object.fromEntries(Object.entries(properties)
                                    .filter(([, property]) => property.required || chance(0.7))
                                    .map(([name, property]) => [name, randomValue(random, property, depth)]));
    default: {
      if (depth === 0 || chance(0.6)) return one([text(), number(), chance(0.5)]);
      return chance(0.5) ? times(below(3), () => randomValue(random, {type: 'any'}, depth - 1)) :
                           {k: randomValue(random, {type: 'any'}, depth - 1), n: null};
    }
  }
}

export const randomItem = (random, {attributes}) => Object.fromEntries(
    Object.entries(attributes)
        .filter(([, attribute]) => attribute.required || random.chance(0.75))
        .map(([name, attribute]) => [name, randomValue(random, attribute)]));

/** A plain value as DynamoDB's JSON, as the attribute holds it. */
export function typed(value, given = {}) {
  const {type, items, properties} = asObject(given);
  if (value === null) return {NULL: true};
  if (typeof value === 'number') return {N: `${value}`};
  if (typeof value === 'string') return {S: value};
  if (typeof value === 'boolean') return {BOOL: value};
  if (Array.isArray(value)) {
    if (type !== 'set') return {L: value.map((element) => typed(element, items))};
    return typeof value[0] === 'number' ? {NS: value.map(String)} : {SS: value};
  }
  return {M: Object.fromEntries(Object.entries(value).map(([name, one]) => [name, typed(one, properties?.[name])]))};
}

export const typedItem = ({attributes}, item) => item && Object.fromEntries(
    Object.entries(item).map(([name, value]) => [name, typed(value, attributes[name])]));
