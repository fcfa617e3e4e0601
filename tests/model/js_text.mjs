// Prints what JavaScript makes of the values that js_text_test.cc makes too, one text a line, or the digest of that.
//
// usage: node js_text.mjs numbers|case|words [--digest]
import { createHash } from "node:crypto";

/// Mulberry32, as in js_text_test.cc.
let state = 20260101;
function random() {
  state = (state + 0x6d2b79f5) | 0;
  let t = state;
  t = Math.imul(t ^ (t >>> 15), t | 1);
  t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
  return (t ^ (t >>> 14)) >>> 0;
}

function* numbers() {
  const bits = new DataView(new ArrayBuffer(8));
  for (let i = 0; i < 300000; ++i) {
    bits.setUint32(0, random());
    bits.setUint32(4, random());
    yield String(bits.getFloat64(0));
    const digits = random();
    yield String(digits / Number(`1e${random() % 30}`));
    yield String(digits * Number(`1e${random() % 30}`));
  }
}

function* changes() {
  for (let codePoint = 0; codePoint <= 0x10ffff; ++codePoint) {
    if (codePoint >= 0xd800 && codePoint <= 0xdfff) continue;
    const text = String.fromCodePoint(codePoint);
    yield `${text.toLowerCase()}\t${text.toUpperCase()}`;
  }
}

/// Sigmas among letters of all kinds and what is looked past to find them.
const alphabet = ["Σ", "σ", "ς", "a", "B", "ß", "İ", "Ǆ", "ﬁ", "ʰ", "ª", "Ⓐ", "𝐀", "😀", "中", "\u0345", "\u0301", "\u00ad",
  "\u200d", ".", ":", "'", "^", "`", " ", "-", "#", "_", "1", "Ω", "Σ", "ΐ"];
function* words() {
  for (let i = 0; i < 200000; ++i) {
    let word = "";
    for (let length = random() % 9; length >= 0; --length) word += alphabet[random() % alphabet.length];
    yield `${word.toLowerCase()}\t${word.toUpperCase()}`;
  }
}

const lines = { numbers, case: changes, words }[process.argv[2]]();
if (process.argv[3] === "--digest") {
  const hash = createHash("sha256");
  for (const line of lines) hash.update(`${line}\n`);
  console.log(`${hash.digest("hex")} Unicode ${process.versions.unicode}`);
} else {
  process.stdout.write(`Unicode ${process.versions.unicode}\n${[...lines].join("\n")}\n`);
}
