// build: the design tokens as CSS custom properties, and the style sheets as one file.
import {readFile} from 'node:fs/promises';
import path from 'node:path';

const kebab = (name) => name.replaceAll('_', '-');
const rem = (px) => `${px / 16}rem`;

function colourLines(colours) {
  return Object.entries(colours).flatMap(([name, value]) =>
    Array.isArray(value) ? value.map((stop, index) => `--${kebab(name)}-${index}: ${stop};`) : [`--${kebab(name)}: ${value};`]);
}

/** Text on a heat-map cell: whichever of the two inks reads better on it. */
function luminance(hex) {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const value = parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
function inkOn(cell) {
  return luminance(cell) > 0.18 ? '#101218' : '#ffffff';
}

function themeLines(colours) {
  return [...colourLines(colours), ...colours.attention.map((cell, index) => `--attention-ink-${index}: ${inkOn(cell)};`)].join('\n  ');
}

export function tokensCss(tokens) {
  const {light, dark} = tokens.colours;
  const sizes = [
    ...Object.entries(tokens.type.sizes).map(([name, px]) => `--size-${kebab(name)}: ${rem(px)};`),
    ...Object.entries(tokens.type.line_height).map(([name, value]) => `--line-${kebab(name)}: ${value};`),
    ...Object.entries(tokens.spacing).map(([name, px]) => `--space-${kebab(name)}: ${px}px;`),
    ...Object.entries(tokens.radius).map(([name, px]) => `--radius-${kebab(name)}: ${px}px;`),
    ...Object.entries(tokens.line).map(([name, px]) => `--line-${kebab(name)}: ${px}px;`),
    `--quick: ${tokens.motion.quick_ms}ms;`,
    `--lesson-width: ${rem(tokens.layout.lesson_width)};`,
    `--reading-width: ${rem(tokens.layout.reading_width)};`,
  ].join('\n  ');
  return `:root {\n  ${sizes}\n  ${themeLines(light)}\n}
@media (prefers-color-scheme: dark) {\n:root:not([data-theme='light']) {\n  ${themeLines(dark)}\n}\n}
:root[data-theme='dark'] {\n  ${themeLines(dark)}\n}\n`;
}

function attentionCells(tokens) {
  return tokens.colours.light.attention
    .map((_, index) => `.weights td[data-weight='${index}'] { background: var(--attention-${index}); color: var(--attention-ink-${index}); }`).join('\n');
}

export async function pageCss(web, tokens, needs) {
  const parts = await Promise.all(['base', 'layout', 'lesson'].map((name) => readFile(path.join(web, 'style', `${name}.css`), 'utf8')));
  return [tokensCss(tokens), ...parts, needs.css()].join('\n').replace('/*attention-cells*/', attentionCells(tokens));
}
