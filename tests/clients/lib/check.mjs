// What the service's refusals look like, and comparisons that ignore an order that means nothing.

import assert from 'node:assert/strict';

export const kInvalid = 'One or more parameter values were invalid: ';

/** The service puts this before the same message in some regions and operations and not in others. */
const withoutEnvelope = (message) => message.replace(/^1 validation error detected: /, '');

/**
 * Expects `call` to be refused with the exception `name` and `message` (a text, all of it, or a pattern) and
 * returns the error.
 */
export async function refused(call, name, message) {
  const error = await call.then(
      (reply) => assert.fail(`expected ${name}, got ${JSON.stringify(reply)}`),
      (caught) => caught,
  );
  assert.equal(error.name, name, `${error.name}: ${error.message}`);
  assert.equal(error.$metadata.httpStatusCode, 400);
  if (typeof message === 'string')
    assert.equal(withoutEnvelope(error.message), withoutEnvelope(message));
  else if (message)
    assert.match(error.message, message);
  return error;
}

export const invalid = (call, message) => refused(call, 'ValidationException', message);
export const conditionFailed = (call) =>
    refused(call, 'ConditionalCheckFailedException', 'The conditional request failed');

const sortKey = (value) => JSON.stringify(value, (_, part) => {
  if (part instanceof Set) return [...part].sort();
  if (part && typeof part === 'object' && !Array.isArray(part) && !ArrayBuffer.isView(part)) {
    return Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)));
  }
  return part;
});
const sorted = (list) => [...list].sort((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1));

/** Equal as bags: the same members in any order. */
export const sameMembers = (actual, expected, message) =>
    assert.deepEqual(sorted(actual), sorted(expected), message);
