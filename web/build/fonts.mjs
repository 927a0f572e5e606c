// build: the fonts cut down to what the page and the lab can write. Dear ImGui reads plain sfnt only, and the page then takes the same
// file: it is there already. Fonts of the page alone are woff2. Results are kept in a folder beside the build, because cutting takes seconds.
import {createHash} from 'node:crypto';
import {existsSync} from 'node:fs';
import {mkdir, readFile, writeFile} from 'node:fs/promises';
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import subsetFont from 'subset-font';

function range(first, last) {
  return String.fromCodePoint(...Array.from({length: last - first + 1}, (_, index) => first + index));
}

const kLatin = range(0x20, 0x7e) + range(0xa0, 0x17f);
const kPunctuation = '‐‑‒–—―‘’‚“”„†•…‹›′″⁄€™ ‰ﬁﬂ\u2009\u202f';
const kGreek = range(0x391, 0x3a1) + range(0x3a3, 0x3a9) + range(0x3b1, 0x3c9);
const kSigns = '←↑→↓↔↕⇒−×÷±≈≠≤≥∞∑∏√∂∇∈∅·⋅∘⌫⏎␣■□▢▲△▶▷▼▽◀◁●○◆◇✓✔✕✗★☆⟨⟩₀₁₂₃₄₅₆₇₈₉⁰¹²³⁴⁵⁶⁷⁸⁹ⁿᵀᵢⱼₜ';
const kText = kLatin + kPunctuation + kGreek + kSigns;

const kSources = {
  'inter-regular': 'opentype/inter/Inter-Regular.otf',
  'inter-italic': 'opentype/inter/Inter-Italic.otf',
  'inter-semibold': 'opentype/inter/Inter-SemiBold.otf',
  'mono-regular': 'truetype/jetbrains-mono/JetBrainsMono-Regular.ttf',
};
const kForLab = ['inter-regular', 'inter-semibold', 'mono-regular'];

const kMathSource = fileURLToPath(import.meta.resolve('@fontsource/stix-two-math/files/stix-two-math-latin-400-normal.woff2'));
// A letter by itself is drawn with its italic form from the mathematical alphabets (bold, italic; h is an old exception; Greek).
const kMathLetters = `${range(0x1d400, 0x1d454)}${range(0x1d456, 0x1d467)}ℎ${range(0x1d6e2, 0x1d71b)}`;
// What formulas are likely to need beside what the lessons have today.
const kMathText = `${range(0x20, 0x7e)}${kGreek}${kMathLetters}ℝ−×·⋅√∑∏∫…⊤‖∥⟨⟩`;

async function cut(source, format, cache, text = kText) {
  const bytes = await readFile(source);
  const key = createHash('sha256').update(bytes).update(text).update(format).digest('hex').slice(0, 24);
  const kept = path.join(cache, `${key}.${format}`);
  if (existsSync(kept)) return readFile(kept);
  const made = await subsetFont(bytes, text, {targetFormat: format});
  await mkdir(cache, {recursive: true});
  await writeFile(kept, made);
  return made;
}

/**
 * Adds fonts/NAME.ttf for lab and page, fonts/NAME.woff2 for the page alone. `deps`: the folder that holds usr/share/fonts; `mathCharacters`:
 * what the formulas of the lessons are made of.
 */
export async function addFonts(files, {deps, cache, mathCharacters}) {
  const mathText = [...new Set([...kMathText, ...mathCharacters])].sort().join('');
  files.set('fonts/math.woff2', await cut(kMathSource, 'woff2', cache, mathText));
  for (const [name, place] of Object.entries(kSources)) {
    const source = path.join(deps, 'usr/share/fonts', place);
    if (!existsSync(source)) throw new Error(`The font ${place} is not in ${deps}/usr/share/fonts: run ./heed setup`);
    const [format, ending] = kForLab.includes(name) ? ['sfnt', 'ttf'] : ['woff2', 'woff2'];
    files.set(`fonts/${name}.${ending}`, await cut(source, format, cache));
  }
}
