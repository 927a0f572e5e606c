// lab: keys, only while the canvas (or its hidden text field) has the focus. Tab walks through the widgets and leaves at their ends; Esc
// leaves. While ImGui wants text, a hidden field has the focus, so that phone keyboards, input methods and paste work.

const kWorked = new Set(['Tab', 'Enter', ' ', 'ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown', 'Home', 'End', 'Escape', 'Backspace', 'Delete']);
const kEditing = new Set(['a', 'c', 'x', 'z', 'y']);
const kRest = '\u200b\u200b';  // what the hidden field holds, so that deleting in it can be noticed

/** Returns a function that stops listening. */
export function listenToKeyboard(lab) {
  const {canvas, field} = lab;
  const stop = new AbortController();
  const listen = (target, name, handle) => target.addEventListener(name, handle, {signal: stop.signal});
  const down = new Set();
  let wanted = false;
  let composing = false;
  let tabbed = 0;  // +1 or -1 while a Tab press is moving the focus somewhere

  const reset = () => {
    field.value = kRest;
    field.setSelectionRange(1, 1);
  };
  const key = (event, pressed) => lab.post({kind: 'key', key: event.key, down: pressed, ctrl: event.ctrlKey, shift: event.shiftKey, alt: event.altKey, meta: event.metaKey});
  const tap = (name) => {
    const modifiers = {ctrl: false, shift: false, alt: false, meta: false};
    lab.post({kind: 'key', key: name, down: true, ...modifiers});
    lab.post({kind: 'key', key: name, down: false, ...modifiers});
  };
  const release = () => {
    for (const name of down) lab.post({kind: 'key', key: name, down: false, ctrl: false, shift: false, alt: false, meta: false});
    down.clear();
  };

  const onKeyDown = (event) => {
    if (event.isComposing || event.keyCode === 229) return;
    if (event.key === 'Tab') {
      const leaves = event.shiftKey ? lab.edges.first : lab.edges.last;
      if (leaves) {
        // From the hidden field the browser's own step would only reach the canvas: start it from there.
        if (document.activeElement === field) canvas.focus({preventScroll: true});
        return;
      }
    }
    const command = event.ctrlKey || event.metaKey;
    const takes = command ? wanted && (kEditing.has(event.key) || kWorked.has(event.key)) : kWorked.has(event.key) && !event.altKey;
    if (!takes) return;
    // Letters and spaces for a text arrive through the field.
    if (wanted && event.key === ' ') return;
    event.preventDefault();
    down.add(event.key);
    key(event, true);
  };
  const onKeyUp = (event) => {
    if (!down.delete(event.key)) return;
    key(event, false);
  };
  for (const target of [canvas, field]) {
    listen(target, 'keydown', onKeyDown);
    listen(target, 'keyup', onKeyUp);
  }

  // Which way the focus came, told apart by the last Tab anywhere in the page.
  listen(document, 'keydown', (event) => {
    tabbed = event.key === 'Tab' ? (event.shiftKey ? -1 : 1) : 0;
    lab.byPointer = false;
  });
  const inside = (element) => element === canvas || element === field;
  const onFocus = (event) => {
    if (inside(event.relatedTarget)) return;
    lab.post({kind: 'focus', on: true, from: lab.byPointer || !tabbed ? 'pointer' : tabbed > 0 ? 'start' : 'end'});
    follow();
  };
  const onBlur = (event) => {
    if (inside(event.relatedTarget)) return;
    release();
    wanted = false;
    lab.post({kind: 'focus', on: false});
  };
  for (const target of [canvas, field]) {
    listen(target, 'focus', onFocus);
    listen(target, 'blur', onBlur);
  }

  // ---- text ----
  const send = (text) => text && lab.post({kind: 'text', text});
  listen(field, 'beforeinput', (event) => {
    if (event.isComposing || composing) return;
    const deletes = {deleteContentBackward: 'Backspace', deleteContentForward: 'Delete', insertLineBreak: 'Enter'}[event.inputType];
    if (!deletes) return;
    event.preventDefault();
    tap(deletes);
  });
  listen(field, 'compositionstart', () => { composing = true; });
  listen(field, 'compositionend', (event) => {
    composing = false;
    send(event.data);
    reset();
  });
  listen(field, 'input', (event) => {
    if (composing || event.isComposing) return;
    send(field.value.replaceAll('\u200b', ''));
    reset();
  });
  listen(field, 'paste', (event) => {
    event.preventDefault();
    send(event.clipboardData?.getData('text/plain') ?? '');
  });

  const follow = () => {
    if (wanted && document.activeElement !== field && inside(document.activeElement)) {
      reset();
      field.focus({preventScroll: true});
    }
    if (!wanted && document.activeElement === field) canvas.focus({preventScroll: true});
  };
  lab.onTextInput = (message) => {
    wanted = message.active;
    if (wanted) Object.assign(field.style, {left: `${message.x}px`, top: `${message.y + lab.stage.scrollTop}px`, height: `${message.h}px`});
    follow();
  };
  lab.onGesture = follow;

  // Esc gives the focus to what comes after the canvas.
  lab.onLeave = () => {
    const all = [...document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex]')]
        .filter((element) => element.tabIndex >= 0 && !element.disabled && element.offsetParent !== null);
    const next = all.find((element) => !inside(element) && canvas.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_FOLLOWING);
    if (next) next.focus();
    else canvas.blur();
  };
  return () => stop.abort();
}
