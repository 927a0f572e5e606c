// page: the three dialogs: the link, the user's own pairs, about. The browser's own <dialog> keeps the focus inside and Escape closes.
import {byId, setText} from './dom.mjs';
import {number, tr} from './strings.mjs';

const kLargestFile = 1 << 20;

export function setUpDialogs() {
  for (const dialog of document.querySelectorAll('dialog')) {
    for (const button of dialog.querySelectorAll('[data-close]')) button.addEventListener('click', () => dialog.close());
    dialog.addEventListener('click', (event) => {
      if (event.target === dialog) dialog.close();
    });
  }
  byId('about').addEventListener('click', () => byId('about_dialog').showModal());
}

export async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

/** Shows a link to copy; `fragment` as the lab wrote it, with or without '#'. */
export function showLink(fragment) {
  const link = byId('share_link');
  const url = new URL(location.href);
  url.search = '';
  url.hash = fragment;
  link.value = url.href;
  setText(byId('share_done'), /(^|[#&])task=pairs/.test(fragment) ? tr('share.pairs') : '');
  byId('share_copy').onclick = async () => {
    link.select();
    setText(byId('share_done'), tr((await copyText(link.value)) ? 'share.done' : 'share.by_hand'));
  };
  if (!byId('share_dialog').open) byId('share_dialog').showModal();
  link.select();
}

/** {pairs, bad}: lines with a tab between two parts, and lines without. The task itself checks the rest and names lines. */
export function countPairs(text) {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '');
  const pairs = lines.filter((line) => /\S\s*\t\s*\S/.test(line)).length;
  return {pairs, bad: lines.length - pairs};
}

/** The editor of "my own pairs", and of a text of one's own for language models, or of stories. `use(text)` is called with what was written and comes back with what is wrong with it, or null. */
export class PairsDialog {
  #dialog = byId('pairs_dialog');
  #text = byId('pairs_text');
  #use = null;
  #kind = 'pairs';

  constructor() {
    this.#text.addEventListener('input', () => this.#count());
    // Tab writes a tab here, as pairs and stories need it; Escape then Tab, or the mouse, leaves the field.
    this.#text.addEventListener('keydown', (event) => {
      if (event.key !== 'Tab' || this.#kind === 'text' || event.shiftKey || event.ctrlKey || event.altKey || this.#leaving) return;
      event.preventDefault();
      this.#text.setRangeText('\t', this.#text.selectionStart, this.#text.selectionEnd, 'end');
      this.#count();
    });
    this.#dialog.addEventListener('cancel', (event) => {
      if (document.activeElement !== this.#text || this.#leaving) return;
      event.preventDefault();
      this.#leaving = true;
      byId('pairs_use').focus();
    });
    this.#text.addEventListener('focus', () => { this.#leaving = false; });
    byId('pairs_file').addEventListener('change', (event) => this.#read(event.target.files[0]));
    this.#dialog.addEventListener('dragover', (event) => event.preventDefault());
    this.#dialog.addEventListener('drop', (event) => {
      event.preventDefault();
      this.#read(event.dataTransfer?.files?.[0]);
    });
    byId('pairs_use').addEventListener('click', async () => {
      const text = this.#text.value, refused = await this.#use(text);
      if (text !== this.#text.value || !this.#dialog.open) return;  // written on since
      if (refused === null) this.#dialog.close();
      else setText(byId('pairs_state'), refused);
    });
  }

  #leaving = false;

  /** `kind`: "pairs", "text" or "stories". */
  open(text, use, kind = 'pairs') {
    this.#use = use;
    this.#kind = kind;
    for (const [id, key] of [['title', 'title'], ['help', 'explain'], ['label', 'label'], ['use', 'use']]) {
      const element = byId(`pairs_${id}`);
      element.dataset.text = `${kind}.${key}`;
      setText(element, tr(`${kind}.${key}`));
    }
    this.#text.value = text || this.#text.value;
    this.#text.placeholder = kind === 'pairs' ? tr('pairs.sample') : '';
    this.#count();
    this.#dialog.showModal();
    this.#text.focus();
  }

  async #read(file) {
    if (!file) return;
    if (file.size > kLargestFile) {
      setText(byId('pairs_state'), tr('pairs.too_large', number(file.size / (1 << 20), 1)));
      return;
    }
    this.#text.value = await file.text();
    this.#count();
  }

  #count() {
    if (this.#kind !== 'pairs') {
      const characters = this.#text.value.trim().length;
      setText(byId('pairs_state'), characters === 0 ? tr('pairs.empty') : tr('text.count', number(characters)));
      byId('pairs_use').disabled = characters === 0;
      return;
    }
    const {pairs, bad} = countPairs(this.#text.value);
    const state = pairs + bad === 0 ? tr('pairs.empty') : bad ? tr('pairs.count', number(pairs), number(bad)) : tr('pairs.count_good', number(pairs));
    setText(byId('pairs_state'), state);
    byId('pairs_use').disabled = pairs === 0;
  }
}
