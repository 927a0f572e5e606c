// page: short bars above the columns: what the browser refused, what failed, what can be continued. Each has a way out.
import {byId, icon, make} from './dom.mjs';
import {tr} from './strings.mjs';

const shown = new Map();

/** `actions`: [{label, primary, run}]. A notice with the same id replaces the one that is there. */
export function notice(id, text, {severity = 'info', actions = [], sticky = false, onDismiss = null} = {}) {
  dismiss(id);
  const buttons = actions.map(({label, primary, run}) => make('button', {class: primary ? 'primary' : 'plain', text: label, on: {click: () => {
    dismiss(id);
    run();
  }}}));
  const close = sticky ? null : make('button', {class: 'quiet icon-button', 'aria-label': tr('page.dismiss'), on: {click: () => {
    dismiss(id);
    onDismiss?.();
  }}}, icon('close'));
  const node = make('div', {class: `notice ${severity}`, role: severity === 'error' ? 'alert' : 'status', 'data-notice': id}, make('p', {text}), buttons.length ? make('div', {class: 'notice-actions'}, ...buttons) : null, close);
  shown.set(id, node);
  byId('notices').append(node);
}

export function dismiss(id) {
  shown.get(id)?.remove();
  shown.delete(id);
}
