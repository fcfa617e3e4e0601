// The update expression: what each clause does to an item, and the words of its refusals.

import assert from 'node:assert/strict';
import {test} from 'node:test';

import {invalid, kInvalid} from '../lib/check.mjs';
import {describeWithServer} from '../lib/server.mjs';
import {createTable} from '../lib/tables.mjs';

const set = (...members) => new Set(members);

describeWithServer('update expressions', (server) => {
  let table;
  const apply = async (item, UpdateExpression, values, names) => {
    table ??= await createTable(server.db, 'pk');
    const Key = {pk: 'a'};
    await server.doc.delete({TableName: table, Key});
    if (item) await server.doc.put({TableName: table, Item: {...Key, ...item}});
    await server.doc.update({
      TableName: table,
      Key,
      UpdateExpression,
      ...(values ? {ExpressionAttributeValues: values} : {}),
      ...(names ? {ExpressionAttributeNames: names} : {}),
    });
    const {Item} = await server.doc.get({TableName: table, Key});
    if (Item) delete Item.pk;
    return Item;
  };

  test('effects', async (context) => {
    const cases = [
      ['SET a = :v', {}, {':v': {x: [1, 'y']}}, {a: {x: [1, 'y']}}],
      ['SET a = :v, b = a', {a: 'old'}, {':v': 'new'}, {a: 'new', b: 'old'}],
      ['REMOVE a SET b = a', {a: 1}, undefined, {b: 1}],
      ['SET n = n + :v', {n: 5}, {':v': 2}, {n: 7}],
      ['SET n = :v - n', {n: 5}, {':v': 2}, {n: -3}],
      ['SET n = if_not_exists(n, :zero) + :one', {}, {':zero': 0, ':one': 1}, {n: 1}],
      ['SET n = if_not_exists(m, :v)', {n: 1, m: 2}, {':v': 3}, {n: 2, m: 2}],
      ['SET a = if_not_exists(a, :v)', {a: 'kept'}, {':v': 'x'}, {a: 'kept'}],
      ['SET l = list_append(l, :v)', {l: [1]}, {':v': [2, 3]}, {l: [1, 2, 3]}],
      ['SET l = list_append(:v, l)', {l: [1]}, {':v': [2, 3]}, {l: [2, 3, 1]}],
      ['SET l = list_append(if_not_exists(l, :e), :v)', {}, {':e': [], ':v': [1]}, {l: [1]}],
      ['SET m.a = :v', {m: {b: 1}}, {':v': 2}, {m: {a: 2, b: 1}}],
      ['SET m.a.b[1].c = :v', {m: {a: {b: [0, {c: 1, d: 2}]}}}, {':v': 9}, {m: {a: {b: [0, {c: 9, d: 2}]}}}],
      ['SET l[1] = :v', {l: [1, 2, 3]}, {':v': 'x'}, {l: [1, 'x', 3]}],
      ['SET l[9] = :v, l[7] = :w', {l: [1]}, {':v': 'nine', ':w': 'seven'}, {l: [1, 'seven', 'nine']}],
      ['REMOVE l[1] SET l[3] = :v', {l: [2, 3, 4, 5, 6, 7]}, {':v': 17}, {l: [2, 4, 17, 6, 7]}],
      ['REMOVE l[0], l[2]', {l: ['a', 'b', 'c', 'd']}, undefined, {l: ['b', 'd']}],
      ['REMOVE a, m.b, l[7], never', {a: 1, m: {b: 1}, l: [1]}, undefined, {m: {}, l: [1]}],
      ['ADD n :v', {n: 5}, {':v': -7}, {n: -2}],
      ['ADD n :v', {}, {':v': 3}, {n: 3}],
      ['ADD tags :v', {tags: set('a', 'b')}, {':v': set('b', 'c')}, {tags: set('a', 'b', 'c')}],
      ['ADD tags :v', {}, {':v': set(1, 2)}, {tags: set(1, 2)}],
      ['DELETE tags :v', {tags: set('a', 'b')}, {':v': set('b', 'z')}, {tags: set('a')}],
      ['DELETE tags :v', {tags: set('a')}, {':v': set('a')}, {}],
      ['DELETE tags :v', {x: 1}, {':v': set('a')}, {x: 1}],
      [
        'DELETE tags :v ADD n :one REMOVE a SET b = :one', {tags: set(1, 2), a: 1}, {':v': set(1), ':one': 1},
        {tags: set(2), n: 1, b: 1}
      ],
      ['set a = :v remove b', {b: 1}, {':v': 1}, {a: 1}],
      ['SET #d = :v', {}, {':v': 1}, {'a.b': 1}, {'#d': 'a.b'}],
      ['SET #m.#a = :v', {m: {}}, {':v': 1}, {m: {'x y': 1}}, {'#m': 'm', '#a': 'x y'}],
      ['REMOVE m.a.b', undefined, undefined, undefined],
      ['SET s = :v', {s: 's'}, {':v': null}, {s: null}],
    ];
    for (const [expression, item, values, expected, names] of cases) {
      await context.test(
          expression, async () => assert.deepEqual(await apply(item, expression, values, names), expected));
    }
  });

  test('refusals', async (context) => {
    const prefix = 'Invalid UpdateExpression: ';
    const overlap = (one, two) =>
        `${prefix}Two document paths overlap with each other; must remove or rewrite one of these paths; ` +
        `path one: [${one}], path two: [${two}]`;
    const invalidPath = 'The document path provided in the update expression is invalid for update';
    const noAttribute = 'The provided expression refers to an attribute that does not exist in the item';
    const wrongOperand = 'An operand in the update expression has an incorrect data type';
    const item = {s: 's', n: 1, l: [1], m: {a: 1}, tags: set('a')};
    const cases = [
      ['', {}, `${prefix}The expression can not be empty;`],
      ['SET a :v', {':v': 1}, `${prefix}Syntax error; token: ":v", near: "a :v"`],
      ['SET a = :v +', {':v': 1}, `${prefix}Syntax error; token: "<EOF>", near: "+"`],
      ['SET a = :v + :v + :v', {':v': 1}, /Syntax error; token: "\+"/],
      ['CHANGE a = :v', {':v': 1}, /Syntax error; token: "CHANGE"/],
      [
        'SET a = :v SET b = :v', {':v': 1},
        /^(1 validation error detected: )?Invalid UpdateExpression: The "SET" section can only be used once in an update expression;/
      ],
      ['SET name = :v', {':v': 1}, `${prefix}Attribute name is a reserved keyword; reserved keyword: name`],
      [
        'SET a = :w', {':v': 1},
        `${prefix}An expression attribute value used in expression is not defined; attribute value: :w`
      ],
      [
        'SET #a = :v', {':v': 1},
        `${prefix}An expression attribute name used in the document path is not defined; attribute name: #a`
      ],
      [
        'SET a = :v', {':v': 1, ':w': 2},
        'Value provided in ExpressionAttributeValues unused in expressions: keys: {:w}'
      ],
      ['SET a = :v REMOVE a', {':v': 1}, overlap('a', 'a')],
      ['SET m.b = :v, m = :v', {':v': 1}, overlap('m, b', 'm')],
      [
        'SET pk = :v', {':v': 'b'}, `${kInvalid}Cannot update attribute pk. This attribute is part of the key`
      ],
      ['SET x = never', undefined, noAttribute],
      ['SET x = never + :v', {':v': 1}, noAttribute],
      ['SET x = s + :v', {':v': 1}, wrongOperand],
      [
        'SET x = n + :v', {':v': 'one'},
        `${prefix}Incorrect operand type for operator or function; operator or function: +, operand type: S`
      ],
      ['SET x = list_append(s, :v)', {':v': []}, wrongOperand],
      [
        'SET x = list_append(l, :v)', {':v': 's'},
        `${prefix}Incorrect operand type for operator or function; operator or function: list_append, operand type: S`
      ],
      [
        'SET x = list_append(l)', undefined,
        `${prefix}Incorrect number of operands for operator or function; operator or function: list_append, number of operands: 1`
      ],
      [
        'SET x = if_not_exists(:v, :v)', {':v': 1},
        `${prefix}Operator or function requires a document path; operator or function: if_not_exists`
      ],
      ['SET x = upper(s)', undefined, `${prefix}Invalid function name; function: upper`],
      ['SET x = size(s)', undefined, /function: size/],
      ['SET x.y = :v', {':v': 1}, invalidPath],
      ['SET s.y = :v', {':v': 1}, invalidPath],
      ['SET m[0] = :v', {':v': 1}, invalidPath],
      ['REMOVE n.x', undefined, invalidPath],
      ['ADD s :v', {':v': 1}, wrongOperand],
      ['ADD n :v', {':v': set('x')}, wrongOperand],
      [
        'ADD n :v', {':v': 'x'},
        `${prefix}Incorrect operand type for operator or function; operator: ADD, operand type: STRING`
      ],
      [
        'ADD l :v', {':v': [1]},
        `${prefix}Incorrect operand type for operator or function; operator: ADD, operand type: LIST`
      ],
      ['ADD tags :v', {':v': set(1)}, wrongOperand],
      [
        'DELETE tags :v', {':v': 'a'},
        `${prefix}Incorrect operand type for operator or function; operator: DELETE, operand type: STRING`
      ],
      ['DELETE n :v', {':v': set('a')}, wrongOperand],
    ];
    for (const [expression, values, message] of cases) {
      await context.test(expression || '(empty)', async () => {
        await invalid(
            apply(item, expression, values && Object.keys(values).length ? values : undefined), message);
        const {Item} = await server.doc.get({TableName: table, Key: {pk: 'a'}});
        assert.deepEqual(Item, {pk: 'a', ...item});
      });
    }
  });

  test('an expression of 4,096 bytes is taken, one more is not', async () => {
    const padded = (size) => `SET a = :v${' '.repeat(size - 'SET a = :v'.length)}`;
    assert.deepEqual(await apply({}, padded(4096), {':v': 1}), {a: 1});
    await invalid(
        apply({}, padded(4097), {':v': 1}),
        'Invalid UpdateExpression: Expression size has exceeded the maximum allowed size; expression size: 4097');
  });
});
