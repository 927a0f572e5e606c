// page: the two columns: folding the lesson away on a wide screen, "Lesson | Lab" on a narrow one, and the skip links.
import {byId} from './dom.mjs';

export function showColumn(name) {
  byId('columns').dataset.show = name;
  byId('show_lesson').setAttribute('aria-pressed', String(name === 'lesson'));
  byId('show_lab').setAttribute('aria-pressed', String(name === 'lab'));
}

export function setUpLayout(settings) {
  const root = document.documentElement;
  const fold = byId('fold');
  const setFolded = (folded) => {
    if (folded) root.dataset.lesson = 'hidden';
    else delete root.dataset.lesson;
    fold.setAttribute('aria-expanded', String(!folded));
  };
  setFolded(Boolean(settings.get('lesson_hidden', false)));
  fold.addEventListener('click', () => {
    const folded = root.dataset.lesson !== 'hidden';
    setFolded(folded);
    settings.set('lesson_hidden', folded);
  });
  byId('show_lesson').addEventListener('click', () => showColumn('lesson'));
  byId('show_lab').addEventListener('click', () => showColumn('lab'));
  // The part after '#' is an experiment's link, so skip links move the focus themselves.
  for (const link of document.querySelectorAll('[data-skip]')) link.addEventListener('click', (event) => {
    event.preventDefault();
    const target = link.dataset.skip;
    if (target === 'lesson') setFolded(false);
    showColumn(target);
    byId(target).focus();
  });
}
