// Condition and filter expressions: truth, on items through Scan's filter and through conditional writes, and
// refusals.

import assert from 'node:assert/strict';
import {test} from 'node:test';

import {conditionFailed, invalid} from '../lib/check.mjs';
import {describeWithServer} from '../lib/server.mjs';
import {createTable} from '../lib/tables.mjs';

const kItem = {
  pk: 'a',
  s: 'hello',
  n: 5,
  t: true,
  nul: null,
  bin: Buffer.from([1, 2, 3]),
  ss: new Set(['x', 'y']),
  ns: new Set([1, 2]),
  l: ['x', 1, ['x']],
  m: {k: 'v', deep: {l: [1, {z: 2}]}},
  e: '',
  u: 'ünï😀',
  twin: 'hello',
};

describeWithServer('conditions', (server) => {
  let table;
  const prepare = async () => {
    if (table) return;
    table = await createTable(server.db, 'pk');
    await server.doc.put({TableName: table, Item: kItem});
  };
  const parameters = (values, names) => ({
    ...(values ? {ExpressionAttributeValues: values} : {}),
    ...(names ? {ExpressionAttributeNames: names} : {}),
  });
  const filter = async (FilterExpression, values, names) => {
    await prepare();
    return (await server.doc.scan({TableName: table, FilterExpression, ...parameters(values, names)})).Count;
  };
  const write = async (ConditionExpression, values, names) => {
    await prepare();
    return server.doc.put({TableName: table, Item: kItem, ConditionExpression, ...parameters(values, names)});
  };

  test('truth, the same as a filter and as a condition', async (context) => {
    const yes = true;
    const no = false;
    const cases = [
      ['s = :v', {':v': 'hello'}, yes],
      ['s = :v', {':v': 'Hello'}, no],
      ['s <> :v', {':v': 'Hello'}, yes],
      [':v = s', {':v': 'hello'}, yes],
      ['n < :v', {':v': 5}, no],
      ['n <= :v', {':v': 5}, yes],
      ['n > :v', {':v': 4.9}, yes],
      ['n >= :v', {':v': 5.1}, no],
      ['n = :v', {':v': '5'}, no],
      ['n <> :v', {':v': '5'}, yes],
      ['n < :v', {':v': '9'}, no],
      ['s = twin', undefined, yes],
      ['s < n', undefined, no],
      ['never = :v', {':v': 1}, no],
      ['never <> :v', {':v': 1}, yes],
      ['never < :v', {':v': 1}, no],
      ['NOT never = :v', {':v': 1}, yes],
      ['n BETWEEN :a AND :b', {':a': 5, ':b': 6}, yes],
      ['n BETWEEN :a AND :b', {':a': 6, ':b': 7}, no],
      [':a BETWEEN n AND :b', {':a': 5, ':b': 5}, yes],
      ['NOT n BETWEEN :a AND :b', {':a': 6, ':b': 7}, yes],
      ['n BETWEEN :a AND :b AND t = :t', {':a': 1, ':b': 9, ':t': true}, yes],
      ['n IN (:a, :b)', {':a': 1, ':b': 5}, yes],
      ['n IN (:a)', {':a': '5'}, no],
      ['s IN (twin)', undefined, yes],
      ['NOT n IN (:a)', {':a': 5}, no],
      ['l = :v', {':v': ['x', 1, ['x']]}, yes],
      ['m.deep = :v', {':v': {l: [1, {z: 2}]}}, yes],
      ['ss = :v', {':v': new Set(['y', 'x'])}, yes],
      ['ns = :v', {':v': new Set([2, 1])}, yes],
      ['nul = :v', {':v': null}, yes],
      ['t = :v', {':v': false}, no],
      ['bin = :v', {':v': Buffer.from([1, 2, 3])}, yes],
      ['bin < :v', {':v': Buffer.from([1, 2, 4])}, yes],
      ['attribute_exists(s)', undefined, yes],
      ['attribute_exists(m.k)', undefined, yes],
      ['attribute_exists(m.never)', undefined, no],
      ['attribute_not_exists(never)', undefined, yes],
      ['attribute_not_exists(nul)', undefined, no],
      ['attribute_exists(l[2][0])', undefined, yes],
      ['attribute_exists(l[3])', undefined, no],
      ['attribute_exists(s.x)', undefined, no],
      ...Object
          .entries({s: 'S', n: 'N', t: 'BOOL', nul: 'NULL', bin: 'B', ss: 'SS', ns: 'NS', l: 'L', m: 'M'})
          .map(([name, type]) => [`attribute_type(${name}, :t)`, {':t': type}, yes]),
      ['attribute_type(s, :t)', {':t': 'N'}, no],
      ['attribute_type(never, :t)', {':t': 'S'}, no],
      ['begins_with(s, :v)', {':v': 'hel'}, yes],
      ['begins_with(s, :v)', {':v': 'ello'}, no],
      ['begins_with(n, :v)', {':v': '5'}, no],
      ['begins_with(bin, :v)', {':v': Buffer.from([1, 2])}, yes],
      ['begins_with(s, twin)', undefined, yes],
      ['contains(s, :v)', {':v': 'ell'}, yes],
      ['contains(s, :v)', {':v': 'elo'}, no],
      ['contains(ss, :v)', {':v': 'x'}, yes],
      ['contains(ns, :v)', {':v': 2}, yes],
      ['contains(ns, :v)', {':v': 3}, no],
      ['contains(l, :v)', {':v': 'x'}, yes],
      ['contains(l, :v)', {':v': ['x']}, yes],
      ['contains(bin, :v)', {':v': Buffer.from([2, 3])}, yes],
      ['contains(m, :v)', {':v': 'k'}, no],
      ['contains(ss, :v)', {':v': new Set(['x', 'y'])}, no],
      ['size(s) = :v', {':v': 5}, yes],
      ['size(ss) = :v', {':v': 2}, yes],
      ['size(l) = :v', {':v': 3}, yes],
      ['size(m) = :v', {':v': 2}, yes],
      ['size(bin) = :v', {':v': 3}, yes],
      ['size(e) = :v', {':v': 0}, yes],
      ['size(n) = :v', {':v': 1}, no],
      ['size(never) < :v', {':v': 9}, no],
      ['size(s) BETWEEN :a AND n', {':a': 1}, yes],
      ['size(m.deep.l) IN (:a, :b)', {':a': 2, ':b': 7}, yes],
      ['size(s) < size(l)', undefined, no],
      ['m.deep.l[1].z = :v', {':v': 2}, yes],
      ['#m.#k = :v', {':v': 'v'}, yes, {'#m': 'm', '#k': 'k'}],
      ['n = :a OR n = :b AND s = :c', {':a': 5, ':b': 0, ':c': 'z'}, yes],
      ['(n = :a OR n = :b) AND s = :c', {':a': 5, ':b': 0, ':c': 'z'}, no],
      ['NOT n = :a AND n = :a', {':a': 5}, no],
      ['NOT NOT n = :a', {':a': 5}, yes],
      ['NOT (n = :a AND s = :b)', {':a': 5, ':b': 'q'}, yes],
      ['n=:a and not(s=:b)or t=:t', {':a': 5, ':b': 'hello', ':t': true}, yes],
      ['attribute_exists(pk) AND pk = :v', {':v': 'a'}, yes],
      ['begins_with(u, :v)', {':v': 'ünï'}, yes],
      ['contains(u, :v)', {':v': '😀'}, yes],
    ];
    for (const [expression, values, expected, names] of cases) {
      await context.test(`${expression} ${JSON.stringify(values ?? '')}`, async () => {
        assert.equal(await filter(expression, values, names), expected ? 1 : 0, 'as a filter');
        if (expected)
          await write(expression, values, names);
        else
          await conditionFailed(write(expression, values, names));
      });
    }
  });

  test('what is no condition', async (context) => {
    const cases = [
      ['', undefined, 'The expression can not be empty;'],
      ['s', undefined, /Syntax error/],
      ['s = ', undefined, 'Syntax error; token: "<EOF>", near: "="'],
      ['s == :v', {':v': 1}, /Syntax error; token: "="/],
      ['s != :v', {':v': 1}, /Syntax error; token: "!"/],
      ['s = :v AND', {':v': 1}, /Syntax error; token: "<EOF>"/],
      ['(s = :v', {':v': 1}, /Syntax error/],
      ['s = 5', undefined, /Syntax error; token: "5"/],
      ['_s = :v', {':v': 1}, /Syntax error; token: "_"/],
      ['((s = :v))', {':v': 1}, 'The expression has redundant parentheses;'],
      ['name = :v', {':v': 1}, 'Attribute name is a reserved keyword; reserved keyword: name'],
      ['Status = :v', {':v': 1}, 'Attribute name is a reserved keyword; reserved keyword: Status'],
      ['exists(s)', undefined, 'Invalid function name; function: exists'],
      ['SIZE(s) = :v', {':v': 1}, 'Invalid function name; function: SIZE'],
      [
        'size(s)', undefined,
        'The function is not allowed to be used this way in an expression; function: size'
      ],
      [
        's = begins_with(s, :v)', {':v': 'a'},
        'The function is not allowed to be used this way in an expression; function: begins_with'
      ],
      ['if_not_exists(s, :v)', {':v': 'a'}, /function: if_not_exists/],
      [
        'begins_with(s)', undefined,
        'Incorrect number of operands for operator or function; operator or function: begins_with, number of operands: 1'
      ],
      [
        'begins_with(s, :v)', {':v': 5},
        'Incorrect operand type for operator or function; operator or function: begins_with, operand type: N'
      ],
      [
        'size(:v) = :v', {':v': 5},
        'Incorrect operand type for operator or function; operator or function: size, operand type: N'
      ],
      [
        'attribute_exists(:v)', {':v': 's'},
        'Operator or function requires a document path; operator or function: attribute_exists'
      ],
      ['attribute_type(s, :v)', {':v': 'T'}, /Invalid attribute type name found; type: T, valid types: \{/],
      [
        's = s', undefined,
        'The first operand must be distinct from the remaining operands for this operator or function; operator: =, first operand: [s]'
      ],
      [
        'n BETWEEN :a AND :b', {':a': 2, ':b': 1},
        'The BETWEEN operator requires upper bound to be greater than or equal to lower bound; ' +
            'lower bound operand: AttributeValue: {N:2}, upper bound operand: AttributeValue: {N:1}'
      ],
      [
        'n BETWEEN :a AND :b', {':a': 1, ':b': 'a'},
        'The BETWEEN operator requires same data type for lower and upper bounds; ' +
            'lower bound operand: AttributeValue: {N:1}, upper bound operand: AttributeValue: {S:a}'
      ],
      [
        's = :w', {':v': 1},
        'An expression attribute value used in expression is not defined; attribute value: :w'
      ],
      [
        '#s = :v', {':v': 1},
        'An expression attribute name used in the document path is not defined; attribute name: #s'
      ],
    ];
    for (const [expression, values, message] of cases) {
      await context.test(expression || '(empty)', async () => {
        const wanted = (kind) => (typeof message === 'string' ? `Invalid ${kind}: ${message}` : message);
        await invalid(filter(expression, values), wanted('FilterExpression'));
        await invalid(write(expression, values), wanted('ConditionExpression'));
      });
    }
  });

  test('names and values that no expression uses, or of a wrong form', async () => {
    await invalid(
        filter('s = :v', {':v': 1, ':w': 2}),
        'Value provided in ExpressionAttributeValues unused in expressions: keys: {:w}');
    await invalid(
        filter('s = :v', {':v': 1}, {'#x': 's'}),
        'Value provided in ExpressionAttributeNames unused in expressions: keys: {#x}');
    await invalid(
        filter('s = :v', {':v': 1}, {x: 's'}),
        'ExpressionAttributeNames contains invalid key: Syntax error; key: "x"');
    await invalid(
        filter('s = :v', {':v': 1, 'v-': 1}),
        'ExpressionAttributeValues contains invalid key: Syntax error; key: "v-"');
    await invalid(
        filter(undefined, {':v': 1}),
        /^ExpressionAttributeValues can only be specified when using expressions/);
    await invalid(
        filter(undefined, undefined, {'#v': 'v'}),
        'ExpressionAttributeNames can only be specified when using expressions');
    await invalid(
        server.db.scan(
            {TableName: table, FilterExpression: 's = :v', ExpressionAttributeValues: {':v': {N: 'dog'}}}),
        'ExpressionAttributeValues contains invalid value: The parameter cannot be converted to a numeric value: dog for key :v');
  });

  test('100 operands of IN and 300 operators, no more', async () => {
    const many = (count) => Object.fromEntries(Array.from({length: count}, (_, i) => [`:v${i}`, i]));
    const within = (count) => `n IN (${Object.keys(many(count)).join(', ')})`;
    assert.equal(await filter(within(100), many(100)), 1);
    await invalid(
        filter(within(101), many(101)),
        'Invalid FilterExpression: The IN operator is provided with too many operands; number of operands: 101');
    const chain = (count) => Array.from({length: count}, () => 'n=:v').join(' OR ');
    assert.equal(await filter(chain(150), {':v': 5}), 1);
    await invalid(
        filter(chain(151), {':v': 5}),
        'Invalid FilterExpression: The expression contains too many operators; operator count: 301');
  });
});
