// A real data set: the languages of ISO 639-3, the subdivisions of ISO 3166-2 and the shorter lists beside
// them, as Debian's package iso-codes ships them (LGPL 2.1 or later;
// https://salsa.debian.org/iso-codes-team/iso-codes), as items of one table.

import {readFileSync} from 'node:fs';
import {join} from 'node:path';

const kFolder = process.env.LODESTONE_ISO_CODES ?? '/usr/share/iso-codes/json';

/** The fields that are the code of an entry, by list. */
const kLists = {
  '639-3': 'alpha_3',
  '3166-2': 'code',
  '639-2': 'alpha_3',
  '3166-1': 'alpha_3',
  '3166-3': 'alpha_4',
  '15924': 'alpha_4',
  '4217': 'alpha_3',
  '639-5': 'alpha_3',
};

export const kKeys = 'list code';
export const kIndexes = {
  gsi: {byKind: {keys: 'kind name'}, byArea: {keys: 'area span:N', project: ['name', 'code']}},
  lsi: {byName: {keys: 'list name', project: 'KEYS_ONLY'}},
};

/** All entries as items. `span` counts the letters of the name; a subdivision has an `area`, its country. */
export function loadItems() {
  return Object.entries(kLists).flatMap(([list, codeField]) => {
    const entries = JSON.parse(readFileSync(join(kFolder, `iso_${list}.json`), 'utf8'))[list];
    return entries.map((entry) => ({
                         list,
                         code: entry[codeField],
                         name: entry.name,
                         kind: `${list}/${entry.type ?? entry.scope ?? '-'}`,
                         span: [...entry.name].length,
                         letters: new Set([...entry.name.toLowerCase()]),
                         raw: entry,
                         bytes: Uint8Array.from(Buffer.from(entry.name)),
                         ...(list === '3166-2' ? {area: entry.code.split('-')[0]} : {}),
                       }));
  });
}
