// lab: mouse, pen and finger on the canvas. Up and down swipes scroll what the canvas lies in, and so does the wheel, unless the widget
// under the pointer has asked for it.

const kLinePixels = 16;
const kNotch = 100;  // pixels of one notch of a wheel

/** Returns a function that stops listening. */
export function listenToPointer(lab) {
  const {canvas} = lab;
  const stop = new AbortController();
  const on = (name, handle, options = {}) => canvas.addEventListener(name, handle, {signal: stop.signal, ...options});
  let active = null;  // the pointer that ImGui's one mouse follows

  const place = (event) => {
    const box = canvas.getBoundingClientRect();
    return {x: event.clientX - box.left, y: event.clientY - box.top};
  };
  const send = (type, event) => lab.post({kind: 'pointer', type, ...place(event), button: Math.max(0, event.button), touch: event.pointerType === 'touch'});

  on('pointerdown', (event) => {
    if (active !== null && active !== event.pointerId) return;
    if (event.pointerType === 'mouse' && event.button !== 0) return;
    active = event.pointerId;
    if (event.pointerType !== 'touch') canvas.setPointerCapture(event.pointerId);
    lab.byPointer = true;  // the browser moves the focus right after this event
    send('move', event);
    send('down', event);
    lab.drawNow();
  });
  on('pointermove', (event) => {
    if (active !== null && active !== event.pointerId) return;
    if (active === null && event.pointerType === 'touch') return;
    send('move', event);
  });
  on('pointerup', (event) => {
    if (active !== event.pointerId) return;
    active = null;
    send('up', event);
    lab.drawNow();
    lab.drawNow();
    lab.onGesture?.();  // phone keyboards open only from inside such a handler
  });
  const cancel = (event) => {
    if (active !== event.pointerId) return;
    active = null;
    // The browser took the gesture for scrolling: what was pressed must not count as clicked.
    lab.post({kind: 'pointer', type: 'move', x: -1e4, y: -1e4, button: 0, touch: false});
    lab.post({kind: 'pointer', type: 'up', x: -1e4, y: -1e4, button: 0, touch: true});
  };
  on('pointercancel', cancel);
  on('pointerleave', (event) => {
    if (active === null) lab.post({kind: 'pointer', type: 'leave', ...place(event), button: 0, touch: false});
  });
  on('wheel', (event) => {
    const sideways = Math.abs(event.deltaX) > Math.abs(event.deltaY);
    if (event.ctrlKey || !(lab.wheel || sideways || event.shiftKey)) return;  // zooming and scrolling are the page's
    event.preventDefault();
    const unit = event.deltaMode === 1 ? kLinePixels : event.deltaMode === 2 ? canvas.clientHeight : 1;
    lab.post({kind: 'wheel', x: -event.deltaX * unit / kNotch, y: -event.deltaY * unit / kNotch});
  }, {passive: false});
  on('contextmenu', (event) => {
    if (event.pointerType === 'touch' || event.pointerType === 'pen') event.preventDefault();
  });
  return () => stop.abort();
}
