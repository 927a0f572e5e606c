// page: the service worker: offline after the first visit, and a word when a newer version waits. Not on localhost, where it would
// serve yesterday's build to whoever works on Heed; "?sw=1" asks for it there.
import {notice} from './notices.mjs';
import {tr} from './strings.mjs';

function wanted() {
  const local = ['localhost', '127.0.0.1', '[::1]'].includes(location.hostname);
  return 'serviceWorker' in navigator && window.isSecureContext && (!local || new URLSearchParams(location.search).has('sw'));
}

/** `engine`: the variant that offline visits will need. */
export async function setUpOffline({engine, beforeReload}) {
  if (!wanted()) return;
  try {
    const registration = await navigator.serviceWorker.register(new URL(`sw.js?engine=${engine}`, document.baseURI));
    const offer = () => notice('update', tr('update.ready'), {actions: [{label: tr('update.now'), primary: true, run: async () => {
      await beforeReload();
      navigator.serviceWorker.addEventListener('controllerchange', () => location.reload());
      registration.waiting?.postMessage('take over');
    }}]});
    if (registration.waiting && navigator.serviceWorker.controller) offer();
    registration.addEventListener('updatefound', () => {
      const coming = registration.installing;
      coming?.addEventListener('statechange', () => {
        if (coming.state === 'installed' && navigator.serviceWorker.controller) offer();
        if (coming.state === 'activated') document.documentElement.dataset.offline = 'true';
      });
    });
    if (registration.active) document.documentElement.dataset.offline = 'true';
  } catch {
    // Refused (a policy, a private window): the page works as before, online.
  }
}
