// build: lesson prose from Markdown to HTML sections, with maths typeset into MathML. Inline styles become classes, because the page's
// content-security policy allows none.
import MarkdownIt from 'markdown-it';
import temml from 'temml';

const kHeading = /^##[ \t]+(.*?)[ \t]*(?:\{#([\w-]+)\})?[ \t]*$/;

/** Collects what the formulas need of the page: their style attributes as classes of one style sheet, and their characters. */
export class MathNeeds {
  characters = new Set();
  #names = new Map();

  /** The MathML of a formula, with classes instead of inline styles. */
  take(mathml) {
    const text = mathml.replace(/<[^>]*>/g, '').replace(/&#x([0-9a-f]+);/gi, (whole, code) => String.fromCodePoint(parseInt(code, 16)));
    for (const character of text) this.characters.add(character);
    return this.#classes(mathml);
  }

  #classes(mathml) {
    return mathml.replace(/<(\w+)([^<>]*?) style="([^"]*)"([^<>]*)>/g, (whole, tag, before, style, after) => {
      const name = this.#name(style.replace(/\s*;\s*$/, ''));
      const attributes = before + after;
      const merged = /\sclass="/.test(attributes) ? attributes.replace(/\sclass="([^"]*)"/, ` class="$1 ${name}"`) : `${attributes} class="${name}"`;
      return `<${tag}${merged}>`;
    });
  }

  #name(style) {
    if (!this.#names.has(style)) this.#names.set(style, `ms${this.#names.size}`);
    return this.#names.get(style);
  }

  css() {
    return [...this.#names].map(([style, name]) => `.${name} { ${style}; }`).join('\n');
  }
}

function typeset(tex, displayMode, {where, needs}) {
  try {
    return needs.take(temml.renderToString(tex, {displayMode, throwOnError: true, annotate: false, strict: false}));
  } catch (error) {
    throw new Error(`${where}: the formula "${tex}" cannot be read: ${error.message}`);
  }
}

/** `$...$` inside a line (no space just inside the signs, so that prices stay prices). */
function inlineMath(state, silent) {
  const {src, pos} = state;
  if (src[pos] !== '$' || src[pos + 1] === '$' || /\s/.test(src[pos + 1] ?? ' ')) return false;
  let end = pos + 1;
  while ((end = src.indexOf('$', end)) !== -1 && (src[end - 1] === '\\' || /\s/.test(src[end - 1]))) end += 1;
  if (end === -1 || /\d/.test(src[end + 1] ?? '')) return false;
  if (!silent) state.push('math', '', 0).content = src.slice(pos + 1, end);
  state.pos = end + 1;
  return true;
}

/** `$$` ... `$$` as a block of its own, on one line or several. */
function blockMath(state, start, last, silent) {
  const line = (number) => state.src.slice(state.bMarks[number] + state.tShift[number], state.eMarks[number]);
  if (!line(start).startsWith('$$')) return false;
  let end = start;
  let text = line(start).slice(2);
  while (!text.trimEnd().endsWith('$$')) {
    if (++end >= last) return false;
    text += `\n${line(end)}`;
  }
  if (silent) return true;
  const token = state.push('math_block', '', 0);
  token.content = text.trimEnd().slice(0, -2).trim();
  token.block = true;
  state.line = end + 1;
  return true;
}

function makeMarkdown({where, imageFolder, needs}) {
  const markdown = new MarkdownIt({html: false, linkify: false, typographer: false});
  markdown.inline.ruler.after('escape', 'math', inlineMath);
  markdown.block.ruler.before('fence', 'math_block', blockMath, {alt: ['paragraph', 'reference', 'blockquote', 'list']});
  markdown.renderer.rules.math = (tokens, index) => typeset(tokens[index].content, false, {where, needs});
  markdown.renderer.rules.math_block = (tokens, index) => `<div class="math-block" tabindex="0">${typeset(tokens[index].content, true, {where, needs})}</div>\n`;
  const plainLink = markdown.renderer.rules.link_open ?? ((tokens, index, options, env, self) => self.renderToken(tokens, index, options));
  markdown.renderer.rules.link_open = (tokens, index, ...rest) => {
    tokens[index].attrSet('target', '_blank');
    tokens[index].attrSet('rel', 'noopener');
    return plainLink(tokens, index, ...rest);
  };
  const plainImage = markdown.renderer.rules.image;
  markdown.renderer.rules.image = (tokens, index, ...rest) => {
    tokens[index].attrSet('src', `${imageFolder}/${tokens[index].attrGet('src')}`);
    return plainImage(tokens, index, ...rest);
  };
  return markdown;
}

/** {title, sections: [{id, title, html}]} of one text.LANG.md. */
export function compileProse(source, {where, imageFolder, needs}) {
  const markdown = makeMarkdown({where, imageFolder, needs});
  let title = '';
  const sections = [{id: '', title: '', lines: []}];
  let fenced = false;
  for (const line of source.split(/\r?\n/)) {
    if (/^(```|~~~)/.test(line)) fenced = !fenced;
    const heading = fenced ? null : kHeading.exec(line);
    if (heading) sections.push({id: heading[2] ?? heading[1].toLowerCase().replace(/[^a-z0-9]+/g, '-'), title: heading[1], lines: []});
    else if (!fenced && !title && /^# /.test(line)) title = line.slice(2).trim();
    else sections.at(-1).lines.push(line);
  }
  const compiled = sections.map(({id, title: name, lines}) => ({id, title: name, html: markdown.render(lines.join('\n')).trim()}));
  const ids = compiled.map(({id}) => id);
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice !== undefined) throw new Error(`${where}: two sections are called "${twice}"`);
  return {title, sections: compiled.filter(({id, html}) => id || html)};
}
