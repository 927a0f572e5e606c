// page: the lesson reader. The lesson player in the lab decides what is to be seen and sends it as a lesson_view
// (assets/lessons/README.md); the reader shows it beside the prose that was compiled at build time, and sends acts back.
import {icon, make, setText} from './dom.mjs';
import {questionCard, predictionCards} from './reader_question.mjs';
import {language, number, tr} from './strings.mjs';

export class Reader {
  #key = '';
  #parts = new Map();     // name -> {signature, node}
  #checkStates = [];
  #free = null;            // what stands below the words beside the free lab
  #prose = new Map();     // "slug/lang" -> promise of {title, sections}

  /** `on`: {act(act), announce(text), showLab(), openLesson(slug)}. */
  constructor({body, nav, base, on}) {
    Object.assign(this, {body, nav, base, on});
  }

  prose(slug, code) {
    const key = `${slug}/${code}`;
    if (!this.#prose.has(key)) {
      const load = fetch(new URL(`lessons/${key}.json`, this.base)).then((answer) => {
        if (!answer.ok) throw new Error(String(answer.status));
        return answer.json();
      });
      load.catch(() => this.#prose.delete(key));
      this.#prose.set(key, load);
    }
    return this.#prose.get(key);
  }

  /** The whole text in one go, where the lab cannot run. */
  async showReading(slug) {
    this.#reset();
    this.nav.hidden = true;
    try {
      const {title, sections} = await this.prose(slug, language());
      const parts = sections.flatMap((section) => [make('h3', {class: 'step-title', text: section.title}), this.#proseNode(section.html)]);
      this.body.replaceChildren(make('p', {class: 'callout', text: tr('lesson.reading')}), make('h2', {class: 'lesson-title', text: title}), ...parts);
    } catch {
      this.showMessage(tr('lesson.failed'));
    }
    this.body.setAttribute('aria-busy', 'false');
  }

  showMessage(text) {
    this.#reset();
    this.nav.hidden = true;
    this.body.replaceChildren(make('p', {class: 'callout', text}));
    this.body.setAttribute('aria-busy', 'false');
  }

  showFree(firstSlug) {
    this.#reset();
    this.nav.hidden = true;
    this.body.replaceChildren(make('h2', {class: 'step-title', text: tr('lesson.free_title')}), make('div', {class: 'prose'}, make('p', {text: tr('lesson.free')})),
      make('div', {class: 'actions'}, make('button', {class: 'primary', text: tr('lesson.open_first'), on: {click: () => this.on.openLesson(firstSlug)}})));
    this.body.setAttribute('aria-busy', 'false');
  }

  /** Goes below what showFree shows. */
  addFree(node) {
    this.#free?.remove();
    this.#free = node;
    this.body.append(node);
  }

  async show(view) {
    const key = `${view.slug}|${view.step_id}|${view.language}`;
    if (key === this.#key) return this.#update(view);
    const before = this.#key;
    this.#key = key;
    let prose;
    try {
      prose = await this.prose(view.slug, view.language);
    } catch {
      if (this.#key !== key) return undefined;
      this.showMessage(tr('lesson.failed'));
      return undefined;
    }
    if (this.#key !== key) return undefined;
    this.#build(view, prose);
    return before.startsWith(`${view.slug}|`) && !before.startsWith(`${view.slug}|${view.step_id}|`) ? this.#arrive() : undefined;
  }

  #reset() {
    this.#key = '';
    this.#parts.clear();
  }

  /** A new step begins at its top, and a screen reader begins to read there. */
  #arrive() {
    this.body.scrollTop = 0;
    if (this.body.getBoundingClientRect().top < 0) this.body.scrollIntoView({block: 'start'});
    this.body.querySelector('.step-title')?.focus({preventScroll: true});
  }

  #proseNode(html) {
    // A template's content is inert: pictures get their real address before they are asked for.
    const template = document.createElement('template');
    template.innerHTML = html;
    for (const image of template.content.querySelectorAll('img')) image.src = new URL(`lessons/${image.getAttribute('src')}`, this.base).href;
    const node = make('div', {class: 'prose'});
    node.append(template.content);
    for (const block of node.querySelectorAll('.math-block')) this.#mathFit.observe(block);
    return node;
  }

  /** A long formula is set smaller where the column is narrow; if that is not enough, it scrolls. */
  #mathFit = new ResizeObserver((entries) => {
    for (const {target} of entries) {
      target.classList.remove('math-small', 'math-smaller');
      for (const size of ['math-small', 'math-smaller']) {
        if (target.scrollWidth <= target.clientWidth) break;
        target.classList.add(size);
      }
    }
  });

  #build(view, prose) {
    const section = prose.sections.find(({id}) => id === view.section);
    this.#parts.clear();
    this.#checkStates = [];
    const slot = (name) => {
      const node = make('div', {class: `part part-${name}`});
      this.#parts.set(name, {signature: '', node});
      return node;
    };
    this.body.replaceChildren(
      slot('steps'),
      make('p', {class: 'lesson-title', text: view.title}),
      make('h2', {class: 'step-title', tabindex: '-1', text: view.step_title}),
      section ? this.#proseNode(section.html) : make('div'),
      slot('predictions'), slot('question'), slot('buttons'), slot('checks'), slot('end'));
    this.body.setAttribute('aria-busy', 'false');
    this.nav.hidden = false;
    this.#update(view);
  }

  #update(view) {
    this.#fill('steps', [view.steps, view.step, view.count], () => this.#steps(view));
    this.#fill('predictions', view.predictions ?? [], () => predictionCards(view.predictions ?? []));
    this.#fill('question', view.question ?? null, () => (view.question ? [questionCard(view.question, this.on.act)] : []));
    this.#fill('buttons', view.buttons ?? [], () => this.#buttons(view.buttons ?? []));
    this.#checks(view.checks ?? []);
    this.#fill('end', view.done, () => this.#end(view));
    this.#navigate(view);
  }

  /** Rebuilds one part when its data changed; the focus stays on the same control. */
  #fill(name, data, make_nodes) {
    const part = this.#parts.get(name);
    if (!part) return;
    const signature = JSON.stringify(data);
    if (signature === part.signature) return;
    part.signature = signature;
    const focused = part.node.contains(document.activeElement) ? document.activeElement.dataset.key : null;
    part.node.replaceChildren(...make_nodes());
    if (focused) [...part.node.querySelectorAll('[data-key]')].find((node) => node.dataset.key === focused)?.focus({preventScroll: true});
  }

  #steps(view) {
    const steps = view.steps ?? [];
    const items = steps.map((step, index) => {
      const state = tr(`lesson.step_state.${step.state}`);
      const label = `${index + 1}. ${step.title}`;
      const open = step.state !== 'ahead';
      const inside = open ? make('button', {class: 'step-link', 'data-key': step.id, 'aria-current': step.state === 'current' ? 'step' : null,
        on: {click: () => this.on.act({do: 'go', step: step.id})}}, make('span', {text: label}), make('small', {text: state}))
        : make('span', {class: 'step-link ahead'}, make('span', {text: label}), make('small', {text: state}));
      return make('li', {}, inside);
    });
    const bar = make('span', {class: 'step-bar', 'aria-hidden': 'true'}, ...steps.map((step) => make('i', {class: step.state})));
    return [make('details', {class: 'steps'},
      make('summary', {'data-key': 'summary'}, make('span', {class: 'kicker', text: tr('lesson.kicker', number(view.step + 1), number(view.count))}), bar),
      make('ol', {class: 'step-list'}, ...items))];
  }

  #buttons(buttons) {
    if (!buttons.length) return [];
    const nodes = buttons.map((button) => make('button', {class: button.primary ? 'primary' : 'plain', 'data-key': button.id, disabled: button.enabled === false, text: button.label,
      on: {click: () => this.on.act({do: 'press', button: button.id})}}));
    const toLab = make('button', {class: 'plain only-narrow', 'data-key': ':lab', text: tr('lesson.show_lab'), on: {click: () => this.on.showLab()}});
    return [make('div', {class: 'actions'}, ...nodes, toLab)];
  }

  /** Texts change with every evaluation while a model trains: they are replaced in place, and only a change of state is announced. */
  #checks(checks) {
    const {node} = this.#parts.get('checks');
    if (node.querySelectorAll('.check').length !== checks.length) {
      const rows = checks.map(() => make('li', {class: 'check'}, make('span', {class: 'check-mark'}), make('span', {class: 'check-text'}), make('span', {class: 'visually-hidden'})));
      node.replaceChildren(...(rows.length ? [make('h3', {class: 'kicker', text: tr('lesson.checks')}), make('ul', {class: 'checks'}, ...rows)] : []));
    }
    node.querySelectorAll('.check').forEach((row, index) => {
      const {text, state} = checks[index];
      setText(row.children[1], text);
      setText(row.children[2], ` (${tr(`lesson.check_${state}`)})`);
      if (row.dataset.state === state) return;
      row.dataset.state = state;
      row.children[0].replaceChildren(icon({open: 'circle', passed: 'check', failed: 'cross'}[state] ?? 'circle'));
      if (this.#checkStates[index] !== undefined && state !== 'open') this.on.announce(`${text}: ${tr(`lesson.check_${state}`)}`);
    });
    this.#checkStates = checks.map(({state}) => state);
  }

  #end(view) {
    if (!view.done) return [];
    this.on.announce(tr('lesson.done'));
    return [make('div', {class: 'callout done'}, make('p', {text: tr('lesson.done')}),
      make('button', {class: 'plain', 'data-key': ':again', text: tr('lesson.again'), on: {click: () => this.on.act({do: 'restart'})}}))];
  }

  #navigate(view) {
    if (!this.nav.childElementCount || this.nav.dataset.language !== language()) {
      const button = (name, kind, key, ...inside) => make('button', {class: kind, id: `lesson_${name}`, on: {click: () => this.on.act({do: name})}}, ...inside);
      this.nav.dataset.language = language();
      this.nav.replaceChildren(
        button('back', 'plain', 'back', icon('left'), make('span', {text: tr('lesson.back')})),
        button('skip', 'quiet', 'skip', make('span', {text: tr('lesson.skip')})),
        button('next', 'primary', 'next', make('span', {text: tr('lesson.next')}), icon('right')));
    }
    const [back, skip, next] = this.nav.children;
    this.#enable(back, view.can_back);
    this.#enable(next, view.can_next);
    skip.hidden = !view.can_skip || view.can_next;
    next.hidden = Boolean(view.done) && !view.can_next;
  }

  /** Disabled by ARIA, not by attribute: a focused button that falls silent would throw the keyboard back to the top of the page. */
  #enable(button, on) {
    button.setAttribute('aria-disabled', on ? 'false' : 'true');
  }
}
