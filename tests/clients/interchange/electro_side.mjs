// ElectroDB and the modelling layer beside each other: a table for each, and what comes of calls.

import assert from 'node:assert/strict';

import {storedItems} from './compare.mjs';
import {compositesOf, createTableFor, newEntity, typedItem} from './electro_models.mjs';
import {Refused} from './model_program.mjs';

/** What came of a call: nothing, or the kind of refusal. ElectroDB has one code for all that is wrong with values. */
export async function outcome(call) {
  try {
    await call();
    return 'done';
  } catch (error) {
    if (error instanceof Refused) return error.number === 4001 || error.number === 4002 ? 3001 : error.number;
    if (error.code === undefined) throw error;
    return error.code;
  }
}

export const pick = (item, names) => Object.fromEntries(names.filter((name) => name in item).map((name) => [name, item[name]]));

/** Both sides with a table each. Typed entities are there without a definition. */
export async function meetBoth({server, program}, name, model, {isTyped = false} = {}) {
  const tables = {theirs: await createTableFor(server.db, model), ours: await createTableFor(server.db, model)};
  if (!isTyped) await program.define(name, 'electro', model);
  return {
    tables,
    model,
    theirs: (table = tables.theirs) => newEntity(model, server.db, table),
    ask: (question, table = tables.ours) => program.ask({entity: name, table, ...question}),
    typed: (item) => typedItem(model, item),
    keyNames: [...new Set(['pk', 'sk'].flatMap((half) => compositesOf(Object.values(model.indexes)[0][half])))],
  };
}

/** Fails where the two tables differ. */
export const storedAlike = async (db, {tables}, what) =>
    assert.deepEqual(await storedItems(db, tables.ours), await storedItems(db, tables.theirs), what);
