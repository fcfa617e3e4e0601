// Items in one form, for comparing what both sides wrote and read.

const kOrder = (a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);

/** DynamoDB's JSON of one value: numbers by value, sets sorted, members by name. */
export function valueForm(value) {
  const [[type, content]] = Object.entries(value);
  switch (type) {
    case 'N': return {N: Number(content)};
    case 'NS': return {NS: content.map(Number).sort((a, b) => a - b)};
    case 'SS': return {SS: [...content].sort()};
    case 'B': return {B: bytes(content)};
    case 'BS': return {BS: content.map(bytes).sort()};
    case 'L': return {L: content.map(valueForm)};
    case 'M': return {M: itemForm(content)};
    default: return {[type]: content};
  }
}

const bytes = (content) => (typeof content === 'string' ? content : Buffer.from(content).toString('base64'));

export const itemForm = (item) =>
    item && Object.fromEntries(Object.entries(item).sort(kOrder).map(([name, value]) => [name, valueForm(value)]));

/** Items as a bag. */
export const itemsForm = (items) => items.map(itemForm).sort(kOrder);

/** Everything that is stored in a table. */
export async function storedItems(db, TableName) {
  const items = [];
  for (let ExclusiveStartKey;;) {
    const page = await db.scan({TableName, ExclusiveStartKey, ConsistentRead: true});
    items.push(...page.Items);
    if (!page.LastEvaluatedKey) return itemsForm(items);
    ExclusiveStartKey = page.LastEvaluatedKey;
  }
}
