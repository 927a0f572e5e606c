// page: the sentences of the page in the chosen language. Every element with data-text="key" (or data-label for its accessible name,
// data-hint for its tooltip) follows the language; English is complete and stands in for what another language lacks.

let tables = {en: {}};
let chosen = 'en';

export function setStrings(all) {
  tables = all;
}

export function language() {
  return chosen;
}

export function languages() {
  return Object.keys(tables);
}

/** The sentence for a key, with {0}, {1} ... replaced. */
export function tr(key, ...values) {
  const sentence = tables[chosen]?.[key] ?? tables.en?.[key] ?? key;
  return sentence.replace(/\{(\d)\}/g, (whole, index) => values[Number(index)] ?? whole);
}

export function setLanguage(code) {
  chosen = tables[code] ? code : 'en';
  document.documentElement.lang = chosen;
  translate(document);
}

export function translate(root) {
  for (const element of root.querySelectorAll('[data-text]')) element.textContent = tr(element.dataset.text);
  for (const element of root.querySelectorAll('[data-label]')) element.setAttribute('aria-label', tr(element.dataset.label));
  for (const element of root.querySelectorAll('[data-hint]')) element.title = tr(element.dataset.hint);
}

/** Numbers as the language writes them. */
export function number(value, digits = 0) {
  return new Intl.NumberFormat(chosen, {minimumFractionDigits: digits, maximumFractionDigits: digits}).format(value);
}

/** "en" or "fr": what was chosen before, else what the link says, else what the browser prefers. */
export function preferredLanguage(stored, fragment) {
  const fromLink = new URLSearchParams(fragment.replace(/^#/, '')).get('lang');
  const wishes = [stored, fromLink, ...(navigator.languages ?? [navigator.language])];
  for (const wish of wishes) {
    const code = String(wish ?? '').slice(0, 2).toLowerCase();
    if (tables[code]) return code;
  }
  return 'en';
}
